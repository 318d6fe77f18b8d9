"""Whether anything moves: differences of brightness between analysed frames.

The method: brightness reduced to 160 × 90 by areas, a 3 × 3 mean against sensor noise, the absolute
difference to the analysed frame before, a fixed threshold, and a count of what exceeds it. The
constants were settled on real clips (`docs/design/gate.md` has the table).
"""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from ingest.frame import Luma
from sharp_eyes.clock import SECOND
from sharp_eyes.geometry import Polygon

cv2.setNumThreads(1)  # a camera is one thread of work; more only make cameras fight for the cores

SIZE = (160, 90)  # width, height of the picture that is compared
THRESHOLD = 12  # levels of 256 by which a pixel must change
AREA = 6  # changed pixels of the small picture that make motion: 0.04 % of it
LIGHT_SHARE = 0.3  # a change of more than this share of the watched picture is a change of light
SETTLING = SECOND  # how long the exposure of a camera swings after that


class Change(Enum):
    """What happened since the analysed frame before."""

    NOTHING = "nothing"
    MOTION = "motion"
    LIGHT = "light"  # the whole picture changed; whether anything moved cannot be told


@dataclass(slots=True)
class _Reference:
    luma: Luma
    shape: tuple[int, ...]


class MotionDetector:
    """Compares each analysed frame with the one before; `ignore` areas are not counted."""

    def __init__(self, ignore: tuple[Polygon, ...] = ()) -> None:
        self._watched = _raster(ignore)
        self._light_area = LIGHT_SHARE * int(np.count_nonzero(self._watched))
        self._before: _Reference | None = None
        self._settled_at: int | None = None

    def compare(self, luma: Luma, at: int) -> Change:
        """What changed (`luma` height × width, `at` microseconds); the first frame is a change of light."""
        small: Luma = np.asarray(
            cv2.blur(cv2.resize(luma, SIZE, interpolation=cv2.INTER_AREA), (3, 3)), np.uint8
        )
        before, self._before = self._before, _Reference(small, luma.shape)
        if before is None or before.shape != luma.shape:
            self._settled_at = at
            return Change.LIGHT
        _, changed = cv2.threshold(cv2.absdiff(small, before.luma), THRESHOLD, 1, cv2.THRESH_BINARY)
        count = cv2.countNonZero(cv2.bitwise_and(changed, self._watched))
        if count > self._light_area:
            self._settled_at = at + SETTLING
            return Change.LIGHT
        if self._settled_at is not None:
            if at <= self._settled_at:
                return Change.NOTHING
            self._settled_at = None
        return Change.MOTION if count >= AREA else Change.NOTHING


def _raster(ignore: tuple[Polygon, ...]) -> Luma:
    """One where motion counts, zero in the ignored areas."""
    watched = np.ones(SIZE[::-1], np.uint8)
    for polygon in ignore:
        corners = np.array(polygon.points) * SIZE
        cv2.fillPoly(watched, [np.rint(corners).astype(np.int32)], [0])
    return watched
