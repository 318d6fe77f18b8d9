"""What each stage costs: CPU time between laps, and a watch that costs nothing when nobody asks."""

import time
from typing import Protocol


class Stopwatch(Protocol):
    """Told at the end of each stage."""

    def lap(self, stage: str) -> None:
        """All time since the lap before belongs to `stage`."""
        ...


class NoStopwatch:
    """Measures nothing: the one of the running product."""

    def lap(self, stage: str) -> None:
        """Let it pass."""


class CpuStopwatch:
    """Sums CPU time of this process per stage, in seconds; threads of libraries included."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.process_time()

    def lap(self, stage: str) -> None:
        """Add the time since the last lap to `stage`."""
        now = time.process_time()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now
