"""Many processes use one index at once, some of them die, and nothing is lost, doubled or out of order."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from servers.postgres import PostgresAddress
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import CoverageSpan, Raised
from sharp_eyes.errors import StoreError
from sharp_eyes.event_id import mint
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.partitions import partition_name
from sharp_eyes.store.index.queries import EVERYWHERE, CountQuery, CoverageQuery, EventQuery, Span
from sharp_eyes.store.index.schema import day_count, hour_count, metadata, record
from sharp_eyes.store.rows import Row, row_of
from sharp_eyes.store.sql import checkpoint, reading, writing

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
NOON = REPLAY_EPOCH + 12 * HOUR
HERE = Path(__file__).parent

# Opens the index, says so, and waits for its input to end.
OPENS = """
import sys
from sharp_eyes.store.index.opening import open_index
index = open_index(sys.argv[1])
print(index.incarnation, flush=True)
sys.stdin.read()
index.close()
"""

# Inserts batches of ever new events, and says which batch was taken.
INSERTS = """
import sys
from itertools import count
from sharp_eyes.store.index.opening import open_index
from test_index_concurrency import NOON, some_rows
index = open_index(sys.argv[1])
for batch in count(int(sys.argv[2])):
    index.insert(some_rows(batch), NOON)
    print(batch, flush=True)
