from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus, NodeStatus, WorkerStatus, read_status
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.registry.statuses import Order
from workers.node import status
from workers.node.judged import MARKS, Judged
from workers.node.load import raised_row
from workers.node.roll_call import RollCall
from workers.node.status import Progress, StatusReporter, Watermark

AT = 1_800_000_000_000_000
WORKER = WorkerStatus(worker="w1", pid=7, memory_bytes=1000, cameras=1)
CAMERA = CameraStatus(camera="gate", worker="w1", run="r1", state="watching", revision=1)


class FakeRegistry:
    def __init__(self) -> None:
        self.said: list[tuple[str, int, NodeStatus]] = []
        self.ordered: list[Order] = []
        self.away = False

    def put_status(self, node: str, at: int, body: str) -> None:
        if self.away:
            raise StoreError("the registry is away")
        self.said.append((node, at, read_status(body)))

    def orders(self) -> list[Order]:
        return self.ordered


class Stage:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.clock = FakeClock(AT)
        self.roll = RollCall(self.clock)
        self.registry = FakeRegistry()
        self.reporter = StatusReporter(
            "hall-2",
            journal,
            self.roll,
            Progress(lambda: journal.cursor("records"), lambda: 3),
            lambda: self.registry,
            self.clock,
        )

    def said(self) -> NodeStatus:
        self.reporter.step()
        return self.registry.said[-1][2]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Journal(tmp_path / "journal.sqlite") as journal:
        yield Stage(journal)


def test_it_says_how_far_the_node_is_behind_and_who_works_there(stage: Stage) -> None:
    stage.journal.append([raised_row("w1", number, AT) for number in range(4)], AT + 5)
    stage.journal.move_cursor("records", 1)
    stage.roll.hear(WORKER, (CAMERA,))
    said = stage.said()
    assert (said.journal.end, said.journal.records_behind, said.journal.oldest_unshipped_at) == (4, 3, AT + 5)
    assert said.journal.evidence_pending == 3
    assert (said.node, said.started_at, said.at) == ("hall-2", AT, AT)
    assert [worker.worker for worker in said.workers] == ["w1"]
    assert said.cameras == (CAMERA,)
    assert stage.registry.said[0][:2] == ("hall-2", AT)


def test_nothing_is_complete_before_what_was_judged_is_visible(stage: Stage) -> None:
    stage.roll.hear(WORKER, (replace(CAMERA, watched_until=AT - 100),))
    stage.journal.append([raised_row("w1", 1, AT)], AT)
    assert stage.said().complete_until is None
    stage.journal.move_cursor("records", 1)
    assert stage.said().complete_until == AT - 100


def test_while_the_index_is_away_the_watermark_stands_still(stage: Stage) -> None:
    stage.roll.hear(WORKER, (replace(CAMERA, watched_until=AT),))
    assert stage.said().complete_until == AT
    stage.journal.append([raised_row("w1", 1, AT)], AT)
    for second in range(1, 6):
        stage.roll.hear(WORKER, (replace(CAMERA, watched_until=AT + second * SECOND),))
        assert stage.said().complete_until == AT
    stage.journal.move_cursor("records", 1)
    assert stage.said().complete_until == AT + 5 * SECOND


def test_under_steady_load_the_watermark_follows_although_there_is_always_something_to_ship(
    stage: Stage,
) -> None:
    until = []
    for second in range(5):
        stage.journal.append([raised_row("w1", second, AT)], AT)
        stage.roll.hear(WORKER, (replace(CAMERA, watched_until=AT + second),))
        stage.journal.move_cursor("records", second)  # always one behind
        until.append(stage.said().complete_until)
    assert until == [None, AT, AT + 1, AT + 2, AT + 3]


def test_marks_are_bounded_and_the_oldest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "MARKS", 3)
    watermark = Watermark()
    for number in range(10):
        watermark.mark(number, number)
    assert watermark.settle(0) == 0
    assert watermark.settle(1) == 1
    assert watermark.settle(9) == 9


def test_a_node_that_is_to_be_drained_says_that_it_is(stage: Stage) -> None:
    order = Order("drain", "another", 1, "ops", AT)
    stage.registry.ordered = [order, replace(order, kind="restart", subject="hall-2")]
    stage.reporter.step()
    assert stage.said().draining is False
    stage.registry.ordered = [replace(order, subject="hall-2")]
    stage.reporter.step()
    assert stage.said().draining is True


def test_a_registry_that_is_away_is_an_error_to_try_again(stage: Stage) -> None:
    stage.registry.away = True
    with pytest.raises(StoreError, match="away"):
        stage.reporter.step()
    stage.registry.away = False
    assert stage.said().node == "hall-2"


def test_a_worker_claims_to_have_judged_only_what_it_said_durably() -> None:
    judged = Judged()
    judged.mark(0, [replace(CAMERA, watched_until=100)])
    judged.mark(5, [replace(CAMERA, watched_until=200)])
    cameras = [replace(CAMERA, watched_until=300)]
    assert [one.watched_until for one in judged.capped(4, cameras)] == [100]
    assert [one.watched_until for one in judged.capped(5, cameras)] == [200]


def test_a_camera_of_which_nothing_durable_was_said_is_judged_up_to_nowhere() -> None:
    judged = Judged()
    judged.mark(1, [replace(CAMERA, watched_until=100)])
    assert judged.capped(0, [replace(CAMERA, watched_until=100)])[0].watched_until is None


def test_what_is_held_back_while_the_node_is_away_is_bounded() -> None:
    judged = Judged()
    for number in range(10 * MARKS):
        judged.mark(number + 1, [replace(CAMERA, watched_until=number)])
    assert len(judged._marks) == MARKS
    assert judged.capped(1, [CAMERA])[0].watched_until == 0
    assert judged.capped(10 * MARKS, [CAMERA])[0].watched_until == 10 * MARKS - 1
