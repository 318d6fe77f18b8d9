"""The farm as its nodes' status rows tell it: a table for people, JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sharp_eyes.clock import SECOND
from sharp_eyes.errors import printable
from sharp_eyes.farm_status import CameraStatus, NodeStatus, WorkerStatus, readable_status
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order

# A node says how it is every two seconds; what is older than this is not believed any more.
STALE = 10 * SECOND

_STYLES = {"watching": "green", "starting": "yellow", "degraded": "yellow", "lost": "red", "refused": "red"}


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node's last word, `age` microseconds ago; `status` is None where it cannot be read."""

    node: str
    age: int
    status: NodeStatus | None
    draining: bool

    @property
    def stale(self) -> bool:
        """Whether it is too old to be believed."""
        return self.age > STALE


def node_rows(rows: Iterable[NodeStatusRow], orders: Sequence[Order], now: int) -> list[NodeRow]:
    """What the registry has of the nodes, as of `now` (microseconds UTC)."""
    draining = {order.subject for order in orders if order.kind == "drain"}
    return [
        NodeRow(row.node, max(0, now - row.at), readable_status(row.body), row.node in draining)
        for row in rows
    ]


def farm_table(rows: Sequence[NodeRow]) -> Group:
    """Three tables: nodes, workers, cameras; what is stale is marked and dim."""
    return Group(_nodes(rows), _workers(rows), _cameras(rows))


def _nodes(rows: Sequence[NodeRow]) -> Table:
    table = _table("node", "heard", "workers", "watching", "journal behind", "to ship")
    table.add_column("note")
    for row in rows:
        status, style = row.status, "dim" if row.stale else ""
        if status is None:
            table.add_row(_text(row.node), _age(row.age), "", "", "", "", "its status cannot be read")
            continue
        table.add_row(
            _text(row.node),
            _age(row.age),
            str(len(status.workers)),
            _watching(status.cameras),
            _behind(status, row),
            str(status.journal.evidence_pending),
            Text(_note(row), style="red" if row.stale else "yellow"),
            style=style,
        )
    return table


def _workers(rows: Sequence[NodeRow]) -> Table:
    table = _table("worker", "process", "MB", "cameras", "restarts")
    table.add_column("detector")
    for row, worker in _each_worker(rows):
        table.add_row(
            _text(worker.worker),
            str(worker.pid),
            f"{worker.memory_bytes / 1e6:.0f}",
            str(worker.cameras),
            str(worker.restarts),
            _text(worker.detector),
            style="dim" if row.stale else "",
        )
    return table


def _cameras(rows: Sequence[NodeRow]) -> Table:
    table = _table("camera", "worker", "state", "fps", "analysed", "lag s", "gate", "dropped")
    table.add_column("message")
    for row, camera in _each_camera(rows):
        state = "stale" if row.stale else camera.state
        table.add_row(
            _text(camera.camera),
            _text(camera.worker),
            Text(state, style=_STYLES.get(state, "dim")),
            f"{camera.fps_in:.1f}",
            f"{camera.fps_analysed:.1f}",
            f"{camera.lag_seconds:.2f}",
            f"{camera.gate_share:.0%}",
            str(camera.dropped),
            _text(camera.message),
            style="dim" if row.stale else "",
        )
    return table


def _table(*columns: str) -> Table:
    """Without lines; these columns are never cut, what follows them may be."""
    table = Table(box=None)
    for name in columns:
        table.add_column(name, no_wrap=True, min_width=len(name))
    return table


def _each_worker(rows: Iterable[NodeRow]) -> list[tuple[NodeRow, WorkerStatus]]:
    return [(row, worker) for row in rows if row.status for worker in row.status.workers]


def _each_camera(rows: Iterable[NodeRow]) -> list[tuple[NodeRow, CameraStatus]]:
    return [(row, camera) for row in rows if row.status for camera in row.status.cameras]


def _watching(cameras: Sequence[CameraStatus]) -> str:
    watching = sum(camera.state == "watching" for camera in cameras)
    return f"{watching} of {len(cameras)}"


def _behind(status: NodeStatus, row: NodeRow) -> str:
    oldest = status.journal.oldest_unshipped_at
    since = "" if oldest is None else f", {_age(status.at + row.age - oldest)}"
    return f"{status.journal.records_behind} records{since}"


def _note(row: NodeRow) -> str:
    draining = row.draining or (row.status is not None and row.status.draining)
    return ", ".join(["stale"] * row.stale + ["draining"] * draining)


def _age(microseconds: int) -> str:
    seconds = max(0, microseconds) // SECOND
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _text(foreign: str) -> Text:
    """Names are hostile text: no markup, no control characters."""
    return Text(printable(foreign))


def farm_json(rows: Sequence[NodeRow]) -> str:
    """The same as one JSON object, every field of every status row."""
    nodes = [
        {
            "node": row.node,
            "age_seconds": round(row.age / SECOND, 1),
            "stale": row.stale,
            "draining": row.draining,
            "status": None if row.status is None else asdict(row.status),
        }
        for row in rows
    ]
    return json.dumps({"nodes": nodes}, ensure_ascii=False)
