"""Finds the newest events that a question means, without reading more of the past than it must.

    to_at ◄─10 min─┤◄──────2 h──────┤◄─────────24 h─────────┤◄─── day by day ─── from_at

Each rung is searched as a whole, newest first, until the page is full; where nothing happened, the
next rung begins at the next record before. Only indexes are read: the records of a page come later.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from sharp_eyes.clock import SECOND
from sharp_eyes.store.index.filters import (
    FEW_CAMERAS,
    IS_RAISED,
    among,
    few_numbers_within,
    holdable,
    numbers_of,
    of_cameras,
    of_numbers,
    unled,
    within,
)
from sharp_eyes.store.index.id_range import cursor_id, first_id, moment_of
from sharp_eyes.store.index.queries import LARGEST_PAGE, EventQuery, WrongQueryError
from sharp_eyes.store.index.schema import record
from sharp_eyes.store.index.scope import common_prefixes

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
DAY = 24 * HOUR
LADDER = (10 * MINUTE, 2 * HOUR, DAY)  # the first rungs, from the top; every further one is a day
_SORTED = LADDER[1:]  # where a rung is sorted: of few cameras, ten minutes hold next to nothing
_NARROW = (DAY, 1 << 62)  # where an index leads from one event to the next, further rungs would only be steps

FEW_TYPES = 8


@dataclass(frozen=True, slots=True)
class _Search:
    """A question in SQL. Each branch is answered from one index; together they are the question.

    `narrow`: that index leads straight from one event to the next. `sort`: it does not lead by time,
    so what lies within a rung has to be sorted.
    """

    low: str
    high: str
    branches: tuple[ColumnElement[bool], ...] = ()
    narrow: bool = False
    sort: bool = False


def newest_ids(connection: Connection, query: EventQuery, limit: int) -> list[str]:
    """The ids of the newest events that the query means, newest first, at most `limit`.

    Raises WrongQueryError.
    """
    search = _search(connection, query)
    found: list[str] = []
    for low, high in _rungs(connection, search):
        found += _rung(connection, search, low, high, limit)
        if len(found) >= limit:
            break
    return found[:limit]


def check(query: EventQuery) -> None:
    """Raises WrongQueryError for a page of no or too many events, a wrong cursor or prefix."""
    if not 1 <= query.limit <= LARGEST_PAGE:
        raise WrongQueryError("limit", f"{query.limit} events", f"ask for 1 to {LARGEST_PAGE}")
    if query.before is not None:
        cursor_id(query.before)
    common_prefixes(query.divisions, query.division)


def _search(connection: Connection, query: EventQuery) -> _Search:
    prefixes = common_prefixes(query.divisions, query.division)
    low, high = first_id(query.from_at), first_id(query.to_at)
    if query.before is not None:
        high = min(high, cursor_id(query.before))
    numbers = _numbers(connection, query, prefixes)
    if not prefixes or numbers == []:
        return _Search(low, high)
    rest = and_(within(record.c.division, prefixes), *_plain(connection, query))
    if numbers is None:
        by_type = 0 < len(query.types) <= FEW_TYPES
        return _Search(low, high, tuple(_branches(connection, query, rest)), narrow=by_type)
    if query.cameras is None:
        rest = and_(rest, of_numbers(connection, numbers))
    else:
        rest = and_(rest, of_cameras(connection, query.cameras, numbers))
    rest = and_(rest, *_of_types(connection, query))
    return _Search(low, high, (rest,), narrow=len(numbers) == 1, sort=1 < len(numbers) <= FEW_CAMERAS)


def _numbers(connection: Connection, query: EventQuery, prefixes: tuple[str, ...]) -> list[int] | None:
    """The numbers of the cameras to search by; None to search in the order of time, or by type.

    A division of few cameras is asked by camera: in the order of time its events lie far apart.
    """
    if query.cameras is not None:
        return numbers_of(connection, query.cameras)
    return None if "" in prefixes or not prefixes else few_numbers_within(connection, prefixes)


def _branches(
    connection: Connection, query: EventQuery, rest: ColumnElement[bool]
) -> Iterator[ColumnElement[bool]]:
    if 0 < len(query.types) <= FEW_TYPES:
        yield from (and_(record.c.type == one, rest) for one in holdable(dict.fromkeys(query.types)))
    else:
        yield and_(rest, *_of_types(connection, query))


def _of_types(connection: Connection, query: EventQuery) -> Iterator[ColumnElement[bool]]:
    if query.types:
        yield among(connection, unled(connection, record.c.type), holdable(query.types))


def _plain(connection: Connection, query: EventQuery) -> Iterator[ColumnElement[bool]]:
    if query.labels:
        yield among(connection, record.c.label, holdable(query.labels))
    if query.severities:
        yield record.c.severity.in_([one for one in query.severities if 1 <= one <= 4])
    if query.min_confidence is not None:
        yield record.c.confidence >= query.min_confidence


def _rungs(connection: Connection, search: _Search) -> Iterator[tuple[str, str]]:
    if not search.branches:
        return
    top = search.high
    for width in _NARROW if search.narrow else _SORTED if search.sort else LADDER:
        bottom = max(search.low, first_id(moment_of(top) - width))
        if bottom < top:
            yield bottom, top
            top = bottom
    while top > search.low and (newest := connection.execute(_newest(search.low, top)).scalar()):
        bottom = max(search.low, first_id(moment_of(newest) - DAY))
        yield bottom, top
        top = bottom


def _ids(low: str, high: str) -> Select[str]:
    """The ids of all events from `low` up to `high`."""
    return select(record.c.event_id).where(IS_RAISED, record.c.event_id >= low, record.c.event_id < high)


def _newest(low: str, high: str) -> Select[str]:
    return _ids(low, high).order_by(record.c.event_id.desc()).limit(1)


def _rung(connection: Connection, search: _Search, low: str, high: str, limit: int) -> list[str]:
    found: set[str] = set()
    for branch in search.branches:
        ids = _ids(low, high).where(branch)
        if search.sort and connection.dialect.name == "postgresql":
            # First all of the rung, then the order: it would else be tempted to walk through time.
            rung = ids.cte("rung").prefix_with("MATERIALIZED")
            ids = select(rung.c.event_id).order_by(rung.c.event_id.desc())
        else:
            ids = ids.order_by(record.c.event_id.desc())
        found.update(connection.execute(ids.limit(limit)).scalars())
    return sorted(found, reverse=True)
