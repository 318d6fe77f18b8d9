"""The event index in memory: the fake for tests, which keeps to everything that the real ones do."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from sharp_eyes.domain import CoverageSpan
from sharp_eyes.store.index import searching
from sharp_eyes.store.index.counting import checked_prefixes, stretch
from sharp_eyes.store.index.coverage import Strand, changed, merged, strand_of, told
from sharp_eyes.store.index.entries import Entries, RecordEntry, entries_of
from sharp_eyes.store.index.folding import folded
from sharp_eyes.store.index.id_range import cursor_id, first_id
from sharp_eyes.store.index.queries import (
    Change,
    Changes,
    Count,
    CountQuery,
    CoverageQuery,
    EventPage,
    EventQuery,
    EventView,
    Span,
    WrongPositionError,
)
from sharp_eyes.store.index.rollups import day_key, hour_key
from sharp_eyes.store.index.schema import RAISED, kind_of_part
from sharp_eyes.store.index.scope import common_prefixes, is_within
from sharp_eyes.store.rows import Row


class MemoryIndex:
    """Everything in lists. Threads may share it. `incarnation` is the name of this one."""

    def __init__(self, incarnation: str = "abc123") -> None:
        self.incarnation = incarnation
        self._lock = threading.Lock()
        self._records: list[tuple[RecordEntry, int]] = []  # in order, each with its visible_at
        self._keys: set[tuple[str, int]] = set()
        self._tracks: dict[tuple[str, str, int], Row] = {}
        self._strands: defaultdict[Strand, list[tuple[int, int]]] = defaultdict(list)

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        """Take these rows once; gives back how many were new. Raises RowRefusedError, and takes none."""
        entries = entries_of(rows)
        with self._lock:
            records = [self._take(entry, visible_at) for entry in entries.records]
            return sum(records) + self._take_tracks(entries) + sum(map(self._watched, entries.coverage))

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first."""
        searching.check(query)
        ids = sorted((entry.event_id for entry in self._raised() if _means(query, entry)), reverse=True)
        views = self.views(ids[: query.limit], query.divisions)
        return EventPage(tuple(views), ids[query.limit - 1] if len(ids) > query.limit else None)

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        return next(iter(self.views([event_id], divisions)), None)

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        """The events with these ids, in this order; those that are none, or of other divisions, left out."""
        prefixes, ids = common_prefixes(divisions, ""), set(event_ids)
        rows = (
            (entry.row, visible_at)
            for entry, visible_at in self._records
            if entry.event_id in ids and is_within(entry.row.division, prefixes)
        )
        return folded(event_ids, rows)

    def counts(self, query: CountQuery) -> list[Count]:
        """How many events were raised, by time and place."""
        prefixes = checked_prefixes(query)
        low, high = stretch(query)
        if query.from_at >= query.to_at:
            return []
        met = [
            entry
            for entry in self._raised()
            if low <= entry.at < high and is_within(entry.row.division, prefixes) and _is_of(query, entry)
        ]
        if query.by == "hour":
            hours = Counter(hour_key(entry) for entry in met)
            return sorted(
                Count(at, div, None, type_, label, n) for (at, div, type_, label), n in hours.items()
            )
        days = Counter(day_key(entry)[:3] for entry in met)
        return sorted(Count(at, None, camera, type_, None, n) for (at, camera, type_), n in days.items())

    def changes(self, after: str, limit: int) -> Changes:
        """Which records became visible after this position, at most `limit`; "" is the beginning."""
        start = self._place(after)
        found = self._records[start : start + limit]
        items = tuple(
            Change(
                f"{self.incarnation}-{place}",
                kind_of_part(entry.part),
                entry.event_id,
                entry.row.camera,
                entry.row.division,
            )
            for place, (entry, _) in enumerate(found, start + 1)
        )
        return Changes(items, items[-1].position if items else after)

    def position(self) -> str:
        """Where the order of changes ends now."""
        return f"{self.incarnation}-{len(self._records)}"

    def coverage(self, query: CoverageQuery) -> dict[str, tuple[Span, ...]]:
        """When each of the cameras was watched."""
        return {
            camera: told(
                (
                    (low, high, strand.watching)
                    for strand, stretches in list(self._strands.items())
                    for low, high in stretches
                    if strand.camera == camera
                ),
                query.from_at,
                query.to_at,
            )
            for camera in query.cameras
        }

    def ping(self) -> None:
        """It answers."""

    def close(self) -> None:
        """Nothing was opened."""

    def _take(self, entry: RecordEntry, visible_at: int) -> bool:
        if entry.key in self._keys:
            return False
        self._keys.add(entry.key)
        self._records.append((entry, visible_at))
        return True

    def _take_tracks(self, entries: Entries) -> int:
        known = len(self._tracks)
        for row, path in entries.tracks:
            self._tracks.setdefault((path.camera, path.run, path.track), row)
        return len(self._tracks) - known

    def _watched(self, span: CoverageSpan) -> int:
        kept = self._strands[strand_of(span)]
        change = changed(kept, [(span.from_at, span.to_at)])
        self._strands[strand_of(span)] = merged([*kept, *change.written])
        return change.new

    def _raised(self) -> Iterator[RecordEntry]:
        return (entry for entry, _ in list(self._records) if entry.part == RAISED)

    def _place(self, after: str) -> int:
        name, _, place = after.rpartition("-")
        if not after:
            return 0
        if name != self.incarnation or not (place.isascii() and place.isdigit()):
            raise WrongPositionError(after)
        if int(place) > len(self._records):
            raise WrongPositionError(after)
        return int(place)


def _means(query: EventQuery, entry: RecordEntry) -> bool:
    prefixes = common_prefixes(query.divisions, query.division)
    return (
        first_id(query.from_at) <= entry.event_id < first_id(query.to_at)
        and (query.before is None or entry.event_id < cursor_id(query.before))
        and is_within(entry.row.division, prefixes)
        and _is_of(query, entry)
        and (not query.severities or entry.severity in query.severities)
        and (query.min_confidence is None or _is_sure(entry, query.min_confidence))
    )


def _is_sure(entry: RecordEntry, least: float) -> bool:
    return entry.confidence is not None and entry.confidence >= least


def _is_of(query: EventQuery | CountQuery, entry: RecordEntry) -> bool:
    """Whether its camera, type and label are asked for."""
    return (
        (query.cameras is None or entry.row.camera in query.cameras)
        and (not query.types or entry.type in query.types)
        and (not query.labels or entry.label in query.labels)
    )
