"""From a stream's own timestamps to UTC: rebased at each connection, never turning back.

The first packet of a connection is shown when it arrives; the others as much later as the stream says.

    at = microseconds of the timestamp + shift          late = arrived − at

A camera's clock that runs a little wrong is followed by moving the shift a twentieth of the time that
passes, as long as `late` stays beyond a quarter second; back by half of it, for then a camera sent what it
had kept, faster than it was recorded. What no clock does by running wrong is a step:
said once, and time goes on.
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

from sharp_eyes.clock import SECOND

STEP = 2 * SECOND  # a clock that is off by more has been set, or is broken
PATIENCE = 5 * SECOND  # so long may packets come late before it is no congestion any more
STANDING = 1 * SECOND  # so long may one timestamp be repeated
_NEAR = SECOND // 4  # what the jitter of a network is taken to make
_WINDOW = SECOND
_SLEW = 20
_SLEW_BACK = 2  # what lies ahead of us cannot be: the connection began with what the camera had kept
_REMEMBERED = 64  # pictures between decoding and showing: codecs reorder at most 16
_WRAPS = (1 << 33, 1 << 32)  # MPEG-TS, RTP


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A clock did what no clock does: the time line went on as it was.

    `why`: the stream's time `jumped`, came ever `late`, `stood` still, or the `host`'s own clock was
    set. `by`: how far it moved against ours, microseconds; negative is back.
    """

    why: Literal["jumped", "late", "stood", "host"]
    by: int


class StreamClock:
    """The times of one source's packets and pictures, over all its connections.

    Not pure arithmetic alone but close to it: `arrived` (microseconds UTC, never turning back) is
    handed in, nothing is read.
    """

    def __init__(self) -> None:
        self._ticks, self._per = 1, 1
        self._raw: int | None = None
        self._wrapped = 0
        self._shift: int | None = None
        self._top = 0  # the latest mark: microseconds of a timestamp, unwrapped
        self._mark: int | None = None  # the newest packet's
        self._seen = 0
        self._late_since: int | None = None
        self._still_since: int | None = None
        self._stood = False
        self._window = _Window()
        self._shown_at = 0  # of the newest picture
        self._times: dict[int, int] = {}
        self._timeless: deque[int] = deque(maxlen=_REMEMBERED)

    def connected(self, numerator: int, denominator: int) -> None:
        """A new connection, whose timestamps count in numerator ÷ denominator seconds."""
        self._ticks, self._per = numerator * SECOND, denominator
        self._raw = self._shift = self._mark = self._late_since = self._still_since = None
        self._wrapped = 0
        self._stood = False
        self._window = _Window()
        self._times.clear()
        self._timeless.clear()

    def host_stepped(self, by: int) -> None:
        """Our own clock was set ahead by so many microseconds: the stream's time goes with it."""
        if self._shift is not None:
            self._shift += by
            self._seen += by

    def packet(self, pts: int | None, arrived: int) -> tuple[int, ClockStep | None]:
        """When the next packet in decode order is shown (microseconds UTC), and what is odd about it."""
        if pts is None:
            at = max(arrived, self._shown_at + 1)
            self._timeless.append(at)
            return at, None
        mark = self._unwrapped(pts) * self._ticks // self._per
        if self._shift is None:
            self._anchor(mark, max(arrived, self._shown_at + 1))
        step = self._standing(mark, arrived) or self._stepping(mark, arrived)
        at = max(arrived, self._shown_at + 1) if self._stood else mark + (self._shift or 0)
        self._follow(mark, arrived)
        self._remember(pts, at)
        return at, step

    def frame(self, pts: int | None, arrived: int) -> int:
        """When the next picture is shown: as its packet, but always after the picture before."""
        at = self._times.pop(pts, arrived) if pts is not None else self._of_timeless(arrived)
        self._shown_at = max(at, self._shown_at + 1)
        return self._shown_at

    def _of_timeless(self, arrived: int) -> int:
        return self._timeless.popleft() if self._timeless else arrived

    def _remember(self, pts: int, at: int) -> None:
        self._times[pts] = at
        if len(self._times) > _REMEMBERED:
            del self._times[next(iter(self._times))]

    def _unwrapped(self, pts: int) -> int:
        """The timestamp as if its counter had no end."""
        if self._raw is not None:
            moved = pts - self._raw
            second = self._per * SECOND // self._ticks
            for wrap in _WRAPS:
                if abs(abs(moved) - wrap) < 10 * second:
                    self._wrapped += wrap if moved < 0 else -wrap
        self._raw = pts
        return pts + self._wrapped

    def _anchor(self, mark: int, at: int) -> None:
        self._shift = at - mark
        self._top, self._seen = mark, at
        self._late_since = None
        self._window = _Window()

    def _standing(self, mark: int, arrived: int) -> ClockStep | None:
        """A timestamp that is repeated while time passes."""
        before, self._mark = self._mark, mark
        if mark != before:
            if self._stood:
                self._anchor(mark, max(arrived, self._shown_at + 1))
            self._still_since, self._stood = None, False
            return None
        if self._still_since is None:
            self._still_since = arrived
        passed = arrived - self._still_since
        if self._stood or passed < STANDING:
            return None
        self._stood = True
        return ClockStep("stood", -passed)

    def _stepping(self, mark: int, arrived: int) -> ClockStep | None:
        """A jump at once where the timestamps themselves jump; lateness only when it lasts."""
        moved, passed = mark - self._top, max(0, arrived - self._seen)
        late = arrived - mark - (self._shift or 0)
        ahead = moved > passed + STEP and late < -STEP
        if moved < -STEP or ahead:
            self._anchor(mark, max(arrived, self._shown_at + 1))
            return ClockStep("jumped", moved - passed)
        if late <= STEP or self._stood:
            self._late_since = None
            return None
        if self._late_since is None:
            self._late_since = arrived
        if arrived - self._late_since < PATIENCE:
            return None
        self._anchor(mark, arrived)
        return ClockStep("late", -late)

    def _follow(self, mark: int, arrived: int) -> None:
        """Move the shift towards the arrivals, slowly, while all of them are far from it."""
        passed = max(0, arrived - self._seen)
        late = arrived - mark - (self._shift or 0)
        direction = self._window.direction(late, arrived)
        slew = _SLEW_BACK if direction < 0 else _SLEW
        self._shift = (self._shift or 0) + direction * min(passed, SECOND) // slew
        self._top, self._seen = max(mark, self._top), max(arrived, self._seen)


