from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.errors import ConfigError
from workers import supervisor as module
from workers.child import Child, OnLine
from workers.farm_count import FarmCount, beat_line
from workers.ray_runtime import READY, RayNode
from workers.supervisor import FORMING, SILENCE, Supervisor


class FakeChild(Child):
    """Starts nothing; a test says its lines, and when it ends."""

    def __init__(
        self,
        name: str,
        command: Callable[[], Sequence[str]],
        environment: Callable[[], Mapping[str, str]],
        on_line: OnLine,
        clock: FakeClock,
    ) -> None:
        super().__init__(name, command, environment, on_line, clock)
        self.alive = False
        self.code: int | None = None
        self.command: list[str] = []
        self.events: list[str] = []

    @property
    def pid(self) -> int | None:
        return 1 if self.alive else None

    def start_if_due(self) -> bool:
        if self.alive:
            return False
        self.alive = True
        self.started_at = self._clock.monotonic()
        self.command = list(self._command())
        self.events.append("started")
        return True

    def ended(self) -> int | None:
        code, self.code = self.code, None
        self.alive = self.alive and code is None
        return code

    def stop(self, seconds: float) -> None:
        self.kill()

    def kill(self) -> None:
        if self.alive:
            self.events.append("killed")
        self.alive = False

    def says(self, line: str) -> None:
        self.last_lines.append(line)
        self._on_line(line)


class House:
    """A supervisor with three fake children."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = FakeClock()
        self.said: list[str] = []
        ray = RayNode("hall", "", head=True, workers=2, token=tmp_path / "ray-token")
        self.supervisor = Supervisor(
            ray, with_node=True, say=self.said.append, clock=self.clock, child=FakeChild
        )

    def child(self, name: str) -> FakeChild:
        child: FakeChild = vars(self.supervisor)[f"_{name}"]
        return child

    def rounds(self, count: int = 1, seconds: float = 0.2) -> None:
        for _ in range(count):
            self.supervisor.run_once()
            self.clock.at += int(seconds * SECOND)

    def formed(self) -> "House":
        self.rounds()
        self.child("ray").says(READY)
        self.rounds()
        self.child("driver").says(beat_line(FarmCount(2, 2, 4, 4)))
        self.rounds()
        return self


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    session = tmp_path / "session"
    monkeypatch.setattr(module, "new_folder", lambda: str(session))
    monkeypatch.setattr(module, "end_strays", lambda *_: 0)
    return House(tmp_path)


def test_the_node_of_a_head_is_told_that_it_is_one(house: House) -> None:
    house.rounds()
    assert house.child("node").command[-3:] == ["--name", "hall", "--head"]


def test_the_driver_starts_only_when_ray_is_ready(house: House) -> None:
    house.rounds(3)
    assert (house.child("node").alive, house.child("ray").alive, house.child("driver").alive) == (
        True,
        True,
        False,
    )
    house.child("ray").says(f"… {READY}.")
    house.rounds()
    assert house.child("driver").alive
    assert house.child("driver").command[-4:] == [house.said[1].split()[-1], "hall", "2", "head"]


def test_what_the_driver_counts_is_said_once(house: House) -> None:
    house.formed()
    for _ in range(3):
        house.child("driver").says(beat_line(FarmCount(2, 2, 4, 4)))
    assert house.said.count("2 of 2 workers, 4 of 4 cameras") == 1


def test_of_what_ray_says_only_our_own_lines_are_passed_on(house: House) -> None:
    house.formed().child("ray").says("[gcs] I am verbose")
    house.child("ray").says("sharp-eyes| worker hall-1: camera gate is lost")
    assert house.said[-1] == "worker hall-1: camera gate is lost"
    assert not any("verbose" in line for line in house.said)


def test_when_ray_ends_the_driver_is_killed_and_both_start_anew_but_not_the_node(house: House) -> None:
    house.formed().child("ray").says("raylet: out of luck")
    house.child("ray").code = 1
    house.rounds()
    assert house.child("driver").events == ["started", "killed"]
    assert house.child("ray").events == ["started", "started"]
    assert house.child("node").events == ["started"]
    assert any("Ray ended (exit code 1): raylet: out of luck" in line for line in house.said)
    house.child("ray").says(READY)
    house.rounds()
    assert house.child("driver").alive


def test_a_driver_that_dies_is_started_again_and_ray_left_alone(house: House) -> None:
    house.formed().child("driver").code = -9
    house.rounds(2)
    assert house.child("driver").events == ["started", "started"]
    assert house.child("ray").events == ["started"]


def test_where_no_driver_stays_alive_ray_is_started_anew(house: House) -> None:
    house.formed()
    for _ in range(3):
        house.child("driver").code = 1
        house.rounds()
    house.rounds()
    assert house.child("ray").events == ["started", "killed", "started"]


def test_silence_of_the_driver_means_that_ray_hangs(house: House) -> None:
    house.formed()
    house.clock.at += SILENCE - SECOND
    house.rounds()
    assert house.child("ray").events == ["started"]
    house.clock.at += SECOND
    house.rounds()
    assert house.child("ray").events == ["started", "killed", "started"]
    assert any("Ray hangs: it does not answer" in line for line in house.said)


def test_ray_that_never_gets_ready_is_started_anew(house: House) -> None:
    house.rounds()
    house.clock.at += FORMING
    house.rounds(2)
    assert house.child("ray").events == ["started", "killed", "started"]


def test_a_driver_that_cannot_connect_has_a_minute(house: House) -> None:
    house.rounds()
    house.child("ray").says(READY)
    house.rounds(2)
    house.clock.at += SILENCE + SECOND
    house.rounds()
    assert house.child("ray").events == ["started"]
    house.clock.at += FORMING
    house.rounds()
    assert house.child("ray").events == ["started", "killed", "started"]


def test_a_node_that_dies_is_started_again_and_nobody_else_notices(house: House) -> None:
    house.formed().child("node").code = -9
    house.rounds()
    assert house.child("node").events == ["started", "started"]
    assert house.child("ray").events == ["started"]


def test_a_node_that_cannot_work_as_it_is_told_ends_the_farm_with_its_complaint(house: House) -> None:
    house.formed().child("node").says("error: SHARP_EYES_NODE: a node works in /x already (process 7)")
    house.child("node").code = 2
    with pytest.raises(ConfigError, match=r"node: SHARP_EYES_NODE: a node works in /x already"):
        house.rounds()


def test_at_the_end_the_workers_go_first_and_the_node_last(house: House) -> None:
    house.formed()
    order: list[str] = []
    for name in ("node", "ray", "driver"):
        child = house.child(name)
        child.kill = lambda name=name: order.append(name)  # type: ignore[method-assign, misc]
    house.supervisor.close()
    assert order == ["driver", "ray", "node"]
