"""The farm as its nodes' status rows tell it: a table for people, JSON for programs."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sharp_eyes.clock import SECOND
from sharp_eyes.errors import printable
from sharp_eyes.farm_status import (
    STALE,
    CameraStatus,
    NodeStatus,
    ShownCamera,
    WorkerStatus,
    readable_status,
    shown_cameras,
)
from sharp_eyes.store.registry.registered import RegisteredCamera
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order

_STYLES = {
    "watching": "green",
    "starting": "yellow",
    "degraded": "yellow",
    "lost": "red",
    "refused": "red",
    "silent": "red",
    "unassigned": "red",
}
_MESSAGES = {"silent": "its node is silent", "unassigned": "no node watches it"}


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


class WantedCameras(Protocol):
    """The cameras of the registry."""

    def cameras(self, after_revision: int = -1) -> Collection[RegisteredCamera]:
        """What changed after this revision, removed cameras too."""
        ...


class Wanted:
    """The cameras that are to be watched; only what changed is read again."""

    def __init__(self, registry: WantedCameras) -> None:
        self._registry = registry
        self._revision = -1
        self._ids: set[str] = set()

    def ids(self) -> frozenset[str]:
        """Those that are enabled and not removed, as of now. Raises StoreError."""
        for camera in self._registry.cameras(self._revision):
            self._revision = max(self._revision, camera.revision)
            self._ids.discard(camera.id)
            if camera.enabled and not camera.removed:
                self._ids.add(camera.id)
        return frozenset(self._ids)


def another_watches(rows: Iterable[NodeRow], node: str) -> bool:
    """Whether a living node other than this one has workers and may take cameras."""
    return any(
        row.node != node and not row.stale and not row.draining and row.status and row.status.workers
        for row in rows
    )


def farm_table(rows: Sequence[NodeRow], wanted: Collection[str]) -> Group:
    """A summary and three tables: nodes, workers, cameras; what is stale is marked and dim."""
    shown = _shown(rows, wanted)
    return Group(_summary(shown), _nodes(rows), _workers(rows), _cameras(shown))


def _shown(rows: Iterable[NodeRow], wanted: Collection[str]) -> list[ShownCamera]:
    return shown_cameras(((row.status, not row.stale) for row in rows if row.status), wanted)


def _summary(shown: Sequence[ShownCamera]) -> Text:
    watching = sum(one.state == "watching" for one in shown)
    unassigned = sum(one.state == "unassigned" for one in shown)
    more = f", {unassigned} unassigned" if unassigned else ""
    return Text(f"{watching} of {len(shown)} watching{more}", style="red" if unassigned else "")


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
            "" if row.stale else _watching(status.cameras),
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


def _cameras(shown: Sequence[ShownCamera]) -> Table:
    table = _table("camera", "worker", "state", "fps", "analysed", "lag s", "gate", "dropped")
    table.add_column("message")
    for one in shown:
        state = Text(one.state, style=_STYLES.get(one.state, "dim"))
        if one.status is None or one.state == "silent":
            worker = _text(one.status.worker if one.status else "")
            table.add_row(_text(one.camera), worker, state, *[""] * 5, _MESSAGES[one.state], style="dim")
        else:
            table.add_row(_text(one.camera), _text(one.status.worker), state, *_figures(one.status))
    return table


def _figures(camera: CameraStatus) -> tuple[str | Text, ...]:
    return (
        f"{camera.fps_in:.1f}",
        f"{camera.fps_analysed:.1f}",
        f"{camera.lag_seconds:.2f}",
        f"{camera.gate_share:.0%}",
        str(camera.dropped),
        _text(camera.message),
    )


def _table(*columns: str) -> Table:
    """Without lines; these columns are never cut, what follows them may be."""
    table = Table(box=None)
    for name in columns:
        table.add_column(name, no_wrap=True, min_width=len(name))
    return table


def _each_worker(rows: Iterable[NodeRow]) -> list[tuple[NodeRow, WorkerStatus]]:
    return [(row, worker) for row in rows if row.status for worker in row.status.workers]


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


def farm_json(rows: Sequence[NodeRow], wanted: Collection[str]) -> str:
    """The same as one JSON object, every field of every status row; and each camera's state, once."""
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
    states = {one.camera: one.state for one in _shown(rows, wanted)}
    watching = sum(state == "watching" for state in states.values())
    return json.dumps({"nodes": nodes, "watching": watching, "cameras": states}, ensure_ascii=False)
