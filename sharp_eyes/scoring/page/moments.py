"""Moments and their axis, in words: `12.4 s` of a clip, `08:00:05` of a day (UTC)."""

import math

from sharp_eyes.clock import microseconds, to_datetime

MOST_TICKS = 10
FURTHEST_SECONDS = 1e12  # from a clip's first frame, some 30,000 years: what lies beyond is on no axis
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
_STEPS = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY),
)


def moment(seconds: float, *, absolute: bool) -> str:
    """A moment as facts tell it."""
    if absolute:
        return f"{to_datetime(microseconds(seconds)):%Y-%m-%d %H:%M:%S.%f}"[:-5] + " UTC"
    if abs(seconds) > FURTHEST_SECONDS:
        return f"{seconds:g} s"
    return f"{seconds:.1f} s" if abs(seconds) < MINUTE else _clock(seconds, tenths=True)


def tick(seconds: float, step: float, *, absolute: bool) -> str:
    """A moment as the axis tells it, whose ticks are `step` seconds apart."""
    if not absolute:
        return _clock(seconds, tenths=step < 1)
    at = to_datetime(microseconds(seconds))
    if step < HOUR:
        return f"{at:%H:%M:%S}"
    return f"{at:%m-%d %H:%M}" if step < DAY else f"{at:%Y-%m-%d}"


def step_between(start: float, end: float) -> float:
    """Seconds between two ticks of an axis: a round number that makes at most ten."""
    wanted = (end - start) / MOST_TICKS
    for step in _STEPS:
        if step >= wanted:
            return step
    return DAY * math.ceil(wanted / DAY)


def ticks(start: float, end: float, step: float) -> list[float]:
    """The multiples of `step` from start to end."""
    first, last = math.ceil(start / step), math.floor(end / step)
    return [number * step for number in range(first, last + 1)]


def _clock(seconds: float, *, tenths: bool) -> str:
    """Minutes and seconds, and hours where there are any: `1:02`, `1:02:03.4`."""
    whole = round(abs(seconds) * 10)
    minutes, rest = divmod(whole, 600)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 and whole else ""
    shown = f"{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{sign}{hours}:{minutes:02d}:{shown}" if hours else f"{sign}{minutes}:{shown}"
