import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.registry.registered import RegisteredCamera
from sharp_eyes.store.registry.statuses import Order, OrderKind
from workers.assignment import Assignment
from workers.controller import AWAITED, Controller
from workers.crew import Member, MemoryCrew
from workers.farm_count import FarmCount

ENTRY = '{"id":"x","analyse_fps":5.0,"tier":2,"model":"default","zone":[]}'


class FakeRegistry:
    """As much of a registry as the farm asks for; it can be away."""

    def __init__(self, *cameras: str) -> None:
        self.away = False
        self.asked = 0
        self.now = 0
        self.rows: dict[str, RegisteredCamera] = {}
        self.wished: dict[tuple[str, str], Order] = {}
        for camera in cameras:
            self.put(camera)

    def put(self, camera: str, *, entry: str = ENTRY, removed: bool = False, enabled: bool = True) -> None:
        self.now += 1
        self.rows[camera] = RegisteredCamera(
            camera, len(self.rows), entry, self.now, "33", "me", 0, removed, enabled
        )

    def order(self, kind: OrderKind, subject: str) -> None:
        self.now += 1
        self.wished[kind, subject] = Order(kind, subject, self.now, "me", 0)

    def withdraw(self, kind: OrderKind, subject: str) -> None:
        self.now += 1
        del self.wished[kind, subject]

    def revision(self) -> int:
        self._here()
        return self.now

    def cameras(self, after_revision: int = -1) -> list[RegisteredCamera]:
        self._here()
        self.asked += 1
        return [row for row in self.rows.values() if row.revision > after_revision]

    def orders(self) -> list[Order]:
        self._here()
        return list(self.wished.values())

    def acknowledge_order(self, order: Order) -> None:
        self._here()
        known = replace(order, acknowledged_revision=order.revision)
        self.wished[order.kind, order.subject] = known

    def _here(self) -> None:
        if self.away:
            raise StoreError("registry.sqlite: disk I/O error")


class Farm:
    """A controller, its registry and two workers on two nodes."""

    def __init__(self, *cameras: str, members: Sequence[Member] | None = None) -> None:
        self.clock = FakeClock()
        self.registry = FakeRegistry(*cameras)
        self.crew = MemoryCrew(
            *(members or (Member("a", "north", ready=True), Member("b", "south", ready=True)))
        )
        self.controller = self.anew()

    def anew(self) -> Controller:
        self.controller = Controller(lambda: self.registry, self.crew, self.clock)
        return self.controller

    def rounds(self, count: int = 1) -> None:
        for _ in range(count):
            self.controller.run_once()
            self.clock.at += SECOND // 2

    def watched(self) -> dict[str, list[str]]:
        return {name: [one.camera for one in member.held] for name, member in self.crew.members.items()}


def test_every_camera_of_the_registry_is_watched_after_one_round() -> None:
    farm = Farm("gate", "hall", "yard")
    farm.rounds()
    assert farm.watched() == {"a": ["gate", "yard"], "b": ["hall"]}


def test_nothing_is_said_or_read_while_nothing_changes() -> None:
    farm = Farm("gate", "hall")
    farm.rounds(5)
    assert (farm.registry.asked, len(farm.crew.told)) == (1, 2)


def test_a_worker_is_told_what_the_registry_says_of_its_camera() -> None:
    farm = Farm()
    farm.registry.put("gate", entry='{"id":"gate","model":"yolo11n","analyse_fps":2.0,"tier":1}')
    farm.rounds()
    (held,) = farm.crew.members["a"].held
    assert held == Assignment("gate", 0, 1, farm.registry.rows["gate"].entry, "yolo11n")


@pytest.mark.parametrize("change", [{"removed": True}, {"enabled": False}])
def test_a_camera_that_is_removed_or_switched_off_is_taken_away(change: dict[str, bool]) -> None:
    farm = Farm("gate", "hall")
    farm.rounds()
    farm.registry.put("gate", **change)
    farm.rounds()
    assert farm.watched() == {"a": [], "b": ["hall"]}


def test_a_camera_whose_entry_cannot_be_read_is_given_to_a_worker_which_says_why() -> None:
    farm = Farm()
    farm.registry.put("gate", entry="{")
    farm.rounds()
    assert farm.watched()["a"] == ["gate"]


def test_a_worker_that_begins_again_gets_its_cameras_back_in_the_next_round() -> None:
    farm = Farm("gate", "hall", "yard")
    farm.rounds()
    farm.crew.fall("a", farm.clock.at)
    farm.rounds(4)
    assert farm.watched()["b"] == ["hall"], "its neighbour is left in peace"
    farm.crew.rise("a")
    farm.rounds()
    assert farm.watched()["a"] == ["gate", "yard"]


