"""The clerk on SQLite and a folder: killed, doubled, refused; and what it lets go."""

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
from sqlalchemy import func, select

from api.clerk import keeping
from api.clerk.clerk import Clerk
from api.clerk.office import opened_clerk
from sharp_eyes.clock import SECOND, FakeClock, SystemClock
from sharp_eyes.domain import TrackPath
from sharp_eyes.settings import Settings
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EventQuery
from sharp_eyes.store.index.schema import record, track
from sharp_eyes.store.lake.benchmark import city_rows
from sharp_eyes.store.lake.duck import open_duck
from sharp_eyes.store.lake.history import History
from sharp_eyes.store.lake.hot_window import archived, hot_from, sides, visible_end
from sharp_eyes.store.lake.hours import DAY, HOUR
from sharp_eyes.store.lake.lake import Lake, open_lake
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable
from sharp_eyes.store.rows import Row, row_of
from sharp_eyes.store.sql import reading

KILLS = 12
HERE = Path(__file__).parents[2]

# The clerk, but without a pause between two rounds: more to be killed in.
RESTLESS = """
import threading
from api.clerk.office import opened_clerk
from sharp_eyes.clock import SystemClock
from sharp_eyes.settings import load
with opened_clerk(load(), SystemClock(), threading.Event()) as clerk:
    while clerk.run_once():
        print("round", flush=True)
"""
VERB = "from sharp_eyes.settings import load; from api.verbs.clerk import clerk; clerk(obj=load())"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        blobs=f"file:{tmp_path}/blobs",
        index=f"sqlite:///{tmp_path}/index.sqlite",
        node=tmp_path / "node",
    )


@pytest.fixture
def index(settings: Settings) -> Iterator[Index]:
    with closing(open_index(settings.index)) as index:
        yield index


