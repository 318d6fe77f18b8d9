"""Batches for training: scenes warped to the network's size, with the damage that video does."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.lens import HEIGHT, WIDTH
from sample_videos.sketch.scene import LABELS
from sample_videos.sketch.wild import Example, examples

PAD = 114  # the grey that letterboxing puts around a picture
LEAST_VISIBLE = 0.3
LEAST_PIXELS = 3.0


@dataclass(frozen=True, slots=True)
class Batch:
    """(n, 3, height, width) bytes; for each object the picture, the label, centre and size."""

    pictures: NDArray[np.uint8]
    owners: NDArray[np.float32]
    labels: NDArray[np.float32]
    boxes: NDArray[np.float32]


def batches(seed: int, size: tuple[int, int], count: int, fresh: int, pool: int) -> Iterator[Batch]:
    """Batches of `count` for ever: `fresh` new scenes, the rest drawn again from the last `pool`.

    Painting a scene costs about as much as learning from it; another crop and another light
    make an old one useful several times.
    """
    rng = np.random.default_rng(seed)
    scenes = examples(seed)
    kept: list[Example] = [next(scenes) for _ in range(count)]
    while True:
        new = [next(scenes) for _ in range(fresh)]
        for example in new:
            if len(kept) < pool:
                kept.append(example)
            else:
                kept[int(rng.integers(pool))] = example
        old = [kept[int(index)] for index in rng.integers(0, len(kept), count - fresh)]
        yield _collated([_varied(example, size, rng) for example in new + old])


def _collated(items: list[tuple[Picture, NDArray[np.float32]]]) -> Batch:
    rows = [np.insert(boxes, 0, index, axis=1) for index, (_, boxes) in enumerate(items)]
    table = np.concatenate(rows).astype(np.float32)
    pictures = np.stack([picture.transpose(2, 0, 1) for picture, _ in items])
    return Batch(pictures, table[:, 0], table[:, 1:2], table[:, 2:])


def letterbox(size: tuple[int, int]) -> NDArray[np.float64]:
    """Give the (2, 3) map that fits a whole picture into a size (width, height), centred."""
    scale = min(size[0] / WIDTH, size[1] / HEIGHT)
    shift = ((size[0] - scale * WIDTH) / 2, (size[1] - scale * HEIGHT) / 2)
    return np.array(((scale, 0, shift[0]), (0, scale, shift[1])), dtype=np.float64)


def _crop(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Choose the letterbox, or a zoom of 0.8 to 1.6 placed anywhere, perhaps mirrored."""
    fit = letterbox(size)
    if rng.random() < 0.6:
        zoom = float(np.exp(rng.uniform(np.log(0.8), np.log(1.6))))
        fit = fit * zoom
        for axis in (0, 1):
            room = size[axis] - fit[axis, axis] * (WIDTH, HEIGHT)[axis]
            fit[axis, 2] = float(rng.uniform(min(0.0, room), max(0.0, room)))
    if rng.random() < 0.5:
        fit[0] = (-fit[0, 0], 0.0, fit[0, 2] + fit[0, 0] * WIDTH)
    return fit


def _varied(
    example: Example, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Picture, NDArray[np.float32]]:
    """One picture at the network's size and its rows of label, centre x, y, width, height."""
    fit = _crop(size, rng)
    grey = (PAD, PAD, PAD)
    picture = cv2.warpAffine(example.picture, fit, size, flags=cv2.INTER_LINEAR, borderValue=grey)
    return _damaged(np.asarray(picture, np.uint8), rng), _rows(example, fit, size)


def _rows(example: Example, fit: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float32]:
    rows = []
    for seen in example.seen:
        across = sorted(fit[0, 0] * x + fit[0, 2] for x in (seen.xyxy[0], seen.xyxy[2]))
        down = [fit[1, 1] * y + fit[1, 2] for y in (seen.xyxy[1], seen.xyxy[3])]
        left, right = (min(max(x, 0.0), size[0]) for x in across)
        top, bottom = (min(max(y, 0.0), size[1]) for y in down)
        whole = (across[1] - across[0]) * (down[1] - down[0])
        share = (right - left) * (bottom - top) / max(1e-6, whole)
        if seen.visible * share < LEAST_VISIBLE:
            continue
        if min(right - left, bottom - top) < LEAST_PIXELS:
            continue
        middle = ((left + right) / 2 / size[0], (top + bottom) / 2 / size[1])
        extent = ((right - left) / size[0], (bottom - top) / size[1])
        rows.append((float(LABELS.index(seen.label)), *middle, *extent))
    return np.array(rows, np.float32).reshape(-1, 5)


def _damaged(picture: Picture, rng: np.random.Generator) -> Picture:
    """Other gains and gammas per colour, sometimes blur, sometimes compression, sometimes grey."""
    levels = np.arange(256, dtype=np.float64) / 255
    gamma = float(np.exp(rng.normal(0, 0.2)))
    gains = float(rng.normal(1, 0.12)) * rng.normal(1, 0.06, 3)
    table = np.stack([255 * gain * levels**gamma for gain in gains], axis=1)
    table = table + rng.normal(0, 8)
    damaged = cv2.LUT(picture, np.clip(table, 0, 255).astype(np.uint8)[None])
    dice = rng.random()
    if dice < 0.15:
        damaged = cv2.GaussianBlur(damaged, (3, 3), float(rng.uniform(0.3, 1.0)))
    elif dice < 0.2:
        damaged = cv2.cvtColor(cv2.cvtColor(damaged, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    picture = np.asarray(damaged, np.uint8)
    if rng.random() < 0.35:
        return _compressed(picture, int(rng.integers(35, 95)))
    return picture


def _compressed(picture: Picture, quality: int) -> Picture:
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
