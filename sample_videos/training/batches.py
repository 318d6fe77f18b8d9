"""Batches to learn from: pictures out of the library, each time in another crop and another light."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_videos.training.crop import anywhere, letterbox, mirrored, rows
from sample_videos.training.damage import Damage
from sample_videos.training.library import Library
from sample_videos.training.shard import Floats, Picture

ZOOMS = (0.7, 1.7)
PART_ZOOMS = (1.0, 2.2)  # in a quarter of the area: half to all of the whole picture's size
LETTERBOXED = 0.3  # the share that is shown as the running product shows it
MOSAICS = 0.15
SPLITS = (0.35, 0.65)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pictures and what is to be found in them.

    `pictures` (n, height, width, 3) bytes, RGB; for each object `owners` (m,), the number of its
    picture, `classes` (m, 1), and `boxes` (m, 4), middle and size in fractions of the area.
    """

    pictures: NDArray[np.uint8]
    owners: Floats
    classes: Floats
    boxes: Floats


class Batcher:
    """Makes batches of pictures of one area (width, height)."""

    def __init__(self, library: Library, area: tuple[int, int], rng: np.random.Generator) -> None:
        self._library = library
        self._area = area
        self._rng = rng
        self._damage = Damage(area, rng)

    def batch(self, count: int, *, mosaics: float = MOSAICS) -> Batch:
        """A batch; `mosaics` is the share of pictures put together from four."""
        items = [self._mosaic() if self._rng.random() < mosaics else self._single() for _ in range(count)]
        table = np.concatenate([np.insert(found, 0, n, axis=1) for n, (_, found) in enumerate(items)])
        corners, size = table[:, 2:], np.array(self._area, np.float32)
        middles = (corners[:, :2] + corners[:, 2:]) / 2 / size
        sides = (corners[:, 2:] - corners[:, :2]) / size
        pictures = np.stack([self._damage.on(picture) for picture, _ in items])
        return Batch(pictures, table[:, 0], table[:, 1:2], np.concatenate((middles, sides), axis=1))

    def _single(self) -> tuple[Picture, Floats]:
        return self._part(self._area, ZOOMS, LETTERBOXED)

    def _mosaic(self) -> tuple[Picture, Floats]:
        """Four pictures around a point near the middle."""
        width, height = self._area
        across, down = (int(side * self._rng.uniform(*SPLITS)) for side in self._area)
        whole = np.empty((height, width, 3), np.uint8)
        found = []
        for left, right in ((0, across), (across, width)):
            for top, bottom in ((0, down), (down, height)):
                part, own = self._part((right - left, bottom - top), PART_ZOOMS, 0.0)
                whole[top:bottom, left:right] = part
                found.append(own + np.array((0, left, top, left, top), np.float32))
        return whole, np.concatenate(found)

    def _part(
        self, area: tuple[int, int], zooms: tuple[float, float], letterboxed: float
    ) -> tuple[Picture, Floats]:
        """A picture drawn into an area, and the rows of what is to be found there."""
        drawn = self._library.draw()
        picture = drawn.picture()
        source = (picture.shape[1], picture.shape[0])
        if self._rng.random() < letterboxed:
            placement = letterbox(source, area)
        else:
            placement = anywhere(source, area, zooms, self._rng)
        if self._rng.random() < 0.5:
            placement = mirrored(placement, source[0])
        return placement.warp(picture, area), rows(drawn, source, placement, area)
