"""DuckDB as the history's reader: it sees the history's files and nothing else, and downloads nothing."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from sharp_eyes.errors import StoreError, printable
from sharp_eyes.store.lake.schema import LakeTable

THREADS = 2
MEMORY = "2GB"  # beyond it, DuckDB sorts by files: an hour of a city takes 1, one of ten cities 10


def open_duck(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that may read below `folder` only. Raises StoreError."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(Path(tempfile.gettempdir()) / f"sharp-eyes-duck-{uuid.uuid4().hex}"),
    }
    with duck_translated(folder):
        connection = duckdb.connect(config=config)
        connection.execute(f"SET allowed_directories = [{quoted(f'{folder}/')}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def duck_translated(folder: Path) -> Iterator[None]:
    """What DuckDB says about the files in this folder, in our words."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(f"{folder}: {printable(' '.join(str(error).split()))[:500]}") from error


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def columns_of(table: LakeTable) -> str:
    """The record's columns as SQL names them."""
    return ", ".join(named(name) for name in table.names)


def named(column: str) -> str:
    """The column as SQL names it: some of ours are words of the language."""
    return f'"{column}"'
