"""What nobody needs any more: journal rows that are old and shipped, bodies that no row names."""

from collections.abc import Sequence
from typing import Protocol

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.spool import Spool
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


class Purge:
    """Removes rows that every cursor has passed and that were committed more than a day ago."""

    def __init__(self, journal: Journal, cursors: Sequence[str], clock: Clock) -> None:
        self._journal = journal
        self._cursors = cursors
        self._clock = clock

    def step(self) -> Outcome:
        """Remove some; nothing of what follows the first row that must stay. Raises StoreError."""
        passed = min(self._journal.cursor(name) for name in self._cursors)
        batch = self._journal.after(0, BATCH)
        before = self._clock.now() - DAY
        last = 0
        for one in batch:
            if one.position > passed or one.committed_at >= before:
                break
            last = one.position
        if not last:
            return Outcome.IDLE
        self._journal.purge(last + 1)
        return Outcome.MORE if last == batch[-1].position else Outcome.DONE


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
