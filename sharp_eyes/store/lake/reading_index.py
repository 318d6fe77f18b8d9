"""The index as the flusher reads it: full rows, in the order in which they became visible.

SQLite       by `seq`, up to and with a position: one writes at a time, so below it nothing comes any more
PostgreSQL   by `xid`, up to but without a position: whole transactions, and only those older than every
             one that still runs, for they become visible in another order than they are numbered
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, cast, func, literal, select
from sqlalchemy import Row as Found

from sharp_eyes.store.index.column_types import TransactionNumber
from sharp_eyes.store.index.feed import read_incarnation
from sharp_eyes.store.index.schema import PART_OF_EVIDENCE, kind_of_part, record, track
from sharp_eyes.store.lake.flushing import Batch
from sharp_eyes.store.lake.records import VisibleRow
from sharp_eyes.store.lake.schema import TRACKS, LakeTable
from sharp_eyes.store.rows import Row
from sharp_eyes.store.sql import reading

_EVIDENCE_OF_PART = {part: kind for kind, part in PART_OF_EVIDENCE.items()}


class IndexRows:
    """The new rows of one index, for the flusher."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def incarnation(self) -> str:
        """The name of this index; a rebuilt one has another."""
        with reading(self._engine) as connection:
            return read_incarnation(connection)

    def after(self, table: LakeTable, position: int | None, limit: int) -> Batch:
        """The rows behind this position, about `limit` of them, in order."""
        with reading(self._engine) as connection:
            if connection.dialect.name == "sqlite":
                return _by_sequence(connection, table, position or 0, limit)
            return _by_transaction(connection, table, position or 0, limit)


def settled(engine: Engine, table: LakeTable, position: int) -> ColumnElement[bool]:
    """Those rows of the index that a history which was flushed up to this position holds."""
    source = track if table.name == TRACKS.name else record
    return source.c.seq <= position if engine.dialect.name == "sqlite" else source.c.xid < _number(position)


def _by_sequence(connection: Connection, table: LakeTable, position: int, limit: int) -> Batch:
    wanted, order = _rows(connection, table)
    found = connection.execute(wanted.where(order > position).order_by(order).limit(limit)).all()
    return Batch(_visible(table, found), found[-1].place if found else position)


def _by_transaction(connection: Connection, table: LakeTable, position: int, limit: int) -> Batch:
    snapshot = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=TransactionNumber)
    horizon = int(connection.execute(select(snapshot)).scalar_one())
    found = _between(connection, table, position, horizon, limit)
    if len(found) < limit:
        return Batch(_visible(table, found), horizon)
    last = int(found[-1].place)  # it may go on behind the limit
    whole = [one for one in found if int(one.place) < last]
    if whole:
        return Batch(_visible(table, whole), last)
    return Batch(_visible(table, _between(connection, table, last, last + 1, None)), last + 1)


def _between(
    connection: Connection, table: LakeTable, low: int, high: int, limit: int | None
) -> Sequence[Found[Any]]:
    wanted, order = _rows(connection, table)
    wanted = wanted.where(order >= _number(low), order < _number(high)).order_by(order)
    return connection.execute(wanted.limit(limit)).all()


def _number(position: int) -> ColumnElement[str]:
    return cast(literal(str(position)), TransactionNumber)


def _visible(table: LakeTable, found: Sequence[Found[Any]]) -> tuple[VisibleRow, ...]:
    row = _track_row if table.name == TRACKS.name else _record_row
    return tuple(VisibleRow(row(one), one.visible_at) for one in found)


def _rows(connection: Connection, table: LakeTable) -> tuple[Select[Any], ColumnElement[Any]]:
    source = track if table.name == TRACKS.name else record
    order = source.c.seq if connection.dialect.name == "sqlite" else source.c.xid
    own = (track.c.run, track.c.track) if source is track else (record.c.event_id, record.c.part)
    same = (source.c.camera, source.c.division, source.c.at, source.c.visible_at, source.c.body)
    return select(order.label("place"), *own, *same), order


def _record_row(found: Found[Any]) -> Row:
    """The record's row; its `at` is that of its id."""
    kind = kind_of_part(found.part)
    key = f"{found.event_id}/{kind}"
    if kind == "evidence":
        key = f"{key}/{_EVIDENCE_OF_PART[found.part]}"
    return Row(kind, key, found.event_id, found.camera, found.division, found.at, found.body)


def _track_row(found: Found[Any]) -> Row:
    key = f"track/{found.camera}/{found.run}/{found.track}"
    return Row("track", key, "", found.camera, found.division, found.at, found.body)
