"""Children that open strangers' files: given little, held to limits, and nothing of them left running."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sharp_eyes.errors import printable

LARGEST_FILE = 4 << 30  # what a child may write into one file
LONGEST_WORD = 500  # of a child's last words

_TAIL = 64 << 10
# No secret gets into a child: of our environment it sees only what Python and its libraries need.
_PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status (negative: the signal), and the last line that it complained."""

    status: int
    last_words: str


def run_child(
    module: str, *arguments: str, scratch: Path, seconds: float, more: Mapping[str, str] | None = None
) -> Ended:
    """Run `python -m module` in the folder `scratch`, with `more` in its environment.

    What it says goes into a nameless file, so that a process it leaves behind cannot keep us waiting.
    Raises TimeoutError after that many seconds; either way its process group is gone afterwards.
    """
    command = [sys.executable, "-P", "-m", module, *arguments]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            env=_environment(scratch) | dict(more or {}),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"did not end within {seconds:.0f} s") from error
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return Ended(status, _last_line(complaints))


def limit_myself(memory: int | None = None, seconds: int | None = None) -> None:
    """For the child, before it opens anything: no core dumps, no huge files, no more than this."""
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: LARGEST_FILE}
    if memory is not None:
        limits[resource.RLIMIT_AS] = memory
    if seconds is not None:
        limits[resource.RLIMIT_CPU] = seconds
    for kind, wanted in limits.items():
        _, most = resource.getrlimit(kind)
        value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (value, value))


def _environment(scratch: Path) -> dict[str, str]:
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    places = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    if places:  # the child stands elsewhere
        known["PYTHONPATH"] = os.pathsep.join(str(Path(place).resolve()) for place in places)
    return known | {"HOME": str(scratch), "TMPDIR": str(scratch), "PYTHONWARNINGS": "ignore"}


def _last_line(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    lines = file.read(_TAIL).decode(errors="replace").strip().splitlines()
    return printable(lines[-1])[:LONGEST_WORD] if lines else "no message"
