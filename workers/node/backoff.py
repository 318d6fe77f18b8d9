"""How long to wait before trying again: longer each time up to a cap, and shaken."""

import random


class Backoff:
    """Delays in seconds that double from `first` up to `cap`.

    Each is shaken by up to half, so that a hundred nodes do not come back to a store all at once.
    """

    def __init__(self, first: float = 0.1, cap: float = 5.0) -> None:
        self._first = first
        self._cap = cap
        self._next = first

    def next(self) -> float:
        """The delay before the next try, between half of the present step and the whole."""
        step = self._next
        self._next = min(step * 2, self._cap)
        return step * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """It worked: the next trouble begins with the first delay again."""
        self._next = self._first
