"""The history, opened at the first question that needs it: most processes never load its libraries."""

import threading
from typing import TYPE_CHECKING

from sharp_eyes.clock import Clock
from sharp_eyes.settings import Settings
from sharp_eyes.store.index.queries import EventPage, EventQuery, EventView

if TYPE_CHECKING:
    from sharp_eyes.store.lake.history import History


class LateHistory:
    """The history of these settings. Threads may share it. Raises StoreError, and WrongQueryError."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._opened: History | None = None

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first."""
        return self._history().events(query)

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        return self._history().event(event_id, divisions)

    def close(self) -> None:
        """Let go of the memory, if anything was ever asked."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _history(self) -> "History":
        with self._lock:
            if self._opened is None:
                self._opened = _open(self._settings, self._clock)
            return self._opened


def _open(settings: Settings, clock: Clock) -> "History":
    # With Delta and DuckDB: 90 MB that a process is spared of which nobody asks about the past.
    from sharp_eyes.store.lake.history import History  # noqa: PLC0415
    from sharp_eyes.store.lake.lake import open_lake  # noqa: PLC0415

    return History(open_lake(settings), clock)
