"""Questions to the history: the index's own, answered from the lake's files, as the index answers them.

A table's list of files tells which hours there are; hours are searched newest first, first one, then
more and more at once, until the page is full. A sealed hour holds each camera's records together, so
that a question about few cameras reads few of its row groups.
"""

import uuid
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from threading import Lock
from typing import Any

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.store.index.filters import holdable
from sharp_eyes.store.index.folding import folded
from sharp_eyes.store.index.id_range import cursor_id, first_id, is_event_id, moment_of
from sharp_eyes.store.index.queries import EventPage, EventQuery, EventView
from sharp_eyes.store.index.scope import after_prefix, common_prefixes
from sharp_eyes.store.index.searching import check
from sharp_eyes.store.lake.duck import columns_of, duck_translated, open_duck, quoted
from sharp_eyes.store.lake.hours import hour_of
from sharp_eyes.store.lake.lake import Lake, LakeFile, Snapshot
from sharp_eyes.store.lake.restoring import visible_row
from sharp_eyes.store.lake.schema import EVENTS

FRESH = 10 * SECOND  # microseconds that a list of files is used
LADDER = (1, 3, 8)  # hours searched at once, first to last; from then on a day each time

_FILES = "FROM read_parquet(?, hive_partitioning = false)"


class History:
    """The events of the history. Threads may share it. Raises StoreError, and WrongQueryError."""

    def __init__(self, lake: Lake, clock: Clock) -> None:
        self._lake, self._clock = lake, clock
        self._duck = open_duck(lake.files.folder)
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._read_at = -FRESH

    def events(self, query: EventQuery) -> EventPage:
        """A page of events, newest first."""
        check(query)
        found = self._newest(query, query.limit + 1)
        ids = [event_id for event_id, _ in found]
        views = self._views(ids[: query.limit], query.divisions, {camera for _, camera in found})
        return EventPage(tuple(views), ids[query.limit - 1] if len(ids) > query.limit else None)

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        """The event with this id, if it is one, of one of these divisions (prefixes)."""
        return next(iter(self.views([event_id], divisions)), None)

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        """The events with these ids, in this order; those that are none, or of other divisions, left out."""
        return self._views(event_ids, divisions, set())

    def close(self) -> None:
        """Let go of the memory."""
        self._duck.close()

    def _newest(self, query: EventQuery, limit: int) -> list[tuple[str, str]]:
        """The ids, newest first, and their cameras."""
        low, high = first_id(query.from_at), first_id(query.to_at)
        if query.before is not None:
            high = min(high, cursor_id(query.before))
        prefixes = common_prefixes(query.divisions, query.division)
        if low >= high or not prefixes or query.cameras == ():
            return []
        conditions = " AND ".join(
            ("record = 'raised'", "event_id >= ?", "event_id < ?", *_plain(query, prefixes))
        )
        statement = (
            f"SELECT DISTINCT event_id, camera {_FILES} WHERE {conditions} ORDER BY event_id DESC LIMIT ?"
        )
        found: list[tuple[str, str]] = []
        for files in self._rungs(low, high):
            rows = self._ask(statement, files, _bytes(low), _bytes(high), limit - len(found))
            found += [(str(uuid.UUID(bytes=event_id)), camera) for event_id, camera in rows]
            if len(found) >= limit:
                break
        return found

    def _rungs(self, low: str, high: str) -> Iterator[list[LakeFile]]:
        """The files of the hours between these ids, newest first, some hours at a time."""
        first, last = hour_of(moment_of(low)), hour_of(moment_of(high))
        files = [file for file in self._files() if first <= file.hour <= last]
        hours = sorted({file.hour for file in files}, reverse=True)
        sizes = chain(LADDER, repeat(24))
        while hours:
            size = next(sizes)
            rung, hours = set(hours[:size]), hours[size:]
            yield [file for file in files if file.hour in rung]

    def _views(self, ids: Sequence[str], divisions: tuple[str, ...], cameras: set[str]) -> list[EventView]:
        prefixes = common_prefixes(divisions, "")
        ids = [event_id for event_id in ids if is_event_id(event_id)]
        hours = {hour_of(moment_of(event_id)) for event_id in ids}
        files = [file for file in self._files() if file.hour in hours]
        if not files or not prefixes:
            return []
        known = [_within(prefixes), *([_among("camera", cameras)] if cameras else [])]
        conditions = " AND ".join((f"event_id IN ({', '.join(map(_literal, ids))})", *known))
        statement = f"SELECT {columns_of(EVENTS)} {_FILES} WHERE {conditions}"
        rows = (visible_row(EVENTS, values) for values in self._ask(statement, files))
        return folded(ids, ((one.row, one.visible_at) for one in rows))

    def _files(self) -> list[LakeFile]:
        """The files of the table, as they were at most ten seconds ago."""
        with self._lock:
            if self._clock.monotonic() - self._read_at >= FRESH:
                self._snapshot = self._lake.find(EVENTS)
                self._read_at = self._clock.monotonic()
            return self._snapshot.files() if self._snapshot else []

    def _ask(self, statement: str, files: list[LakeFile], *values: Any) -> list[tuple[Any, ...]]:
        folder = self._lake.files.folder
        paths = self._lake.files.local([file.name for file in files])
        with duck_translated(folder), self._duck.cursor() as cursor:
            return cursor.execute(statement, [paths, *values]).fetchall()


def _plain(query: EventQuery, prefixes: tuple[str, ...]) -> Iterator[str]:
    yield _within(prefixes)
    for column, values in (("camera", query.cameras), ("type", query.types), ("label", query.labels)):
        if values:
            yield _among(column, holdable(values))
    if query.severities:
        yield f"severity IN ({', '.join(str(int(one)) for one in query.severities)})"
    if query.min_confidence is not None:
        yield f"confidence >= {float(query.min_confidence)!r}"


def _within(prefixes: tuple[str, ...]) -> str:
    """The division begins with one of these prefixes of digits, as the index understands it."""
    if "" in prefixes:
        return "true"
    ranges = (f"(division >= {quoted(one)} AND division < {quoted(after_prefix(one))})" for one in prefixes)
    return f"({' OR '.join(ranges)})"


def _among(column: str, values: Sequence[str] | set[str]) -> str:
    return f"{column} IN ({', '.join(map(quoted, values))})" if values else "false"


def _bytes(event_id: str) -> bytes:
    return uuid.UUID(event_id).bytes


def _literal(event_id: str) -> str:
    return f"from_hex('{uuid.UUID(event_id).hex}')"
