"""How long to wait before the next attempt: short at first, then longer, never all at once."""

import random

from sharp_eyes.clock import SECOND

FIRST = SECOND // 2  # a camera that restarts is back within a few seconds: the first look comes soon
CAP = 15 * SECOND


class BackOff:
    """Waits of microseconds, each up to twice the one before, at most `cap`.

    Half of each is random, so that cameras that went away together do not come back together
    ("equal jitter", M. Brooker, AWS Architecture Blog, 2015).
    """

    def __init__(self, chance: random.Random, first: int = FIRST, cap: int = CAP) -> None:
        self._chance = chance
        self._first = first
        self._cap = cap
        self._longest = first

    def next(self) -> int:
        """How long to wait now, microseconds."""
        longest, self._longest = self._longest, min(2 * self._longest, self._cap)
        return longest // 2 + self._chance.randrange(longest // 2 + 1)

    def reset(self) -> None:
        """It worked: the next wait is a short one again."""
        self._longest = self._first
