"""What nobody needs any more: journal rows that are old and archived, bodies that no row names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.store.journal import Journal, Journalled
from sharp_eyes.store.spool import Spool
from workers.node import record_shipper
from workers.node.archive import IndexEnd
from workers.node.loop import Outcome

DAY = 86_400 * SECOND
HOUR = 3600 * SECOND
DEAD = 30 * SECOND  # no worker for so long: nobody is about to announce a body
BATCH = 1000


class Bodies(Protocol):
    """Knows which bodies are still needed."""

    def caught_up(self) -> bool:
        """Whether every row was read."""
        ...

    def waits_for(self, sha256: str) -> bool:
        """Whether a row waits for this body."""
        ...


class Presence(Protocol):
    """Knows whether anybody is there."""

    def nobody_for(self) -> int:
        """For how many microseconds no worker has been connected."""
        ...


class Archive(Protocol):
    """Knows how far the history is. Both raise StoreError while the index is away."""

    def end(self) -> IndexEnd:
        """Behind everything that is visible now."""
        ...

    def holds(self, end: IndexEnd) -> bool:
        """Whether all before this end is in the history."""
        ...


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is in the journal up to this position was visible before this end."""

    position: int
    end: IndexEnd


class Purge:
    """Removes rows committed more than a day ago that every cursor has passed and the history has.

    The index is asked only where a row would go and it is not known to be archived. The first time gives
    a mark; when the history holds its end, all that was visible at the mark is archived. So an answer is
    good for the rows of about a day. Where no clerk ever is, nothing goes.
    """

    def __init__(self, journal: Journal, cursors: Sequence[str], archive: Archive, clock: Clock) -> None:
        self._journal = journal
        self._cursors = cursors
        self._archive = archive
        self._clock = clock
        self._mark: _Mark | None = None
        self._archived = 0

    def step(self) -> Outcome:
        """Remove some; nothing of what follows the first row that must stay. Raises StoreError."""
        batch = self._journal.after(0, BATCH)
        last = self._last_that_may_go(batch)
        if last > self._archived:
            self._ask()
        last = min(last, self._archived)
        if not batch or last < batch[0].position:
            return Outcome.IDLE
        self._journal.purge(last + 1)
        return Outcome.MORE if last == batch[-1].position else Outcome.DONE

    def _last_that_may_go(self, batch: Sequence[Journalled]) -> int:
        """As far as age and cursors are concerned; 0 where none may."""
        passed = min(self._journal.cursor(name) for name in self._cursors)
        before = self._clock.now() - DAY
        last = 0
        for one in batch:
            if one.position > passed or one.committed_at >= before:
                break
            last = one.position
        return last

    def _ask(self) -> None:
        position = self._journal.cursor(record_shipper.CURSOR)  # first: up to here all lies before the end
        end = self._archive.end()
        if self._mark is None or self._mark.end.incarnation != end.incarnation:
            self._mark = _Mark(position, end)
        if self._archive.holds(self._mark.end):
            self._archived, self._mark = self._mark.position, None


class Sweep:
    """Removes bodies that a worker put and died before it announced them.

    Such a body is an hour old, or half a minute while no worker is connected.
    """

    def __init__(self, spool: Spool, bodies: Bodies, presence: Presence, clock: Clock) -> None:
        self._spool = spool
        self._bodies = bodies
        self._presence = presence
        self._clock = clock

    def step(self) -> Outcome:
        """Look through the spool once. Raises StoreError."""
        alone = self._presence.nobody_for() >= DEAD
        before = self._clock.now() - (DEAD if alone else HOUR)
        if not self._bodies.caught_up():
            return Outcome.IDLE
        for name in self._spool.names():
            if not self._bodies.waits_for(name):
                self._spool.remove(name, put_before=before)
        self._spool.sweep(before)
        return Outcome.DONE
