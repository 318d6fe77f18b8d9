"""How Ray is started here: as a child, small, with token authentication, in a folder of its own."""

import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sharp_eyes.errors import ConfigError, Problem, StoreError

TOKEN_FILE = "ray-token"  # noqa: S105 - the name of a file
TOKEN_VARIABLES = ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")

# How a Ray node says what it offers: two resources and a label.
WORKERS, CAPACITY, NODE = "sharp_eyes_worker", "sharp_eyes_capacity", "sharp-eyes-node"

# No frame goes through Ray's object store: the smallest that it takes is enough.
OBJECT_STORE_BYTES = 80_000_000

# Without these processes there is no Ray on a machine; the first is on the head alone.
VITAL = ("gcs_server", "raylet")

READY = "Ray runtime started"

_TUNED = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_START_HOOK": "workers.ray_start_hook.without_client_server",
    # All that its processes print comes to us through one pipe; there are no files that grow.
    "RAY_LOG_TO_STDERR": "1",
    "RAY_BACKEND_LOG_LEVEL": "warning",
    "RAY_enable_metrics_collection": "0",
    "RAY_task_events_report_interval_ms": "0",
    # A machine that is gone is missed after 10 s, not 50.
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_failure_threshold": "10",
}


@dataclass(frozen=True, slots=True)
class RayNode:
    """Ray on this machine. `node` is the machine's name; `token` the file with the cluster's secret.

    `address` (host:port) is that of the head: its own where `head` (empty: a free one), else the one
    to join.
    `capacity`, in analysed frames per second, is that of each of the `workers`; None: no limit.
    """

    node: str
    address: str
    head: bool
    workers: int
    token: Path
    capacity: float | None = None

    def command(self, folder: str) -> list[str]:
        """The command that starts Ray and stays until it ends; `folder` is for its session, short."""
        return [
            *(sys.executable, "-P", "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats"),
            *(self._head() if self.head else [f"--address={self.address}"]),
            *("--num-cpus=0", f"--object-store-memory={OBJECT_STORE_BYTES}", f"--temp-dir={folder}"),
            *("--min-worker-port=0", "--max-worker-port=0", "--dashboard-agent-listen-port=0"),
            *("--include-log-monitor=false", "--log-style=record", "--log-color=false"),
            f"--resources={json.dumps(self._resources())}",
            f"--labels={NODE}={self.node}",
        ]

    def environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The variables for Ray's processes and for those who talk to it; actors inherit them."""
        environment = {**base, **_TUNED}
        if not any(name in base for name in TOKEN_VARIABLES):
            environment["RAY_AUTH_TOKEN_PATH"] = str(self.token.absolute())
        return environment

    def _head(self) -> list[str]:
        host, port = self.address.rsplit(":", 1)
        return [
            *("--head", f"--node-ip-address={host}", f"--port={port}"),
            *("--include-dashboard=false", "--dashboard-port=0", "--no-monitor"),
        ]

    def _resources(self) -> dict[str, float]:
        capacity = {} if self.capacity is None else {CAPACITY: self.capacity}
        return {WORKERS: self.workers, **capacity}


def make_token(file: Path) -> None:
    """Make the secret of a new cluster, for its owner's eyes alone; one that is there stays.

    Raises StoreError where it cannot be written.
    """
    if file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
    except OSError as error:
        raise StoreError(f"{file}: the cluster's token cannot be written: {error.strerror}") from error


def check_token(file: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Raises ConfigError where nobody gave this machine the secret of the cluster it is to join."""
    if any(name in environment for name in TOKEN_VARIABLES) or file.exists():
        return
    hint = f"copy {TOKEN_FILE} from the node folder of the head, or name it in RAY_AUTH_TOKEN_PATH"
    raise ConfigError([Problem(str(file), "", "there is no token for the cluster to be joined", hint)])


def free_address() -> str:
    """An address of this machine that nobody listens at, for a cluster of one machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def new_folder() -> str:
    """A folder for one session of Ray. Its path is short, for the names of sockets in it are not."""
    return tempfile.mkdtemp(prefix="se-ray-", dir="/tmp")
