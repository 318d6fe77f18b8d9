"""`sharp-eyes bench node`: how soon what workers say is durable, and how soon it is visible."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from sharp_eyes.clock import Clock, SystemClock
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.rows import Row
from workers.node.node import SOCKET, Index, Node, Stores

SHIPPED_WITHIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """Times in milliseconds: from appending to the acknowledgement, and until a query would find it."""

    workers: int
    rows: int
    seconds: float
    rows_per_second: float
    commit_p50: float
    commit_p99: float
    visible_p50: float
    visible_p99: float


class TimedIndex:
    """Passes on to an index and notes how long after their moment records became visible there."""

    def __init__(self, index: Index, clock: Clock) -> None:
        self.engine = index.engine
        self._index = index
        self._clock = clock
        self.waited: list[int] = []  # microseconds

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        """Insert, then look at the clock."""
        new = self._index.insert(rows, visible_at)
        now = self._clock.now()
        self.waited += [now - row.at for row in rows]
        return new

    def close(self) -> None:
        """Close the index."""
        self._index.close()


def measure(folder: Path, index_url: str, workers: int, rate: float, seconds: float) -> NodeFigures:
    """Run a node in this folder; `workers` processes together append `rate` rows a second.

    Their rows bear the moment at which they were appended, so `visible` counts from before the commit.
    """
    clock = SystemClock()
    timed = TimedIndex(open_index(index_url), clock)
    stores = Stores(lambda: timed, MemoryBlobs, lambda: open_registry(index_url))
    with Node(folder, "bench", stores, clock):
        began = time.monotonic()
        played = _played(folder / SOCKET, workers, rate / workers, seconds)
        rows = sum(rows for rows, _ in played)
        _wait(lambda: len(timed.waited) >= rows)
        took = time.monotonic() - began
    commits = [waited for _, some in played for waited in some]
    return NodeFigures(
        workers,
        rows,
        round(took, 3),
        round(rows / took, 1),
        _milliseconds(commits, 0.5),
        _milliseconds(commits, 0.99),
        _milliseconds(timed.waited, 0.5),
        _milliseconds(timed.waited, 0.99),
    )


def _played(socket: Path, workers: int, rate: float, seconds: float) -> list[tuple[int, list[int]]]:
    """What each worker process measured: its rows, and the waiting times of its batches."""
    command = [sys.executable, "-m", "workers.node.load", str(socket)]
    children = [
        subprocess.Popen([*command, f"w{number}", str(rate), str(seconds)], stdout=subprocess.PIPE)
        for number in range(workers)
    ]
    measured = [json.loads(child.communicate()[0]) for child in children]
    return [(one["rows"], one["commit_us"]) for one in measured]


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + SHIPPED_WITHIN_SECONDS
    pause = threading.Event()
    while not done() and time.monotonic() < until:
        pause.wait(0.01)


def _milliseconds(waited: Sequence[int], share: float) -> float:
    """This quantile of microseconds, in milliseconds."""
    ordered = sorted(waited)
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)] / 1000, 1) if ordered else 0.0


@click.command(
    epilog="""\b
Examples:
  sharp-eyes bench node
  sharp-eyes bench node --rate 5000 --seconds 30 --workers 8
  sharp-eyes bench node --index postgresql://bench@localhost/bench --json

\b
The index is a new SQLite file in a temporary folder unless --index names another,
which is filled with events of cameras w0-0, w0-1 and so on."""
)
@click.option(
    "--rate", type=click.FloatRange(min=1), default=1042.0, show_default=True, help="Events per second."
)
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=10.0, show_default=True, help="How long to play."
)
@click.option("--workers", type=click.IntRange(1, 64), default=4, show_default=True, help="Worker processes.")
@click.option("--index", "index_url", help="The index to fill.  [default: a temporary SQLite file]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def node(
    settings: Settings | None,  # noqa: ARG001 - what is measured is new each time
    rate: float,
    seconds: float,
    workers: int,
    index_url: str | None,
    as_json: bool,
) -> None:
    """How soon what workers say is durable in a node, and how soon it is visible."""
    with TemporaryDirectory(prefix="sharp-eyes-bench-") as name:
        folder = Path(name)
        url = index_url or f"sqlite:///{folder / 'index.sqlite'}"
        figures = measure(folder / "node", url, workers, rate, seconds)
    if as_json:
        click.echo(json.dumps(asdict(figures)))
        return
    click.echo(f"{figures.rows} events of {workers} workers, {figures.rows_per_second} a second")
    click.echo(f"durable after  p50 {figures.commit_p50} ms, p99 {figures.commit_p99} ms")
    click.echo(f"visible after  p50 {figures.visible_p50} ms, p99 {figures.visible_p99} ms")
