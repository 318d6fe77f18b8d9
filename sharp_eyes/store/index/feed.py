"""The order in which records became visible, and positions in it.

    SQLite       …│ seq 41 │ seq 42 │ seq 43 │            writers take turns: the order is final
    PostgreSQL    │ xid 7: a, b │ xid 9: c │ xid 8: …     8 began earlier and may commit later:
                                 ▲                        only what lies below every transaction
                                 horizon                  that still runs is told

A position is the text `incarnation-place`: of another index, or of one that was rebuilt, it is refused.
"""

import re
import uuid
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, cast, func, literal, select, text, tuple_

from sharp_eyes.store.index.column_types import EventId, TransactionNumber
from sharp_eyes.store.index.queries import Change, Changes, WrongPositionError
from sharp_eyes.store.index.schema import incarnation, kind_of_part, record

_PLACE = re.compile(r"([0-9a-f]+)-(?:([0-9]{1,18})|([0-9]{1,18})-([0-9a-f-]{36})-([0-9]))")
_NO_ID = "00000000-0000-0000-0000-000000000000"


class Place(NamedTuple):
    """Right after this record; `seq` in SQLite, the others in PostgreSQL."""

    order: int
    event_id: str = _NO_ID
    part: int = 0


def read_incarnation(connection: Connection) -> str:
    """The name of this index; another after each rebuild."""
    name: str = connection.execute(select(incarnation.c.name)).scalar_one()
    return name


def position(connection: Connection, name: str) -> str:
    """Where the order ends now."""
    if connection.dialect.name == "postgresql":
        return _text(name, Place(_horizon(connection)))
    return f"{name}-{_end(connection)}"


def changes(connection: Connection, name: str, after: str, limit: int) -> Changes:
    """What came after this position ("" is the beginning), at most `limit`. Raises WrongPositionError."""
    ordered = connection.dialect.name == "postgresql"
    place = _place(after, name, ordered=ordered)
    wanted = _after_in_postgres(place) if ordered else _after_in_sqlite(place)
    rows = connection.execute(wanted.limit(limit)).all()
    if not rows and place.order > (_horizon(connection) if ordered else _end(connection)):
        raise WrongPositionError(after)
    items = tuple(_change(row, name, ordered=ordered) for row in rows)
    return Changes(items, items[-1].position if items else after)


def _after_in_sqlite(place: Place) -> Select[Any]:
    columns = (record.c.seq, record.c.event_id, record.c.part, record.c.camera, record.c.division)
    return select(*columns).where(record.c.seq > place.order).order_by(record.c.seq)


def _after_in_postgres(place: Place) -> Select[Any]:
    order = (record.c.xid, record.c.event_id, record.c.part)
    columns = (*order, record.c.camera, record.c.division)
    after = tuple_(
        cast(literal(str(place.order)), TransactionNumber),
        literal(place.event_id, EventId),
        literal(place.part),
    )
    horizon = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=TransactionNumber)
    return select(*columns).where(tuple_(*order) > after, record.c.xid < horizon).order_by(*order)


def _horizon(connection: Connection) -> int:
    horizon = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=TransactionNumber)
    return int(connection.execute(select(horizon)).scalar_one())


def _end(connection: Connection) -> int:
    # Not the largest that is there: records are dropped when they are old, and positions stay right.
    return connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'record'")).scalar() or 0


def _change(row: Row[Any], name: str, *, ordered: bool) -> Change:
    order, event_id, part, camera, division = tuple(row)
    place = Place(int(order), event_id, part)
    after = _text(name, place) if ordered else f"{name}-{order}"
    return Change(after, kind_of_part(part), event_id, camera, division)


def _text(name: str, place: Place) -> str:
    return f"{name}-{place.order}-{place.event_id}-{place.part}"


def _place(position_: str, name: str, *, ordered: bool) -> Place:
    if not position_:
        return Place(0)
    found = _PLACE.fullmatch(position_)
    if found is None or found[1] != name or (found[2] is None) != ordered:
        raise WrongPositionError(position_)
    try:
        return Place(int(found[2])) if not ordered else _place_of(found)
    except ValueError as error:
        raise WrongPositionError(position_) from error


def _place_of(found: re.Match[str]) -> Place:
    return Place(int(found[3]), str(uuid.UUID(found[4])), int(found[5]))
