"""How often something false is said, and how often it may be, for all that was observed."""

import math
from dataclasses import dataclass

SECONDS_OF_A_DAY = 86_400.0
CONFIDENCE = 0.95
_NEGLIGIBLE = 1e-17  # of the sum that a term is added to: below the last digit of a float


@dataclass(frozen=True, slots=True)
class FalseRate:
    """So many false events in so many days of cameras (two cameras for a day are two)."""

    events: int
    camera_days: float

    @property
    def per_camera_day(self) -> float:
        """False events per camera and day, as counted."""
        return self.events / self.camera_days

    @property
    def upper_bound(self) -> float:
        """The rate that the true one does not exceed with a confidence of 95 %.

        None seen in a single day still allows 3.0 a day; in a hundred days, 0.03.
        """
        return most_expected(self.events) / self.camera_days


def most_expected(events: int, confidence: float = CONFIDENCE) -> float:
    """The largest mean of a Poisson count of which so few events are still believable, one-sided.

    The exact upper limit of F. Garwood (Fiducial limits for the Poisson distribution, Biometrika 28,
    1936), which is half the χ² quantile of `confidence` at 2·events + 2 degrees of freedom. Here it is
    the root of P(N ≤ events | mean) = 1 - confidence, which falls in the mean, by bisection.
    """
    low, high = float(events), float(events + 1)
    while _at_most(events, high) > 1 - confidence:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        if _at_most(events, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(events: int, mean: float) -> float:
    """P(N ≤ events) of a Poisson count with a mean above `events`.

    Its terms are summed from the largest, the last, downwards; each is the one above × k / mean.
    """
    term = math.exp(events * math.log(mean) - mean - math.lgamma(events + 1))
    total = term
    for k in range(events, 0, -1):
        term *= k / mean
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total
