"""Which part of time the index answers for, which the history; and how far the index is in the history.

    ───────────── history ─────────────┤ hot_from ├────────── index ──────────► now

The marks lie beside the index in its database, and end with it.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    update,
)

from sharp_eyes.store.index.column_types import TransactionNumber
from sharp_eyes.store.index.queries import EventQuery
from sharp_eyes.store.index.schema import record, track
from sharp_eyes.store.sql import reading, writing

_metadata = MetaData()

_mark = Table(
    "lake_mark",
    _metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

_HOT_FROM, _RECORDS, _TRACKS = "hot_from", "archived_records", "archived_tracks"


class OnEngine(Protocol):
    """An index, by its database."""

    @property
    def engine(self) -> Engine:
        """Its database."""
        ...


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A place in the order in which the index's records and tracks became visible."""

    records: int
    tracks: int

    def holds(self, other: "IndexPlace") -> bool:
        """Whether all that lies before the other place lies before this one."""
        return self.records >= other.records and self.tracks >= other.tracks


def hot_from(index: OnEngine) -> int | None:
    """From when on (microseconds UTC) the index has everything; None where nothing ever left it."""
    return _read(index.engine).get(_HOT_FROM)


def raise_hot_from(connection: Connection, at: int) -> None:
    """From now on the history answers for what lies before this moment; never less than it did."""
    _metadata.create_all(connection)
    before = connection.execute(select(_mark.c.value).where(_mark.c.name == _HOT_FROM)).scalar()
    _write(connection, _HOT_FROM, at if before is None else max(at, before))


def begin_hot_window(index: OnEngine, at: int) -> None:
    """The index has everything from this moment on; what lies before is the history's."""
    with writing(index.engine) as connection:
        raise_hot_from(connection, at)


def archived(index: OnEngine) -> IndexPlace | None:
    """Up to which place the index is in the history; None before the first flush.

    A node purges from its journal what it shipped before such a place: what it inserted, committed and
    then saw end at `visible_end` is archived when `archived(index).holds` that end.
    """
    marks = _read(index.engine)
    if _RECORDS not in marks or _TRACKS not in marks:
        return None
    return IndexPlace(marks[_RECORDS], marks[_TRACKS])


def set_archived(index: OnEngine, place: IndexPlace) -> None:
    """Tell the nodes how far the index is in the history."""
    with writing(index.engine) as connection:
        _metadata.create_all(connection)
        _write(connection, _RECORDS, place.records)
        _write(connection, _TRACKS, place.tracks)


def visible_end(index: OnEngine) -> IndexPlace:
    """A place behind everything that is visible now."""
    with reading(index.engine) as connection:
        if connection.dialect.name == "postgresql":
            end = func.pg_snapshot_xmax(func.pg_current_snapshot(), type_=TransactionNumber)
            number = int(connection.execute(select(end)).scalar_one())
            return IndexPlace(number, number)
        ends = (
            select(func.max(record.c.seq)).scalar_subquery(),
            select(func.max(track.c.seq)).scalar_subquery(),
        )
        records, tracks = connection.execute(select(*ends)).one()
        return IndexPlace(records or 0, tracks or 0)


def sides(query: EventQuery, begins: int | None) -> tuple[EventQuery | None, EventQuery | None]:
    """The question to the index and that to the history, where the hot window begins at `begins`."""
    if begins is None or query.from_at >= begins:
        return query, None
    if query.to_at <= begins:
        return None, query
    return replace(query, from_at=begins), replace(query, to_at=begins)


def _read(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        if not inspect(connection).has_table(_mark.name):
            return {}  # no clerk was ever here
        found = connection.execute(select(_mark.c.name, _mark.c.value)).all()
        return {one.name: one.value for one in found}


def _write(connection: Connection, name: str, value: int) -> None:
    if not connection.execute(update(_mark).where(_mark.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(_mark).values(name=name, value=value))
