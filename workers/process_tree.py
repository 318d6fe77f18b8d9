"""Linux's family of processes: who descends from whom, who dies with whom, who inherits orphans."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Collection, Iterator
from pathlib import Path

_SET_DEATH_SIGNAL = 1  # prctl(2): PR_SET_PDEATHSIG
_SET_CHILD_SUBREAPER = 36


def die_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the kernel send this process `number` when `parent` is gone; at once where it is already."""
    _prctl(_SET_DEATH_SIGNAL, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def inherit_orphans() -> None:
    """Descendants whose parents died become children of this process, instead of init's."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def descendants(root: int) -> list[tuple[int, str]]:
    """Process ids and names of all that descend from `root`, children before grandchildren."""
    children: dict[int, list[tuple[int, str]]] = {}
    for pid, parent, name in _processes():
        children.setdefault(parent, []).append((pid, name))
    found: list[tuple[int, str]] = []
    waiting = [root]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += [pid for pid, _ in born]
    return found


def reap() -> dict[int, int]:
    """Bury the children that ended; their exit codes by process id, as `subprocess` counts them."""
    codes: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return codes
        if pid == 0:
            return codes
        codes[pid] = os.waitstatus_to_exitcode(status)


def end_strays(root: int, families: Collection[int]) -> int:
    """Kill the descendants of `root` that belong to none of these families; how many there were."""
    known = set(families)
    for family in families:
        known |= {pid for pid, _ in descendants(family)}
    strays = [pid for pid, _ in descendants(root) if pid not in known]
    for pid in strays:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
    return len(strays)


def lives(pid: int) -> bool:
    """Whether there is this process, and it has not ended."""
    return _stat(pid) is not None


def _processes() -> Iterator[tuple[int, int, str]]:
    """Process id, parent and name (at most 15 characters) of all that live; the dead are passed over."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            pid = int(entry.name)
            found = _stat(pid)
            if found is not None:
                yield pid, *found


def _stat(pid: int) -> tuple[int, str] | None:
    """The parent and the name of a process; None where it has ended, buried or not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    state, parent, *_ = rest.split()
    return None if state in {"Z", "X"} else (int(parent), name)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
