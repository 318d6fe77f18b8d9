"""Where a picture lies in the network's input, and where its objects lie then.

    source 640 × 360  ── zoom, mirror, shift ──►  input 448 × 256, or one part of a mosaic

A placement is (left, top, scale across, scale down) in pixels of the area; mirrored, the scale
across is negative.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.training.shard import Floats, Labelled, Picture

INPUT = (448, 256)  # width, height: 640 × 360 at seven tenths, and two rows of grey above and below
GREY = 114  # what letterboxing puts around a picture
LEAST_VISIBLE = 0.3  # of which less shows, no network can say what it is
LEAST_PIXELS = 3.0


@dataclass(frozen=True, slots=True)
class Placement:
    """x ↦ left + scale_x·x, y ↦ top + scale_y·y, from pixels of the source to those of the area."""

    left: float
    top: float
    scale_x: float
    scale_y: float

    def warp(self, picture: Picture, area: tuple[int, int]) -> Picture:
        """The area (width, height) of the picture so placed, grey around it.

        Pixels are squares: the middle of the first lies at one half.
        """
        shift_x = self.left + 0.5 * self.scale_x - 0.5
        shift_y = self.top + 0.5 * self.scale_y - 0.5
        table = np.array(((self.scale_x, 0, shift_x), (0, self.scale_y, shift_y)))
        grey = (GREY, GREY, GREY)
        return np.asarray(
            cv2.warpAffine(picture, table, area, flags=cv2.INTER_LINEAR, borderValue=grey), np.uint8
        )


def letterbox(source: tuple[int, int], area: tuple[int, int]) -> Placement:
    """The whole picture, as large as it fits, in the middle of the area. Sizes are (width, height)."""
    return _inside(source, area, min(area[0] / source[0], area[1] / source[1]), (0.5, 0.5))


def anywhere(
    source: tuple[int, int], area: tuple[int, int], zooms: tuple[float, float], rng: np.random.Generator
) -> Placement:
    """A zoom between these, of the size that fits, the picture shifted anywhere it fills or lies inside."""
    fit = min(area[0] / source[0], area[1] / source[1])
    zoom = float(np.exp(rng.uniform(np.log(zooms[0]), np.log(zooms[1]))))
    across, down = rng.random(2)
    return _inside(source, area, fit * zoom, (float(across), float(down)))


def _inside(
    source: tuple[int, int], area: tuple[int, int], scale: float, shares: tuple[float, float]
) -> Placement:
    room_x, room_y = area[0] - scale * source[0], area[1] - scale * source[1]
    return Placement(shares[0] * room_x, shares[1] * room_y, scale, scale)


def mirrored(placement: Placement, source_width: int) -> Placement:
    """The same area, the picture seen in a mirror."""
    right = placement.left + placement.scale_x * source_width
    return Placement(right, placement.top, -placement.scale_x, placement.scale_y)


def rows(picture: Labelled, source: tuple[int, int], placement: Placement, area: tuple[int, int]) -> Floats:
    """What is to be found in the area: (n, 5) class, left, top, right, bottom in its pixels.

    Objects of which too little shows, also by the crop, and those too small are left out.
    """
    scale = np.array((placement.scale_x * source[0], placement.scale_y * source[1]) * 2)
    placed = picture.boxes * scale + np.array((placement.left, placement.top) * 2)
    placed = np.concatenate(
        (np.minimum(placed[:, :2], placed[:, 2:]), np.maximum(placed[:, :2], placed[:, 2:])), 1
    )
    cut = np.clip(placed, 0, np.array(area * 2))
    sides, whole = cut[:, 2:] - cut[:, :2], placed[:, 2:] - placed[:, :2]
    share = sides.prod(axis=1) / np.maximum(whole.prod(axis=1), 1e-6)
    asked = (picture.visible * share >= LEAST_VISIBLE) & (sides.min(axis=1) >= LEAST_PIXELS)
    return np.asarray(np.column_stack((picture.classes, cut))[asked], np.float32)