def test_workers_that_start_together_share_the_cameras_from_the_beginning() -> None:
    starting = [Member(name, "north", ready=False, absent_since=FakeClock().at) for name in "ab"]
    farm = Farm("gate", "hall", members=starting)
    farm.rounds()
    farm.crew.rise("a")
    farm.rounds()
    farm.crew.rise("b")
    farm.rounds()
    assert farm.crew.told == [("a", ("gate",)), ("b", ("hall",))]


def test_a_worker_that_joins_later_takes_cameras_only_when_it_is_ready() -> None:
    farm = Farm("gate", "hall", members=[Member("a", "north", ready=True)])
    farm.rounds()
    farm.crew.members["b"] = Member("b", "south", ready=False, absent_since=farm.clock.at)
    farm.rounds(3)
    assert farm.watched()["a"] == ["gate", "hall"]
    farm.crew.rise("b")
    farm.rounds(3)
    assert sorted(map(len, farm.watched().values())) == [1, 1]


def test_the_cameras_of_a_worker_that_stays_away_go_to_the_others() -> None:
    farm = Farm("gate", "hall", "yard")
    farm.rounds()
    farm.crew.fall("a", farm.clock.at)
    farm.clock.at += AWAITED
    farm.rounds()
    assert farm.watched() == {"a": [], "b": ["gate", "hall", "yard"]}


def test_when_it_comes_back_late_the_cameras_are_evened_out_without_running_twice() -> None:
    farm = Farm("gate", "hall", "yard")
    farm.rounds()
    farm.crew.fall("a", farm.clock.at)
    farm.clock.at += AWAITED
    farm.rounds()
    farm.crew.rise("a")
    for _ in range(6):
        farm.rounds()
        watched = [camera for cameras in farm.watched().values() for camera in cameras]
        assert len(watched) == len(set(watched))
    assert sorted(map(len, farm.watched().values())) == [1, 2]


def test_a_drained_node_loses_its_cameras_and_gets_them_again_when_that_is_over() -> None:
    farm = Farm("gate", "hall", "yard")
    farm.rounds()
    farm.registry.order("drain", "north")
    farm.rounds(3)
    assert farm.watched() == {"a": [], "b": ["gate", "hall", "yard"]}
    assert not farm.registry.wished["drain", "north"].pending
    farm.registry.withdraw("drain", "north")
    farm.rounds(6)
    assert sorted(map(len, farm.watched().values())) == [1, 2]


def test_a_restart_stops_and_starts_the_camera_once_and_is_acknowledged() -> None:
    farm = Farm("gate")
    farm.rounds()
    farm.registry.order("restart", "gate")
    farm.rounds(6)
    assert [cameras for worker, cameras in farm.crew.told if worker == "a"] == [("gate",), (), ("gate",)]
    assert not farm.registry.wished["restart", "gate"].pending


def test_a_restart_is_not_repeated_while_the_registry_cannot_be_told() -> None:
    farm = Farm("gate")
    farm.rounds()
    farm.registry.order("restart", "gate")
    farm.rounds()
    farm.registry.away = True
    farm.rounds(10)
    assert len(farm.crew.told) == 3
    farm.registry.away = False
    farm.rounds()
    assert not farm.registry.wished["restart", "gate"].pending


def test_while_the_registry_is_away_the_farm_goes_on_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    farm = Farm("gate", "hall")
    farm.rounds()
    farm.registry.away = True
    farm.crew.fall("a", farm.clock.at)
    with caplog.at_level(logging.WARNING, logger="sharp_eyes.controller"):
        farm.rounds(5)
        farm.crew.rise("a")
        farm.rounds(5)
    assert farm.watched() == {"a": ["gate"], "b": ["hall"]}
    assert len([line for line in caplog.messages if "disk I/O error" in line]) == 1


def test_a_controller_that_starts_while_the_registry_is_away_leaves_running_cameras_alone() -> None:
    farm = Farm("gate", "hall")
    farm.rounds()
    farm.registry.away = True
    farm.anew()
    farm.rounds(3)
    assert farm.watched() == {"a": ["gate"], "b": ["hall"]}


def test_a_new_controller_takes_over_without_moving_a_camera() -> None:
    farm = Farm("gate", "hall")
    farm.rounds()
    farm.registry.put("arch")
    farm.rounds()
    before = farm.watched()
    farm.crew.told.clear()
    farm.anew()
    farm.rounds(3)
    assert (farm.watched(), farm.crew.told) == (before, [])


def test_the_farm_is_counted() -> None:
    small = [
        Member("a", "north", ready=True, capacity=5.0),
        Member("b", "south", ready=False, absent_since=0),
    ]
    farm = Farm("gate", "hall", "yard", members=small)
    farm.rounds(2)
    assert farm.controller.count == FarmCount(workers=2, ready=1, wanted=3, assigned=1, left_out=2)
    assert str(farm.controller.count) == "1 of 2 workers, 1 of 3 cameras, 2 without a place"
