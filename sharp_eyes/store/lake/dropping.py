"""Lets go of what the index need not hold any more: old days of records, old tracks.

A day leaves the index only when the history holds exactly the same records, compared key by key in one
snapshot of it. What was inserted since that snapshot's flush stays, to be flushed first.
"""

import uuid
from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, Connection, Table, delete, select, text

from sharp_eyes.clock import SECOND, to_datetime
from sharp_eyes.domain import EvidenceKind
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.id_range import first_id, moment_of
from sharp_eyes.store.index.partitions import partition_name
from sharp_eyes.store.index.schema import ENDED, PART_OF_EVIDENCE, RAISED, record, track
from sharp_eyes.store.lake.duck import duck_translated, open_duck
from sharp_eyes.store.lake.hot_window import OnEngine, hot_from, raise_hot_from
from sharp_eyes.store.lake.hours import DAY, hours_of_day
from sharp_eyes.store.lake.lake import Lake, Snapshot
from sharp_eyes.store.lake.reading_index import settled
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable
from sharp_eyes.store.sql import reading, writing

SLICE = 600 * SECOND  # microseconds whose keys are compared at once: 60,000 of a city
CHUNK = 5_000  # rows that one transaction deletes: writers wait for it
PATIENCE = "2s"  # for a partition's lock: queries wait behind one who waits for it

Key = tuple[str, int]  # event id, part


class DayKeptError(StoreError):
    """A day cannot leave the index: the history does not hold the same."""


class Dropping:
    """Drops from one index what the history holds. `still` raises when one must stop at once."""

    def __init__(
        self, index: OnEngine, lake: Lake, incarnation: str, still: Callable[[], None] = lambda: None
    ) -> None:
        self._index, self._lake, self._incarnation, self._still = index, lake, incarnation, still

    def drop_days(self, before_at: int) -> int:
        """Drop the whole UTC days before this moment, oldest first; gives how many.

        Raises DayKeptError at the first that the history does not hold as it is.
        """
        dropped = 0
        while (day := self._oldest_day()) is not None and day + DAY <= before_at:
            snapshot, position = self._flushed(EVENTS)
            self._compare(snapshot, day, position)
            self._still()
            self._drop(day, position)
            if self._oldest_day() == day:
                return dropped  # of a late record that is to be flushed first
            dropped += 1
        return dropped

    def drop_tracks(self, before_at: int) -> int:
        """Drop the tracks that ended before this moment, as far as the history holds them; gives how many."""
        _, position = self._flushed(TRACKS)
        return self._delete(track, (track.c.at < before_at) & settled(self._index.engine, TRACKS, position))

    def _oldest_day(self) -> int | None:
        with reading(self._index.engine) as connection:
            oldest = connection.execute(
                select(record.c.event_id).order_by(record.c.event_id).limit(1)
            ).scalar()
        if oldest is None:
            return None
        at = moment_of(oldest)
        return at - at % DAY

    def _flushed(self, table: LakeTable) -> tuple[Snapshot, int]:
        snapshot = self._lake.snapshot(table)
        return snapshot, snapshot.flushed(self._incarnation) or 0

    def _compare(self, snapshot: Snapshot, day: int, position: int) -> None:
        """Raises DayKeptError unless the history holds the day as the index does.

        Of a day of which something left the index before, it may hold more.
        """
        begins = hot_from(self._index)
        whole = begins is None or day >= begins
        missing = surplus = 0
        for in_index, in_lake in self._slices(snapshot, day, position):
            self._still()
            missing += len(in_index - in_lake)
            surplus += len(in_lake - in_index) if whole else 0
        if missing or surplus:
            raise DayKeptError(
                f"{to_datetime(day):%Y-%m-%d} stays in the index: {missing} of its records are not in the "
                f"history, and {surplus} of the history's are not in the index"
            )

    def _slices(self, snapshot: Snapshot, day: int, position: int) -> Iterator[tuple[set[Key], set[Key]]]:
        folder = self._lake.files.folder
        with duck_translated(folder), open_duck(folder) as duck:
            for hour in hours_of_day(day):
                paths = snapshot.paths(snapshot.files({hour}))
                for start in range(hour.start_at, hour.end_at, SLICE):
                    low, high = first_id(start), first_id(start + SLICE)
                    found = (
                        duck.execute(_KEYS, [paths, _bytes(low), _bytes(high)]).fetchall() if paths else []
                    )
                    in_lake = {(str(uuid.UUID(bytes=one)), _part(kind, of)) for one, kind, of in found}
                    yield self._keys(low, high, position), in_lake

    def _keys(self, low: str, high: str, position: int) -> set[Key]:
        with reading(self._index.engine) as connection:
            wanted = select(record.c.event_id, record.c.part).where(
                record.c.event_id >= low,
                record.c.event_id < high,
                settled(self._index.engine, EVENTS, position),
            )
            return {(one.event_id, one.part) for one in connection.execute(wanted)}

    def _drop(self, day: int, position: int) -> None:
        """Let the history answer for the day, and delete what it holds of it."""
        engine = self._index.engine
        with writing(engine) as connection:
            raise_hot_from(connection, day + DAY)
            if engine.dialect.name == "postgresql":
                _drop_partition(connection, day, position)
        of_day = (record.c.event_id >= first_id(day)) & (record.c.event_id < first_id(day + DAY))
        self._delete(record, of_day & settled(engine, EVENTS, position))

    def _delete(self, table: Table, where: ColumnElement[bool]) -> int:
        """Delete these rows, in SQLite by and by: whoever writes waits for it."""
        engine, deleted = self._index.engine, 0
        rows = where
        if engine.dialect.name == "sqlite":
            rows = table.c.seq.in_(select(table.c.seq).where(where).limit(CHUNK))
        while True:
            self._still()
            with writing(engine) as connection:
                count = connection.execute(delete(table).where(rows)).rowcount
            deleted += count
            if rows is where or count < CHUNK:
                return deleted


_KEYS = """
SELECT DISTINCT event_id, record, kind FROM read_parquet(?, hive_partitioning = false)
WHERE event_id >= ? AND event_id < ?"""


def _part(kind: str, of: EvidenceKind | None) -> int:
    if of is not None:
        return PART_OF_EVIDENCE[of]
    return RAISED if kind == "raised" else ENDED


def _bytes(event_id: str) -> bytes:
    return uuid.UUID(event_id).bytes


def _drop_partition(connection: Connection, day: int, position: int) -> None:
    """Drop PostgreSQL's table of this day at once, where nothing in it is still to be flushed."""
    name = partition_name(day)
    connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is None:
        return
    connection.execute(text("LOCK TABLE record IN ACCESS EXCLUSIVE MODE"))
    late = text(f"SELECT EXISTS (SELECT FROM {name} WHERE xid >= CAST(:position AS xid8))")  # noqa: S608
    if not connection.execute(late, {"position": str(position)}).scalar():
        connection.execute(text(f"DROP TABLE {name}"))
