"""Errors that repeat are counted and told once per interval: what is broken cannot flood the log."""

import logging
import threading
from dataclasses import dataclass

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import printable

INTERVAL = 10 * SECOND


@dataclass(slots=True)
class _Trouble:
    told_at: int  # monotonic microseconds
    errors: int = 1
    untold: int = 0


class CountedLog:
    """Tells the errors of several subjects; may be used from many threads."""

    def __init__(self, logger: logging.Logger, clock: Clock) -> None:
        self._logger = logger
        self._clock = clock
        self._lock = threading.Lock()
        self._troubles: dict[str, _Trouble] = {}

    def error(self, subject: str, message: object, *, trace: bool = False) -> None:
        """An error of this subject; `trace` adds the traceback of the exception being handled."""
        untold = self._count(subject)
        if untold is None:
            return
        more = f" ({untold} more of these)" if untold else ""
        self._logger.error("%s: %s%s", subject, printable(str(message)), more, exc_info=trace)

    def fine(self, subject: str) -> None:
        """It works; told where it did not before."""
        with self._lock:
            trouble = self._troubles.pop(subject, None)
        if trouble is not None:
            self._logger.warning("%s: works again after %d errors", subject, trouble.errors)

    def _count(self, subject: str) -> int | None:
        """How many were not told, where it is time to tell."""
        now = self._clock.monotonic()
        with self._lock:
            trouble = self._troubles.get(subject)
            if trouble is None:
                self._troubles[subject] = _Trouble(now)
                return 0
            trouble.errors += 1
            if now - trouble.told_at < INTERVAL:
                trouble.untold += 1
                return None
            untold, trouble.untold, trouble.told_at = trouble.untold, 0, now
            return untold
