"""Makes committed records visible: from the journal into the index, in order, at least once."""

import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sharp_eyes.clock import Clock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.entries import RowRefusedError
from sharp_eyes.store.journal import Backlog, Journal
from sharp_eyes.store.rows import Row, row_line
from workers.node.counted_log import CountedLog
from workers.node.loop import Outcome

CURSOR = "records"
BATCH = 512  # rows
GATHERING_SECONDS = 0.02  # a batch that was not full is followed by this pause: fewer, larger transactions

SUBJECT = "records that the index refuses"
UNMOVED = "cursor of the records"


class RecordIndex(Protocol):
    """The part of the index that is written."""

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        """Insert what is new, in one transaction. Raises StoreError, RowRefusedError for rows of no use."""
        ...


def behind(journal: Journal) -> Backlog:
    """What is committed and not visible yet; bodies that wait are not counted. Raises StoreError."""
    everything = journal.backlog(CURSOR)
    rows = everything.rows - journal.backlog(CURSOR, "spooled").rows
    return Backlog(rows, everything.oldest_at if rows else None)


class RefusedRows:
    """A file of the rows that no index will ever take, a JSON line each with the reason."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, row: Row, reason: str, at: int) -> None:
        """Set a row aside, durably. Raises StoreError where there is no room: then it is not passed over."""
        line = json.dumps({"at": at, "reason": reason, "row": json.loads(row_line(row))}, ensure_ascii=False)
        try:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(line + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise StoreError(f"{self._file}: {error.strerror}") from error


class RecordShipper:
    """Ships behind the cursor `records`; rows that wait for their body (`spooled`) are not for the index."""

    def __init__(
        self,
        journal: Journal,
        index: Callable[[], RecordIndex],
        refused: RefusedRows,
        clock: Clock,
        log: CountedLog,
    ) -> None:
        self._journal = journal
        self._index = index
        self._refused = refused
        self._clock = clock
        self._log = log
        self._pause = threading.Event()
        self._position = journal.cursor(CURSOR)

    @property
    def position(self) -> int:
        """Up to here everything is visible."""
        return self._position

    def stop_gathering(self) -> None:
        """Pause no more between batches: the node stops."""
        self._pause.set()

    def step(self) -> Outcome:
        """Ship one batch. Raises StoreError where index or journal refuse."""
        batch = self._journal.after(self._position, BATCH)
        if not batch:
            return Outcome.IDLE
        rows = [one.row for one in batch if one.row.kind != "spooled"]
        if rows:
            self._insert(rows)
        self._position = batch[-1].position
        self._remember()
        if len(batch) < BATCH:
            self._pause.wait(GATHERING_SECONDS)
        return Outcome.MORE

    def _remember(self) -> None:
        """Move the cursor. A full disk must not stop what becomes visible: a new start ships it again."""
        try:
            self._journal.move_cursor(CURSOR, self._position)
        except StoreError as error:
            self._log.error(UNMOVED, error)
        else:
            self._log.fine(UNMOVED)

    def _insert(self, rows: Sequence[Row]) -> None:
        """All at once; where one is refused, half by half, so that no row stands in the way of others."""
        try:
            self._index().insert(rows, self._clock.now())
        except RowRefusedError as error:
            if len(rows) == 1:
                self._refused.add(rows[0], str(error), self._clock.now())
                self._log.error(SUBJECT, f"{rows[0].key} is set aside: {error}")
                return
            middle = len(rows) // 2
            self._insert(rows[:middle])
            self._insert(rows[middle:])
