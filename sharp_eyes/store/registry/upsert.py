"""Writes rows that may be there already, in the words of either database."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, object]


def upsert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert these rows; where one of the same primary key is there, it becomes the new one."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    insert = _insert(connection)(table)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_new(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert these rows; where one of the same primary key is there, it stays."""
    if rows:
        connection.execute(_insert(connection)(table).on_conflict_do_nothing(), rows)


def _insert(connection: Connection) -> type[postgresql.Insert] | type[sqlite.Insert]:
    return postgresql.Insert if connection.dialect.name == "postgresql" else sqlite.Insert
