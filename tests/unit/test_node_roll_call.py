from dataclasses import replace

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.farm_status import CameraState, CameraStatus, WorkerStatus
from workers.node.roll_call import RollCall

WORKER = WorkerStatus(worker="w1", pid=7, memory_bytes=1000, cameras=1)


def camera(name: str = "gate", until: int | None = 100, **more: object) -> CameraStatus:
    status = CameraStatus(
        camera=name, worker="w1", run="r1", state="watching", revision=1, watched_until=until
    )
    return replace(status, **more)  # type: ignore[arg-type]


def test_a_run_is_claimed_as_long_as_its_worker_is_connected() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.claim(1, ["r1"])
    clock.sleep(100 * SECOND)
    assert roll.unclaimed_for("r1", 0) == 0
    roll.gone(1)
    clock.sleep(5 * SECOND)
    assert roll.unclaimed_for("r1", 0) == 5 * SECOND


def test_a_run_that_its_worker_ended_is_unclaimed_from_then_on() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.claim(1, ["r1", "r2"])
    clock.sleep(9 * SECOND)
    roll.claim(1, ["r2"])
    clock.sleep(SECOND)
    assert (roll.unclaimed_for("r1", 0), roll.unclaimed_for("r2", 0)) == (SECOND, 0)


def test_a_run_that_comes_back_over_another_connection_stays_claimed() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.claim(1, ["r1"])
    roll.claim(2, ["r1"])
    roll.gone(1)
    clock.sleep(60 * SECOND)
    assert roll.unclaimed_for("r1", 0) == 0


def test_a_run_that_nobody_ever_claimed_is_unclaimed_since_it_was_first_seen() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    clock.sleep(3600 * SECOND)
    seen = clock.monotonic()
    assert roll.unclaimed_for("r1", seen) == 0
    clock.sleep(7 * SECOND)
    assert roll.unclaimed_for("r1", seen) == 7 * SECOND


def test_runs_that_ended_long_ago_are_forgotten() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    for number in range(100):
        roll.claim(1, [f"r{number}"])
        clock.sleep(10 * SECOND)
    assert len(roll._left) <= 7
    assert roll.unclaimed_for("r0", 0) > 60 * SECOND


def test_it_knows_for_how_long_nobody_has_been_there() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    clock.sleep(3 * SECOND)
    assert roll.nobody_for() == 3 * SECOND
    roll.claim(1, [])
    assert roll.nobody_for() == 0
    roll.gone(1)
    roll.gone(1)
    clock.sleep(SECOND)
    assert roll.nobody_for() == SECOND


def test_the_watermark_is_that_of_the_camera_judged_least_far() -> None:
    roll = RollCall(FakeClock())
    roll.hear(WORKER, (camera("a", 300), camera("b", 200)))
    assert roll.watched_until() == 200


def test_a_camera_that_says_nothing_new_does_not_hold_the_watermark() -> None:
    roll = RollCall(FakeClock())
    cameras = (camera("a", 300), camera("b", 200, state="lost"), camera("c", None, state="starting"))
    roll.hear(WORKER, cameras)
    assert roll.watched_until() == 300


@pytest.mark.parametrize("state", ["lost", "stopped", "refused"])
def test_a_node_whose_cameras_all_see_nothing_is_complete_up_to_what_its_workers_said_last(
    state: CameraState,
) -> None:
    clock = FakeClock(1000)
    roll = RollCall(clock)
    roll.hear(WORKER, (camera("a", 300, state=state), camera("b", None, state=state)))
    clock.sleep(SECOND)
    roll.hear(replace(WORKER, worker="w2"), ())
    assert roll.watched_until() == 1000
    roll.hear(WORKER, (camera("a", 300, state=state),))
    assert roll.watched_until() == 1000 + SECOND


@pytest.mark.parametrize("state", ["starting", "watching", "degraded"])
def test_as_long_as_no_camera_that_may_judge_has_judged_anything_nothing_is_complete(
    state: CameraState,
) -> None:
    roll = RollCall(FakeClock(1000))
    roll.hear(WORKER, (camera("a", None, state=state), camera("b", 300, state="lost")))
    assert roll.watched_until() is None


def test_cameras_that_are_lost_because_no_worker_is_heard_say_nothing_of_what_is_complete() -> None:
    clock = FakeClock(1000)
    roll = RollCall(clock)
    roll.hear(WORKER, (camera("a", 300),))
    clock.sleep(11 * SECOND)
    assert [one.state for one in roll.cameras()] == ["lost"]
    assert roll.watched_until() is None


def test_a_worker_unheard_for_ten_seconds_is_left_out_of_the_watermark_and_its_cameras_are_lost() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.hear(WORKER, (camera("a", 100),))
    clock.sleep(11 * SECOND)
    roll.hear(replace(WORKER, worker="w2"), (camera("b", 900, worker="w2"),))
    assert roll.watched_until() == 900
    lost, watching = roll.cameras()
    assert (lost.state, lost.message) == ("lost", "its worker has said nothing for 11 s")
    assert watching.state == "watching"
    assert [worker.worker for worker in roll.workers()] == ["w1", "w2"]


def test_a_worker_unheard_for_a_minute_is_forgotten() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.hear(WORKER, (camera(),))
    clock.sleep(60 * SECOND)
    assert roll.workers() == ()
    assert roll.cameras() == ()
    assert roll.watched_until() is None


def test_a_camera_that_moved_to_another_worker_is_told_as_the_newer_one_sees_it() -> None:
    clock = FakeClock()
    roll = RollCall(clock)
    roll.hear(WORKER, (camera("a", 100),))
    clock.sleep(12 * SECOND)
    roll.hear(replace(WORKER, worker="w2"), (camera("a", 900, worker="w2"),))
    assert [one.worker for one in roll.cameras()] == ["w2"]


def test_a_worker_is_seen_when_it_was_heard() -> None:
    clock = FakeClock(5)
    roll = RollCall(clock)
    roll.hear(WORKER, ())
    assert roll.workers()[0].seen_at == 5
