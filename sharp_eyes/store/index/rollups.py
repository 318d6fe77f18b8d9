"""The two rollups of raised events: what is added to them with each insertion.

by hour   township × type × label     hour_count
by day    camera × type               day_count
"""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from sqlalchemy import Connection, Table

from sharp_eyes.clock import SECOND
from sharp_eyes.store.index.entries import RecordEntry
from sharp_eyes.store.index.many_rows import Insert, insert_many
from sharp_eyes.store.index.schema import RAISED, day_count, hour_count
from sharp_eyes.store.index.scope import TOWNSHIP

HOUR = 3600 * SECOND
DAY = 24 * HOUR

Key = tuple[int, str, str, str]


def hour_key(entry: RecordEntry) -> Key:
    """The row of `hour_count` that this raised event counts in."""
    return entry.at - entry.at % HOUR, entry.row.division[:TOWNSHIP], entry.type or "", entry.label or ""


def day_key(entry: RecordEntry) -> Key:
    """The row of `day_count` that this raised event counts in."""
    return entry.at - entry.at % DAY, entry.row.camera, entry.type or "", entry.row.division


def add_counts(connection: Connection, new: Iterable[RecordEntry]) -> None:
    """Count what was really inserted; of all records only the raised ones."""
    raised = [entry for entry in new if entry.part == RAISED]
    _add(connection, hour_count, Counter(map(hour_key, raised)))
    _add(connection, day_count, Counter(map(day_key, raised)))


def _add(connection: Connection, table: Table, counts: Counter[Key]) -> None:
    if not counts:
        return
    names = table.columns.keys()
    # In the order of the keys, so that two writers wait for each other and never deadlock.
    lines = [dict(zip(names, (*key, count), strict=True)) for key, count in sorted(counts.items())]
    insert_many(connection, table, lines, partial(_added, table, names[:-1]))


def _added(table: Table, key: list[str], statement: Insert) -> Insert:
    total = table.c.count + statement.excluded["count"]
    return statement.on_conflict_do_update(index_elements=key, set_={"count": total})
