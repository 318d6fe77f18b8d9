"""The events of all time: where the index ends and the history begins cannot be told from the answers."""

from dataclasses import dataclass, field, replace

import pytest

from api.timeline import FRESH, Timeline
from sharp_eyes import event_id as event_ids
from sharp_eyes.clock import REPLAY_EPOCH, SECOND, FakeClock
from sharp_eyes.domain import Raised
from sharp_eyes.store.index.memory import MemoryIndex
from sharp_eyes.store.index.queries import (
    EVERYWHERE,
    CountQuery,
    EventPage,
    EventQuery,
    EventView,
    WrongCursorError,
    WrongQueryError,
)
from sharp_eyes.store.rows import row_of

DAY = 86_400 * SECOND
NOW = REPLAY_EPOCH
BEGINS = NOW - 30 * DAY


class CountedIndex(MemoryIndex):
    """An index that counts how often it is asked."""

    asked = 0

    def events(self, query: EventQuery) -> EventPage:
        self.asked += 1
        return super().events(query)

    def event(self, event_id: str, divisions: tuple[str, ...]) -> EventView | None:
        self.asked += 1
        return super().event(event_id, divisions)


@dataclass
class Scene:
    """Three events on each side of the beginning of the hot window; `marks` are what is read of it."""

    index: CountedIndex = field(default_factory=CountedIndex)
    history: CountedIndex = field(default_factory=CountedIndex)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    marks: list[int | None] = field(default_factory=lambda: [BEGINS])
    read: int = 0

    def __post_init__(self) -> None:
        self.timeline = Timeline(self.index, self.history, self.mark, self.clock)
        self.new = [self.put(self.index, BEGINS + n * DAY) for n in (2, 1, 0)]
        self.old = [self.put(self.history, BEGINS - n * DAY) for n in (1, 2, 3)]

    def mark(self) -> int | None:
        self.read += 1
        return self.marks.pop(0) if len(self.marks) > 1 else self.marks[0]

    def put(self, side: MemoryIndex, at: int) -> str:
        event_id = event_ids.mint(at, 1, rule_revision="r", run="r", track=1, zone="z")
        raised = Raised(
            event_id=event_id, camera="gate", division="330802", rule="yard", rule_revision="r", run="r",
            type="intrusion", at=at, severity=2, label="person", track=1, confidence=0.9, xyxy=None,
            place="z", model="", evidence="clip",
        )  # fmt: skip
        side.insert([row_of(raised)], at)
        return event_id

    def pages(self, query: EventQuery) -> list[list[str]]:
        found = []
        while True:
            page = self.timeline.events(query)
            found.append([event.event_id for event in page.events])
            if page.next_before is None:
                return found
            query = replace(query, before=page.next_before)


@pytest.fixture
def scene() -> Scene:
    return Scene()


EVERYTHING = EventQuery(from_at=0, to_at=NOW)


@pytest.mark.parametrize("limit", range(1, 8))
def test_pages_of_any_size_go_from_the_index_into_the_history_without_a_gap_or_a_double(
    scene: Scene, limit: int
) -> None:
    pages = scene.pages(replace(EVERYTHING, limit=limit))
    assert [one for page in pages for one in page] == [*scene.new, *scene.old]
    assert all(len(page) == limit for page in pages[:-1])


def test_the_history_is_not_asked_while_the_index_fills_the_page(scene: Scene) -> None:
    scene.timeline.events(replace(EVERYTHING, limit=3))
    scene.timeline.events(replace(EVERYTHING, from_at=BEGINS))
    scene.timeline.event(scene.new[0], EVERYWHERE)
    assert scene.history.asked == 0


def test_the_index_is_not_asked_about_what_lies_before_it(scene: Scene) -> None:
    page = scene.timeline.events(replace(EVERYTHING, before=scene.old[0]))
    assert [event.event_id for event in page.events] == scene.old[1:]
    assert scene.index.asked == 0


def test_an_event_is_found_on_either_side_by_those_who_may_see_it(scene: Scene) -> None:
    late = scene.put(scene.index, BEGINS - DAY // 2)  # visible, and not yet flushed
    for event_id in (*scene.new, *scene.old, late):
        found = scene.timeline.event(event_id, EVERYWHERE)
        assert found is not None
        assert found.event_id == event_id
        assert scene.timeline.event(event_id, ("330803",)) is None


def test_where_nothing_ever_left_the_index_it_answers_alone(scene: Scene) -> None:
    scene.marks = [None]
    assert scene.pages(EVERYTHING) == [scene.new]
    assert scene.timeline.event(scene.old[0], EVERYWHERE) is None
    assert scene.history.asked == 0


def test_a_day_that_leaves_the_index_while_it_is_asked_is_answered_from_the_history() -> None:
    scene = Scene(marks=[BEGINS - DAY, BEGINS])
    assert scene.pages(EVERYTHING) == [[*scene.new, *scene.old]]
    scene = Scene(marks=[BEGINS - DAY, BEGINS])
    assert scene.timeline.event(scene.old[0], EVERYWHERE) is not None


def test_for_the_last_days_the_beginning_is_read_once_in_some_seconds(scene: Scene) -> None:
    for _ in range(5):
        scene.timeline.events(replace(EVERYTHING, from_at=NOW - DAY))
    assert scene.read == 1
    scene.clock.at += FRESH
    scene.timeline.events(replace(EVERYTHING, from_at=NOW - DAY))
    assert scene.read == 2


def test_a_cursor_that_is_no_event_is_refused(scene: Scene) -> None:
    with pytest.raises(WrongCursorError):
        scene.timeline.events(replace(EVERYTHING, before="nonsense"))


def test_old_events_are_counted_by_rollups_and_never_as_none(scene: Scene) -> None:
    query = CountQuery(from_at=BEGINS - DAY, to_at=BEGINS, by="hour")
    assert scene.timeline.counts(query) == scene.index.counts(query)
    with pytest.raises(WrongQueryError, match="not counted one by one"):
        scene.timeline.counts(replace(query, cameras=("gate",)))
    hot = replace(query, from_at=BEGINS, to_at=BEGINS + DAY, cameras=("gate",))
    assert [one.count for one in scene.timeline.counts(hot)] == [1]
