"""Servers as children of the tests: free ports, waiting, users, and servers that a whole run shares."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

LONGEST_RUN_SECONDS = 3600.0


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_for(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Raises TimeoutError when it is not so in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def lives(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def spawn(
    command: Sequence[str | Path], output: Path, *, user: str | None = None, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a server that is killed when this process dies, so that none outlives a killed run."""
    with output.open("ab") as log:
        return subprocess.Popen(
            [*_privileges(user), "--pdeathsig", "KILL", *map(str, command)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests, which end their servers themselves
        )


def run(
    command: Sequence[str | Path],
    *,
    user: str | None = None,
    environment: Mapping[str, str],
    seconds: float = 60,
) -> str:
    """What a program says that ends by itself. Raises RuntimeError where it fails."""
    ran = subprocess.run(
        [*_privileges(user), *map(str, command)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"{command[0]} failed: {ran.stderr.strip()[-500:]}")
    return ran.stdout


def _privileges(user: str | None) -> list[str]:
    as_user = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    return ["setpriv", *as_user]


def end(child: subprocess.Popen[bytes], number: signal.Signals = signal.SIGKILL, seconds: float = 30) -> None:
    """Send the signal and wait until the child is gone."""
    child.send_signal(number)
    child.wait(seconds)


@contextmanager
def shared(
    folder: Path, name: str, opened: Callable[[], AbstractContextManager[dict[str, str]]]
) -> Iterator[dict[str, str]]:
    """What `opened` gives, once for all processes of a test run that ask in this folder.

    The first who asks starts the server and keeps it until the last has left.
    """
    facts, users = folder / f"{name}.json", folder / f"{name}.users"
    users.mkdir(exist_ok=True)
    me = users / str(os.getpid())
    with ExitStack() as mine:
        with _locked(folder / f"{name}.lock"):
            if not facts.exists():
                given = mine.enter_context(opened())
                facts.write_text(json.dumps(given))
                mine.callback(_wait_for_others, folder / f"{name}.lock", facts, users)
            me.touch()
        try:
            yield json.loads(facts.read_text())
        finally:
            me.unlink()


def _wait_for_others(lock: Path, facts: Path, users: Path) -> None:
    def left() -> bool:
        with _locked(lock):  # whoever asks after this finds no server and starts one
            if any(lives(int(user.name)) for user in users.iterdir()):
                return False
            facts.unlink()
            return True

    wait_for(left, LONGEST_RUN_SECONDS, "the end of the other tests")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
