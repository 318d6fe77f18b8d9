"""The duty of sealing: hours that are over become one sorted file, and what they replaced goes in time."""

from collections.abc import Callable

from sharp_eyes.clock import Clock
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.schema import TABLES
from sharp_eyes.store.lake.sealing import Sealer


class Seal:
    """Seals every table's hours that are to be sealed."""

    def __init__(self, lake: Lake, clock: Clock, still: Callable[[], None]) -> None:
        self._sealer, self._clock, self._still = Sealer(lake, still), clock, still

    def __call__(self) -> str:
        """Seal once."""
        self._still()
        hours = sum(self._sealer.seal(table, self._clock.now()) for table in TABLES)
        return f"{hours} hours sealed" if hours else ""


class Tidy:
    """Removes the history's files that were replaced a week ago."""

    def __init__(self, lake: Lake, still: Callable[[], None]) -> None:
        self._lake, self._still = lake, still

    def __call__(self) -> str:
        """Tidy every table."""
        for table in TABLES:
            self._still()
            snapshot = self._lake.find(table)
            if snapshot is not None:
                snapshot.tidy()
        return ""
