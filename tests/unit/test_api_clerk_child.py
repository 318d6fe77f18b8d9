"""The clerk beside the API: started, started again, ended."""

import sys
import time
from pathlib import Path

from api.clerk_child import ClerkChild
from sharp_eyes.clock import SystemClock

NOW = SystemClock().monotonic


def waits_until(ready: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_child_that_dies_is_started_again_after_a_wait_that_grows(tmp_path: Path) -> None:
    said: list[str] = []
    words = [sys.executable, "-c", f"open({str(tmp_path / 'log')!r}, 'a').write('x'); raise SystemExit(3)"]
    with ClerkChild(said.append, NOW, words, first_wait=0.01):
        waits_until(lambda: len(said) >= 3)
    assert said[0] == "the clerk ended with code 3; it begins again in 0.01 s"
    assert said[1].endswith("0.02 s")
    assert said[2].endswith("0.04 s")
    assert len((tmp_path / "log").read_text()) >= 3


def test_a_child_is_asked_to_end_and_is_not_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    mark = tmp_path / "ended"
    code = (
        "import signal, sys, time, pathlib\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(mark)!r}).touch(), sys.exit(0)))\n"
        f"pathlib.Path({str(tmp_path / 'up')!r}).touch()\n"
        "time.sleep(60)\n"
    )
    with ClerkChild(said.append, NOW, [sys.executable, "-c", code]):
        waits_until((tmp_path / "up").exists)
    assert mark.exists()
    assert said == []
