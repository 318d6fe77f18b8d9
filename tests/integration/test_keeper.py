"""Families of processes end as a whole: with their keeper, with its parent, with a vital member."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.process_tree import descendants, lives

# A program with a child, and a grandchild in a session of its own whose parent is gone: an orphan.
FAMILY = "sleep 300 & (setsid sleep 301 &) ; wait"


def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    by = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < by
        time.sleep(0.02)


def keeper(folder: Path, vital: str = "none", command: str = FAMILY) -> "subprocess.Popen[bytes]":
    module = [sys.executable, "-P", "-m", "workers.keeper"]
    return subprocess.Popen([*module, str(os.getpid()), str(folder), vital, "bash", "-c", command])


def sleepers(root: int) -> list[int]:
    return [pid for pid, name in descendants(root) if name == "sleep"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "session").mkdir()
    return tmp_path / "session"


def test_asked_to_end_a_keeper_leaves_nobody_and_no_folder(folder: Path) -> None:
    with keeper(folder) as process:
        until(lambda: len(sleepers(process.pid)) == 2)
        family = [pid for pid, _ in descendants(process.pid)]
        process.terminate()
        assert process.wait(5) == 0
    assert not any(map(lives, family))
    assert not folder.exists()


def test_when_the_program_ends_its_orphans_end_too(folder: Path) -> None:
    with keeper(folder, command="(setsid sleep 301 &); sleep 0.5") as process:
        until(lambda: len(sleepers(process.pid)) == 2)
        family = sleepers(process.pid)
        assert process.wait(5) == 1
    assert not any(map(lives, family))


def test_without_a_vital_member_the_whole_family_ends(folder: Path) -> None:
    with keeper(folder, vital="sleep") as process:
        until(lambda: len(sleepers(process.pid)) == 2)
        time.sleep(2.5)  # that the keeper has seen them
        first, second = sleepers(process.pid)
        os.kill(first, signal.SIGKILL)
        assert process.wait(5) == 1
    assert not lives(second)


def test_a_killed_parent_takes_keeper_and_family_with_it(folder: Path) -> None:
    start = (
        "import os, subprocess, sys; from workers.child import kept; "
        f"p = subprocess.Popen(kept(['bash', '-c', {FAMILY!r}], {str(folder)!r}, ['none'])); "
        "print(p.pid, flush=True); p.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        until(lambda: len(sleepers(pid)) == 2)
        family = [pid, *(one for one, _ in descendants(pid))]
        parent.kill()
        until(lambda: not any(map(lives, family)))
    until(lambda: not folder.exists())


def test_a_killed_keeper_takes_its_program_with_it(folder: Path) -> None:
    with keeper(folder, command="exec sleep 300") as process:
        until(lambda: len(sleepers(process.pid)) == 1)
        (program,) = sleepers(process.pid)
        process.kill()
        until(lambda: not lives(program))


def test_a_tethered_program_is_asked_to_end_when_its_parent_is_gone(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = ["bash", "-c", f"trap 'touch {told}; exit' TERM; echo ready; while true; do sleep 0.05; done"]
    start = (
        "import subprocess; from workers.child import tethered; "
        f"p = subprocess.Popen(tethered({command!r})); p.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        until(told.exists)
