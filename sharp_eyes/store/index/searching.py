"""Finds the newest events that a question means, without reading more of the past than it must.

    to_at ◄─10 min─┤◄──────2 h──────┤◄─────────24 h─────────┤◄─── day by day ─── from_at

Each rung is searched as a whole, newest first, until the page is full; where nothing happened, the
next rung begins at the next record before. Only indexes are read: the records of a page come later.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, select, true

from sharp_eyes.clock import SECOND
from sharp_eyes.store.index.filters import (
    IS_RAISED,
    among,
    few_cameras_within,
    holdable,
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
_NARROW = (DAY, 1 << 62)  # where an index leads from one event to the next, further rungs would only be steps

FEW_TYPES = 8

_ANY = true()


@dataclass(frozen=True, slots=True)
class _Search:
    """A question in SQL. Each branch is answered from one index; together they are the question.

    `narrow`: that index holds little else between one event and the next.
    """

    branches: tuple[ColumnElement[bool], ...]
    low: str
    high: str
    narrow: bool = False


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
    cameras = _cameras(connection, query, prefixes) if prefixes else None
    if cameras is None:
        return _Search((), low, high)
    rest = and_(within(record.c.division, prefixes), *_plain(connection, query), cameras)
    by_type = cameras is _ANY and 0 < len(query.types) <= FEW_TYPES
    branches = tuple(_branches(connection, query.types, rest, by_type=by_type))
    return _Search(
        branches, low, high, narrow=by_type or (query.cameras is not None and len(query.cameras) == 1)
    )


def _cameras(
    connection: Connection, query: EventQuery, prefixes: tuple[str, ...]
) -> ColumnElement[bool] | None:
    """By which cameras to search; None where no event can be meant.

    A division of few cameras is asked by camera: in the order of time its events lie far apart.
    """
    if query.cameras is not None:
        return of_cameras(connection, query.cameras)
    if "" in prefixes:
        return _ANY
    numbers = few_cameras_within(connection, prefixes)
    if numbers is None:
        return _ANY
    return of_numbers(connection, numbers) if numbers else None


def _branches(
    connection: Connection, asked: tuple[str, ...], rest: ColumnElement[bool], *, by_type: bool
) -> Iterator[ColumnElement[bool]]:
    types = holdable(dict.fromkeys(asked))
    if by_type:
        yield from (and_(record.c.type == one, rest) for one in types)
    elif asked:
        yield and_(among(connection, unled(connection, record.c.type), types), rest)
    else:
        yield rest


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
    for width in _NARROW if search.narrow else LADDER:
        bottom = max(search.low, first_id(moment_of(top) - width))
        if bottom < top:
            yield bottom, top
            top = bottom
    while (newest := connection.execute(_newest(search.low, top)).scalar()) is not None:
        bottom = max(search.low, first_id(moment_of(newest) - DAY))
        yield bottom, top
        top = bottom


def _newest(low: str, high: str) -> Select[str]:
    """The newest event of all from `low` up to `high`."""
    ids = select(record.c.event_id).where(IS_RAISED, record.c.event_id >= low, record.c.event_id < high)
    return ids.order_by(record.c.event_id.desc()).limit(1)


def _rung(connection: Connection, search: _Search, low: str, high: str, limit: int) -> list[str]:
    found: set[str] = set()
    for branch in search.branches:
        ids = _newest(low, high).where(branch).limit(limit)
        found.update(connection.execute(ids).scalars())
    return sorted(found, reverse=True)
