"""Conditions in SQL that both databases judge quickly, however many values they name."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Text,
    and_,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from sharp_eyes.store.index.column_types import is_holdable
from sharp_eyes.store.index.schema import RAISED, camera_number, record
from sharp_eyes.store.index.scope import after_prefix

FEW_CAMERAS = 500  # more are quicker to pick out of everything than to ask one by one
FEW_IN_DIVISION = 200  # likewise, of a division: in the order of time its events are that much closer

# Written out, not a parameter: only so SQLite knows that the partial indexes hold all that is asked for.
IS_RAISED = record.c.part == literal_column(str(RAISED))


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """The column is one of these values: a single parameter, however many they are."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        kind = BigInteger() if listed and isinstance(listed[0], int) else Text()
        return column == any_(literal(listed, ARRAY(kind)))
    each = func.json_each(json.dumps(listed)).table_valued("value")
    return column.in_(select(each.c.value))


def unled(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """The column, but SQLite is not to search by it: the `+` keeps it from an index on it."""
    if connection.dialect.name != "sqlite":
        return column
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def within(column: ColumnElement[str], prefixes: Sequence[str]) -> ColumnElement[bool]:
    """The column begins with one of these prefixes of digits: ranges, which need no escaping."""
    if "" in prefixes:
        return true()
    return or_(*(and_(column >= prefix, column < after_prefix(prefix)) for prefix in prefixes))


def numbers_of(connection: Connection, cameras: Collection[str]) -> list[int]:
    """The numbers that these cameras have had in event ids."""
    wanted = among(connection, camera_number.c.camera, holdable(cameras))
    return sorted(set(connection.execute(select(camera_number.c.number).where(wanted)).scalars()))


def of_cameras(
    connection: Connection, cameras: Collection[str], numbers: Collection[int]
) -> ColumnElement[bool]:
    """The record is of these cameras, which have these numbers.

    By number, which is quick; and by id only where another camera shares a number, as in replays.
    """
    same = select(camera_number.c.camera).where(among(connection, camera_number.c.number, numbers))
    by_number = of_numbers(connection, numbers)
    if set(connection.execute(same).scalars()) <= set(cameras):
        return by_number
    return and_(by_number, among(connection, record.c.camera, holdable(cameras)))


def of_numbers(connection: Connection, numbers: Collection[int]) -> ColumnElement[bool]:
    """The record is of a camera with one of these numbers."""
    column = record.c.camera_number
    if len(numbers) == 1:
        return column == next(iter(numbers))
    led = column if len(numbers) <= FEW_CAMERAS else unled(connection, column)
    return among(connection, led, numbers)


def few_numbers_within(connection: Connection, prefixes: Sequence[str]) -> list[int] | None:
    """The numbers of all cameras that ever raised anything in these divisions; None if they are many."""
    inside = select(camera_number.c.number).where(within(camera_number.c.division, prefixes))
    numbers = connection.execute(inside.limit(FEW_IN_DIVISION + 1)).scalars().all()
    return sorted(set(numbers)) if len(numbers) <= FEW_IN_DIVISION else None


def holdable(texts: Collection[str]) -> list[str]:
    """Those that a database can hold; nothing in it equals any of the others."""
    return [text for text in texts if is_holdable(text)]
