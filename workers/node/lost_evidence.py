"""Evidence that was promised and can no longer come: its worker died with the packets.

raised, wants a clip ──► promised: clip, boxes ──► spooled or evidence rows ──► kept
                                   │ nobody claims the run for 30 s
                                   └──► evidence rows: lost, worker_died
"""

from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.domain import Evidence, EvidenceKind, EvidenceWish, Loss, Raised
from sharp_eyes.errors import StoreError
from sharp_eyes.store.journal import Journal, Journalled
from sharp_eyes.store.rows import Row, evidence_row, record_of
from workers.node.committer import Appends
from workers.node.loop import Outcome

CURSOR = "promises"
BATCH = 1000
GRACE = 30 * SECOND  # a worker that is alive is back within half a second
PATIENCE = 3600 * SECOND  # longer than any clip; a promise that is never kept must not hold up the purge
CURSOR_STEP = 10 * SECOND

_PROMISES: dict[EvidenceWish, tuple[EvidenceKind, ...]] = {
    "clip": ("clip", "boxes"),
    "snapshot": ("snapshot", "boxes"),
    "none": (),
}


class Claims(Protocol):
    """Knows which runs are alive."""

    def unclaimed_for(self, run: str, since: int) -> int:
        """For how many microseconds no connected worker has claimed this run; 0 where one does.

        Counts from `since` (monotonic microseconds) where nobody ever did.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Promise:
    position: int
    noticed: int  # monotonic microseconds
    row: Row
    run: str
    kinds: set[EvidenceKind]


class LostEvidence:
    """Follows the journal behind the cursor `promises`, which stays before the oldest open promise.

    So a start reads again only what is open. `grace` is how long a run may be claimed by nobody.
    """

    def __init__(
        self, journal: Journal, appends: Appends, claims: Claims, clock: Clock, grace: int = GRACE
    ) -> None:
        self._journal = journal
        self._appends = appends
        self._claims = claims
        self._clock = clock
        self._grace = grace
        self._open: dict[str, _Promise] = {}
        self._read = self._moved = journal.cursor(CURSOR)
        self._move_after = clock.monotonic()

    @property
    def settled(self) -> int:
        """Up to this position of the journal no event waits for evidence."""
        return min((promise.position for promise in self._open.values()), default=self._read + 1) - 1

    def step(self) -> Outcome:
        """Read on; at the journal's end, give up what nobody will bring. Raises StoreError."""
        end = self._journal.end()
        batch = self._journal.after(self._read, BATCH)
        for one in batch:
            self._note(one)
            self._read = one.position
        if len(batch) == BATCH:
            return Outcome.MORE
        self._read = max(self._read, end)
        self._give_up()
        self._move()
        return Outcome.DONE if batch else Outcome.IDLE

    def _note(self, one: Journalled) -> None:
        row = one.row
        if row.kind == "raised":
            self._promised(one)
        elif row.kind in {"spooled", "evidence"} and (promise := self._open.get(row.event_id)):
            promise.kinds.discard(_kind_of(row))
            if not promise.kinds:
                del self._open[row.event_id]

    def _promised(self, one: Journalled) -> None:
        raised = _raised(one.row)
        if raised is None or not _PROMISES[raised.evidence]:
            return
        kinds = set(_PROMISES[raised.evidence])
        self._open[raised.event_id] = _Promise(
            one.position, self._clock.monotonic(), one.row, raised.run, kinds
        )

    def _give_up(self) -> None:
        rows = [row for promise in list(self._open.values()) for row in self._losses(promise)]
        if rows:
            self._appends.append(rows).result()  # what is given up is read again above, and closed there

    def _losses(self, promise: _Promise) -> list[Row]:
        because = self._why(promise)
        return (
            [] if because is None else [_lost(promise.row, kind, because) for kind in sorted(promise.kinds)]
        )

    def _why(self, promise: _Promise) -> Loss | None:
        """Why it will not come any more; None while it may."""
        if self._claims.unclaimed_for(promise.run, promise.noticed) >= self._grace:
            return "worker_died"
        waited = self._clock.monotonic() - promise.noticed
        return "no_packets" if waited >= PATIENCE else None

    def _move(self) -> None:
        """The cursor moves seldom: each time costs an fsync."""
        if self._clock.monotonic() < self._move_after:
            return
        position = self.settled
        if position > self._moved:
            self._journal.move_cursor(CURSOR, position)
            self._moved = position
            self._move_after = self._clock.monotonic() + CURSOR_STEP


def _raised(row: Row) -> Raised | None:
    try:
        record = record_of(row)
    except StoreError:
        return None  # the index refuses it too, and it is set aside there
    return record if isinstance(record, Raised) else None


def _kind_of(row: Row) -> EvidenceKind:
    kind: EvidenceKind = row.key.rsplit("/", 1)[-1]  # type: ignore[assignment] # one that is none is in no set
    return kind


def _lost(row: Row, kind: EvidenceKind, because: Loss) -> Row:
    return evidence_row(row, Evidence(row.event_id, kind, "lost", because=because))
