"""Time as data: integer microseconds UTC, their text, and the one clock that may be injected."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

SECOND = 1_000_000  # microseconds

# Where a replay begins when nobody says otherwise: fixed, so that two replays give the same bytes.
REPLAY_EPOCH = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Whatever its zone, a time of these days is one in UTC too: the calendar ends a day later.
_FIRST_DAY, _LAST_DAY = date(1, 1, 2), date(9999, 12, 30)


def microseconds(seconds: float) -> int:
    """Seconds as whole microseconds, rounded to the nearest."""
    return round(seconds * SECOND)


def to_datetime(at: int) -> datetime:
    """Microseconds UTC as an aware datetime; exact, without floating point."""
    return _EPOCH + timedelta(microseconds=at)


def to_iso(at: int) -> str:
    """Microseconds UTC as ISO 8601 text with six digits: `2026-01-01T00:00:00.000000Z`."""
    return to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> int:
    """ISO 8601 text with a zone as microseconds UTC.

    Raises ValueError for text that is no time, names no zone (a time without one is a guess), or is
    of a day at the very ends of the calendar.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone; write for example 2026-01-01T08:00:00+08:00")
    if not _FIRST_DAY <= moment.date() <= _LAST_DAY:
        raise ValueError(f"{text!r} is out of the calendar; a time lies between {_FIRST_DAY} and {_LAST_DAY}")
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Clock(Protocol):
    """The time of this machine. Rules, trackers and stores never read one: frames carry `at`."""

    def now(self) -> int:
        """Microseconds UTC."""
        ...

    def monotonic(self) -> int:
        """Microseconds that never jump; for durations and timeouts."""
        ...

    def sleep(self, duration: int) -> None:
        """Wait `duration` microseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Microseconds UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> int:
        """Microseconds that never jump."""
        return time.monotonic_ns() // 1000

    def sleep(self, duration: int) -> None:
        """Wait `duration` microseconds; not at all when it is negative."""
        if duration > 0:
            time.sleep(duration / SECOND)


class FakeClock:
    """A clock that moves only when told, or by sleeping."""

    def __init__(self, at: int = REPLAY_EPOCH) -> None:
        self.at = at
        self.slept: list[int] = []

    def now(self) -> int:
        """Microseconds UTC."""
        return self.at

    def monotonic(self) -> int:
        """The same hand: nothing makes this clock jump."""
        return self.at

    def sleep(self, duration: int) -> None:
        """Move on at once, and remember how long one would have waited."""
        self.slept.append(duration)
        self.at += max(duration, 0)
