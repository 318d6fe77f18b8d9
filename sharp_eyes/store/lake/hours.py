"""The hours of the history: its partitions, each named by a UTC date and an hour of that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sharp_eyes.clock import SECOND, from_iso, to_datetime

HOUR = 3600 * SECOND
DAY = 24 * HOUR
_LAST = from_iso("9999-12-30T23:00:00Z")  # ids reach 890 years further


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """One partition: `date` as `2026-01-31`, `hour` 0–23, UTC."""

    date: str
    hour: int

    @property
    def start_at(self) -> int:
        """Its first microsecond, UTC."""
        return from_iso(f"{self.date}T{self.hour:02}:00:00Z")

    @property
    def end_at(self) -> int:
        """The first microsecond after it."""
        return self.start_at + HOUR


def hour_of(at: int) -> Hour:
    """The hour that this moment (microseconds UTC) lies in, within the calendar that has dates for it."""
    return _hour(min(max(at, 0), _LAST) // HOUR)


@lru_cache(maxsize=1024)
def _hour(number: int) -> Hour:
    moment = to_datetime(number * HOUR)
    return Hour(moment.strftime("%Y-%m-%d"), moment.hour)


def hours_of_day(day_at: int) -> Iterator[Hour]:
    """The 24 hours of the UTC day that this moment lies in."""
    start = day_at - day_at % DAY
    return (hour_of(start + n * HOUR) for n in range(24))
