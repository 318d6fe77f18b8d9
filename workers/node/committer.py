"""The one writer of the journal: what many workers append meanwhile becomes one transaction.

w1 ─append─┐                    ┌─ ack
w2 ─append─┼─► queue ─► journal ┼─ ack      one fsync for all that waited during the one before
w3 ─append─┘                    └─ ack
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from sharp_eyes.clock import Clock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.rows import Row
from workers.node.counted_log import CountedLog

GROUP = 4096  # rows in one transaction, so that the first of them does not wait for ever

SUBJECT = "journal"


class AppendOnly(Protocol):
    """The part of a journal that is written."""

    def append(self, rows: Sequence[Row], committed_at: int) -> int:
        """Commit the rows, durably. Raises StoreError."""
        ...


class Appends(Protocol):
    """Takes rows, and says when they are durable."""

    def append(self, rows: Sequence[Row]) -> Future[None]:
        """A future that fails with StoreError."""
        ...


@dataclass(slots=True)
class _Request:
    rows: Sequence[Row]
    done: Future[None] = field(default_factory=Future)


class Committer:
    """Appends from any thread; each caller's future is done when its rows are durable.

    A future fails with StoreError where the journal refused: nothing of the group is written then,
    and whoever asked asks again. The journal itself opens its file anew after an error of the disk.
    """

    def __init__(self, journal: AppendOnly, clock: Clock, log: CountedLog) -> None:
        self._journal = journal
        self._clock = clock
        self._log = log
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._refused: Callable[[], None] = lambda: None
        self._lock = threading.Lock()  # of closing: nothing is queued behind the end
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def listen(self, committed: Callable[[], None]) -> None:
        """Call this after each commit; before `start`."""
        self._listeners.append(committed)

    def on_refusal(self, refused: Callable[[], None]) -> None:
        """Call this after the journal refused, before anybody hears of it; before `start`."""
        self._refused = refused

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def append(self, rows: Sequence[Row]) -> Future[None]:
        """Queue these rows; they are written together and in their order."""
        request = _Request(rows)
        with self._lock:
            if self._closed:
                request.done.set_exception(StoreError("the node is stopping and writes nothing more"))
            else:
                self._queue.put(request)
        return request.done

    def close(self) -> None:
        """Commit what is queued, and end."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._group()
            waiting = [request for request in group if request.done.set_running_or_notify_cancel()]
            if waiting:
                self._commit(waiting)

    def _group(self) -> tuple[list[_Request], bool]:
        """All that waits, up to a limit; and whether there may be more."""
        group: list[_Request] = []
        rows = 0
        request = self._queue.get()
        while request is not None:
            group.append(request)
            rows += len(request.rows)
            if rows >= GROUP:
                return group, True
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, group: list[_Request]) -> None:
        try:
            self._journal.append([row for request in group for row in request.rows], self._clock.now())
        except StoreError as error:
            self._log.error(SUBJECT, error)
            self._refused()
            for request in group:
                request.done.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001 - this thread supervises itself: without it nothing is committed
            self._log.error(SUBJECT, f"{type(error).__name__}: {error}", trace=True)
            for request in group:
                request.done.set_exception(StoreError(f"the journal did not take the rows: {error}"))
            return
        self._log.fine(SUBJECT)
        for request in group:
            request.done.set_result(None)
        for listener in self._listeners:
            listener()
