"""The history answers as the index does."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sharp_eyes.clock import REPLAY_EPOCH, FakeClock
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EVERYWHERE, EventQuery, WrongCursorError, WrongQueryError
from sharp_eyes.store.lake.benchmark import city_rows
from sharp_eyes.store.lake.flushing import Flusher
from sharp_eyes.store.lake.history import FRESH, History
from sharp_eyes.store.lake.hot_window import (
    IndexPlace,
    archived,
    begin_hot_window,
    hot_from,
    set_archived,
    sides,
    visible_end,
)
from sharp_eyes.store.lake.hours import DAY, HOUR
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.reading_index import IndexRows
from sharp_eyes.store.lake.schema import EVENTS, TRACKS
from sharp_eyes.store.lake.sealing import Sealer
from sharp_eyes.store.lake.storage import FolderFiles, LakePlace
from sharp_eyes.store.rows import Row

END = REPLAY_EPOCH + 30 * HOUR
ALL = EventQuery(from_at=REPLAY_EPOCH, to_at=END)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    rows = list(city_rows(600, REPLAY_EPOCH, END))
    Random(3).shuffle(rows)
    return rows


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> Iterator[Index]:
    file = tmp_path_factory.mktemp("index") / "index.sqlite"
    with closing(open_index(f"sqlite:///{file}")) as index:
        index.insert(rows[:1500], END + 1)
        index.insert(rows[1500:], END + 2)
        yield index


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, index: Index) -> Lake:
    """Half of it sealed, half as it came."""
    folder = tmp_path_factory.mktemp("lake")
    lake = Lake(LakePlace(str(folder / "lake"), FolderFiles(folder / "lake")))
    rows = IndexRows(index.engine)

    class Slowly(IndexRows):
        def after(self, table: Any, position: int | None, limit: int) -> Any:
            return super().after(table, position, min(limit, 900))

    assert Flusher(lake, Slowly(index.engine)).flush(EVENTS).rows == 2400
    assert Flusher(lake, rows).flush(TRACKS).rows == 0
    Sealer(lake).seal(EVENTS, REPLAY_EPOCH + 16 * HOUR)
    return lake


@pytest.fixture
def history(lake: Lake) -> Iterator[History]:
    with closing(History(lake, FakeClock())) as history:
        yield history


def a_camera(index: Index) -> str:
    return index.events(ALL).events[0].camera


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"limit": 1000},
        {"limit": 7},
        {"from_at": REPLAY_EPOCH + 3 * HOUR + 5, "to_at": REPLAY_EPOCH + 4 * HOUR},
        {"division": "330803"},
        {"divisions": ("330802", "330804005")},
        {"divisions": ()},
        {"types": ("line", "crowd"), "labels": ("car",)},
        {"severities": (2,), "min_confidence": 0.75},
        {"cameras": ()},
        {"cameras": ("no-such", "it's; DROP TABLE record --")},
        {"labels": ("\0", "\ud800")},
        {"from_at": 0, "to_at": REPLAY_EPOCH},
        {"from_at": END, "to_at": REPLAY_EPOCH},
    ],
    ids=str,
)
def test_a_question_is_answered_as_by_the_index(
    index: Index, history: History, filters: dict[str, Any]
) -> None:
    query = EventQuery(**{"from_at": REPLAY_EPOCH, "to_at": END, "limit": 50} | filters)
    assert history.events(query) == index.events(query)


def test_a_cameras_events_are_those_of_the_index(index: Index, history: History) -> None:
    query = EventQuery(from_at=REPLAY_EPOCH, to_at=END, cameras=(a_camera(index),), limit=1000)
    page = history.events(query)
    assert page.events
    assert page == index.events(query)


def test_pages_follow_each_other_to_the_end(index: Index, history: History) -> None:
    expected = [one.event_id for one in index.events(EventQuery(from_at=0, to_at=END, limit=1000)).events]
    found, before = [], None
    while True:
        page = history.events(EventQuery(from_at=0, to_at=END, limit=64, before=before))
        found += [one.event_id for one in page.events]
        before = page.next_before
        if before is None:
            break
    assert found == expected
    assert len(found) == 600


def test_an_event_is_found_by_its_id_alone_where_one_may_see_it(index: Index, history: History) -> None:
    event = index.events(ALL).events[17]
    assert history.event(event.event_id, EVERYWHERE) == event
    assert history.event(event.event_id, (event.division[:6],)) == event
    assert history.event(event.event_id, ("99",)) is None
    assert history.event("no id", EVERYWHERE) is None


def test_views_come_in_the_order_asked_for(index: Index, history: History) -> None:
    ids = [one.event_id for one in index.events(ALL).events][::-3]
    assert history.views(ids, EVERYWHERE) == index.views(ids, EVERYWHERE)


def test_questions_that_make_no_sense_are_refused_like_by_the_index(history: History) -> None:
    with pytest.raises(WrongCursorError):
        history.events(EventQuery(from_at=0, to_at=1, before="x"))
    with pytest.raises(WrongQueryError):
        history.events(EventQuery(from_at=0, to_at=1, limit=0))


def test_a_history_that_never_was_is_empty(tmp_path: Path) -> None:
    lake = Lake(LakePlace(str(tmp_path / "lake"), FolderFiles(tmp_path / "lake")))
    with closing(History(lake, FakeClock())) as history:
        assert history.events(ALL).events == ()
    assert not (tmp_path / "lake").exists()


def test_what_was_flushed_is_seen_ten_seconds_later(tmp_path: Path, index: Index) -> None:
    lake = Lake(LakePlace(str(tmp_path / "lake"), FolderFiles(tmp_path / "lake")))
    clock = FakeClock()
    with closing(History(lake, clock)) as history:
        assert history.events(ALL).events == ()
        Flusher(lake, IndexRows(index.engine)).flush(EVENTS)
        clock.sleep(FRESH)
        assert history.events(ALL) == index.events(ALL)


def test_where_the_hot_window_begins_only_ever_rises(tmp_path: Path) -> None:
    with closing(open_index(f"sqlite:///{tmp_path}/index.sqlite")) as index:
        assert hot_from(index) is None
        begin_hot_window(index, 50)
        begin_hot_window(index, 30)
        assert hot_from(index) == 50


def test_what_is_archived_holds_what_was_visible_before(tmp_path: Path, rows: list[Row]) -> None:
    with closing(open_index(f"sqlite:///{tmp_path}/index.sqlite")) as index:
        assert archived(index) is None
        index.insert(rows[:10], 1)
        end = visible_end(index)
        set_archived(index, IndexPlace(9, 0))
        place = archived(index)
        assert place is not None
        assert not place.holds(end)
        set_archived(index, end)
        assert archived(index) == end


@pytest.mark.parametrize(
    ("begins", "hot", "cold"),
    [
        (None, (10, 20), None),
        (10, (10, 20), None),
        (5, (10, 20), None),
        (20, None, (10, 20)),
        (30, None, (10, 20)),
        (12, (12, 20), (10, 12)),
    ],
)
def test_a_question_is_divided_where_the_hot_window_begins(
    begins: int | None, hot: tuple[int, int] | None, cold: tuple[int, int] | None
) -> None:
    found = sides(EventQuery(from_at=10, to_at=20, types=("line",)), begins)
    assert [one and (one.from_at, one.to_at) for one in found] == [hot, cold]
    assert all(one.types == ("line",) for one in found if one)


def test_the_day_is_24_hours_of_the_history() -> None:
    from sharp_eyes.store.lake.hours import hours_of_day

    hours = list(hours_of_day(REPLAY_EPOCH + 5 * HOUR))
    assert (hours[0].start_at, hours[-1].end_at) == (REPLAY_EPOCH, REPLAY_EPOCH + DAY)
    assert [one.hour for one in hours] == list(range(24))
