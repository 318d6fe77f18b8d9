"""A real farm on this machine: node, Ray, workers; and what becomes of it when parts of it die."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharp_eyes.clock import SystemClock
from sharp_eyes.farm_status import NodeStatus, WorkerStatus
from sharp_eyes.store.registry.opening import open_registry
from workers.farm_view import node_rows
from workers.process_tree import descendants, lives

pytestmark = pytest.mark.ray

PROGRAM = [sys.executable, "-P", "-c", "from sharp_eyes.cli import main; main()"]
CAMERAS = [f"camera-{number}" for number in range(4)]

CONNECT = """
import ray, sys
ray.init(sys.argv[1], log_to_driver=False)
print("connected")
"""


class Farm:
    """`sharp-eyes farm` with two workers, as somebody would start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mine = {
            "SHARP_EYES_NODE": folder / "node",
            "SHARP_EYES_INDEX": f"sqlite:///{folder}/index.sqlite",
            "SHARP_EYES_BLOBS": f"file:{folder}/blobs",
        }
        outside = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
        self.environment = {**outside, **{name: str(value) for name, value in mine.items()}}
        self.log = folder / "farm.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "farm", "--workers", "2", "--name", "here"], env=self.environment, stderr=log
            )

    def run(self, *arguments: str) -> str:
        ran = subprocess.run(
            [*PROGRAM, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def status(self) -> NodeStatus | None:
        """The node's last word, while it can be believed."""
        with open_registry(self.environment["SHARP_EYES_INDEX"]) as registry:
            rows = node_rows(registry.statuses(), registry.orders(), SystemClock().now())
        assert len(rows) <= 1
        return rows[0].status if rows and not rows[0].stale else None

    def workers(self) -> dict[str, WorkerStatus]:
        status = self.status()
        return {worker.worker: worker for worker in status.workers} if status else {}

    def runs(self) -> dict[str, str]:
        """The runs of the cameras that are watched."""
        status = self.status()
        return {one.camera: one.run for one in status.cameras if one.state == "watching"} if status else {}

    def family(self, name: str = "") -> list[int]:
        return [pid for pid, called in descendants(self.process.pid) if called.startswith(name)]

    def until(self, holds: Callable[[], bool], seconds: float) -> float:
        """Wait until it holds; after how many seconds it did."""
        began = time.monotonic()
        while not holds():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - began < seconds, self.log.read_text()
            time.sleep(0.3)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # sockets' paths are short
    running = Farm(folder)
    try:
        (folder / "cameras.toml").write_text(cameras_file(clip(folder)), encoding="utf-8")
        running.run("apply", str(folder / "cameras.toml"))
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def clip(folder: Path) -> Path:
    import av
    import numpy as np

    file = folder / "clip.mp4"
    with av.open(str(file), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"g": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(30):
            picture = np.full((96, 160, 3), 40 + number, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return file


def cameras_file(video: Path) -> str:
    return "\n".join(
        f'[[camera]]\nid = "{camera}"\ndivision = "330802001"\nsource = {{ file = "{video}" }}\n'
        for camera in CAMERAS
    )


def test_two_worker_processes_watch_what_the_registry_says(farm: Farm) -> None:
    farm.until(lambda: sorted(farm.runs()) == CAMERAS, 90)
    workers = farm.workers()
    pids = {worker.pid for worker in workers.values()}
    assert set(workers) == {"here-1", "here-2"}
    assert len(pids) == 2
    assert pids <= set(farm.family("ray::Worker"))
    assert [worker.cameras for worker in workers.values()] == [2, 2]
    (node,) = json.loads(farm.run("farm", "status", "--json"))["nodes"]
    assert [camera["camera"] for camera in node["status"]["cameras"]] == CAMERAS


def test_nobody_gets_in_without_the_token(farm: Farm) -> None:
    token = farm.folder / "node" / "ray-token"
    assert token.stat().st_mode & 0o777 == 0o600
    address = farm.log.read_text().partition("starting Ray at ")[2].split()[0]
    assert answer(farm, address, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN_PATH=str(token)) == "connected"
    assert answer(farm, address, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="0" * 64) == "InvalidAuthToken"
    assert answer(farm, address, RAY_AUTH_MODE="disabled") == "InvalidAuthToken"


def answer(farm: Farm, address: str, **variables: str) -> str | None:
    """What Ray says first to somebody who connects; it would try for twenty seconds more."""
    plain = {name: value for name, value in farm.environment.items() if not name.startswith("RAY_")}
    home = {"HOME": str(farm.folder), "RAY_USAGE_STATS_ENABLED": "0", **variables}
    with subprocess.Popen(
        [sys.executable, "-c", CONNECT, address],
        env={**plain, **home},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as tried:
        assert tried.stdout is not None
        found = (re.search("connected$|InvalidAuthToken", line) for line in tried.stdout)
        said = next((word[0] for word in found if word), None)
        tried.kill()
    return said


def test_a_killed_worker_gets_its_cameras_back_and_its_neighbour_notices_nothing(farm: Farm) -> None:
    before, runs = farm.workers(), farm.runs()
    os.kill(before["here-1"].pid, signal.SIGKILL)

    def back() -> bool:
        return farm.workers()["here-1"].pid != before["here-1"].pid and len(farm.runs()) == len(CAMERAS)

    assert farm.until(back, 30) < 15
    after = farm.workers()
    assert after["here-1"].restarts == 1
    assert after["here-2"].pid == before["here-2"].pid
    assert sum(farm.runs()[camera] == run for camera, run in runs.items()) == 2


def test_a_drained_node_watches_nothing_until_that_is_over(farm: Farm) -> None:
    farm.run("farm", "drain", "here")
    farm.until(lambda: (status := farm.status()) is not None and status.draining and not status.cameras, 15)
    farm.run("farm", "drain", "here", "--end")
    farm.until(lambda: sorted(farm.runs()) == CAMERAS, 15)


def test_when_gcs_dies_the_farm_forms_itself_anew(farm: Farm) -> None:
    before = farm.runs()
    (gcs,) = farm.family("gcs_server")
    os.kill(gcs, signal.SIGKILL)

    def formed() -> bool:
        runs = farm.runs()
        return len(runs) == len(CAMERAS) and not set(runs.values()) & set(before.values())

    assert farm.until(formed, 120) < 120
    assert farm.family("gcs_server") != [gcs]


def test_at_the_end_nothing_is_left_behind(farm: Farm) -> None:
    family = farm.family()
    (session,) = {
        line.split("--temp-dir=")[1].split()[0] for line in commands(family) if "--temp-dir=" in line
    }
    began = time.monotonic()
    farm.process.terminate()
    assert farm.process.wait(20) == 0, farm.log.read_text()
    assert time.monotonic() - began < 15
    assert [pid for pid in family if lives(pid)] == []
    assert not Path(session).exists()
    assert "2 workers ended" in farm.log.read_text()


def commands(pids: list[int]) -> list[str]:
    return [
        Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        for pid in pids
    ]
