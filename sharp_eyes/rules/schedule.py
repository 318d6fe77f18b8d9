"""When a rule is on duty: days of the week and a stretch of the day, in the camera's own zone."""

from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from sharp_eyes.clock import to_datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_days(text: str) -> frozenset[int]:
    """`mon-fri`, `sat,sun` or `mon-wed,fri` as weekday numbers, 0 = Monday.

    A range may pass the week's end (`fri-mon`). Raises ValueError for anything else.
    """
    days: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        ends = (first, last if dash else first)
        if any(day not in DAYS for day in ends):
            raise ValueError(f'"{part}" is no day or range of days; write for example "mon-fri" or "sat,sun"')
        start, stop = (DAYS.index(day) for day in ends)
        days.update((start + step) % 7 for step in range((stop - start) % 7 + 1))
    return frozenset(days)


@dataclass(frozen=True, slots=True)
class Schedule:
    """On duty on `days` from `start` until just before `end`, wall time of `timezone`.

    An `end` at or before `start` lies on the next day: a night belongs to the day it began on.
    """

    days: frozenset[int]
    start: time
    end: time
    timezone: ZoneInfo

    def active(self, at: int) -> bool:
        """Whether the rule is on duty at this moment (microseconds UTC)."""
        local = to_datetime(at).astimezone(self.timezone)
        now, today = local.time(), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        yesterday = (local.date() - timedelta(days=1)).weekday()
        return (today in self.days and now >= self.start) or (yesterday in self.days and now < self.end)
