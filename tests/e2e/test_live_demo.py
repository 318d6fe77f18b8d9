"""`sharp-eyes demo` as a newcomer starts it: all of it, the first event soon, and an end without remains."""

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
    words = command("demo", "--keep", str(tmp_path / "kept"), "--port", str(port))
    child = spawn(words, output, environment=environment)
    farm = RunningFarm(tmp_path, {"SHARP_EYES_NODE": str(tmp_path / "kept" / "node")}, port)
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
            wait_for(lambda: clip_of(client) is not None, 60, "its clip")
            print(f"first clip {time.monotonic() - began:.0f} s after the start")
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


def clip_of(client: httpx.Client) -> str | None:
    """The address of a clip that is stored."""
    for event in get_events(client):
        for one in event["evidence"]:
            if one["kind"] == "clip" and one["state"] == "stored":
                return str(one["href"])
    return None
