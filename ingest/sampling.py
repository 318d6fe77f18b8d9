"""Which frames are analysed: by their timestamps, never by counting."""

from sharp_eyes.clock import SECOND


class Sampler:
    """Takes frames at a rate, on a grid of time that begins with the first one.

    A frame may come a quarter of an interval early, so that the jitter of a camera at just the
    wanted rate costs none, but no earlier than half of the source's own period, so that of many
    frames the nearest is taken; a gap restarts the grid. Counted from the first frame, no more than
    `fps × seconds + 1¼` frames are taken; one more over a stretch that begins with a late one.
    """

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._slack = round(SECOND / fps / 4)
        self._origin: int | None = None
        self._before: int | None = None
        self._slot = 0

    def takes(self, at: int) -> bool:
        """Whether the frame of this time (microseconds) is one to analyse.

        Time that turns back restarts the grid.
        """
        early = min(self._slack, max(0, at - self._before) // 2) if self._before is not None else 0
        turned_back = self._before is not None and at < self._before
        self._before = at
        if self._origin is None or turned_back or at >= self._due(self._slot + 1):
            self._origin, self._slot = at, 0
        elif at < self._due(self._slot) - early:
            return False
        self._slot += 1
        return True

    def _due(self, slot: int) -> int:
        return (self._origin or 0) + round(slot * SECOND / self._fps)
