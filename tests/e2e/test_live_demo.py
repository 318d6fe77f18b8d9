"""`sharp-eyes demo` as a newcomer starts it: all of it, clips of several kinds soon, no remains."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from servers.children import free_ports, spawn, wait_for
from servers.farm import RunningFarm, get_events
from sharp_eyes.program import command

pytestmark = [pytest.mark.alone, pytest.mark.ray, pytest.mark.slow]


def test_the_demo_shows_an_event_within_ninety_seconds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    output = tmp_path / "demo.log"
    began = time.monotonic()
    kept = tmp_path / "kept"
    words = command("demo", "--keep", str(kept), "--port", str(port))
    child = spawn(words, output, environment=environment)
    stores = {"SHARP_EYES_NODE": str(kept / "node"), "SHARP_EYES_INDEX": f"sqlite:///{kept / 'index.sqlite'}"}
    farm = RunningFarm(tmp_path, stores, port)
    try:
        wait_for(
            lambda: "serving" in output.read_text() or child.poll() is not None, 90, "the page's address"
        )
        said = re.search(r"password (\S+)", output.read_text())
        assert said, output.read_text()
        assert f"http://127.0.0.1:{port}" in output.read_text()
        farm.password = said[1]
        with farm.client() as client:
            wait_for(lambda: bool(get_events(client)), 90, "the first event")
            seconds = time.monotonic() - began
            print(f"first event visible {seconds:.0f} s after the start")
            wait_for(lambda: len(kinds_with_clips(client)) >= 2, 60, "clips of events of two kinds")
            print(
                f"clips of {sorted(kinds_with_clips(client))} {time.monotonic() - began:.0f} s after it began"
            )
            told = farm.cameras().values()
            print(f"{len(told)} cameras, lag p95 {max(camera.lag_seconds for camera in told):.2f} s")
            assert {camera.state for camera in told} == {"watching"}
        assert seconds <= 90
        child.send_signal(signal.SIGINT)
        child.wait(60)
    finally:
        farm.stop()
        if child.poll() is None:
            child.kill()
            child.wait()
    assert "Traceback" not in output.read_text()
    assert farm.pids() == []
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout.split() == []


def kinds_with_clips(client: httpx.Client) -> set[str]:
    """The kinds of events of which a clip is stored."""
    return {
        str(event["type"])
        for event in get_events(client)
        for one in event["evidence"]
        if one["kind"] == "clip" and one["state"] == "stored"
    }
