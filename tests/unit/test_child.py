import os
import sys
import time
from collections.abc import Callable

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from workers.child import WELL, Child


def until(holds: Callable[[], bool]) -> None:
    by = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < by
        time.sleep(0.01)


class Started:
    """A child that runs this Python code, and what it said."""

    def __init__(self, code: str) -> None:
        self.clock = FakeClock()
        self.lines: list[str] = []
        command = [sys.executable, "-c", code]
        self.child = Child("child", lambda: command, lambda: os.environ, self.lines.append, self.clock)
        assert self.child.start_if_due()

    def end(self) -> int:
        codes: list[int] = []
        until(lambda: bool(codes.extend([code] if (code := self.child.ended()) is not None else []) or codes))
        return codes[0]


def test_every_line_of_both_streams_is_heard() -> None:
    started = Started("import sys; print('out', flush=True); sys.stderr.write('err\\n')")
    assert started.end() == 0
    assert started.lines == ["out", "err"] == list(started.child.last_lines)


def test_what_would_move_a_terminals_cursor_is_heard_escaped() -> None:
    started = Started("print('\\x1b[31mred')")
    started.end()
    assert started.lines == [r"\x1b[31mred"]


def test_one_that_ends_at_once_is_started_again_after_delays_that_grow() -> None:
    started = Started("raise SystemExit(3)")
    waited = []
    for _ in range(4):
        assert started.end() == 3
        assert not started.child.start_if_due()
        at = started.clock.at
        while not started.child.start_if_due():
            started.clock.at += SECOND // 10
        waited.append(started.clock.at - at)
    started.end()
    assert waited[0] <= SECOND < waited[3]


def test_after_a_good_time_the_delay_is_short_again() -> None:
    started = Started("pass")
    for _ in range(6):
        started.end()
        started.clock.at += 60 * SECOND
        started.child.start_if_due()
    started.clock.at += WELL
    started.end()
    started.clock.at += SECOND
    assert started.child.start_if_due()
    started.end()


def test_stopping_asks_first_and_kills_who_does_not_listen() -> None:
    deaf = Started(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
    )
    until(lambda: deaf.lines == ["here"])
    pid = deaf.child.pid
    assert pid is not None
    deaf.child.stop(0.1)
    assert deaf.child.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_that_was_stopped_may_start_at_once_and_has_not_ended_by_itself() -> None:
    started = Started("import time; time.sleep(60)")
    started.child.stop(5)
    assert started.child.ended() is None
    assert started.child.start_if_due()
    started.child.kill()
    assert started.child.pid is None
