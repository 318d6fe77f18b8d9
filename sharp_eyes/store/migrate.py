"""Brings a database to the newest form of its tables, by the migration scripts of a package.

A script is a module of that package: alembic's `revision`, `down_revision` and `upgrade()`.
"""

import hashlib
import logging
import threading
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, text

from sharp_eyes.errors import StoreError
from sharp_eyes.store.sql import reading, writing

# It tells each step that it takes; whoever migrates wants to hear of errors only.
logging.getLogger("alembic").setLevel(logging.WARNING)

_VERSION_TABLE = "alembic_version"
_ALONE = threading.Lock()  # alembic's operations are global to the process: threads would mix theirs up


def migrate(engine: Engine, scripts: str, schema: str | None = None) -> None:
    """Run what this database has not run yet of the migrations in the package `scripts`.

    In PostgreSQL the tables go into `schema` (made where it is missing; `upgrade` need not name it);
    SQLite has none. Any number of processes may call this at once: one migrates, the others wait.
    Raises StoreError where the database refuses, or where it is newer than the scripts.
    """
    directory = _directory(scripts)
    if schema is not None and engine.dialect.name != "postgresql":
        schema = None
    with reading(engine) as connection:
        if _revision(connection, schema) == directory.get_current_head():
            return  # the usual case takes no lock
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            _take_place(connection, scripts, schema)
        _upgrade(connection, directory, schema)


def _directory(scripts: str) -> ScriptDirectory:
    folder = str(Path(str(files(scripts))))
    return ScriptDirectory(folder, version_locations=[folder])


def _revision(connection: Connection, schema: str | None) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE, schema=schema):
        return None
    return _context(connection, schema).get_current_revision()


def _context(connection: Connection, schema: str | None) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table_schema": schema})


def _take_place(connection: Connection, scripts: str, schema: str | None) -> None:
    """Wait until nobody else migrates this database; until the transaction ends."""
    name = hashlib.sha256(f"{scripts}\0{schema}".encode()).digest()
    lock = int.from_bytes(name[:8], "big", signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    if schema is not None:
        quoted = connection.dialect.identifier_preparer.quote(schema)
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {quoted}"))
        connection.execute(text(f"SET LOCAL search_path TO {quoted}"))


def _upgrade(connection: Connection, directory: ScriptDirectory, schema: str | None) -> None:
    def missing(current: Collection[str], _: MigrationContext) -> list[RevisionStep]:
        lower = tuple(current) or "base"
        newest_first = directory.iterate_revisions("heads", lower)
        return [RevisionStep(directory.revision_map, one, True) for one in newest_first][::-1]

    options = {"version_table_schema": schema, "fn": missing}
    context = MigrationContext.configure(connection, opts=options)
    try:
        with _ALONE, Operations.context(context):
            context.run_migrations()
    except (RevisionError, CommandError) as error:
        found = ", ".join(context.get_current_heads())
        raise StoreError(
            f"{connection.engine.url.render_as_string(hide_password=True)}: the tables are of the revision "
            f"{found}, which this version does not know: install the version that made them, or a newer"
        ) from error
