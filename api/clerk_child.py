"""The clerk as a child process: started with `serve`, started again when it dies, ended with it."""

import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import Self

from sharp_eyes.clock import SECOND
from sharp_eyes.program import command

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before it is started again: doubled each time
STEADY = 60 * SECOND  # microseconds after which a child counts as healthy, and the wait as short again
GRACE_SECONDS = 10.0  # to end what it is doing

COMMAND = tuple(command("clerk", "--tied"))  # no clerk outlives a `serve` that was killed


class ClerkChild:
    """Keeps one child running while it is entered; `say` hears, in a sentence, when one dies."""

    def __init__(
        self,
        say: Callable[[str], None],
        now: Callable[[], int],
        words: Sequence[str] = COMMAND,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._say = say
        self._now = now
        self._words = tuple(words)
        self._first_wait = first_wait
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="clerk", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None:
            end(child)
        self._thread.join()

    def _supervise(self) -> None:
        wait = self._first_wait
        while (child := self._started()) is not None:
            began = self._now()
            code = child.wait()
            if self._stopping.is_set():
                return
            wait = self._first_wait if self._now() - began >= STEADY else wait
            self._say(f"the clerk ended with code {code}; it begins again in {wait:g} s")
            if self._stopping.wait(wait):
                return
            wait = min(2 * wait, LONGEST_WAIT)

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:  # not after it was told to end
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(self._words, stdin=subprocess.DEVNULL)
            return self._child


def end(child: subprocess.Popen[bytes], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask a child to end, and insist after a while."""
    child.terminate()
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
