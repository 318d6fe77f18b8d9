import logging
import threading
from collections.abc import Iterator

import pytest

from sharp_eyes.clock import SECOND, FakeClock, SystemClock
from sharp_eyes.errors import StoreError
from workers.node.backoff import Backoff
from workers.node.counted_log import CountedLog
from workers.node.loop import Loop, Outcome
from workers.node.opened_late import OpenedLate

LOGGER = logging.getLogger("sharp_eyes.node")


def play(steps: list[Outcome | Exception], idle_seconds: float = 0.001) -> int:
    """Run a loop until its steps are used up; how many it took."""
    finished = threading.Event()
    pending: Iterator[Outcome | Exception] = iter(steps)
    taken = 0

    def step() -> Outcome:
        nonlocal taken
        step = next(pending, None)
        if step is None:
            finished.set()
            return Outcome.IDLE
        taken += 1
        if isinstance(step, Exception):
            raise step
        return step

    loop = Loop("test", step, CountedLog(LOGGER, SystemClock()), idle_seconds)
    loop.start()
    assert finished.wait(5)
    loop.ask_to_stop()
    assert loop.join(5)
    return taken


def test_a_loop_lives_on_through_errors_of_stores_and_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    assert play([StoreError("away"), ValueError("mistake"), Outcome.DONE]) == 3
    assert "test: away" in caplog.text


def test_a_loop_goes_on_at_once_while_there_is_more() -> None:
    assert play([Outcome.MORE] * 3, idle_seconds=60) == 3


def test_a_loop_that_is_idle_is_woken() -> None:
    steps = threading.Semaphore(0)

    def step() -> Outcome:
        steps.release()
        return Outcome.IDLE

    loop = Loop("test", step, CountedLog(LOGGER, SystemClock()), 60)
    loop.start()
    assert steps.acquire(timeout=5)
    loop.wake()
    assert steps.acquire(timeout=5)
    loop.ask_to_stop()
    assert loop.join(5)


def test_a_loop_that_waits_after_an_error_is_told_that_it_works_again() -> None:
    tries = threading.Semaphore(0)

    def step() -> Outcome:
        tries.release()
        raise StoreError("away")

    loop = Loop("test", step, CountedLog(LOGGER, SystemClock()), 60)
    loop._backoff = Backoff(60, 60)
    loop.start()
    assert tries.acquire(timeout=5)
    assert not tries.acquire(timeout=0.05)
    loop.retry()
    assert tries.acquire(timeout=5)
    loop.ask_to_stop()
    assert loop.join(5)


def test_a_loop_that_never_began_can_be_ended() -> None:
    loop = Loop("test", lambda: Outcome.IDLE, CountedLog(LOGGER, SystemClock()), 1)
    loop.ask_to_stop()
    assert loop.join(5)


def test_delays_double_up_to_the_cap_and_are_shaken() -> None:
    backoff = Backoff(1, 5)
    for step in (1, 2, 4, 5, 5):
        assert step / 2 <= backoff.next() <= step
    backoff.reset()
    assert backoff.next() <= 1


def test_an_error_that_repeats_is_told_once_in_ten_seconds_with_its_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    counted = CountedLog(LOGGER, clock)
    for _ in range(100):
        counted.error("index", "away")
        clock.sleep(SECOND // 10 + 1)
    counted.error("index", "away")
    assert caplog.messages == ["index: away", "index: away (99 more of these)"]


def test_that_it_works_again_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    counted = CountedLog(LOGGER, FakeClock())
    counted.error("index", "away")
    counted.error("index", "away")
    counted.fine("index")
    counted.fine("index")
    counted.fine("registry")
    assert caplog.messages == ["index: away", "index: works again after 2 errors"]


def test_foreign_text_cannot_forge_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    CountedLog(LOGGER, FakeClock()).error("index", "one\ntwo")
    assert caplog.messages == [r"index: one\x0atwo"]


def test_a_store_that_could_not_be_opened_is_tried_again_at_the_next_use() -> None:
    tries = iter([StoreError("away"), None])

    def opening() -> str:
        if error := next(tries):
            raise error
        return "open"

    store = OpenedLate(opening)
    with pytest.raises(StoreError):
        store.get()
    assert store.get() == store.get() == "open"
    closed: list[str] = []
    store.close(closed.append)
    store.close(closed.append)
    assert closed == ["open"]
