"""What comes too fast is handed out at its own pace."""

import pytest

from ingest.pacing import Pace
from sharp_eyes.clock import SECOND, FakeClock

PERIOD = SECOND // 10


def idle() -> None:
    """Nothing to do."""


def test_a_file_takes_as_long_as_it_lasts() -> None:
    clock = FakeClock()
    began, pace = clock.monotonic(), Pace(clock, idle)
    for n in range(101):
        pace.wait(7 * SECOND + n * PERIOD)
    assert clock.monotonic() - began == 10 * SECOND


def test_what_comes_in_time_is_not_held_up() -> None:
    clock = FakeClock()
    pace = Pace(clock, idle)
    for n in range(100):
        pace.wait(n * PERIOD)
        clock.at += PERIOD
    assert clock.slept == []


def test_a_lead_lets_a_burst_pass_and_no_more() -> None:
    clock = FakeClock()
    began, pace = clock.monotonic(), Pace(clock, idle, lead=3 * SECOND)
    for n in range(30):
        pace.wait(n * PERIOD)
    assert clock.monotonic() == began
    for n in range(30, 101):
        pace.wait(n * PERIOD)
    assert clock.monotonic() - began == 7 * SECOND


@pytest.mark.parametrize("jump", [3_600 * SECOND, -3_600 * SECOND])
def test_a_timestamp_that_jumps_is_not_waited_for(jump: int) -> None:
    clock = FakeClock()
    began, pace = clock.monotonic(), Pace(clock, idle)
    pace.wait(0)
    pace.wait(jump)
    pace.wait(jump + PERIOD)
    assert clock.monotonic() - began == PERIOD


def test_a_long_outage_is_not_made_up_for_in_a_rush() -> None:
    clock = FakeClock()
    pace = Pace(clock, idle)
    pace.wait(0)
    clock.at += 60 * SECOND
    pace.wait(PERIOD)
    began = clock.monotonic()
    for n in range(2, 12):
        pace.wait(n * PERIOD)
    assert clock.monotonic() - began == SECOND


def test_who_waits_is_asked_five_times_a_second_whether_to_go_on() -> None:
    clock, asked = FakeClock(), []
    pace = Pace(clock, lambda: asked.append(clock.monotonic()))
    pace.wait(0)
    pace.wait(2 * SECOND)
    assert len(asked) == 10
