"""The picture while it is painted: antialiased shapes, and which thing owns each pixel.

Boxes are read from the owners, so they are the boxes of what can be seen: a shape that is
painted later takes its pixels from the ones below.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.sketch.lens import HEIGHT, WIDTH, Floats

Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]

SCENERY = 0
_SHIFT = 4
_FAR = 4000.0
_ARC = np.linspace(-np.pi / 2, np.pi / 2, 6)
_FRONT = np.stack((np.cos(_ARC), np.sin(_ARC)), axis=1)
_CIRCLE = np.linspace(0, 2 * np.pi, 15)[:-1]
_DISC = np.stack((np.cos(_CIRCLE), np.sin(_CIRCLE)), axis=1)


def shade(colour: Colour, factor: float) -> Colour:
    """Give the colour under more or less light."""
    red, green, blue = (min(255.0, max(0.0, part * factor)) for part in colour)
    return red, green, blue


@dataclass(slots=True)
class Extent:
    """What one thing painted: its outline, also outside the picture, and its pixels inside."""

    left: float = np.inf
    top: float = np.inf
    right: float = -np.inf
    bottom: float = -np.inf
    painted: int = 0

    def add(self, points: Floats) -> None:
        """Widen the outline by (n, 2) points."""
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        self.left, self.top = min(self.left, float(left)), min(self.top, float(top))
        self.right, self.bottom = max(self.right, float(right)), max(self.bottom, float(bottom))

    def clipped(self) -> tuple[int, int, int, int]:
        """Give the outline inside the picture as whole pixels: left, top, right, bottom."""
        left, top = max(0, int(self.left) - 1), max(0, int(self.top) - 1)
        right, bottom = min(WIDTH, int(self.right) + 2), min(HEIGHT, int(self.bottom) + 2)
        return left, top, max(left, right), max(top, bottom)

    def inside_share(self) -> float:
        """How much of the outline's area lies in the picture."""
        width, height = self.right - self.left, self.bottom - self.top
        across = min(self.right, WIDTH) - max(self.left, 0.0)
        down = min(self.bottom, HEIGHT) - max(self.top, 0.0)
        return max(0.0, across) * max(0.0, down) / max(1e-6, width * height)


@dataclass(slots=True)
class Canvas:
    """An RGB picture and its owners; `owner` says who paints next (SCENERY is nobody)."""

    picture: Picture
    owners: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((HEIGHT, WIDTH), dtype=np.uint8))
    extents: dict[int, Extent] = field(default_factory=dict)
    owner: int = SCENERY

    def begin(self, owner: int) -> None:
        """Let a thing paint."""
        self.owner = owner
        if owner != SCENERY:
            self.extents[owner] = Extent()

    def finish(self) -> None:
        """Note how many pixels the thing has, before others cover it."""
        if self.owner != SCENERY:
            extent = self.extents[self.owner]
            extent.painted = self._pixels(self.owner)[2]
        self.owner = SCENERY

    def polygon(self, points: Floats, colour: Colour) -> None:
        """Fill a polygon of (n, 2) pixels."""
        fixed = np.rint(np.clip(points, -_FAR, _FAR) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self.picture, [fixed], colour, cv2.LINE_AA, _SHIFT)
        cv2.fillPoly(self.owners, [fixed], float(self.owner), cv2.LINE_8, _SHIFT)
        if self.owner != SCENERY:
            self.extents[self.owner].add(points)

    def hull(self, points: Floats, colour: Colour) -> None:
        """Fill the convex hull of (n, 2) pixels."""
        self.polygon(cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64), colour)

    def disc(self, centre: Floats, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        self.polygon(centre + radius * _DISC, colour)

    def limb(self, start: Floats, end: Floats, radii: tuple[float, float], colour: Colour) -> None:
        """Fill a capsule from `start` to `end`, round at both ends."""
        self.polygon(capsule(start, end, radii), colour)

    def seen(self, owner: int) -> tuple[tuple[int, int, int, int] | None, float]:
        """Give the visible box in whole pixels and the visible share of the whole thing."""
        extent = self.extents[owner]
        left, top, pixels, mask = self._pixels(owner)
        if pixels == 0 or extent.painted == 0:
            return None, 0.0
        columns = np.flatnonzero(mask.any(axis=0))
        rows = np.flatnonzero(mask.any(axis=1))
        box = (
            left + int(columns[0]),
            top + int(rows[0]),
            left + int(columns[-1]) + 1,
            top + int(rows[-1]) + 1,
        )
        return box, pixels / extent.painted * extent.inside_share()

    def _pixels(self, owner: int) -> tuple[int, int, int, NDArray[np.bool_]]:
        left, top, right, bottom = self.extents[owner].clipped()
        mask = self.owners[top:bottom, left:right] == owner
        return left, top, int(np.count_nonzero(mask)), mask


def capsule(start: Floats, end: Floats, radii: tuple[float, float]) -> Floats:
    """Give the outline of a capsule as (12, 2) pixels."""
    along = end - start
    length = float(np.hypot(along[0], along[1]))
    cos, sin = (along / length) if length > 1e-6 else (1.0, 0.0)
    turn = np.array(((cos, sin), (-sin, cos)))
    ahead = _FRONT @ turn
    return np.concatenate((start - radii[0] * ahead, end + radii[1] * ahead))
