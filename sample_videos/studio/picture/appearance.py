"""What shows of every figure in a shot: boxes through the lens, and the share that nothing hides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Stance
from sample_videos.studio.camera import HEIGHT, WIDTH, Camera, Points
from sample_videos.studio.picture.outline import box_of
from sample_videos.studio.picture.seen import Box, Seen
from sample_videos.studio.picture.stage import Shot, Stage

_Window = tuple[slice, slice]  # columns, rows

_SPARE_FINE_PX, _SPARE_SHARE = 6.0, 0.02  # an outline is not quite all of a figure
_LEAST_FINE_PIXELS = 12  # less than this of a figure is nothing that anybody could see


def appearances(
    stage: Stage, camera: Camera, shot: Shot, present: Sequence[tuple[Actor, Stance]]
) -> tuple[Seen, ...]:
    """Everything that shows at least a little, in the order of `present`."""
    found = []
    for actor, stance in present:
        outline = shot.outlines[actor.identity]
        whole = box_of(camera, outline)
        inside = whole and _cut(whole)
        if inside is None:
            continue
        window = _window(camera, outline, stage.margin, shot.owners.shape)
        extent = _extent(shot.owners, actor.identity, window)
        own = shot.own_pixels.get(actor.identity, 0.0)
        if extent is None or own < _LEAST_FINE_PIXELS:
            continue
        edge, visible = extent
        seen = _cut(_through_the_lens(camera, edge, stage.margin, shot.owners.shape))
        if seen is None or visible < _LEAST_FINE_PIXELS:
            continue
        share = round(min(1.0, visible / own), 3)
        floor = (round(stance.x, 3), round(stance.y, 3))
        found.append(Seen(actor.identity, actor.figure.label, inside, seen, share, floor))
    return tuple(found)


def shifted(seen: Seen, pixels: tuple[float, float]) -> Seen | None:
    """The same in a picture that was moved by so many pixels; None where it left it."""
    moved = [
        _cut(
            tuple(
                value * side + pixels[i % 2] for i, (value, side) in enumerate(zip(box, _SIDES, strict=True))
            )
        )
        for box in (seen.xyxy, seen.seen_xyxy)
    ]
    if moved[0] is None or moved[1] is None:
        return None
    return Seen(seen.identity, seen.label, moved[0], moved[1], seen.visible, seen.floor)


_SIDES = (WIDTH, HEIGHT, WIDTH, HEIGHT)


def _window(camera: Camera, outline: Points, margin: float, shape: tuple[int, ...]) -> _Window:
    """The columns and rows of the layer in which all of a figure lies, with a little to spare."""
    pixels, _ = camera.ideal(outline)
    size = np.array((shape[1], shape[0]))
    fine = ((pixels / (WIDTH, HEIGHT) - 0.5) / margin + 0.5) * size
    low, high = fine.min(axis=0), fine.max(axis=0)
    spare = _SPARE_FINE_PX + _SPARE_SHARE * (high - low).max()
    left, top = np.clip(low - spare, 0, size).astype(int).tolist()
    right, bottom = np.clip(high + spare + 1, 0, size).astype(int).tolist()
    return slice(left, right), slice(top, bottom)


def _extent(owners: NDArray[np.uint8], identity: int, window: _Window) -> tuple[Points, int] | None:
    """Points (n, 2) around the fine pixels of an identity, and how many pixels they are.

    Of every row its ends and where it is nearest to the middle: there a lens bends it furthest.
    """
    columns, lines = window
    mine = owners[lines, columns] == identity
    rows = np.flatnonzero(mine.any(axis=1))
    if len(rows) == 0:
        return None
    left = columns.start + mine[rows].argmax(axis=1)
    right = columns.stop - mine[rows, ::-1].argmax(axis=1)
    across = np.concatenate((left, np.clip(owners.shape[1] / 2, left, right), right))
    down = lines.start + rows
    edge = np.stack((np.tile(across, 2), np.concatenate((np.tile(down, 3), np.tile(down + 1, 3)))), axis=1)
    return edge, int(np.count_nonzero(mine))


def _through_the_lens(camera: Camera, fine: Points, margin: float, shape: tuple[int, ...]) -> Box:
    """The box in pixels of the picture around points (n, 2) of the layer."""
    share = fine / np.array((shape[1], shape[0])) - 0.5
    pixels = camera.distorted((share * margin + 0.5) * np.array((WIDTH, HEIGHT)))
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _cut(box: tuple[float, ...]) -> Box | None:
    """A box in pixels, cut at the picture's edge, in fractions of it; None where nothing is left."""
    left, top, right, bottom = box
    left, right = max(0.0, left / WIDTH), min(1.0, right / WIDTH)
    top, bottom = max(0.0, top / HEIGHT), min(1.0, bottom / HEIGHT)
    if right - left < 1 / WIDTH or bottom - top < 1 / HEIGHT:
        return None
    return round(left, 5), round(top, 5), round(right, 5), round(bottom, 5)
