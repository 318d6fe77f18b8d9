"""`sharp-eyes serve` as a child of the tests, and how one signs in."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.children import end, spawn, wait_for
from sharp_eyes.program import command

START_SECONDS = 60.0
END_SECONDS = 20.0


@dataclass
class ServedApi:
    """An API that answers: its address, process, and the password that it printed (empty if it did not)."""

    address: str
    pid: int
    log: Path
    password: str


@contextmanager
def served(folder: Path, *options: str) -> Iterator[ServedApi]:
    """The API over the stores in this folder, on a free port, without a clerk."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    environment = inherited | {
        "SHARP_EYES_INDEX": f"sqlite:///{folder / 'index.sqlite'}",
        "SHARP_EYES_BLOBS": f"file:{folder / 'blobs'}",
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "serve.log"
    log.unlink(missing_ok=True)
    words = command("serve", "--port", "0", *(options or ("--no-clerk",)))
    child = spawn(words, log, environment=environment)
    try:
        wait_for(
            lambda: child.poll() is not None or "serving http" in log.read_text(), START_SECONDS, "the API"
        )
        said = log.read_text()
        address = re.search(r"serving (\S+)", said)
        assert address, said
        password = re.search(r"one-time password (\S+)", said)
        yield ServedApi(address[1], child.pid, log, password[1] if password else "")
    finally:
        if child.poll() is None:
            end(child, signal.SIGTERM, END_SECONDS)
