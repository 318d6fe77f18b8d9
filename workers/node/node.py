"""The node of one machine, wired: socket, journal, shippers, status, housekeeping."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sharp_eyes.clock import Clock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.lake.hot_window import OnEngine
from sharp_eyes.store.spool import Spool
from workers.node import evidence_shipper, lost_evidence, record_shipper
from workers.node.archive import IndexArchive
from workers.node.committer import Committer
from workers.node.counted_log import CountedLog
from workers.node.evidence_shipper import EvidenceShipper
from workers.node.folder_lock import FolderLock
from workers.node.housekeeping import Purge, Sweep
from workers.node.loop import Loop
from workers.node.lost_evidence import LostEvidence
from workers.node.opened_late import OpenedLate
from workers.node.record_shipper import RecordIndex, RecordShipper, RefusedRows
from workers.node.reserve import Reserve
from workers.node.roll_call import RollCall
from workers.node.server import NodeServer, checked_socket
from workers.node.status import Progress, StatusReporter, StatusStore

JOURNAL = "journal.sqlite"
SPOOL = "spool"
SOCKET = "node.sock"
REFUSED = "refused.jsonl"
RESERVE = "reserve"

STATUS_SECONDS = 2.0
STOP_SECONDS = 10.0  # for steps under way, all together

CURSORS = (record_shipper.CURSOR, evidence_shipper.CURSOR, lost_evidence.CURSOR)


class Index(RecordIndex, OnEngine, Protocol):
    """An index that the node opens and closes."""

    def close(self) -> None:
        """Give back its connections."""
        ...


class Registry(StatusStore, Protocol):
    """A registry that the node opens and closes."""

    def close(self) -> None:
        """Give back its connections."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """How to open what the node ships to: at the first use, and again at the next where that failed."""

    index: Callable[[], Index]
    blobs: Callable[[], Blobs]
    registry: Callable[[], Registry]


class Node:
    """The node in this folder. `serve` False: nobody connects, what is there is only shipped (adopting).

    Raises ConfigError where another node works in the folder, StoreError where the folder or its
    journal cannot be used. Stores that are away do not keep it from starting.
    """

    def __init__(self, folder: Path, name: str, stores: Stores, clock: Clock, *, serve: bool = True) -> None:
        self._log = CountedLog(logging.getLogger("sharp_eyes.node"), clock)
        self._index = OpenedLate(stores.index)
        self._blobs = OpenedLate(stores.blobs)
        self._registry = OpenedLate(stores.registry)
        self._closing = ExitStack()
        with ExitStack() as undone:
            undone.enter_context(FolderLock(folder))
            self._journal = undone.enter_context(Journal(folder / JOURNAL))
            self._wire(folder, name, clock, serve=serve)
            self._closing = undone.pop_all()

    @property
    def journal(self) -> Journal:
        """What is committed."""
        return self._journal

    def start(self) -> None:
        """Take rows and ship them; workers may connect when this returns. Raises StoreError."""
        self._committer.start()
        for loop in self._loops:
            loop.start()
        if self._server is None:
            return
        try:
            self._server.start()
        except StoreError:
            self.stop()
            raise

    def stop(self) -> None:
        """End in good order: what is acknowledged is in the journal, and shipped by the next node."""
        if self._server is not None:
            self._server.stop()
        self._records.stop_gathering()
        for loop in self._loops:
            loop.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        ended = [loop.join(until - time.monotonic()) for loop in self._loops]
        self._committer.close()
        if all(ended):  # a step that hangs on a store must not find it closed
            self._index.close(lambda index: index.close())
            self._registry.close(lambda registry: registry.close())
        self._closing.close()

    def idle(self) -> bool:
        """Whether everything is shipped and nothing more is awaited. Raises StoreError."""
        end = self._journal.end()
        evidence = self._evidence.caught_up() and not self._evidence.pending()
        return evidence and min(self._records.position, self._lost.settled) >= end

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    def _wire(self, folder: Path, name: str, clock: Clock, *, serve: bool) -> None:
        journal, log = self._journal, self._log
        spool = Spool(folder / SPOOL)
        roll = RollCall(clock)
        self._committer = Committer(journal, clock, log)
        reserve = Reserve(folder / RESERVE)
        self._committer.on_refusal(reserve.release)
        refused = RefusedRows(folder / REFUSED)
        self._records = RecordShipper(journal, self._index.get, refused, clock, log)
        self._evidence = EvidenceShipper(journal, self._committer, spool, self._blobs.get, clock, log)
        grace = lost_evidence.GRACE if serve else 0
        self._lost = LostEvidence(journal, self._committer, roll, clock, grace)
        self._server = (
            NodeServer(checked_socket(folder / SOCKET), self._committer, roll, log) if serve else None
        )
        self._loops = self._shipping() + self._keeping(spool, reserve, roll, clock)
        if serve:
            self._loops.append(self._reporting(name, roll, clock))

    def _shipping(self) -> list[Loop]:
        records = Loop("records to the index", self._records.step, self._log, 1.0)
        evidence = Loop("evidence in the journal", self._evidence.step, self._log, 1.0)
        uploads = [
            Loop(f"evidence to object storage, {number + 1}", self._evidence.upload, self._log, 0.5)
            for number in range(evidence_shipper.UPLOADS)
        ]
        self._committer.listen(records.wake)
        self._committer.listen(evidence.wake)
        for upload in uploads:
            self._evidence.listen(upload.wake, upload.retry)
        return [records, evidence, *uploads]

    def _keeping(self, spool: Spool, reserve: Reserve, roll: RollCall, clock: Clock) -> list[Loop]:
        purge = Purge(self._journal, CURSORS, IndexArchive(self._index.get), clock)
        sweep = Sweep(spool, self._evidence, roll, clock)
        return [
            Loop("evidence that may be lost", self._lost.step, self._log, 1.0),
            Loop("purge of the journal", purge.step, self._log, 60.0),
            Loop("sweep of the spool", sweep.step, self._log, 60.0),
            Loop("room for records", reserve.step, self._log, 60.0),
        ]

    def _reporting(self, name: str, roll: RollCall, clock: Clock) -> Loop:
        progress = Progress(lambda: self._records.position, self._evidence.pending)
        reporter = StatusReporter(name, self._journal, roll, progress, self._registry.get, clock)
        return Loop("status to the registry", reporter.step, self._log, STATUS_SECONDS)
