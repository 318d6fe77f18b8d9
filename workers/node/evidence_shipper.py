"""Stores bodies: from the spool into object storage, several at once, each put once under its key.

spooled row ─► waiting ─► due ─► put, looked after ─► evidence row committed ─► body removed
                  ▲        │                                                    a while later
                  └─ later ┘ storage away, journal full
"""

import heapq
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.domain import Evidence
from sharp_eyes.errors import StoreError
from sharp_eyes.store.blobs import Blobs, put_verified
from sharp_eyes.store.journal import Journal, Journalled
from sharp_eyes.store.rows import Row, evidence_row, record_of
from sharp_eyes.store.spool import Spool
from workers.node.committer import Appends
from workers.node.counted_log import CountedLog
from workers.node.loop import Outcome

CURSOR = "evidence"
BATCH = 256  # rows read at once
AT_HAND = 20_000  # rows that may wait in memory; what is behind them waits in the journal
UPLOADS = 4  # bodies on their way at once
LONGEST_DELAY = 60 * SECOND  # between two tries of one body
READS = 3  # tries to read a body before it counts as damaged
KEPT = 30 * SECOND  # a body stays so long after it was put: a worker may just be announcing it again
CURSOR_STEP = SECOND

SUBJECT = "damaged bodies"


@dataclass(slots=True)
class _Waiting:
    position: int
    row: Row
    evidence: Evidence
    tries: int = 0
    misreads: int = 0


