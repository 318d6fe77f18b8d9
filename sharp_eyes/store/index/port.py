"""What callers ask of an event index, whichever it is: `Index` in a database, or `MemoryIndex`."""

from collections.abc import Sequence
from typing import Protocol

from sharp_eyes.store.index.queries import (
    Changes,
    Count,
    CountQuery,
    CoverageQuery,
    EventPage,
    EventQuery,
    EventView,
    Span,
)
from sharp_eyes.store.rows import Row


class EventIndex(Protocol):
    """The event index. Every method raises StoreError where it does not answer."""

    @property
    def incarnation(self) -> str:
        """The name of this index; one that was rebuilt has another, and other positions."""
        ...

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        """Take these rows, those that are there already but once; gives back how many were new.

        All of them or none. Raises RowRefusedError for a row that no later attempt will get in either.
        """
        ...

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first. Raises WrongQueryError, of which WrongCursorError is one."""
        ...

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        ...

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        """The events with these ids, in this order; those that are none, or of other divisions, left out."""
        ...

    def counts(self, query: CountQuery) -> list[Count]:
        """How many events were raised, by time and place. Raises WrongQueryError."""
        ...

    def changes(self, after: str, limit: int) -> Changes:
        """Which records became visible after this position, at most `limit`; "" is the beginning.

        Raises WrongPositionError.
        """
        ...

    def position(self) -> str:
        """Where the order of changes ends now."""
        ...

    def coverage(self, query: CoverageQuery) -> dict[str, tuple[Span, ...]]:
        """When each of the cameras was watched."""
        ...

    def ping(self) -> None:
        """Raises StoreError where it does not answer."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...
