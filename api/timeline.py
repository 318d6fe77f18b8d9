"""The events of all time: the index answers for its hot window, the history for what lies before.

    ───────────── history ─────────────┤ hot_from ├────────── index ──────────► now

The hot window's beginning rises before anything leaves the index. So an answer of the index is whole if
the window began no later *after* it was given; else it is asked for again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from sharp_eyes import event_id as event_ids
from sharp_eyes.clock import SECOND, Clock, to_iso
from sharp_eyes.store.index.counting import in_rollup
from sharp_eyes.store.index.id_range import cursor_id, moment_of
from sharp_eyes.store.index.port import EventIndex
from sharp_eyes.store.index.queries import (
    Count,
    CountQuery,
    EventPage,
    EventQuery,
    EventView,
    WrongQueryError,
)
from sharp_eyes.store.index.scope import common_prefixes
from sharp_eyes.store.lake.hot_window import sides

FRESH = 5 * SECOND  # microseconds that a beginning of the hot window is believed
RECENT = 2 * 86_400 * SECOND  # what is younger does not leave the index, so the beginning need not be certain


class Events(Protocol):
    """What the index and the history both answer. Raises StoreError, and WrongQueryError."""

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first."""
        ...

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        ...


class Timeline:
    """Events of the index and of the history as if they were of one. Threads may share it.

    `hot_from` reads from when on (microseconds UTC) the index has everything, None for always.
    """

    def __init__(
        self, index: EventIndex, history: Events, hot_from: Callable[[], int | None], clock: Clock
    ) -> None:
        self._index, self._history, self._hot_from, self._clock = index, history, hot_from, clock
        self._known: tuple[int, int | None] | None = None  # when it was read, and the beginning

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first; a cursor of either side goes on where the other begins."""
        if query.before is not None:
            query = replace(query, to_at=min(query.to_at, moment_of(cursor_id(query.before)) + 1))
        begins = self._begins()
        page = self._page(query, begins)
        while self._is_old(query.from_at) and (risen := self._read()) != begins:
            begins, page = risen, self._page(query, risen)
        return page

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        at = event_ids.parse(event_id).at
        if _before(at, self._begins()):
            # what came late is in the index until it is flushed
            return self._history.event(event_id, divisions) or self._index.event(event_id, divisions)
        found = self._index.event(event_id, divisions)
        if found is None and self._is_old(at) and _before(at, self._read()):
            return self._history.event(event_id, divisions)
        return found

    def counts(self, query: CountQuery) -> list[Count]:
        """How many events were raised: of all time, as far as a rollup knows.

        Raises WrongQueryError for what has to be counted one by one and lies before the hot window.
        """
        found = self._index.counts(query)
        if in_rollup(query, common_prefixes(query.divisions, query.division)):
            return found
        begins = self._read() if self._is_old(query.from_at) else self._begins()
        if begins is not None and query.from_at < begins:
            said = f"events before {to_iso(begins)} are not counted one by one any more"
            hint = "ask by day without labels, or by hour for a township or a larger place without cameras"
            raise WrongQueryError("from", said, hint)
        return found

    def _page(self, query: EventQuery, begins: int | None) -> EventPage:
        hot, cold = sides(query, begins)
        page = self._index.events(hot) if hot is not None else EventPage((), None)
        if cold is None or page.next_before is not None:
            return page
        if len(page.events) == query.limit:  # whether the history has more is asked with the next page
            return replace(page, next_before=page.events[-1].event_id)
        rest = self._history.events(replace(cold, limit=query.limit - len(page.events)))
        return EventPage(page.events + rest.events, rest.next_before)

    def _begins(self) -> int | None:
        known = self._known
        if known is not None and self._clock.monotonic() - known[0] < FRESH:
            return known[1]
        return self._read()

    def _read(self) -> int | None:
        asked_at = self._clock.monotonic()
        begins = self._hot_from()
        self._known = asked_at, begins
        return begins

    def _is_old(self, at: int) -> bool:
        return at < self._clock.now() - RECENT


def _before(at: int, begins: int | None) -> bool:
    return begins is not None and at < begins