class EvidenceShipper:
    """Ships behind the cursor `evidence`; what is stored later than what follows holds the cursor only."""

    def __init__(
        self,
        journal: Journal,
        appends: Appends,
        spool: Spool,
        blobs: Callable[[], Blobs],
        clock: Clock,
        log: CountedLog,
    ) -> None:
        self._journal = journal
        self._appends = appends
        self._spool = spool
        self._blobs = blobs
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._due: list[tuple[int, int]] = []  # a heap of (monotonic moment, position)
        self._hashes: Counter[str] = Counter()
        self._removals: list[tuple[int, str]] = []  # a heap of (monotonic moment, hash)
        self._read = self._moved = journal.cursor(CURSOR)
        self._move_after = clock.monotonic()
        self._caught_up = False
        self._failing = False
        self._due_listeners: list[Callable[[], None]] = []
        self._recovery_listeners: list[Callable[[], None]] = []

    def listen(self, due: Callable[[], None], recovered: Callable[[], None]) -> None:
        """Call these when a body is due, and when one was stored after others failed."""
        self._due_listeners.append(due)
        self._recovery_listeners.append(recovered)

    def pending(self) -> int:
        """How many bodies wait, as far as the journal is read."""
        with self._lock:
            return len(self._waiting)

    def caught_up(self) -> bool:
        """Whether the journal is read to its end."""
        return self._caught_up

    def waits_for(self, sha256: str) -> bool:
        """Whether a row that was read waits for this body."""
        with self._lock:
            return self._hashes[sha256] > 0

    def step(self) -> Outcome:
        """Read on, remove what is stored long enough, move the cursor."""
        outcome = self._read_on()
        self._remove()
        self._move()  # last: a full disk refuses it, and must not keep bodies from being removed
        return outcome

    def upload(self) -> Outcome:
        """Store one body that is due. Raises StoreError where it must be tried again."""
        waiting = self._take()
        if waiting is None:
            return Outcome.IDLE
        row = None
        try:
            row = self._stored(waiting)
        finally:
            if row is None:
                self._failing = True
                self._again(waiting)
        self._recovered()
        self._appends.append([row]).add_done_callback(lambda done: self._committed(waiting, done))
        return Outcome.MORE

    def _recovered(self) -> None:
        """One got through: nobody need wait any longer."""
        if not self._failing:
            return
        self._failing = False
        for listener in self._recovery_listeners:
            listener()

    def _read_on(self) -> Outcome:
        if self.pending() >= AT_HAND:
            self._caught_up = False
            return Outcome.IDLE
        end = self._journal.end()
        batch = self._journal.after(self._read, BATCH, "spooled")
        for one in batch:
            self._await(one)
            self._read = one.position
        self._caught_up = len(batch) < BATCH
        if not self._caught_up:
            return Outcome.MORE
        self._read = max(self._read, end)
        return Outcome.DONE if batch else Outcome.IDLE

    def _await(self, spooled: Journalled) -> None:
        evidence = self._evidence(spooled.row)
        if evidence is None:
            return
        if self._journal.has(_stored_key(evidence)):  # before a kill, or given up when its worker seemed dead
            self._remove_later(evidence.sha256)
            return
        with self._lock:
            self._waiting[spooled.position] = _Waiting(spooled.position, spooled.row, evidence)
            self._hashes[evidence.sha256] += 1
            heapq.heappush(self._due, (self._clock.monotonic(), spooled.position))
        for listener in self._due_listeners:
            listener()

    def _evidence(self, row: Row) -> Evidence | None:
        try:
            evidence = record_of(row)
        except StoreError as error:
            self._log.error(SUBJECT, f"{row.key} is passed over: {error}")
            return None
        return evidence if isinstance(evidence, Evidence) else None

    def _move(self) -> None:
        """The cursor stands before the first body that waits; it moves seldom, for that costs an fsync."""
        with self._lock:
            position = min(self._waiting, default=self._read + 1) - 1
        if position > self._moved and self._clock.monotonic() >= self._move_after:
            self._journal.move_cursor(CURSOR, position)
            self._moved = position
            self._move_after = self._clock.monotonic() + CURSOR_STEP

    def _take(self) -> _Waiting | None:
        with self._lock:
            if not self._due or self._due[0][0] > self._clock.monotonic():
                return None
            return self._waiting[heapq.heappop(self._due)[1]]

    def _stored(self, waiting: _Waiting) -> Row:
        """Put the body; the row that says so, or that it is lost."""
        evidence = waiting.evidence
        try:
            body = self._body(waiting)
            if body is not None:
                put_verified(self._blobs(), evidence.key, body)
                return evidence_row(waiting.row, evidence)
        except ValueError as error:  # a hash or a key that is none: it will never be stored
            self._log.error(SUBJECT, f"{waiting.row.key} is lost: {error}")
        return evidence_row(
            waiting.row, Evidence(evidence.event_id, evidence.kind, "lost", because="damaged")
        )

    def _body(self, waiting: _Waiting) -> bytes | None:
        """The body, or None where it is damaged or gone: a disk is asked more than once."""
        try:
            return self._spool.get(waiting.evidence.sha256)
        except StoreError as error:
            waiting.misreads += 1
            if waiting.misreads < READS:
                raise
            self._log.error(SUBJECT, f"{waiting.row.key} is lost: {error}")
            return None

    def _again(self, waiting: _Waiting) -> None:
        waiting.tries += 1
        delay = min(LONGEST_DELAY, SECOND // 4 << min(waiting.tries, 10))
        with self._lock:
            heapq.heappush(self._due, (self._clock.monotonic() + delay, waiting.position))

    def _committed(self, waiting: _Waiting, done: Future[None]) -> None:
        """Its evidence row is durable, or the journal refused; runs in the committer's thread."""
        if done.exception() is not None:
            self._again(waiting)
            return
        with self._lock:
            del self._waiting[waiting.position]
            self._hashes[waiting.evidence.sha256] -= 1
            if not self._hashes[waiting.evidence.sha256]:
                del self._hashes[waiting.evidence.sha256]
        self._remove_later(waiting.evidence.sha256)

    def _remove_later(self, sha256: str) -> None:
        """At once, where it is no young body and no row that is not read yet can name it; else in a while."""
        now = self._clock.monotonic()
        with self._lock:
            if self._caught_up:
                heapq.heappush(self._removals, (now, sha256))
            heapq.heappush(self._removals, (now + KEPT, sha256))

    def _remove(self) -> None:
        for sha256 in self._removable():
            self._spool.remove(sha256, put_before=self._clock.now() - KEPT)

    def _removable(self) -> list[str]:
        now = self._clock.monotonic()
        found = []
        with self._lock:
            while self._removals and self._removals[0][0] <= now:
                sha256 = heapq.heappop(self._removals)[1]
                if not self._hashes[sha256]:
                    found.append(sha256)
        return found


def _stored_key(evidence: Evidence) -> str:
    """The key of the evidence row that follows a `spooled` row."""
    return f"{evidence.event_id}/evidence/{evidence.kind}"
