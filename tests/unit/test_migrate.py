import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.opening import SCRIPTS
from sharp_eyes.store.migrate import migrate
from sharp_eyes.store.sql import open_engine, reading, writing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def migrated(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    try:
        migrate(engine, SCRIPTS)
    finally:
        engine.dispose()


def test_a_database_is_brought_up_to_date_once(file: Path) -> None:
    migrated(file)
    with closing(sqlite3.connect(file)) as plain:
        names = plain.execute("SELECT name FROM incarnation").fetchall()
    migrated(file)
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("SELECT name FROM incarnation").fetchall() == names
        assert plain.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_one_that_is_up_to_date_is_opened_without_waiting_for_a_writer(file: Path) -> None:
    migrated(file)
    engine = open_engine(f"sqlite:///{file}")
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM record"))
        migrated(file)
    engine.dispose()


def test_a_database_that_is_newer_than_the_scripts_is_refused_and_left_alone(file: Path) -> None:
    migrated(file)
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
        plain.commit()
    with pytest.raises(StoreError, match="revision 9999, which this version does not know"):
        migrated(file)


def test_a_migration_that_fails_leaves_nothing_behind(file: Path) -> None:
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("CREATE TABLE coverage (mine INTEGER)")  # in the way of the last tables
    with pytest.raises(StoreError, match="coverage already exists"):
        migrated(file)
    engine = open_engine(f"sqlite:///{file}")
    with reading(engine) as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        )
    engine.dispose()
    assert names == ["coverage"]


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        migrated(file)
