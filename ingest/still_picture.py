"""Whether a camera shows the same picture for ever while its pictures go on arriving.

An encoder that has nothing to say repeats the last picture bit by bit, for minutes in a clean, quiet
scene: identical pictures between two key frames mean nothing. A key frame is coded anew: of a living
scene it differs, by the sensor's noise alone; of a frozen one it is the same. So the pictures of key
frames are compared in full, and the ones between roughly, so that a scene that repeats itself (a clip
in a loop) is not taken for frozen.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from ingest.frame import Frame, Luma
from ingest.stream_health import Change
from sharp_eyes.clock import SECOND

FROZEN_AFTER = 30 * SECOND
WITHOUT_KEYS = 55 * SECOND  # where key frames are farther apart: identical throughout
_LOOK_EVERY = SECOND // 2
_GRID = (36, 64)
_MOVED = 24  # levels of brightness at one point of the grid: no coding error of a picture that stands


@dataclass(frozen=True, slots=True)
class Look:
    """A picture as far as it is compared: a coarse grid of brightness; key frames in full, as a sum."""

    grid: Luma
    key_sum: int | None


def look(frame: Frame) -> Look:
    """Look at a picture: about 10 µs, of a key frame 0.1 ms at 640×360."""
    luma = frame.luma()
    rows, columns = max(1, luma.shape[0] // _GRID[0]), max(1, luma.shape[1] // _GRID[1])
    grid = luma[::rows, ::columns].copy()
    key = zlib.crc32(luma.tobytes()) if frame.video.key_frame else None
    return Look(grid, key)


class StillWatch:
    """Feed it looks, at most two a second and whenever `wants` says so."""

    def __init__(self) -> None:
        self._next = 0
        self._next_key = 0
        self._reference: Look | None = None
        self._since = 0
        self._keys = 0
        self._last: Luma | None = None
        self._same_since = 0
        self._open = False

    def wants(self, now: int, *, key: bool) -> bool:
        """Whether to look at the picture that came now (monotonic microseconds)."""
        return now >= (self._next_key if key else self._next)

    def see(self, seen: Look, now: int) -> list[Change]:
        """The picture that came now."""
        self._next = now + _LOOK_EVERY
        if seen.key_sum is not None:
            self._next_key = now + 2 * _LOOK_EVERY
        if self._last is None or not np.array_equal(self._last, seen.grid):
            self._last, self._same_since = seen.grid, now
        if self._differs(seen):
            return self._moved(seen, now)
        self._keys += seen.key_sum is not None
        still = now - self._since
        recoded = still >= FROZEN_AFTER and self._keys >= 2
        if self._open or not (recoded or now - self._same_since >= WITHOUT_KEYS):
            return []
        self._open = True
        return [Change("frozen", "begun", (("seconds", round(still / SECOND, 1)),))]

    def lost(self) -> list[Change]:
        """There is no video any more: nothing stands still that is not there."""
        self._reference = self._last = None
        return self._over()

    def _differs(self, seen: Look) -> bool:
        known = self._reference
        if known is None or known.grid.shape != seen.grid.shape:
            return True
        if seen.key_sum is not None and known.key_sum is not None:
            return seen.key_sum != known.key_sum
        apart = np.maximum(known.grid, seen.grid) - np.minimum(known.grid, seen.grid)
        return int(apart.max()) > _MOVED

    def _moved(self, seen: Look, now: int) -> list[Change]:
        if seen.key_sum is not None or self._reference is None:
            self._reference = seen
        self._since, self._keys = now, 0
        return self._over()

    def _over(self) -> list[Change]:
        if not self._open:
            return []
        self._open = False
        return [Change("frozen", "over")]