@contextmanager
def child(settings: Settings, code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours in these settings; killed at the end."""
    chosen = {
        f"SHARP_EYES_{name.upper()}": str(getattr(settings, name)) for name in ("blobs", "index", "node")
    }
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | chosen,
        cwd=HERE,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
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


def lake_keys(lake: Lake, table: LakeTable = EVENTS) -> list[tuple[object, ...]]:
    """What tells the rows of the history apart, each as often as it is there."""
    snapshot = lake.snapshot(table)
    columns = ", ".join(table.identity)
    with open_duck(lake.files.folder) as duck:
        sql = f"SELECT {columns} FROM read_parquet(?, hive_partitioning = false)"  # noqa: S608
        return duck.execute(sql, [snapshot.paths(snapshot.files())]).fetchall()


def count(index: Index) -> int:
    with reading(index.engine) as connection:
        return connection.execute(select(func.count(record.c.part))).scalar_one()


def now() -> int:
    return SystemClock().now()


@pytest.mark.slow
def test_a_clerk_killed_at_any_moment_loses_and_doubles_nothing(settings: Settings, index: Index) -> None:
    rows = list(city_rows(15_000, now() - 8 * HOUR, now() - 2 * HOUR))
    dice = random.Random(5)
    dice.shuffle(rows)  # each flush meets hours that were sealed
    finished = threading.Event()

    def insert() -> None:
        for begin in range(0, len(rows), 100):
            index.insert(rows[begin : begin + 100], now())
            index.insert(rows[max(0, begin - 50) : begin + 100], now())  # a producer that tries again
            if finished.wait(0.1):
                index.insert(rows[begin + 100 :], now())
                return

    producer = threading.Thread(target=insert)
    producer.start()
    rounds = 0
    for _ in range(KILLS):
        with child(settings, RESTLESS) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "round\n"
            rounds += 1
            finished.wait(dice.random())
            process.send_signal(signal.SIGKILL)
    finished.set()
    producer.join()
    with a_clerk(settings, now()) as clerk:
        assert clerk.run_once()
    lake = open_lake(settings)
    found = lake_keys(lake)
    assert rounds == KILLS
    assert count(index) == len(rows)
    assert len(found) == len(rows)
    assert len(set(found)) == len(rows)
    hours = [file.hour for file in lake.snapshot(EVENTS).files()]
    assert len(hours) == len(set(hours))  # every hour is sealed


def test_a_late_record_reopens_a_sealed_hour(settings: Settings, index: Index) -> None:
    start = now() - now() % HOUR - 5 * HOUR
    rows = list(city_rows(20, start, start + HOUR))
    with a_clerk(settings, now()) as clerk:
        for some in (rows[:40], rows[40:79], rows[79:]):
            index.insert(some, now())
            clerk.run_once()
            assert len(open_lake(settings).snapshot(EVENTS).files()) == 1
    assert len(lake_keys(open_lake(settings))) == 80


def test_only_one_of_two_leads_and_the_other_takes_over_when_it_is_killed(
    settings: Settings, index: Index
) -> None:
    start = now() - 5 * HOUR
    with ExitStack() as stack:
        first = stack.enter_context(child(settings, RESTLESS))
        assert first.stdout is not None
        assert first.stdout.readline() == "round\n"
        with a_clerk(settings, now()) as second:
            index.insert(list(city_rows(5, start, start + HOUR)), now())
            assert not second.run_once()
            first.kill()
            first.wait()
            assert second.run_once()
    assert len(lake_keys(open_lake(settings))) == 20


def test_the_verb_flushes_in_its_rhythm_and_ends_on_sigterm(settings: Settings, index: Index) -> None:
    with child(settings, VERB, "--every", "1") as process:
        assert process.stderr is not None
        index.insert(list(city_rows(5, now() - 5 * HOUR, now() - 4 * HOUR)), now())
        said = process.stderr.readline()
        assert "flush: 20 records in" in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_the_verb_that_may_not_lead_says_so(settings: Settings, index: Index) -> None:
    with a_clerk(settings, now()) as leader:
        assert leader.run_once()
        with child(settings, f"from sharp_eyes.cli import main; {VERB}", "--once") as process:
            _, said = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "another clerk leads" in said


def test_nodes_are_told_how_far_the_index_is_archived(settings: Settings, index: Index) -> None:
    index.insert(list(city_rows(5, now() - 5 * HOUR, now() - 4 * HOUR)), now())
    end = visible_end(index)
    with a_clerk(settings, now()) as clerk:
        assert archived(index) is None
        clerk.run_once()
        place = archived(index)
        assert place is not None
        assert place.holds(end)
        index.insert(list(city_rows(1, now() - 3 * HOUR, now() - 2 * HOUR)), now())
        assert not place.holds(visible_end(index))


def old_rows(clock: FakeClock) -> list[Row]:
    """Two days that are to leave the index, and one that is not."""
    start = clock.now() - clock.now() % DAY - keeping.HOT_RECORDS - 2 * DAY
    days = [start, start + DAY, start + 10 * DAY]
    return [row for day in days for row in city_rows(25, day, day + DAY, seed=day)]


def test_days_beyond_the_hot_window_leave_the_index_and_are_answered_from_the_history(
    settings: Settings, index: Index
) -> None:
    clock = FakeClock()
    index.insert(old_rows(clock), clock.now())
    query = EventQuery(from_at=0, to_at=clock.now(), limit=100)
    before = index.events(query).events
    with a_clerk(settings, clock.now()) as clerk:
        clerk.run_once()
    begins = hot_from(index)
    assert begins is not None
    assert begins % DAY == 0
    assert count(index) == 100
    hot, cold = sides(query, begins)
    assert hot is not None
    assert cold is not None
    with closing(History(open_lake(settings), clock)) as history:
        assert index.events(hot).events + history.events(cold).events == before
    assert len(before) == 75


def test_a_day_whose_history_is_incomplete_stays_in_the_index(
    settings: Settings, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    from deltalake import DeltaTable

    clock = FakeClock()
    index.insert(old_rows(clock), clock.now())
    with a_clerk(settings, clock.now() - 2 * DAY) as clerk:
        clerk.run_once()
    assert count(index) == 300
    table = DeltaTable(f"{settings.blobs.removeprefix('file:')}/lake/events")
    table.delete("record = 'ended' AND severity = 2")
    with a_clerk(settings, clock.now()) as clerk, pytest.raises(Exception, match="hot window"):
        clerk.run_once()
    assert "stays in the index" in caplog.text
    assert count(index) == 300
    assert hot_from(index) is None


def test_a_day_that_holds_less_than_its_history_stays_too(
    settings: Settings, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    from sharp_eyes.store.sql import writing

    clock = FakeClock()
    index.insert(old_rows(clock), clock.now())
    with a_clerk(settings, clock.now() - 2 * DAY) as clerk:
        clerk.run_once()
    with writing(index.engine) as connection:
        connection.execute(record.delete().where(record.c.part == 1))
    with a_clerk(settings, clock.now()) as clerk, pytest.raises(Exception, match="hot window"):
        clerk.run_once()
    assert "of the history's are not in the index" in caplog.text


def test_a_record_that_comes_after_its_day_was_dropped_goes_to_the_history_too(
    settings: Settings, index: Index
) -> None:
    clock = FakeClock()
    rows = old_rows(clock)
    index.insert(rows[1:], clock.now())
    with a_clerk(settings, clock.now()) as clerk:
        clerk.run_once()
        index.insert(rows[:1], clock.now())
        assert count(index) == 101
        clerk.run_once()
    assert count(index) == 100
    found = lake_keys(open_lake(settings))
    assert len(found) == len(set(found)) == 300


def test_tracks_leave_the_index_after_a_day_when_the_history_has_them(
    settings: Settings, index: Index
) -> None:
    clock = FakeClock()
    moments = (clock.now() - 2 * DAY, clock.now() - SECOND)
    paths = [
        TrackPath(
            camera="a", division="", run="r", track=n, label="car", confidence=0.5, points=((at, 0.1, 0.2),)
        )
        for n, at in enumerate(moments)
    ]
    index.insert([row_of(path) for path in paths], clock.now())
    with a_clerk(settings, clock.now()) as clerk:
        clerk.run_once()
    with reading(index.engine) as connection:
        assert [one.at for one in connection.execute(select(track.c.at))] == [moments[1]]
    assert len(lake_keys(open_lake(settings), TRACKS)) == 2


def test_a_new_index_beside_an_old_history_answers_only_for_what_came_since(
    settings: Settings, index: Index, tmp_path: Path
) -> None:
    clock = FakeClock()
    start = clock.now() - 5 * HOUR
    index.insert(list(city_rows(5, start, start + HOUR)), clock.now())
    with a_clerk(settings, clock.now()) as clerk:
        clerk.run_once()
    assert hot_from(index) is None
    fresh = settings.model_copy(update={"index": f"sqlite:///{tmp_path}/new/index.sqlite"})
    with a_clerk(fresh, clock.now()) as clerk, closing(open_index(fresh.index)) as second:
        assert hot_from(second) is None
        clerk.run_once()
        assert hot_from(second) == start + HOUR
