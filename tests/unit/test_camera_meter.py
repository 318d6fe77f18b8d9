"""The figures of one camera's status."""

from sharp_eyes.clock import SECOND, FakeClock
from workers.assignment import Assignment
from workers.camera_meter import CameraMeter

WANTED = Assignment("gate", 1, 3, "{}", "default")


def status(meter: CameraMeter) -> object:
    return meter.status(WANTED, "w1", "run")


def watch(meter: CameraMeter, clock: FakeClock, seconds: int, fps: int = 10, lag: int = 100_000) -> None:
    for number in range(seconds * fps):
        clock.at += SECOND // fps
        meter.frame()
        if number % 2:
            meter.judged(clock.at - lag)


def test_rates_lag_and_share_are_those_of_the_last_seconds() -> None:
    clock = FakeClock()
    meter = CameraMeter(clock)
    watch(meter, clock, 10)
    status(meter)
    watch(meter, clock, 5, fps=20, lag=200_000)
    told = meter.status(WANTED, "w1", "run", analysed=50, looked=10)
    assert (told.fps_in, told.fps_analysed) == (20.0, 10.0)
    assert told.lag_seconds == 0.2
    assert told.gate_share == 0.2
    assert (told.state, told.revision, told.watched_until) == ("watching", 3, clock.at - 200_000)


def test_silence_is_first_degraded_and_then_lost_and_over_with_the_next_picture() -> None:
    clock = FakeClock()
    meter = CameraMeter(clock)
    states = [meter.status(WANTED, "w", "r").state]
    watch(meter, clock, 1)
    for seconds in (4, 2, 55):
        clock.at += seconds * SECOND
        states.append(meter.status(WANTED, "w", "r").state)
    watch(meter, clock, 1)
    states.append(meter.status(WANTED, "w", "r").state)
    assert states == ["starting", "watching", "degraded", "lost", "watching"]


def test_a_camera_that_never_came_is_lost_after_a_minute() -> None:
    clock = FakeClock()
    meter = CameraMeter(clock)
    clock.at += 61 * SECOND
    assert meter.status(WANTED, "w", "r").state == "lost"


def test_a_failure_is_told_once_in_ten_seconds_and_stands_until_a_frame_is_judged() -> None:
    clock = FakeClock()
    meter = CameraMeter(clock)
    assert [meter.failed("NaN") for _ in range(3)] == [True, False, False]
    clock.at += 10 * SECOND
    assert meter.failed("NaN")
    assert meter.status(WANTED, "w", "r").message == "NaN"
    meter.judged(clock.at)
    assert meter.status(WANTED, "w", "r").message == ""
