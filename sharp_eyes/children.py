"""Child processes that never outlive the work that started them."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from sharp_eyes.errors import SharpEyesError
from sharp_eyes.program import exit_code

_PATIENCE_SECONDS = 5.0


class ChildError(SharpEyesError):
    """A child failed: the work ends with its exit code, and with what it said."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code


class EndedError(SharpEyesError):
    """The work is over: no more children are started."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a child left behind on its outputs, and its exit code."""

    out: str
    error: str
    code: int


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Whoever ends us with SIGTERM gets what Ctrl-C gets: the children are ended too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Children:
    """Starts children from any thread. Use as a context manager: at its end they are ended too.

    Each is the head of a session of its own, so that Ctrl-C reaches us alone and we end them in
    order, with all that they started.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            running = list(self._running)
        for child in running:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in running:
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.wait()

    def run(self, command: Sequence[str]) -> Printed:
        """Run a child to its end, unheard."""
        child = self._start(command, stderr=subprocess.PIPE)
        try:
            out, error = child.communicate()
            return Printed(out, error, exit_code(child.returncode))
        finally:
            self._forget(child)

    def lines(self, command: Sequence[str]) -> Iterator[str]:
        """The lines that a child prints, as they come. Raises ChildError where it fails."""
        child = self._start(command, stderr=None)
        try:
            yield from child.stdout or ()
            if child.wait() != 0:
                message = f"`{' '.join(command[1:])}` failed"
                raise ChildError(message, exit_code(child.returncode))
        finally:
            self._forget(child)

    def _start(self, command: Sequence[str], stderr: int | None) -> subprocess.Popen[str]:
        with self._lock:
            if self._closed:
                raise EndedError("the work was ended")
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running.add(child)
            return child

    def _forget(self, child: subprocess.Popen[str]) -> None:
        with self._lock:
            self._running.discard(child)
        if child.poll() is None:
            _signal(child, signal.SIGKILL)
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _signal(child: subprocess.Popen[str], number: signal.Signals) -> None:
    """To the child and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)
