"""A thread that repeats one step until it is stopped, and lives on through errors."""

import threading
from collections.abc import Callable
from enum import Enum

from sharp_eyes.errors import StoreError
from workers.node.backoff import Backoff
from workers.node.counted_log import CountedLog


class Outcome(Enum):
    """What a step came to: there was nothing to do; it did its work; it did, and there is more."""

    IDLE = "idle"
    DONE = "done"
    MORE = "more"


class Loop:
    """Repeats `step`: at once while there is more, else when woken or after `idle_seconds`.

    A StoreError is counted and tried again after a growing delay; so is a mistake of ours, with its
    traceback, for a node that stops shipping is worse than one that complains.
    """

    def __init__(self, name: str, step: Callable[[], Outcome], log: CountedLog, idle_seconds: float) -> None:
        self._name = name
        self._step = step
        self._log = log
        self._idle_seconds = idle_seconds
        self._backoff = Backoff()
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._retry = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to repeat."""
        self._thread.start()

    def wake(self) -> None:
        """There is work: do not wait any longer. Does not shorten the delay after an error."""
        self._woken.set()

    def retry(self) -> None:
        """What failed works again elsewhere: try now, whatever delay is left."""
        self._retry.set()

    def ask_to_stop(self) -> None:
        """The step under way is the last."""
        self._stopping.set()
        self._woken.set()
        self._retry.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end, so many seconds at most; whether it came. What hangs dies with the process."""
        if self._thread.ident is not None:
            self._thread.join(max(seconds, 0.0))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._retry.clear()
            if not self._tried() and not self._stopping.is_set():
                self._woken.wait(self._idle_seconds)

    def _tried(self) -> bool:
        """Whether to go on at once."""
        try:
            outcome = self._step()
        except StoreError as error:
            self._trouble(error, trace=False)
            return True
        except Exception as error:  # noqa: BLE001 - the supervisor's loop
            self._trouble(f"{type(error).__name__}: {error}", trace=True)
            return True
        if outcome is not Outcome.IDLE:
            self._backoff.reset()
            self._log.fine(self._name)
        return outcome is Outcome.MORE

    def _trouble(self, error: object, *, trace: bool) -> None:
        if self._stopping.is_set():
            return  # what it worked with is being closed
        self._log.error(self._name, error, trace=trace)
        self._retry.wait(self._backoff.next())
