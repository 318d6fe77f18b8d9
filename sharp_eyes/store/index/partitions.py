"""PostgreSQL's partitions of `record`, one per UTC day of the events' ids, made when they are needed.

record ─┬─ record_20260101
        ├─ record_20260102
        └─ record_elsewhere    days far from now (a camera's clock is wrong), or whose partition
                               could not be made yet; its rows move when their partition is made
"""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from sharp_eyes.clock import SECOND, to_datetime
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.id_range import first_id
from sharp_eyes.store.sql import reading, writing

DAY = 86_400 * SECOND
_PAST, _FUTURE = 400 * DAY, 2 * DAY  # of what lies beyond, each wrong clock would make a partition
_AGAIN = 60 * SECOND  # after a partition could not be made
_PATIENCE = "2s"  # queries wait behind one who waits for the lock

_MAKE = "CREATE TABLE {name} (LIKE record INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)"
_MOVE = """
WITH moved AS (DELETE FROM record_elsewhere WHERE event_id >= {low} AND event_id < {high} RETURNING *)
INSERT INTO {name} SELECT * FROM moved"""
_JOIN = "ALTER TABLE record ATTACH PARTITION {name} FOR VALUES FROM ({low}) TO ({high})"

_log = logging.getLogger(__name__)


class Partitions:
    """The days whose partition is known to be there; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: set[int] = set()
        self._failed_at: dict[int, int] = {}

    def prepare(self, moments: Iterable[int], now: int) -> None:
        """Make the partitions for events of these moments; all times are microseconds UTC.

        One that cannot be made now is tried again a minute later; until then its rows lie elsewhere.
        """
        if self._engine.dialect.name != "postgresql":
            return
        days = {at - at % DAY for at in moments if now - _PAST <= at <= now + _FUTURE}
        for day in sorted(days - self._known):
            if now - self._failed_at.get(day, now - _AGAIN) >= _AGAIN:
                self._make(day, now)

    def _make(self, day: int, now: int) -> None:
        try:
            if not self._is_there(day):
                with writing(self._engine) as connection:
                    _attach(connection, day)
        except StoreError as error:
            _log.warning(
                "%s cannot be made; its records lie in record_elsewhere: %s", partition_name(day), error
            )
            self._failed_at[day] = now
            return
        self._failed_at.pop(day, None)
        self._known.add(day)

    def _is_there(self, day: int) -> bool:
        with reading(self._engine) as connection:
            return _exists(connection, day)


def partition_name(day: int) -> str:
    """The table that holds the records of this UTC day (its first microsecond)."""
    return f"record_{to_datetime(day):%Y%m%d}"


def _exists(connection: Connection, day: int) -> bool:
    found = connection.execute(text("SELECT to_regclass(:name)"), {"name": partition_name(day)})
    return found.scalar() is not None


def _attach(connection: Connection, day: int) -> None:
    """Make the day's table, move into it what waits elsewhere, and only then make it a partition.

    Nobody can insert elsewhere meanwhile, so no row is left behind there.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
    connection.execute(text("LOCK TABLE record_elsewhere IN ACCESS EXCLUSIVE MODE"))
    if _exists(connection, day):
        return  # somebody else was quicker
    name = partition_name(day)
    limits = f"'{first_id(day)}'", f"'{first_id(day + DAY)}'"
    for statement in (_MAKE, _MOVE, _JOIN):
        connection.execute(text(statement.format(name=name, low=limits[0], high=limits[1])))
