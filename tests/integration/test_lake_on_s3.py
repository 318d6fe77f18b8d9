"""The clerk on PostgreSQL and a real S3 server."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text

from api.clerk import keeping
from api.clerk.clerk import Clerk
from api.clerk.leadership import Mandate, MandateEndedError, PostgresLeadership
from api.clerk.office import opened_clerk
from servers.children import free_ports
from servers.postgres import PostgresAddress
from servers.s3 import S3Address
from sharp_eyes.clock import FakeClock, SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.settings import Settings
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EVERYWHERE, EventQuery
from sharp_eyes.store.index.schema import record
from sharp_eyes.store.lake.benchmark import city_rows
from sharp_eyes.store.lake.duck import open_duck
from sharp_eyes.store.lake.flushing import Flusher
from sharp_eyes.store.lake.history import History
from sharp_eyes.store.lake.hot_window import archived, hot_from, sides, visible_end
from sharp_eyes.store.lake.hours import DAY, HOUR
from sharp_eyes.store.lake.lake import Lake, LakeConflictError, open_lake
from sharp_eyes.store.lake.reading_index import IndexRows
from sharp_eyes.store.lake.records import VisibleRow, table_of
from sharp_eyes.store.lake.schema import EVENTS
from sharp_eyes.store.sql import open_engine, reading, writing

pytestmark = [pytest.mark.s3, pytest.mark.postgres]

KILLS = 10
HERE = Path(__file__).parents[2]

END_OF_THE_LOCKS_SESSION = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND datname = current_database()"""

RESTLESS = """
import threading
from api.clerk.office import opened_clerk
from sharp_eyes.clock import SystemClock
from sharp_eyes.settings import load
with opened_clerk(load(), SystemClock(), threading.Event()) as clerk:
    while clerk.run_once():
        print("round", flush=True)
"""


@pytest.fixture
def settings(s3: S3Address, postgres: PostgresAddress, tmp_path: Path) -> Settings:
    return Settings(
        blobs=f"s3+http://{s3.endpoint}/{s3.fresh_bucket()}",
        s3_access_key=SecretStr(s3.access_key),
        s3_secret_key=SecretStr(s3.secret_key),
        index=postgres.fresh_database(),
        node=tmp_path / "node",
    )


@pytest.fixture
def index(settings: Settings) -> Iterator[Index]:
    with closing(open_index(settings.index)) as index:
        yield index


