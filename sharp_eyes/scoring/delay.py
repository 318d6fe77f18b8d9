"""How long after its due time an event comes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delay:
    """Time to event in seconds, median and 95th percentile; below nought where it came too early."""

    p50_seconds: float
    p95_seconds: float


def delay_of(seconds: Sequence[float]) -> Delay | None:
    """The delay that these amount to; None where there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return Delay(percentile(ordered, 0.50), percentile(ordered, 0.95))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values, in ascending order, does not exceed.

    Between two values it lies on the line that joins them: definition 7 of R. J. Hyndman and Y. Fan
    (Sample quantiles in statistical packages, The American Statistician 50, 1996).
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
