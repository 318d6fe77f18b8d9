"""A whole farm as children of the tests: `serve` with its clerk, and `farm` with node, Ray and workers.

with running_farm(folder, cameras, environment) as farm:
    farm.wait_for_events(lambda events: …)
    os.kill(farm.worker_of("gate").pid, signal.SIGKILL)
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from servers.children import end, free_ports, lives, spawn, wait_for
from sharp_eyes.farm_status import CameraStatus, NodeStatus, WorkerStatus, read_status
from sharp_eyes.program import command
from sharp_eyes.store.registry.opening import open_registry

Event = dict[str, Any]

START_SECONDS = 90.0
END_SECONDS = 40.0


@dataclass
class RunningFarm:
    """Everything on this machine, in one folder. `environment` says where the stores are."""

    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=lambda: free_ports(1)[0])
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    password: str = ""

    @property
    def address(self) -> str:
        """Of the page and the API."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of our verbs, to its end."""
        return subprocess.run(
            command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def apply(self, *files: Path) -> None:
        """Declare cameras."""
        ran = self.run("apply", *map(str, files))
        assert ran.returncode == 0, ran.stderr

    def start(self, name: str, *arguments: str) -> None:
        """Start one of `serve` and `farm`; its output goes to a file of its name."""
        words = command(name, *arguments)
        self.children[name] = spawn(words, self.folder / f"{name}.log", environment=self.environment)

    def start_serve(self) -> None:
        """Start the API and the clerk, and wait until they answer."""
        self.start("serve", "--port", str(self.port))
        wait_for(self.answers, START_SECONDS, f"the API; it said: {self.log('serve')}")
        said = re.search(r"password (\S+)", self.log("serve"))
        self.password = said[1] if said else self.password

    def answers(self) -> bool:
        """Whether the API is ready."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.address}/api/v1/health/ready", timeout=5).status_code == 200
        return False

    def log(self, name: str) -> str:
        """What a child has said so far."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Signed in as the first user."""
        with httpx.Client(base_url=self.address, timeout=30) as client:
            login = {"user": "admin", "password": self.password}
            answer = client.post("/api/v1/session", json=login)
            assert answer.status_code == 200, answer.text
            yield client

    def nodes(self) -> list[NodeStatus]:
        """What the nodes last said of themselves."""
        registry = open_registry(self.environment["SHARP_EYES_INDEX"])
        try:
            return [read_status(row.body) for row in registry.statuses()]
        finally:
            registry.close()

    def cameras(self) -> dict[str, CameraStatus]:
        """What the newest statuses say of each camera."""
        return {camera.camera: camera for node in self.nodes() for camera in node.cameras}

    def workers(self) -> dict[str, WorkerStatus]:
        """Workers by name."""
        return {worker.worker: worker for node in self.nodes() for worker in node.workers}

    def watching(self, cameras: Sequence[str], since: int) -> bool:
        """Whether each of these was judged at some moment after `since` (microseconds UTC)."""
        told = self.cameras()
        return all(camera in told and (told[camera].watched_until or 0) > since for camera in cameras)

    def wait_until_watching(self, cameras: Sequence[str], seconds: float = START_SECONDS) -> float:
        """Wait until each camera has delivered since now; gives the seconds that it took."""
        began, since = time.monotonic(), time.time_ns() // 1000
        wait_for(
            lambda: self.watching(cameras, since), seconds, f"{cameras} watched; {self.log('farm')[-2000:]}"
        )
        return time.monotonic() - began

    def pids(self, *words: str) -> list[int]:
        """Our living processes on whose command line all of these words stand."""
        mark = f"SHARP_EYES_NODE={self.environment['SHARP_EYES_NODE']}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark not in (folder / "environ").read_bytes().split(b"\0"):
                    continue
                line = (folder / "cmdline").read_bytes().split(b"\0")
                if all(word.encode() in line or line[0].endswith(word.encode()) for word in words):
                    found.append(int(folder.name))
        return [pid for pid in found if lives(pid)]

    def kill(self, *words: str) -> None:
        """kill -9 of every process of ours whose command line has these words."""
        pids = self.pids(*words)
        assert pids, f"no process of {words}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End everything in order; whatever is left after that is killed."""
        for name in reversed(list(self.children)):
            child = self.children.pop(name)
            if child.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    end(child, signal.SIGTERM, END_SECONDS)
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def running_farm(
    folder: Path, cameras: Sequence[Path], environment: Mapping[str, str], *options: str
) -> Iterator[RunningFarm]:
    """A farm that watches these camera files; `options` are those of `sharp-eyes farm`."""
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    stores = {
        "SHARP_EYES_BLOBS": f"file:{folder / 'blobs'}",
        "SHARP_EYES_INDEX": f"sqlite:///{folder / 'index.sqlite'}",
        "SHARP_EYES_NODE": str(folder / "node"),
        "SHARP_EYES_MODELS": str(folder / "models"),
        "SHARP_EYES_SOURCE_NETWORKS": "127.0.0.0/8",
    }
    farm = RunningFarm(folder, inherited | stores | dict(environment))
    try:
        farm.apply(*cameras)
        farm.start_serve()
        farm.start("farm", *options)
        yield farm
    finally:
        farm.stop()


def get_events(client: httpx.Client, **filters: Any) -> list[Event]:
    """All events that answer to these filters, page after page."""
    events: list[Event] = []
    query: dict[str, Any] = {"limit": 200, **filters}
    while True:
        answer = client.get("/api/v1/events", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        events += page["events"]
        if not page.get("next"):
            return events
        query["cursor"] = page["next"]


def wait_for_events(
    client: httpx.Client, enough: Callable[[list[Event]], bool], seconds: float, **filters: Any
) -> list[Event]:
    """The events once there are enough."""
    wait_for(lambda: enough(get_events(client, **filters)), seconds, "events")
    return get_events(client, **filters)
