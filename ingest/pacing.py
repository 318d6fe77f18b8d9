"""Hands out what comes faster than it was recorded at its own pace: files, HLS by whole segments.

While it waits nothing is read, and who sends must wait too.
"""

from collections.abc import Callable

from sharp_eyes.clock import SECOND, Clock

_SLICE = SECOND // 5
_JUMP = 2 * SECOND  # from one packet to the next: no pace, but a timestamp that jumps
_TOO_LATE = 10 * SECOND  # what is so late is not made up for


class Pace:
    """Waits on the monotonic clock, and lets pass what comes up to `lead` microseconds too soon.

    `idle` is called at least five times a second of waiting and may raise.
    """

    def __init__(self, clock: Clock, idle: Callable[[], None], lead: int = 0) -> None:
        self._clock = clock
        self._idle = idle
        self._lead = lead
        self._began = 0
        self._before: int | None = None

    def wait(self, offset: int) -> None:
        """Until it is `offset` microseconds of the recording's time, counted from anywhere."""
        now = self._clock.monotonic()
        jumped = self._before is None or abs(offset - self._before) > _JUMP
        self._before = offset
        if jumped or now - self._began - offset > _TOO_LATE:
            self._began = now - offset
        while (left := self._began + offset - self._lead - self._clock.monotonic()) > 0:
            self._clock.sleep(min(left, _SLICE))
            self._idle()
