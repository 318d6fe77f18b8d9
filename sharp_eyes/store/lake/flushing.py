"""Flushing: the index's new rows go into the history, each exactly once.

    index ── rows after the last position, whole transactions, below the horizon ──► one commit
                          ▲                                                            │
                          └────────── position, kept in that very commit ──────────────┘

There is no other mark of what was flushed. Whoever dies before the commit has done nothing, and
whoever dies after it has done it; a second flusher's commit on the same snapshot is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.store.lake.lake import Lake, LakeConflictError, Snapshot
from sharp_eyes.store.lake.records import VisibleRow, table_of
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable

BATCH_ROWS = 50_000  # of one commit; a transaction is never divided, so it may be more
CONFLICTS = 5  # after so many in one flush, the next minute is soon enough


@dataclass(frozen=True, slots=True)
class Batch:
    """The next rows of an index, and the position up to which these and those before are all."""

    rows: tuple[VisibleRow, ...]
    position: int


class NewRows(Protocol):
    """An index, read in the order in which its rows became visible. Raises StoreError."""

    def incarnation(self) -> str:
        """Which index it is: another after each rebuild or restore, whose positions begin anew."""
        ...

    def after(self, table: LakeTable, position: int | None, limit: int) -> Batch:
        """The rows behind `position`, about `limit` of them; none that an earlier position may still get."""
        ...


@dataclass(frozen=True, slots=True)
class Flushed:
    """So many rows were moved; up to `position` the index is in the history."""

    rows: int
    position: int


class Flusher:
    """Moves new rows from one index to the history. `still` raises when one must stop at once."""

    def __init__(self, lake: Lake, rows: NewRows, still: Callable[[], None] = lambda: None) -> None:
        self._lake, self._rows, self._still = lake, rows, still

    def flush(self, table: LakeTable) -> Flushed:
        """Move all that is new, batch by batch.

        Raises LakeConflictError where somebody else goes on changing the table at the same time.
        """
        incarnation, snapshot = self._rows.incarnation(), self._lake.snapshot(table)
        moved = conflicts = 0
        while True:
            batch = self._rows.after(table, snapshot.flushed(incarnation), BATCH_ROWS)
            if not batch.rows:
                return Flushed(moved, batch.position)
            self._still()
            try:
                self._append(snapshot, table, batch, incarnation)
                moved += len(batch.rows)
            except LakeConflictError:
                conflicts += 1  # an hour was sealed meanwhile, or another clerk was quicker
                if conflicts > CONFLICTS:
                    raise
                snapshot = self._lake.snapshot(table)

    @staticmethod
    def _append(snapshot: Snapshot, table: LakeTable, batch: Batch, incarnation: str) -> None:
        rows = sorted(batch.rows, key=_ORDER[table.name])
        snapshot.append(table_of(table, rows), incarnation, batch.position)


# What is flushed lies in the order of a sealed hour: an hour that one commit filled is sealed by that.
_ORDER: dict[str, Callable[[VisibleRow], tuple[str | int, ...]]] = {
    EVENTS.name: lambda one: (one.row.camera, one.row.event_id, one.row.key),
    TRACKS.name: lambda one: (one.row.camera, one.row.at, one.row.key),
}