@contextmanager
def child(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    assert settings.s3_access_key is not None
    assert settings.s3_secret_key is not None
    chosen = {
        "SHARP_EYES_BLOBS": settings.blobs,
        "SHARP_EYES_INDEX": settings.index,
        "SHARP_EYES_NODE": str(settings.node),
        "SHARP_EYES_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(),
        "SHARP_EYES_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", RESTLESS], env=os.environ | chosen, cwd=HERE, text=True, stdout=subprocess.PIPE
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def a_clerk(settings: Settings, at: int) -> Iterator[Clerk]:
    with opened_clerk(settings, FakeClock(at), threading.Event()) as clerk:
        yield clerk


def lake_keys(lake: Lake) -> list[tuple[object, ...]]:
    """What tells the rows of the history apart, each as often as it is there."""
    snapshot = lake.snapshot(EVENTS)
    with open_duck(lake.files.folder) as duck:
        sql = "SELECT event_id, record, kind FROM read_parquet(?, hive_partitioning = false)"
        return duck.execute(sql, [snapshot.paths(snapshot.files())]).fetchall()


def count(index: Index) -> int:
    with reading(index.engine) as connection:
        return connection.execute(select(func.count(record.c.part))).scalar_one()


def now() -> int:
    return SystemClock().now()


@pytest.mark.slow
def test_a_clerk_killed_at_any_moment_loses_and_doubles_nothing(settings: Settings, index: Index) -> None:
    rows = list(city_rows(6_000, now() - 5 * HOUR, now() - 2 * HOUR))
    dice = random.Random(5)
    dice.shuffle(rows)
    finished = threading.Event()

    def insert(part: int) -> None:
        mine = rows[part::3]  # three writers at once, whose transactions overlap
        for begin in range(0, len(mine), 25):
            index.insert(mine[begin : begin + 25], now())
            if finished.wait(0.15):
                index.insert(mine[begin:], now())
                return

    producers = [threading.Thread(target=insert, args=(part,)) for part in range(3)]
    for producer in producers:
        producer.start()
    for _ in range(KILLS):
        with child(settings) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "round\n"
            finished.wait(dice.random())
            process.send_signal(signal.SIGKILL)
    finished.set()
    for producer in producers:
        producer.join()
    with a_clerk(settings, now()) as clerk:
        while not clerk.run_once():
            finished.wait(0.0)
    lake = open_lake(settings)
    found = lake_keys(lake)
    assert count(index) == len(rows)
    assert len(found) == len(rows)
    assert len(set(found)) == len(rows)
    hours = [file.hour for file in lake.snapshot(EVENTS).files()]
    assert len(hours) == len(set(hours))


def test_a_transaction_that_commits_late_is_flushed_when_it_has(settings: Settings, index: Index) -> None:
    early, late = list(city_rows(2, now() - 5 * HOUR, now() - 4 * HOUR))[::4]
    flusher = Flusher(open_lake(settings), IndexRows(index.engine))
    with writing(index.engine) as connection:
        connection.execute(text("SELECT pg_current_xact_id()"))  # its number is lower, its end is later
        connection.execute(
            record.insert().values(
                event_id=late.event_id,
                part=0,
                camera_number=1,
                camera=late.camera,
                division=late.division,
                type="line",
                label="car",
                severity=4,
                at=late.at,
                visible_at=1,
                body=late.body,
            )
        )
        index.insert([early], 1)
        end = visible_end(index)
        assert flusher.flush(EVENTS).rows == 0  # the other one may still come before it
        assert flusher.flush(EVENTS).position < end.records
    assert flusher.flush(EVENTS).rows == 2
    assert flusher.flush(EVENTS).position >= end.records


def test_a_large_transaction_is_never_divided(
    settings: Settings, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharp_eyes.store.lake.flushing.BATCH_ROWS", 30)
    rows = list(city_rows(50, now() - 5 * HOUR, now() - 4 * HOUR))
    for some in (rows[:20], rows[20:120], rows[120:150], rows[150:]):
        index.insert(some, now())
    lake = open_lake(settings)
    assert Flusher(lake, IndexRows(index.engine)).flush(EVENTS).rows == 200
    found = lake_keys(lake)
    assert len(found) == len(set(found)) == 200


def test_of_two_who_flush_at_once_one_is_refused(settings: Settings) -> None:
    lake = open_lake(settings)
    one, other = lake.snapshot(EVENTS), lake.snapshot(EVENTS)
    data = table_of(EVENTS, [VisibleRow(row, 0) for row in city_rows(5, now() - HOUR, now())])
    one.append(data, "first", 7)
    with pytest.raises(LakeConflictError):
        other.append(data, "first", 7)
    assert len(lake_keys(lake)) == 20


def test_one_of_two_leads_until_its_session_is_gone(settings: Settings, index: Index) -> None:
    with ExitStack() as stack:
        engines = [open_engine(settings.index, pool_size=1) for _ in range(2)]
        for engine in engines:
            stack.callback(engine.dispose)
        first, second = (PostgresLeadership(engine) for engine in engines)
        stack.callback(first.release)
        stack.callback(second.release)
        mandate = Mandate(first, threading.Event())
        assert mandate.leads()
        mandate.still()
        assert not second.take()
        with writing(index.engine) as connection:
            connection.execute(text(END_OF_THE_LOCKS_SESSION))
        with pytest.raises(StoreError, match="the clerk's lock"):
            mandate.still()
        assert second.take()
        with pytest.raises(MandateEndedError, match="another"):
            mandate.still()


def test_old_days_leave_the_index_and_are_answered_from_the_bucket(settings: Settings, index: Index) -> None:
    clock = FakeClock()
    start = clock.now() - clock.now() % DAY - keeping.HOT_RECORDS - 2 * DAY
    days = (start, start + DAY, start + 10 * DAY)
    rows = [row for day in days for row in city_rows(25, day, day + DAY, seed=day)]
    index.insert(rows[1:], clock.now())
    query = EventQuery(from_at=0, to_at=clock.now(), limit=100)
    before = index.events(query).events
    with a_clerk(settings, clock.now()) as clerk:
        clerk.run_once()
        begins = hot_from(index)
        assert begins is not None
        assert count(index) == 100
        hot, cold = sides(query, begins)
        assert hot is not None
        assert cold is not None
        with closing(History(open_lake(settings), clock)) as history:
            answered = index.events(hot).events + history.events(cold).events
            assert answered == before
            oldest = before[-1]
            assert history.event(oldest.event_id, EVERYWHERE) == oldest
            assert index.event(oldest.event_id, EVERYWHERE) is None
        index.insert(rows[:1], clock.now())  # late, of a day whose partition is gone
        clerk.run_once()
    assert count(index) == 100
    with reading(index.engine) as connection:
        left = connection.execute(
            text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'record'::regclass")
        )
        assert left.scalar() == 2  # one day, and elsewhere
    found = lake_keys(open_lake(settings))
    assert len(found) == len(set(found)) == 300
    assert archived(index) is not None


def test_a_storage_that_is_away_is_told_in_time_and_nothing_is_lost(settings: Settings, index: Index) -> None:
    index.insert(list(city_rows(5, now() - 5 * HOUR, now() - 4 * HOUR)), now())
    away = settings.model_copy(update={"blobs": f"s3+http://127.0.0.1:{free_ports(1)[0]}/bucket"})
    begun = SystemClock().monotonic()
    with pytest.raises(StoreError, match="lake/events"):
        Flusher(open_lake(away), IndexRows(index.engine)).flush(EVENTS)
    assert SystemClock().monotonic() - begun < 30_000_000
    assert Flusher(open_lake(settings), IndexRows(index.engine)).flush(EVENTS).rows == 20
