"""What a worker has to say to its node and the node has not acknowledged: kept in order, in memory."""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sharp_eyes.clock import SECOND
from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.store.rows import Row
from workers.node.judged import Judged

BATCH = 256  # rows in one request …
BATCH_BYTES = 1 << 20  # … or as many as have bodies of so many characters, one at least
LONGEST_BODY = 4 << 20  # characters; no record comes near it
FULL = 100_000  # rows; from here on coverage is dropped, and counts as not watched


@dataclass(frozen=True, slots=True)
class Errand:
    """What to send next; `runs` only where they changed."""

    runs: Collection[str] | None
    report: tuple[WorkerStatus, list[CameraStatus]] | None
    rows: Sequence[Row]


class Outbox:
    """Filled by the worker's threads, emptied by the client's."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rows: deque[Row] = deque()
        self._appended = 0
        self._acknowledged = 0
        self._runs: frozenset[str] = frozenset()
        self._runs_changed = False
        self._report: tuple[WorkerStatus, Sequence[CameraStatus]] | None = None
        self._judged = Judged()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing more will be sent."""
        return self._closed

    def append(self, rows: Sequence[Row]) -> int:
        """Queue rows; how many of coverage were dropped for want of room.

        Raises StoreError for a row that is too long for any node.
        """
        for row in rows:
            if len(row.body) > LONGEST_BODY:
                raise StoreError(
                    f"the row {row.key} is too long: {len(row.body)} of {LONGEST_BODY} characters"
                )
        with self._changed:
            kept = [row for row in rows if row.kind != "coverage"] if len(self._rows) >= FULL else rows
            self._rows.extend(kept)
            self._appended += len(kept)
            self._changed.notify_all()
        return len(rows) - len(kept)

    def claim(self, runs: Collection[str]) -> None:
        """The runs that are alive."""
        with self._changed:
            self._runs, self._runs_changed = frozenset(runs), True
            self._changed.notify_all()

    def report(self, worker: WorkerStatus, cameras: Sequence[CameraStatus]) -> None:
        """How the worker is; a report that was not sent yet is replaced."""
        with self._changed:
            self._judged.mark(self._appended, cameras)
            self._report = (worker, cameras)
            self._changed.notify_all()

    def claimed(self) -> frozenset[str]:
        """The runs for the greeting; they need not be said again."""
        with self._changed:
            self._runs_changed = False
            return self._runs

    def next(self, seconds: float, *, rows: bool = True) -> Errand:
        """What to send, empty after so many seconds without anything; without `rows` none of them."""
        with self._changed:
            self._changed.wait_for(lambda: self._anything(rows=rows), seconds)
            report, self._report = self._report, None
            runs = self._runs if self._runs_changed else None
            self._runs_changed = False
            return Errand(runs, self._capped(report), self._batch() if rows else ())

    def acknowledge(self, count: int) -> None:
        """The first rows are durable."""
        with self._changed:
            for _ in range(count):
                self._rows.popleft()
            self._acknowledged += count
            self._changed.notify_all()

    def pending(self) -> int:
        """How many rows wait for their acknowledgement."""
        with self._changed:
            return len(self._rows)

    def flush(self, timeout: int) -> bool:
        """Wait until what was appended before is durable, so many microseconds at most; whether it is."""
        with self._changed:
            wanted = self._appended
            return self._changed.wait_for(lambda: self._acknowledged >= wanted, timeout / SECOND)

    def close(self) -> None:
        """Send nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_closed(self, seconds: float) -> bool:
        """Wait for the end, so many seconds at most; whether it came."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed, seconds)

    def _anything(self, *, rows: bool) -> bool:
        waiting = bool(self._rows) and rows
        return waiting or self._runs_changed or self._report is not None or self._closed

    def _batch(self) -> list[Row]:
        batch: list[Row] = []
        size = 0
        for row in self._rows:
            size += len(row.body)
            if len(batch) == BATCH or (batch and size > BATCH_BYTES):
                break
            batch.append(row)
        return batch

    def _capped(
        self, report: tuple[WorkerStatus, Sequence[CameraStatus]] | None
    ) -> tuple[WorkerStatus, list[CameraStatus]] | None:
        if report is None:
            return None
        worker, cameras = report
        return worker, self._judged.capped(self._acknowledged, cameras)
