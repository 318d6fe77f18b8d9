"""A worker's side of the node's socket: rows go out in order until each is acknowledged."""

import contextlib
import itertools
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sharp_eyes.clock import Clock
from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.store.rows import Row
from workers.node import wire
from workers.node.backoff import Backoff
from workers.node.counted_log import CountedLog
from workers.node.outbox import FULL, Errand, Outbox

ANSWER_SECONDS = 30.0  # a node that is alive and says nothing for so long is given up, and asked anew
LOOK_SECONDS = 0.2  # how often an idle client looks whether its node is still there
LONGEST_PAUSE = 0.4  # seconds between two tries to reach a node

SUBJECT = "node"
REFUSED = "rows that the node does not take"
DROPPED = "coverage"


class NodeClient:
    """Says to the node what one worker has to say, from a thread of its own; connects again for ever.

    Nothing here waits for the network. Event records are never dropped; behind 100,000 rows that
    nobody takes, coverage is. What is not acknowledged when the worker dies is lost with it.
    """

    _connection: socket.socket | None = None

    def __init__(self, socket: Path, worker: str, clock: Clock) -> None:
        self._socket = socket
        self._worker = worker
        self._log = CountedLog(logging.getLogger("sharp_eyes.node"), clock)
        self._outbox = Outbox()
        self._numbers = itertools.count(1)
        self._backoff = Backoff(0.05, LONGEST_PAUSE)
        self._thread = threading.Thread(target=self._run, name="node client", daemon=True)
        self._thread.start()

    def append(self, rows: Sequence[Row]) -> None:
        """Commit these rows, some time; their order is kept. Raises StoreError for one beyond all bounds."""
        if dropped := self._outbox.append(rows):
            self._log.error(
                DROPPED, f"{dropped} dropped, {FULL} rows wait for the node: counts as not watched"
            )

    def runs(self, names: Collection[str]) -> None:
        """The runs that are alive. A run stays claimed until the last of its clips is spooled or lost."""
        self._outbox.claim(names)

    def status(self, worker: WorkerStatus, cameras: Sequence[CameraStatus]) -> None:
        """How the worker is, each second; only the newest is sent.

        Of each camera `watched_until` is sent as it was when all that is acknowledged by now had been
        appended: the node's watermark never runs ahead of rows that are still on their way.
        """
        self._outbox.report(worker, cameras)

    def pending(self) -> int:
        """How many rows are not acknowledged."""
        return self._outbox.pending()

    def flush(self, timeout: int) -> bool:
        """Wait until all rows appended so far are durable, so many microseconds at most; whether they are."""
        return self._outbox.flush(timeout)

    def close(self) -> None:
        """Hang up; `flush` first."""
        self._outbox.close()
        connection = self._connection
        with contextlib.suppress(OSError):  # it broke already
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)  # an answer that does not come is awaited no more
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._outbox.closed:
            try:
                self._talk()
            except (OSError, StoreError) as error:
                if self._outbox.closed:
                    return
                self._log.error(SUBJECT, f"{self._socket}: {error}")
                self._outbox.wait_closed(self._backoff.next())

    def _talk(self) -> None:
        """One connection, from the greeting until it breaks. Raises OSError or StoreError."""
        with socket.socket(socket.AF_UNIX) as connection:
            self._connection = connection
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(self._socket))
            with connection.makefile("rb") as answers:
                line = _Line(connection, answers)
                line.send(wire.hello_line(self._worker, os.getpid(), self._outbox.claimed()))
                self._log.fine(SUBJECT)
                while not self._outbox.closed:
                    self._run_errand(line)

    def _run_errand(self, line: "_Line") -> None:
        errand = self._outbox.next(LOOK_SECONDS)
        self._say(line, errand)
        if not errand.rows:
            line.check()
            return
        refusal = line.request(next(self._numbers), errand.rows)
        if refusal is None:
            self._backoff.reset()
            self._log.fine(REFUSED)
            self._outbox.acknowledge(len(errand.rows))
            return
        self._log.error(REFUSED, refusal)
        self._wait(line)

    def _say(self, line: "_Line", errand: Errand) -> None:
        if errand.runs is not None:
            line.send(wire.runs_line(errand.runs))
        if errand.report is not None:
            line.send(wire.report_line(*errand.report))

    def _wait(self, line: "_Line") -> None:
        """Before the rows are sent again, reports and runs still go out."""
        until = time.monotonic() + self._backoff.next()
        while not self._outbox.closed and (left := until - time.monotonic()) > 0:
            self._say(line, self._outbox.next(left, rows=False))


class _Line:
    """A connection to the node. Everything here raises OSError or StoreError where it breaks."""

    def __init__(self, connection: socket.socket, answers: IO[bytes]) -> None:
        self._connection = connection
        self._answers = answers

    def send(self, line: bytes) -> None:
        """Say what needs no answer."""
        self._connection.sendall(line)

    def request(self, n: int, rows: Sequence[Row]) -> str | None:
        """Append rows and wait for the answer: None where they are durable, or why they are not."""
        self._connection.sendall(wire.append_line(n, rows))
        line = self._answers.readline()
        if not line:
            raise StoreError("the node hung up")
        answer = wire.read_answer(line)
        if answer.n != n:
            raise StoreError(f"the node answered {answer.n} when it was asked {n}")
        return answer.refusal

    def check(self) -> None:
        """Raises StoreError where the node is gone: unasked it says nothing, so what comes is the end."""
        readable, _, _ = select.select([self._connection], [], [], 0)
        if readable:
            raise StoreError("the node hung up")
