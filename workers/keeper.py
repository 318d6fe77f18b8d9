"""Holds a program that starts many others: when it ends, or must, nothing of it is left.

    python -P -m workers.keeper PARENT FOLDER VITAL COMMAND…

Runs COMMAND as a child. All ends when COMMAND does, when one of its descendants whose name is in
VITAL (with commas between) is gone, when SIGTERM comes, or when the process PARENT is gone: then every
descendant is killed, orphans too, and FOLDER is removed. Exits with 0 where it was asked to end.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from workers.process_tree import descendants, die_with_parent, inherit_orphans, lives, reap

EVERY_SECONDS = 0.2
LOOK_ROUNDS = 10  # all of /proc is read this rarely
KILLING_SECONDS = 10.0


class Keeper:
    """Watches one family of processes. `vital` are names of members it cannot live without."""

    def __init__(self, command: list[str], folder: str, vital: frozenset[str]) -> None:
        self._command = command
        self._folder = folder
        self._vital = vital
        self._asked = False
        self._seen: set[int] = set()
        self._rounds = 0

    def run(self) -> int:
        """Until the end of the family; the exit code."""
        signal.signal(signal.SIGTERM, self._ask)
        child = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_keeper(os.getpid()),  # noqa: PLW1509 - this process has one thread
        )
        well = True
        while well and not self._asked:
            time.sleep(EVERY_SECONDS)
            well = child.pid not in reap() and self._whole()
        self._end()
        return 0 if self._asked else 1

    def _ask(self, *_: object) -> None:
        self._asked = True

    def _whole(self) -> bool:
        """Whether every vital member that was ever seen is still there; new ones are looked for rarely."""
        self._rounds += 1
        if self._rounds % LOOK_ROUNDS == 0:
            self._seen |= {pid for pid, name in descendants(os.getpid()) if name in self._vital}
        return all(map(lives, self._seen))

    def _end(self) -> None:
        """Kill and bury until nobody is left; the orphans of whoever dies come to this process."""
        patience = time.monotonic() + KILLING_SECONDS
        with contextlib.suppress(ChildProcessError):  # nobody is left
            while time.monotonic() < patience:
                for pid, _ in descendants(os.getpid()):
                    with contextlib.suppress(ProcessLookupError):  # it was quicker
                        os.kill(pid, signal.SIGKILL)
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
                time.sleep(0.02)
        shutil.rmtree(self._folder, ignore_errors=True)


def _die_with_keeper(keeper: int) -> Callable[[], None]:
    return lambda: die_with_parent(signal.SIGKILL, keeper)


def main() -> None:
    """The program above."""
    parent, folder, vital, *command = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inherit_orphans()
    die_with_parent(signal.SIGTERM, int(parent))
    sys.exit(Keeper(command, folder, frozenset(vital.split(","))).run())


if __name__ == "__main__":
    main()
