"""The journal's file: its form, and the one connection that may touch it.

The connection holds the file to itself (`locking_mode=EXCLUSIVE`): nobody else can write or
checkpoint, which SQLite before 3.51.2 may pay for with the log, and a second node is refused.
"""

import sqlite3
from pathlib import Path

from sharp_eyes.errors import StoreError
from sharp_eyes.store.durability import make_folder

APPLICATION = 0x5345594A  # "SEYJ"
VERSION = 1
WAIT_SECONDS = 1.0  # for a process before us that is still closing the file

_FORM = """
CREATE TABLE journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, not after a purge either
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    camera TEXT NOT NULL,
    division TEXT NOT NULL,
    at INTEGER NOT NULL,
    committed_at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX journal_kind ON journal (kind);  -- counts what waits without reading bodies
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
"""


def open_journal_file(file: Path) -> sqlite3.Connection:
    """The connection, with a file of the present form behind it; made where there was none.

    What an earlier process wrote is first moved out of the write-ahead log: after a failed fsync the
    log may look whole and not be on the disk, and the file is written and synced anew by this.
    Raises StoreError for another program's file, one of a newer version, or one that cannot be used.
    """
    try:
        make_folder(file.parent)
        connection = sqlite3.connect(
            file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=32
        )
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{file}: the journal cannot be opened: {_reason(error)}") from error
    try:
        _prepare(connection, file)
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"{file}: {explained(error)}") from error
    except StoreError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    new = _number(connection, "application_id") == 0 and _number(connection, "schema_version") == 0
    if not new:
        _check(connection, file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    if new:
        stamp = f"PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {_FORM} {stamp} COMMIT;")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _check(connection: sqlite3.Connection, file: Path) -> None:
    if _number(connection, "application_id") != APPLICATION:
        raise StoreError(f"{file} is another program's database, no journal; name another folder")
    version = _number(connection, "user_version")
    if version != VERSION:
        raise StoreError(f"{file} is a journal of version {version}; this program reads version {VERSION}")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    value: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def spoilt(error: sqlite3.Error) -> bool:
    """Whether the connection must not be used again: the disk or the file failed, not the statement."""
    return _code(error) in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def explained(error: sqlite3.Error) -> str:
    """What went wrong, and what to do."""
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return "the disk is full; make room, the writers try again"
        case sqlite3.SQLITE_IOERR:
            return f"the disk failed ({error.sqlite_errorname}); the journal is opened anew at the next use"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return "this is no journal, or a damaged one; move it and its -wal aside, a new one is made"
        case sqlite3.SQLITE_BUSY:
            return "another process has the journal"
        case sqlite3.SQLITE_READONLY:
            return "the disk or the file is read-only"
    return str(error)


def _code(error: sqlite3.Error) -> int:
    extended: int = getattr(error, "sqlite_errorcode", 0)  # absent from errors of the module itself
    return extended & 0xFF


def _reason(error: OSError | sqlite3.Error) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