"""


def some_rows(batch: int, size: int = 50) -> list[Row]:
    return [row_of(event(NOON + batch * SECOND + number, number)) for number in range(size)]


def event(at: int, camera: int = 1, type_: str = "line") -> Raised:
    return Raised(
        event_id=mint(at, camera, rule_revision="1", run="r", track=1, zone=""),
        camera=f"camera-{camera}",
        division=f"33080{camera % 10}",
        rule="gate",
        rule_revision="1",
        type=type_,
        at=at,
        severity=4,
        run="r",
        label="person",
    )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'index.sqlite'}"
    server: PostgresAddress = request.getfixturevalue("postgres")
    return server.fresh_database()


@pytest.fixture
def postgres_url(postgres: PostgresAddress) -> str:
    return postgres.fresh_database()


def child(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *map(str, arguments)]
    folders = [str(HERE), str(HERE.parent)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
    )


def sums(index: Index) -> tuple[int, int, int]:
    """How many are raised, and what the two rollups make of it."""
    with reading(index.engine) as connection:
        raised = connection.execute(select(func.count()).where(record.c.part == 0)).scalar()
        hours, days = (
            connection.execute(select(func.sum(table.c.count))).scalar() for table in (hour_count, day_count)
        )
    return int(raised or 0), int(hours or 0), int(days or 0)


def test_several_processes_may_open_an_empty_index_at_once(url: str) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(child(OPENS, url)) for _ in range(4)]
        names = {one.stdout.readline().strip() for one in children if one.stdout}
    assert [one.returncode for one in children] == [0] * 4
    with closing(open_index(url)) as index:
        assert names == {index.incarnation}


def test_the_tables_are_those_that_queries_name(url: str) -> None:
    absent = {"sqlite": "xid", "postgresql": "seq"}
    with closing(open_index(url)) as index:
        for table in metadata.tables.values():
            wanted = {column.name for column in table.columns} - {absent[index.engine.dialect.name]}
            with reading(index.engine) as connection:
                found = connection.execute(text(f"SELECT * FROM {table.name} LIMIT 0"))  # noqa: S608 - our own name
            assert set(found.keys()) == wanted, table.name


def test_the_same_rows_from_several_writers_are_in_once_and_counted_once(url: str) -> None:
    with closing(open_index(url)) as index:

        def insert(shift: int) -> int:
            batches = [some_rows(batch) for batch in range(12)]
            new = 0
            for batch in batches[shift:] + batches[:shift]:
                new += index.insert(batch[shift:] + batch[:shift], NOON)
            return new

        with ThreadPoolExecutor(4) as threads:
            new = sum(threads.map(insert, range(4)))
        assert new == 600
        assert sums(index) == (600, 600, 600)


def test_one_who_follows_hears_everything_once_while_others_write(url: str) -> None:
    heard: list[str] = []
    with closing(open_index(url)) as index, ThreadPoolExecutor(4) as threads:

        def write(first: int) -> list[int]:
            return [index.insert(some_rows(batch), NOON) for batch in range(first, 40, 4)]

        position = index.position()
        writers = [threads.submit(write, first) for first in range(4)]
        deadline = time.monotonic() + 60
        while len(heard) < 2_000 and time.monotonic() < deadline:
            changes = index.changes(position, 77)
            heard += [one.event_id for one in changes.items]
            position = changes.position
        assert all(writer.result() == [50] * 10 for writer in writers)
        assert Counter(heard) == Counter(row.event_id for batch in range(40) for row in some_rows(batch))


def test_a_writer_that_is_killed_leaves_whole_batches_and_right_counts(url: str) -> None:
    first = 0
    with closing(open_index(url)) as index:
        for _ in range(4):
            with child(INSERTS, url, first) as writer:
                assert writer.stdout is not None
                said = [int(writer.stdout.readline()) for _ in range(5)]
                writer.send_signal(signal.SIGKILL)
                said += [int(line) for line in writer.stdout.read().split()]
            taken = index.events(EventQuery(NOON + said[0] * SECOND, NOON + HOUR, limit=1000)).events
            assert {row.event_id for batch in said for row in some_rows(batch)} <= {
                one.event_id for one in taken
            }
            first = said[-1] + 1
            raised, hours, days = sums(index)
            assert raised == hours == days
            assert raised % 50 == 0


def test_who_reads_does_not_wait_for_who_writes(url: str) -> None:
    with closing(open_index(url)) as index:
        index.insert(some_rows(0), NOON)
        with index.engine.connect().execution_options(writes=True) as writer, writer.begin():
            writer.execute(text("UPDATE record SET body = body"))
            start = time.monotonic()
            assert len(index.events(EventQuery(NOON, NOON + HOUR)).events) == 50
            assert len(index.changes("", 10).items) == 10
            assert time.monotonic() - start < 2


def test_spans_from_several_writers_cover_the_same_time(url: str) -> None:
    def span(second: int) -> Row:
        low = NOON + second * SECOND
        return row_of(
            CoverageSpan(
                camera="gate", division="33", run="r", from_at=low, to_at=low + SECOND, watching="analysed"
            )
        )

    with closing(open_index(url)) as index, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: index.insert([span(n), span(n + 1)], NOON), range(0, 120, 2)))
        answer = index.coverage(CoverageQuery(NOON, NOON + DAY, ("gate",)))
        assert answer == {"gate": (Span(NOON, NOON + 120 * SECOND, "analysed"),)}


def test_positions_stay_right_when_all_that_was_told_is_dropped(url: str) -> None:
    with closing(open_index(url)) as index:
        index.insert(some_rows(0), NOON)
        heard = index.changes("", 1000).position
        with writing(index.engine) as connection:
            connection.execute(text("DELETE FROM record"))
        assert index.changes(heard, 10).items == ()
        now = index.position()
        index.insert(some_rows(1), NOON)
        for position in (heard, now):
            assert len(index.changes(position, 1000).items) == 50


def test_checkpoints_run_beside_writers_and_readers(tmp_path: Path) -> None:
    with closing(open_index(f"sqlite:///{tmp_path / 'index.sqlite'}")) as index:
        with ThreadPoolExecutor(2) as threads:
            written = threads.submit(lambda: [index.insert(some_rows(n), NOON) for n in range(40)])
            while not written.done():
                checkpoint(index.engine)
                index.events(EventQuery(NOON, NOON + HOUR))
        assert sums(index)[0] == 2_000


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="refused"):
        open_index("postgresql://farm@127.0.0.1:9/nothing")


@pytest.mark.postgres
class TestPostgres:
    @pytest.fixture
    def index(self, postgres_url: str) -> Iterator[Index]:
        with closing(open_index(postgres_url)) as opened:
            yield opened

    def partition_of(self, index: Index, event_id: str) -> str:
        with reading(index.engine) as connection:
            found = text("SELECT tableoid::regclass::text FROM record WHERE event_id = :id")
            return str(connection.execute(found, {"id": event_id}).scalar_one())

    def test_what_commits_late_is_told_late_but_never_skipped(self, index: Index) -> None:
        start = index.position()
        entered, leave = threading.Event(), threading.Event()

        def insert_slowly() -> None:
            with index.engine.begin() as connection:
                connection.execute(text("SELECT pg_current_xact_id()"))
                entered.set()
                assert leave.wait(30)

        with ThreadPoolExecutor(1) as threads:
            slow = threads.submit(insert_slowly)
            assert entered.wait(30)
            index.insert(some_rows(0), NOON)
            assert index.changes(start, 1000).items == ()
            assert len(index.events(EventQuery(NOON, NOON + HOUR)).events) == 50  # seen, but not told yet
            leave.set()
            slow.result()
        assert len(index.changes(start, 1000).items) == 50

    def test_each_day_has_its_partition(self, index: Index) -> None:
        days = [NOON, NOON + DAY, NOON - 40 * DAY]
        for at in days:
            one = event(at)
            index.insert([row_of(one)], NOON)
            assert self.partition_of(index, one.event_id) == partition_name(at - at % DAY)

    @pytest.mark.parametrize("at", [5 * DAY, NOON + 3 * DAY])
    def test_days_far_from_now_lie_elsewhere_and_are_found(self, index: Index, at: int) -> None:
        one = event(at)
        index.insert([row_of(one)], NOON)
        assert self.partition_of(index, one.event_id) == "record_elsewhere"
        assert index.event(one.event_id, EVERYWHERE) is not None

    def test_two_make_the_same_partition_at_once(self, postgres_url: str, index: Index) -> None:
        with closing(open_index(postgres_url)) as other:
            barrier = threading.Barrier(8)

            def insert(number: int) -> int:
                barrier.wait(30)
                at = NOON + number % 4 * DAY + number
                return (index, other)[number % 2].insert([row_of(event(at))], NOON + 2 * DAY)

            with ThreadPoolExecutor(8) as threads:
                assert sum(threads.map(insert, range(8))) == 8
        with reading(index.engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM record_elsewhere")).scalar() == 0
        assert sums(index) == (8, 8, 8)

    def test_rows_whose_partition_could_not_be_made_wait_elsewhere_and_move_later(self, index: Index) -> None:
        first, second = event(NOON), event(NOON + 1)
        with index.engine.begin() as busy:
            busy.execute(text("SELECT count(*) FROM record_elsewhere"))  # nobody gets it to himself
            assert index.insert([row_of(first)], NOON) == 1
        assert self.partition_of(index, first.event_id) == "record_elsewhere"
        told = index.changes("", 10)
        assert [one.event_id for one in told.items] == [first.event_id]
        assert index.insert([row_of(second)], NOON + SECOND) == 1  # too early to try again
        assert self.partition_of(index, second.event_id) == "record_elsewhere"
        assert index.insert([row_of(first), row_of(second)], NOON + 60 * SECOND) == 0
        for one in (first, second):
            assert self.partition_of(index, one.event_id) == "record_20260101"
        assert [one.event_id for one in index.changes(told.position, 10).items] == [second.event_id]
        assert sums(index) == (2, 2, 2)

    def test_a_row_is_in_once_though_its_partition_is_made_meanwhile(
        self, postgres_url: str, index: Index
    ) -> None:
        stop = threading.Event()

        def insert(at: int, opened: Index) -> int:
            return opened.insert([row_of(event(at, number)) for number in range(20)], at)

        def again() -> None:
            while not stop.is_set():
                with closing(open_index(postgres_url)) as other:
                    for day in range(20):
                        insert(NOON + day * DAY, other)

        with ThreadPoolExecutor(2) as threads:
            others: list[Callable[[], None]] = [again, again]
            running = [threads.submit(one) for one in others]
            for day in range(20):
                insert(NOON + day * DAY, index)
            stop.set()
            for one in running:
                one.result()
        assert sums(index) == (400, 400, 400)

    def test_counting_looks_at_the_days_asked_for_alone(self, index: Index) -> None:
        for day in range(5):
            index.insert([row_of(event(NOON + day * DAY))], NOON + day * DAY)
        asked = CountQuery(NOON, NOON + HOUR, "hour", cameras=("camera-1",))
        assert [one.count for one in index.counts(asked)] == [1]
        with reading(index.engine) as connection:
            low, high = event(NOON).event_id, event(NOON + HOUR).event_id
            wanted = "SELECT event_id FROM record WHERE part = 0 AND event_id >= :low AND event_id < :high"
            plan = connection.execute(text(f"EXPLAIN {wanted}"), {"low": low, "high": high})
            read = " ".join(str(line[0]) for line in plan)
        assert "record_20260101" in read
        assert "record_20260102" not in read
