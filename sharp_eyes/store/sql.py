"""Opens the SQL databases, SQLite or PostgreSQL, and begins their transactions.

In SQLite any process writes by short transactions that take the write lock at once; readers never
wait. Only one process of all may checkpoint the write-ahead log (SQLite before 3.51.2 can lose it
where two do): the clerk, which calls `checkpoint`. Every other connection has it off.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from sharp_eyes.errors import ConfigError, Problem, StoreError

BUSY_MILLISECONDS = 10_000
CONNECT_SECONDS = 5
_AGAIN_SECONDS = 0.02


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """The engine of `sqlite:///file` or `postgresql://…`; nothing is connected yet.

    Raises ConfigError for another kind of address, StoreError where a SQLite file's folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError([_unusable(url)]) from error
    if parsed.drivername == "sqlite":
        if not parsed.database:
            raise ConfigError([_unusable(url)])
        _make_folder(Path(parsed.database).parent)
        engine = create_engine(parsed, poolclass=QueuePool, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
    raise ConfigError([_unusable(url)])


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made: {error.strerror}") from error


def _unusable(url: str) -> Problem:
    scheme = url.split(":", 1)[0]
    return Problem(
        "SHARP_EYES_INDEX",
        "",
        f'"{scheme}:…" is no database that can be used',
        "write sqlite:///folder/index.sqlite or postgresql://user@host/database",
    )


def _prepare_sqlite(connection: SqliteConnection, _: Any) -> None:  # the interface of SQLAlchemy
    connection.isolation_level = None  # transactions begin where we say so
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "wal_autocheckpoint=0", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: SqliteConnection) -> None:
    """Let a new file have a write-ahead log; here SQLite itself does not wait for others who open it too."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except SqliteError as error:
            primary = (
                error.sqlite_errorcode & 0xFF
            )  # an extended code, as of a log being recovered, is busy too
            if primary != SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one snapshot. Raises StoreError for what the database refuses."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _transaction(engine, options) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; committed at the end, undone on any error."""
    with _transaction(engine, {"writes": True}) as connection:
        yield connection


@contextmanager
def _transaction(engine: Engine, options: dict[str, Any]) -> Iterator[Connection]:
    with _translated(engine), engine.connect() as connection:
        connection.execution_options(**options)  # of this connection, until it goes back to the pool
        with connection.begin():
            yield connection


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StoreError(f"{engine.url.render_as_string(hide_password=True)}: {reason}") from error


def checkpoint(engine: Engine) -> None:
    """Move SQLite's write-ahead log into its file; for the one process that may. Else nothing."""
    if engine.dialect.name != "sqlite":
        return
    with _translated(engine), engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def ping(engine: Engine) -> None:
    """Raises StoreError where the database does not answer."""
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
