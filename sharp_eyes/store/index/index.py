"""The event index: rows go in once, questions are answered; every method is one transaction."""

from collections.abc import Sequence

from sqlalchemy import Engine

from sharp_eyes.store.index import counting, coverage, feed, folding, inserting, rollups, searching
from sharp_eyes.store.index.entries import Entries, entries_of
from sharp_eyes.store.index.inserting import Cameras
from sharp_eyes.store.index.partitions import Partitions
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
from sharp_eyes.store.sql import ping, reading, writing


class Index:
    """The index in a database whose tables are up to date. Threads may share it.

    Every method raises StoreError where the database does not answer, and those that take a question
    raise WrongQueryError where it cannot be answered as it is put.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._partitions = Partitions(engine)
        self._cameras: Cameras = set()
        with reading(engine) as connection:
            self.incarnation = feed.read_incarnation(connection)

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        """Take these rows, those that are there already but once; gives back how many were new.

        All of them or none. Raises RowRefusedError for a row that no later attempt will get in either.
        """
        entries = entries_of(rows)
        self._partitions.prepare((entry.at for entry in entries.records), visible_at)
        return self._insert(entries, visible_at)

    def _insert(self, entries: Entries, visible_at: int) -> int:
        # Always in this order, so that two writers never wait for each other in a circle.
        with writing(self.engine) as connection:
            cameras = inserting.insert_cameras(connection, entries.records, self._cameras)
            new = inserting.insert_records(connection, entries.records, visible_at)
            tracks = inserting.insert_tracks(connection, entries.tracks, visible_at)
            spans = coverage.insert_coverage(connection, entries.coverage)
            rollups.add_counts(connection, new)
        self._cameras |= cameras
        return len(new) + tracks + spans

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first."""
        searching.check(query)
        with reading(self.engine) as connection:
            ids = searching.newest_ids(connection, query, query.limit + 1)
            views = folding.read_views(connection, ids[: query.limit], query.divisions)
        return EventPage(tuple(views), ids[query.limit - 1] if len(ids) > query.limit else None)

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        return next(iter(self.views([event_id], divisions)), None)

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        """The events with these ids, in this order; those that are none, or of other divisions, left out."""
        with reading(self.engine) as connection:
            return folding.read_views(connection, event_ids, divisions)

    def counts(self, query: CountQuery) -> list[Count]:
        """How many events were raised, by time and place."""
        with reading(self.engine) as connection:
            return counting.count(connection, query)

    def changes(self, after: str, limit: int) -> Changes:
        """Which records became visible after this position, at most `limit`; "" is the beginning."""
        with reading(self.engine) as connection:
            return feed.changes(connection, self.incarnation, after, limit)

    def position(self) -> str:
        """Where the order of changes ends now."""
        with reading(self.engine) as connection:
            return feed.position(connection, self.incarnation)

    def coverage(self, query: CoverageQuery) -> dict[str, tuple[Span, ...]]:
        """When each of the cameras was watched."""
        with reading(self.engine) as connection:
            return coverage.read_coverage(connection, query)

    def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        ping(self.engine)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
