"""What the arrival of pictures says about a camera: lost, slow, damaged; on the monotonic clock.

Nothing here reads a clock: every step is handed the time, in microseconds.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.live_source import HealthChange, HealthState
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Notes

DEGRADED_AFTER = 5 * SECOND
LOST_AFTER = 60 * SECOND
FLAPS = 3
FLAP_WINDOW = 600 * SECOND
RATE_WINDOW = 5 * SECOND
SLOW_SHARE, WELL_SHARE = 0.5, 0.7
_JUDGED_EVERY = SECOND // 2
PLAUSIBLE_FPS = (1.0, 120.0)  # what encoders declare beyond that is a time base or nothing
DAMAGES, DAMAGE_WINDOW, CLEAN_AFTER = 3, 10 * SECOND, 30 * SECOND


@dataclass(frozen=True, slots=True)
class Change:
    """A change of health before it is dated."""

    type: str
    state: HealthState
    notes: Notes = ()

    def dated(self, at: int) -> HealthChange:
        """The same, noticed at `at` (microseconds UTC)."""
        return HealthChange(self.type, at, self.state, self.notes)


class LossWatch:
    """No picture: degraded after 5 s, lost after 60 s; three losses in ten minutes are one flapping.

    A connection that breaks is a loss at once: nothing can come until another is made.
    """

    def __init__(self, began: int) -> None:
        self._frame_at = began
        self._state = ""  # of the open event
        self._missing = False
        self._losses: deque[int] = deque()

    def frame(self, now: int) -> list[Change]:
        """A picture came."""
        silent, self._frame_at = now - self._frame_at, now
        self._missing = False
        if self._state in {"", "flapping"}:
            return []
        return self._close(("seconds", _seconds(silent)))

    def broken(self, now: int, message: str) -> list[Change]:
        """The connection that brought pictures is over, and why."""
        return [] if self._missing else self._missed(now, now - self._frame_at, message)

    def tick(self, now: int, message: str) -> list[Change]:
        """Time passed; `message` is the last that was heard of the connection."""
        silent = now - self._frame_at
        while self._losses and now - self._losses[0] > FLAP_WINDOW:
            self._losses.popleft()
        if silent >= LOST_AFTER and self._state != "lost":
            return self._turn("lost", silent, message)
        if silent >= DEGRADED_AFTER and not self._missing:
            return self._missed(now, silent, message)
        if self._state == "flapping" and not self._losses and not self._missing:
            return self._close()
        return []

    def _missed(self, now: int, silent: int, message: str) -> list[Change]:
        self._missing = True
        self._losses.append(now)
        if self._state == "flapping":
            return []
        return self._turn("flapping" if len(self._losses) >= FLAPS else "degraded", silent, message)

    def _turn(self, state: str, silent: int, message: str) -> list[Change]:
        self._missing = True
        closed = self._close(("became", state)) if self._state else []
        self._state = state
        notes: Notes = (("state", state), ("seconds", _seconds(silent)))
        notes += (("losses", len(self._losses)),) if state == "flapping" else ()
        notes += (("message", message),) if message else ()
        return [*closed, Change("video_lost", "begun", notes)]

    def _close(self, *notes: tuple[str, str | int | float | bool]) -> list[Change]:
        state, self._state = self._state, ""
        return [Change("video_lost", "over", (("state", state), *notes))]


class RateWatch:
    """Fewer than half the pictures that are expected, over five seconds.

    What is expected is declared by the stream, or else the best that it did. One long gap is no
    slowness: the longest is left out of the account.
    """

    def __init__(self) -> None:
        self._expected: float | None = None
        self._declared = False
        self._times: deque[int] = deque()
        self._judge_at = 0
        self._slow = False

    def connected(self, now: int, declared: float | None) -> None:
        """A new connection: five seconds pass before it is judged; ten where its rate is to be learnt."""
        low, high = PLAUSIBLE_FPS
        self._declared = declared is not None and low <= declared <= high
        self._expected = declared if self._declared else self._expected
        self._times.clear()
        self._judge_at = now + RATE_WINDOW * (1 if self._declared else 2)

    def frame(self, now: int) -> list[Change]:
        """A picture came."""
        self._times.append(now)
        while self._times[0] <= now - RATE_WINDOW:
            self._times.popleft()
        if now < self._judge_at:
            return []
        self._judge_at = now + _JUDGED_EVERY
        return self._judged(now)

    def lost(self) -> list[Change]:
        """There is no video any more: that is more than slow."""
        self._times.clear()
        return self._over(()) if self._slow else []

    def _judged(self, now: int) -> list[Change]:
        fps = self._rate(now)
        if not self._declared:
            self._expected = max(fps, self._expected or 0.0)
        expected = self._expected or fps
        notes: Notes = (("fps", round(fps, 2)), ("expected_fps", round(expected, 2)))
        if not self._slow and fps < SLOW_SHARE * expected:
            self._slow = True
            return [Change("slow_stream", "begun", notes)]
        return self._over(notes) if self._slow and fps >= WELL_SHARE * expected else []

    def _over(self, notes: Notes) -> list[Change]:
        self._slow = False
        return [Change("slow_stream", "over", notes)]

    def _rate(self, now: int) -> float:
        """Pictures a second over the window without its longest gap."""
        before = now - RATE_WINDOW
        gap = 0
        for at in self._times:
            gap, before = max(gap, at - before), at
        return (len(self._times) - 1) * SECOND / max(RATE_WINDOW - gap, SECOND // 100)


class DamageWatch:
    """Packets and pictures that are known to be damaged: three in ten seconds; over after thirty clean."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=DAMAGES)
        self._open = False

    def damaged(self, now: int, text: str) -> list[Change]:
        """One more."""
        self._times.append(now)
        if self._open or len(self._times) < DAMAGES or now - self._times[0] > DAMAGE_WINDOW:
            return []
        self._open = True
        return [Change("corrupt_stream", "begun", (("message", text),))]

    def tick(self, now: int) -> list[Change]:
        """Time passed."""
        if not self._open or now - self._times[-1] < CLEAN_AFTER:
            return []
        self._open = False
        return [Change("corrupt_stream", "over")]


def dated(changes: Iterable[Change], at: int) -> list[HealthChange]:
    """All of them, noticed at the same time (microseconds UTC)."""
    return [change.dated(at) for change in changes]


def _seconds(duration: int) -> float:
    return round(duration / SECOND, 1)
