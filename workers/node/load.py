"""Plays a worker that raises events at a steady rate.

`python -m workers.node.load SOCKET WORKER RATE SECONDS` prints one JSON line: `rows`, and
`commit_us`, how long each batch waited for its acknowledgement.
"""

import json
import sys
import time
from collections import deque
from pathlib import Path

from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.domain import Raised
from sharp_eyes.event_id import mint
from sharp_eyes.store.rows import Row, row_of
from workers.node.client import NodeClient

TICK_SECONDS = 0.002  # how exactly an acknowledgement is timed
BATCHES_PER_SECOND = 50
PATIENCE = 120 * SECOND
CAMERAS = 50


def raised_row(worker: str, number: int, at: int) -> Row:
    """An event of this moment (microseconds UTC), of one of the worker's cameras."""
    seat = number % CAMERAS
    event_id = mint(
        at, sum(worker.encode()) * 256 + seat, rule_revision="bench", run=worker, track=number, zone=""
    )
    raised = Raised(
        event_id=event_id,
        camera=f"{worker}-{seat}",
        division=f"3308020{seat % 10:02d}",
        rule="bench",
        rule_revision="bench",
        type="intrusion",
        at=at,
        severity=1 + number % 4,
        run=worker,
        label="person",
        track=number,
        confidence=0.5,
        xyxy=(0.1, 0.2, 0.3, 0.4),
        place="yard",
    )
    return row_of(raised)


class Load:
    """Appends at a rate (rows a second) and times the acknowledgements."""

    def __init__(self, client: NodeClient, worker: str, rate: float) -> None:
        self._client = client
        self._worker = worker
        self._rate = rate
        self._clock = SystemClock()
        self._appended = 0
        self._waiting: deque[tuple[int, int]] = deque()  # (rows up to here, when appended)
        self.waited: list[int] = []

    def play(self, seconds: float) -> int:
        """Append for so long and wait for the last acknowledgement; how many rows it were."""
        began = time.monotonic()
        batches = 0
        while (elapsed := time.monotonic() - began) < seconds:
            while batches <= elapsed * BATCHES_PER_SECOND:
                batches += 1
                self._append(round(self._rate * batches / BATCHES_PER_SECOND) - self._appended)
            self._look()
            time.sleep(TICK_SECONDS)
        while self._waiting and self._clock.monotonic() - self._waiting[0][1] < PATIENCE:
            self._look()
            time.sleep(TICK_SECONDS)
        return self._appended

    def _append(self, count: int) -> None:
        at = self._clock.now()
        rows = [raised_row(self._worker, self._appended + number, at) for number in range(count)]
        self._appended += len(rows)
        self._waiting.append((self._appended, self._clock.monotonic()))
        self._client.append(rows)

    def _look(self) -> None:
        acknowledged = self._appended - self._client.pending()
        now = self._clock.monotonic()
        while self._waiting and self._waiting[0][0] <= acknowledged:
            self.waited.append(now - self._waiting.popleft()[1])


def main() -> None:
    """Play, and print what was measured."""
    socket, worker, rate, seconds = sys.argv[1:]
    with NodeClient(Path(socket), worker, SystemClock()) as client:
        client.runs([worker])
        load = Load(client, worker, float(rate))
        rows = load.play(float(seconds))
    sys.stdout.write(json.dumps({"rows": rows, "commit_us": load.waited}) + "\n")


if __name__ == "__main__":
    main()
