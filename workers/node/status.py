"""The node's row in the registry: how far it is behind, its workers, its cameras, its watermark."""

import socket
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sharp_eyes.clock import Clock
from sharp_eyes.farm_status import JournalStatus, NodeStatus, status_text
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.registry.statuses import Order
from workers.node import record_shipper
from workers.node.loop import Outcome
from workers.node.roll_call import RollCall

MARKS = 600  # twenty minutes of marks; while the index is away for longer, the first of them stay


class StatusStore(Protocol):
    """The part of the registry that a node needs."""

    def put_status(self, node: str, at: int, body: str) -> None:
        """This node's status is this now. Raises StoreError."""
        ...

    def orders(self) -> Sequence[Order]:
        """What the farm is told to do. Raises StoreError."""
        ...


@dataclass(slots=True)
class Watermark:
    """Up to when all is visible: what was judged is settled once the journal of that moment is shipped."""

    settled: int | None = None
    _marks: deque[tuple[int | None, int]] = field(default_factory=deque)

    def mark(self, watched_until: int | None, end: int) -> None:
        """Everything before `watched_until` is in the journal up to position `end`."""
        if len(self._marks) == MARKS:
            self._marks.pop()
        self._marks.append((watched_until, end))

    def settle(self, shipped: int) -> int | None:
        """The newest mark whose rows are all shipped, microseconds UTC."""
        while self._marks and self._marks[0][1] <= shipped:
            self.settled = self._marks.popleft()[0]
        return self.settled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the shippers are: position of the records, number of bodies that wait."""

    records: Callable[[], int]
    evidence: Callable[[], int]


class StatusReporter:
    """Puts the status; each `step` is one."""

    def __init__(
        self,
        node: str,
        journal: Journal,
        roll: RollCall,
        progress: Progress,
        store: Callable[[], StatusStore],
        clock: Clock,
    ) -> None:
        self._node = node
        self._journal = journal
        self._roll = roll
        self._progress = progress
        self._store = store
        self._clock = clock
        self._host = socket.gethostname()
        self._started_at = clock.now()
        self._watermark = Watermark()
        self._draining = False

    def step(self) -> Outcome:
        """Tell the registry once. Raises StoreError."""
        status = self.status()
        store = self._store()
        store.put_status(self._node, status.at, status_text(status))
        self._draining = any(
            order.kind == "drain" and order.subject == self._node for order in store.orders()
        )
        return Outcome.DONE

    def status(self) -> NodeStatus:
        """How the node is now. Raises StoreError where the journal cannot be read."""
        watched_until = self._roll.watched_until()  # first: what it covers was committed before it was said
        self._watermark.mark(watched_until, self._journal.end())
        return NodeStatus(
            node=self._node,
            host=self._host,
            started_at=self._started_at,
            at=self._clock.now(),
            journal=self._of_journal(),
            workers=self._roll.workers(),
            cameras=self._roll.cameras(),
            complete_until=self._watermark.settle(self._progress.records()),
            draining=self._draining,
        )

    def _of_journal(self) -> JournalStatus:
        behind = record_shipper.behind(self._journal)
        return JournalStatus(
            end=self._journal.end(),
            records_behind=behind.rows,
            oldest_unshipped_at=behind.oldest_at,
            evidence_pending=self._progress.evidence(),
        )
