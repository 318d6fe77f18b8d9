"""Answers how many events were raised: from the rollups, or by a bounded scan where they do not know.

by hour   from `hour_count`, but not for cameras, nor for places below a township
by day    from `day_count`, but not for labels
"""

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, and_, func, null, select

from sharp_eyes.store.index.filters import (
    IS_RAISED,
    among,
    holdable,
    numbers_of,
    of_cameras,
    within,
)
from sharp_eyes.store.index.id_range import first_id
from sharp_eyes.store.index.queries import LONGEST_SCAN, Count, CountQuery, WrongQueryError
from sharp_eyes.store.index.rollups import DAY, HOUR
from sharp_eyes.store.index.schema import day_count, hour_count, record
from sharp_eyes.store.index.scope import TOWNSHIP, common_prefixes

SEARCHED_ONE_BY_ONE = 1_000  # hours or days


def count(connection: Connection, query: CountQuery) -> list[Count]:
    """The counts, in order. Raises WrongQueryError for what neither rollup knows nor a scan may find out."""
    prefixes = checked_prefixes(query)
    if not prefixes or query.from_at >= query.to_at:
        return []
    by_rollup = _by_rollup if in_rollup(query, prefixes) else _by_scan
    rows = connection.execute(by_rollup(connection, query, prefixes))
    return [_count(query, *row) for row in rows]


def checked_prefixes(query: CountQuery) -> tuple[str, ...]:
    """The divisions that are asked for and allowed. Raises WrongQueryError as `count` does."""
    prefixes = common_prefixes(query.divisions, query.division)
    if not in_rollup(query, prefixes) and query.to_at - query.from_at > LONGEST_SCAN:
        limit = "for cameras or places below a township" if query.by == "hour" else "for labels"
        other = "24 hours at most" if query.by == "hour" else "24 hours at most, or by hour"
        raise WrongQueryError("by", f"counts by {query.by} {limit} have to be scanned", f"ask for {other}")
    return prefixes


def in_rollup(query: CountQuery, prefixes: tuple[str, ...]) -> bool:
    """Whether a rollup knows the answer."""
    if query.by == "day":
        return not query.labels
    return query.cameras is None and all(len(prefix) <= TOWNSHIP for prefix in prefixes)


def stretch(query: CountQuery) -> tuple[int, int]:
    """The whole hours or days that the question's stretch touches."""
    width = HOUR if query.by == "hour" else DAY
    return query.from_at - query.from_at % width, query.to_at + -query.to_at % width


def _count(query: CountQuery, start_at: int, place: str, type_: str, label: str | None, count: int) -> Count:
    if query.by == "hour":
        return Count(start_at, place, None, type_, label, int(count))
    return Count(start_at, None, place, type_, None, int(count))


Counted = Select[int, str, str, str | None, int]


def _by_rollup(connection: Connection, query: CountQuery, prefixes: tuple[str, ...]) -> Counted:
    return _hours(connection, query, prefixes) if query.by == "hour" else _days(connection, query, prefixes)


def _hours(connection: Connection, query: CountQuery, prefixes: tuple[str, ...]) -> Counted:
    table = hour_count.c
    wanted = select(table.hour_at, table.division, table.type, table.label, table.count)
    filters = _filters(connection, query, hour_count, prefixes)
    hours = _within(connection, query, table.hour_at, narrowed="" not in prefixes)
    return wanted.where(hours, *filters).order_by(table.hour_at, table.division, table.type, table.label)


def _days(connection: Connection, query: CountQuery, prefixes: tuple[str, ...]) -> Counted:
    table = day_count.c
    keys = (table.day_at, table.camera, table.type)
    wanted = select(*keys, null(), func.sum(table.count)).group_by(*keys).order_by(*keys)
    filters = list(_filters(connection, query, day_count, prefixes))
    if query.cameras is not None:
        filters.append(among(connection, table.camera, holdable(query.cameras)))
    days = _within(connection, query, table.day_at, narrowed=query.cameras is not None)
    return wanted.where(days, *filters)


def _within(
    connection: Connection, query: CountQuery, column: Column[int], *, narrowed: bool
) -> ColumnElement[bool]:
    """The rows of the question's stretch. Where more is asked of each, its hours or days one by one.

    Behind a range of time, what else is asked for could not be searched by.
    """
    low, high = stretch(query)
    each = range(low, high, HOUR if query.by == "hour" else DAY)
    if narrowed and len(each) <= SEARCHED_ONE_BY_ONE:
        return among(connection, column, each)
    return and_(column >= low, column < high)


def _by_scan(connection: Connection, query: CountQuery, prefixes: tuple[str, ...]) -> Counted:
    low, high = stretch(query)
    filters = [IS_RAISED, record.c.event_id >= first_id(low), record.c.event_id < first_id(high)]
    filters += _filters(connection, query, record, prefixes)
    if query.cameras is not None:
        numbers = numbers_of(connection, query.cameras)
        filters.append(of_cameras(connection, query.cameras, numbers))
    if query.by == "hour":
        start_at, place = record.c.at - record.c.at % HOUR, func.substr(record.c.division, 1, TOWNSHIP)
        keys = [start_at, place, record.c.type, record.c.label]
    else:
        keys = [record.c.at - record.c.at % DAY, record.c.camera, record.c.type]
    columns = keys if query.by == "hour" else [*keys, null()]
    return select(*columns, func.count()).where(*filters).group_by(*keys).order_by(*keys)


def _filters(
    connection: Connection, query: CountQuery, table: Table, prefixes: tuple[str, ...]
) -> Iterator[ColumnElement[bool]]:
    yield within(table.c.division, prefixes)
    if query.types:
        yield among(connection, table.c.type, holdable(query.types))
    if query.labels:
        yield among(connection, table.c.label, holdable(query.labels))
