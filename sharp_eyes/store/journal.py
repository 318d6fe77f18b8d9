"""The journal: what is committed. One node process writes it and ships from it.

    append ──► position 1 2 3 4 5 6 7 …          durable when append returns
                          │     └ cursor "evidence"
                          └ cursor "records"      each shipper its own; purged is what all have passed

A row that comes again has the same key and is ignored. The rows of one `append` are one transaction
and one fsync; gathering many writers' rows into one call is the node's business. Threads may share
a Journal, processes may not.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sharp_eyes.errors import StoreError
from sharp_eyes.store.journal_file import explained, open_journal_file, spoilt
from sharp_eyes.store.rows import KINDS, Kind, Row

PURGED_AT_ONCE = 10_000  # rows in one transaction, so that no writer waits long

_INSERT = """
INSERT INTO journal (kind, key, event_id, camera, division, at, body, committed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
"""
_AFTER = """
SELECT position, committed_at, kind, key, event_id, camera, division, at, body FROM journal
WHERE position > ? ORDER BY position LIMIT ?
"""
_AFTER_OF_KIND = """
SELECT position, committed_at, kind, key, event_id, camera, division, at, body FROM journal
WHERE kind = ? AND position > ? ORDER BY position LIMIT ?
"""
_WAITING = """
SELECT count(*), min(position) FROM journal
WHERE kind IN (SELECT value FROM json_each(?)) AND position > ?
"""
_END = """
SELECT max(
    coalesce((SELECT max(position) FROM journal), 0),
    coalesce((SELECT max(position) FROM cursor), 0)  -- of a journal that was purged empty
)
"""
_MOVE = """
INSERT INTO cursor (name, position) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""
_PURGE = """
DELETE FROM journal WHERE position IN (
    SELECT position FROM journal
    WHERE position < ? AND position <= (SELECT min(position) FROM cursor)
    ORDER BY position LIMIT ?
)
"""


@dataclass(frozen=True, slots=True)
class Journalled:
    """A committed row: its `position`, rising without end, and when it was committed (microseconds UTC)."""

    position: int
    committed_at: int
    row: Row


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a cursor has not passed: how many rows, and when the first of them was committed."""

    rows: int
    oldest_at: int | None


class Journal:
    """The journal in this file, made where there is none. Raises StoreError for what the disk refuses.

    After an error of the disk the connection is closed; the next call opens the file anew.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._closed = False
        self._connection: sqlite3.Connection | None = open_journal_file(file)

    def append(self, rows: Sequence[Row], committed_at: int) -> int:
        """Commit the rows at this moment; how many of them were new. Durable when this returns."""
        values = [(*astuple(row), committed_at) for row in rows]
        with self._writing() as connection:
            before = connection.total_changes
            connection.executemany(_INSERT, values)
            return connection.total_changes - before

    def after(self, position: int, limit: int, kind: Kind | None = None) -> list[Journalled]:
        """The rows behind this position in their order, all or those of one kind, `limit` at most."""
        with self._using() as connection:
            if kind is None:
                found = connection.execute(_AFTER, (position, limit)).fetchall()
            else:
                found = connection.execute(_AFTER_OF_KIND, (kind, position, limit)).fetchall()
        return [Journalled(where, when, Row(*fields)) for where, when, *fields in found]

    def has(self, key: str) -> bool:
        """Whether a row with this key is there."""
        with self._using() as connection:
            return connection.execute("SELECT 1 FROM journal WHERE key = ?", (key,)).fetchone() is not None

    def end(self) -> int:
        """The position of the last row, 0 before the first."""
        with self._using() as connection:
            last: int = connection.execute(_END).fetchone()[0]
        return last

    def cursor(self, name: str) -> int:
        """The position that this shipper has passed, 0 at first."""
        with self._using() as connection:
            return _cursor(connection, name)

    def move_cursor(self, name: str, position: int) -> None:
        """Remember that everything up to this position is shipped."""
        with self._writing() as connection:
            connection.execute(_MOVE, (name, position))

    def backlog(self, name: str, kind: Kind | None = None) -> Backlog:
        """What this shipper has not passed yet, all or of one kind."""
        kinds = json.dumps([kind] if kind else KINDS)
        with self._using() as connection:
            position = _cursor(connection, name)
            rows, first = connection.execute(_WAITING, (kinds, position)).fetchone()
            oldest = connection.execute(
                "SELECT committed_at FROM journal WHERE position = ?", (first,)
            ).fetchone()
        return Backlog(rows, oldest[0] if oldest else None)

    def purge(self, before_position: int) -> int:
        """Remove the rows before this position that every cursor has passed; how many."""
        purged = 0
        while taken := self._purge_some(before_position):
            purged += taken
        return purged

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        with self._lock:
            self._closed = True
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _purge_some(self, before_position: int) -> int:
        with self._writing() as connection:
            return connection.execute(_PURGE, (before_position, PURGED_AT_ONCE)).rowcount

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._opened()
            try:
                yield connection
            except sqlite3.Error as error:
                if spoilt(error):
                    self._drop()
                raise StoreError(f"{self._file}: {explained(error)}") from error
            except (OverflowError, UnicodeError) as error:
                raise StoreError(f"{self._file}: a row holds what SQLite cannot: {error}") from error
            finally:
                self._undo()

    def _opened(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"{self._file}: the journal is closed")
        if self._connection is None:
            self._connection = open_journal_file(self._file)
        return self._connection

    def _undo(self) -> None:
        """Roll back what was begun and not committed."""
        if self._connection is None or not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _cursor(connection: sqlite3.Connection, name: str) -> int:
    found = connection.execute("SELECT position FROM cursor WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else 0
