"""SQLite reads what a question means from the index made for it, and never the whole table."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EVERYWHERE, CountQuery, EventQuery
from sharp_eyes.store.index.sample_city import DAY, HOUR, SampleCity

CITY = SampleCity(3_000, 2)
BATCHES = list(CITY.batches(1_000))
SEEN = {row.camera for batch in BATCHES for row in batch}
CAMERAS = tuple(sorted(SEEN))
VILLAGE = CITY.cameras[0].division


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    file = tmp_path_factory.mktemp("plans") / "index.sqlite"
    with closing(open_index(f"sqlite:///{file}")) as opened:
        for batch in BATCHES:
            opened.insert(batch, CITY.end)
        yield opened


def plans(index: Index, ask: Any) -> list[str]:
    """How SQLite answers each statement of this question."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(index.engine, "before_cursor_execute", note)
    ask()
    event.remove(index.engine, "before_cursor_execute", note)
    with index.engine.connect() as connection:
        return [
            str(step[3])
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def events(**filters: Any) -> EventQuery:
    return EventQuery(**{"from_at": CITY.start, "to_at": CITY.end, **filters})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (events(), "record_by_time (event_id>? AND event_id<?)"),
        (events(division="3308"), "record_by_time (event_id>? AND event_id<?)"),
        (
            events(division=VILLAGE[:9]),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (
            events(division=VILLAGE, types=("line",)),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (events(severities=(1,), labels=("dog",)), "record_by_time (event_id>? AND event_id<?)"),
        (events(types=("line",)), "record_by_type (type=? AND event_id>? AND event_id<?)"),
        (events(types=("line", "frozen")), "record_by_type (type=? AND event_id>? AND event_id<?)"),
        (events(types=("line",), division="33"), "record_by_type (type=? AND event_id>? AND event_id<?)"),
        (events(types=tuple(map(str, range(9)))), "record_by_time (event_id>? AND event_id<?)"),
        (
            events(cameras=CAMERAS[:1]),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (
            events(cameras=CAMERAS[:200]),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (
            events(cameras=CAMERAS[:200], types=("line", "intrusion")),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (events(cameras=CAMERAS), "record_by_time (event_id>? AND event_id<?)"),
    ],
)
def test_each_question_is_answered_from_its_index(index: Index, query: EventQuery, expected: str) -> None:
    assert len(CAMERAS) > 500  # beyond which they are picked out of everything
    said = plans(index, lambda: index.events(query))
    assert any(expected in step for step in said), said
    for step in said:
        assert not re.match(r"SCAN (record|camera_number)\b", step), step
        if "record_by_camera" not in expected:
            assert "TEMP B-TREE" not in step, step


def test_ids_are_read_from_the_indexes_alone(index: Index) -> None:
    for query in (
        events(division="33", labels=("person",)),
        events(types=("line",), division="33"),
        events(cameras=CAMERAS[:9], severities=(2,), types=("line",)),
    ):
        said = plans(index, lambda query=query: index.events(query))
        first = next(step for step in said if "SEARCH record" in step)
        assert "USING COVERING INDEX" in first


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda index: index.event(CITY.ids[7], EVERYWHERE), "(event_id=?)"),
        (lambda index: index.counts(CountQuery(CITY.start, CITY.end, "hour")), "(hour_at>? AND hour_at<?)"),
        (lambda index: index.counts(CountQuery(CITY.start, CITY.end, "day")), "(day_at>? AND day_at<?)"),
        (
            lambda index: index.counts(CountQuery(CITY.end - DAY, CITY.end, "hour", division=VILLAGE)),
            "record_by_time (event_id>? AND event_id<?)",
        ),
        (
            lambda index: index.counts(CountQuery(CITY.end - DAY, CITY.end, "hour", cameras=CAMERAS[:3])),
            "record_by_camera (camera_number=? AND event_id>? AND event_id<?)",
        ),
        (lambda index: index.changes(index.position(), 10), "INTEGER PRIMARY KEY (rowid>?)"),
    ],
)
def test_other_questions_are_answered_from_an_index_too(index: Index, ask: Any, expected: str) -> None:
    said = plans(index, lambda: ask(index))
    assert any(expected in step for step in said), said


def test_a_full_page_of_the_newest_asks_for_nothing_older(index: Index) -> None:
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(index.engine, "before_cursor_execute", note)
    index.events(events(to_at=CITY.end - 4 * HOUR, limit=3))
    event.remove(index.engine, "before_cursor_execute", note)
    assert len(asked) == 3  # BEGIN, one rung, the page's records


def test_the_benchmark_refuses_an_index_that_holds_events(index: Index, tmp_path: Path) -> None:
    from sharp_eyes.errors import ConfigError
    from sharp_eyes.store.index.benchmark import IndexBenchmark

    with pytest.raises(ConfigError, match="holds events"):
        IndexBenchmark(index, 1_000, 1)
    with closing(open_index(f"sqlite:///{tmp_path / 'i.sqlite'}")) as empty:
        benchmark = IndexBenchmark(empty, 1_000, 1)
        loaded = benchmark.load(lambda _: None)
        assert abs(loaded.rows - 1_000) < 100
        figures = list(benchmark.measure(2))
        assert {one.name for one in figures} > {"newest", "camera", "division", "deep page", "one event"}
        assert all(0 < one.p50_ms <= one.p95_ms for one in figures)
        assert next(one for one in figures if one.name == "newest").answers == 50