class _Window:
    """Whether all packets of the last second came far too late, or far too early."""

    __slots__ = ("_direction", "_from", "_latest", "_least")

    def __init__(self) -> None:
        self._from: int | None = None
        self._least = self._latest = 0
        self._direction = 0

    def direction(self, late: int, arrived: int) -> int:
        """1: time must go forward; -1: back; 0: as it is."""
        if self._from is None:
            self._from, self._least, self._latest = arrived, late, late
        self._least, self._latest = min(late, self._least), max(late, self._latest)
        if arrived - self._from >= _WINDOW:
            self._direction = (self._least > _NEAR) - (self._latest < -_NEAR)
            self._from = None
        return self._direction


class HostLine:
    """UTC as one line that never turns back, from the host's two clocks.

    A wall clock that is set ahead is followed at once; one that is set back is met slowly, by a
    twentieth of the time that passes.
    """

    def __init__(self) -> None:
        self._offset: int | None = None  # from the monotonic clock to our line …
        self._wall = 0  # … and to the wall clock, when last looked at
        self._seen = 0

    def at(self, now: int, monotonic: int) -> tuple[int, int]:
        """The time on the line, and how far the wall clock was set since the last look (mostly 0)."""
        wall = now - monotonic
        if self._offset is None:
            self._offset = self._wall = wall
            self._seen = monotonic
        stepped = wall - self._wall
        self._wall = wall
        most = max(0, monotonic - self._seen) // _SLEW
        self._seen = max(monotonic, self._seen)
        missing = wall - self._offset
        if stepped >= STEP:
            self._offset = max(wall, self._offset)
        else:
            self._offset += max(-most, min(missing, most))
        return monotonic + self._offset, stepped if abs(stepped) >= STEP else 0
