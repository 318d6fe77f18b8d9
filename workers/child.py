"""One child process of the supervisor: started, heard line by line, started again when it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import printable
from workers.node.backoff import Backoff

# One that lived for so long was well: the next trouble begins with the shortest delay again.
WELL = 30 * SECOND
LAST_LINES = 15
KILLED_SECONDS = 5.0

OnLine = Callable[[str], None]


class Child:
    """A program in a process group of its own, out of reach of the terminal's Ctrl-C.

    `command` gives the program and its arguments, and `environment` its variables, anew at each
    start. Every line that it prints, on whichever stream, goes to `on_line`, from another thread.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[], Sequence[str]],
        environment: Callable[[], Mapping[str, str]],
        on_line: OnLine,
        clock: Clock,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._on_line = on_line
        self._clock = clock
        self._backoff = Backoff(first=0.5, cap=30.0)
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._due_at = 0
        self.started_at = 0
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)

    @property
    def pid(self) -> int | None:
        """Of the process that runs; None where none does."""
        return self._process.pid if self._process is not None else None

    def start_if_due(self) -> bool:
        """Start it, if it does not run and has waited long enough; whether it was started."""
        if self._process is not None or self._clock.monotonic() < self._due_at:
            return False
        self.last_lines.clear()
        self._process = subprocess.Popen(
            self._command(),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self.started_at = self._clock.monotonic()
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()
        return True

    def ended(self) -> int | None:
        """The exit code, once, where it ended by itself; it may start again after a growing delay."""
        if self._process is None:
            return None
        code = self._process.poll()
        if code is not None:
            self._bury()
        return code

    def stop(self, seconds: float) -> None:
        """Ask it to end, and kill it where it has not after so many seconds. It may start again at once."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return
        self._bury()
        self._due_at = 0

    def kill(self) -> None:
        """End it without asking."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(KILLED_SECONDS)
        self._bury()
        self._due_at = 0

    def _bury(self) -> None:
        """Close what is left of a process that ended, and say when the next may start."""
        process, self._process = self._process, None
        if process is None or process.stdout is None or self._listener is None:
            return
        self._listener.join(1.0)  # orphans of it may hold the pipe open
        if not self._listener.is_alive():
            process.stdout.close()
        if self._clock.monotonic() - self.started_at >= WELL:
            self._backoff.reset()
        self._due_at = self._clock.monotonic() + int(self._backoff.next() * SECOND)

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        if process.stdout is None:
            return
        with contextlib.suppress(ValueError):  # closed
            for line in process.stdout:
                text = printable(line.rstrip("\n"))
                self.last_lines.append(text)
                self._on_line(text)


def tethered(command: Sequence[str]) -> list[str]:
    """This command, ended by SIGTERM when this process is gone."""
    return [sys.executable, "-P", "-m", "workers.tether", str(os.getpid()), *command]


def kept(command: Sequence[str], folder: str, vital: Sequence[str]) -> list[str]:
    """This command under a keeper: see `workers.keeper`."""
    return [sys.executable, "-P", "-m", "workers.keeper", str(os.getpid()), folder, ",".join(vital), *command]
