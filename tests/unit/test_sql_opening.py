import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sharp_eyes.store.sql import open_engine

FULL = 2  # https://www.sqlite.org/pragma.html#pragma_synchronous


def test_what_is_committed_in_sqlite_is_on_the_disk_and_survives_a_power_cut(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'index.sqlite'}")
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (FULL,)
    engine.dispose()


def test_who_opens_a_new_file_in_which_another_writes_just_then_waits(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")
        first.execute("CREATE TABLE one (id INTEGER)")
        ending = threading.Timer(0.3, first.execute, ("COMMIT",))
        ending.start()
        engine = open_engine(f"sqlite:///{file}")
        with closing(engine.raw_connection()) as connection:
            assert connection.cursor().execute("PRAGMA journal_mode").fetchone() == ("wal",)
        engine.dispose()
        ending.join()
