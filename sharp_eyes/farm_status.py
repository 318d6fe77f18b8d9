"""What each node says of itself every two seconds: the nouns that `farm status` and `/farm` read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from sharp_eyes.clock import SECOND
from sharp_eyes.errors import StoreError

# A node says how it is every two seconds; what is older than this is shown as true no more.
STALE = 10 * SECOND

# starting: no picture yet; degraded: none for 5 s; lost: none for 60 s; refused: its configuration or
# model cannot be used, `message` says why.
CameraState = Literal["starting", "watching", "degraded", "lost", "stopped", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStatus:
    """One camera in its present run.

    Rates are of the last seconds; `lag_seconds` is from a frame's arrival to its events, the 95th
    percentile; `gate_share` is the share of analysed frames that were looked at; `dropped` and
    `reconnects` count since the run began; up to `watched_until` (microseconds UTC) all is judged.
    """

    camera: str
    worker: str
    run: str
    state: CameraState
    revision: int
    fps_in: float = 0.0
    fps_analysed: float = 0.0
    lag_seconds: float = 0.0
    gate_share: float = 0.0
    dropped: int = 0
    reconnects: int = 0
    watched_until: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """One worker process; `restarts` counts how often it had to begin again under its name."""

    worker: str
    pid: int
    memory_bytes: int
    cameras: int
    restarts: int = 0
    detector: str = ""
    seen_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalStatus:
    """How far the journal of a node is ahead of what is visible and stored."""

    end: int
    records_behind: int
    oldest_unshipped_at: int | None
    evidence_pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """One machine. Before `complete_until` (microseconds UTC) nothing more will become visible.

    `head`: the farm on it is one of its own, that others join.
    """

    node: str
    host: str
    started_at: int
    at: int
    journal: JournalStatus
    workers: tuple[WorkerStatus, ...] = ()
    cameras: tuple[CameraStatus, ...] = ()
    complete_until: int | None = None
    draining: bool = False
    head: bool = False


# silent: the node that named it last is not heard any more; unassigned: no node names it.
ShownState = CameraState | Literal["silent", "unassigned"]


@dataclass(frozen=True, slots=True)
class ShownCamera:
    """One camera as the farm is shown; `status` is None and `node` empty where it is unassigned."""

    camera: str
    node: str
    state: ShownState
    status: CameraStatus | None


# Of two that name one camera, as while it moves, the better is believed.
_BEST_FIRST: tuple[ShownState, ...] = (
    "watching",
    "degraded",
    "starting",
    "lost",
    "refused",
    "stopped",
    "silent",
)


def shown_cameras(nodes: Iterable[tuple[NodeStatus, bool]], wanted: Collection[str]) -> list[ShownCamera]:
    """Every camera once, by its best state, sorted by id.

    `nodes` are statuses and whether each is fresh; `wanted` are the cameras that are to be watched. Those
    of a silent node that are wanted no more are left out.
    """
    best = {camera: ShownCamera(camera, "", "unassigned", None) for camera in wanted}
    for status, fresh in nodes:
        for one in status.cameras:
            shown = ShownCamera(one.camera, status.node, one.state if fresh else "silent", one)
            if (fresh or one.camera in wanted) and _better(shown, best.get(one.camera)):
                best[one.camera] = shown
    return sorted(best.values(), key=lambda one: one.camera)


def _better(shown: ShownCamera, known: ShownCamera | None) -> bool:
    if known is None or known.state == "unassigned":
        return True
    return _BEST_FIRST.index(shown.state) < _BEST_FIRST.index(known.state)


_NODE = TypeAdapter(NodeStatus)


def status_text(status: NodeStatus) -> str:
    """The status as JSON."""
    return _NODE.dump_json(status).decode()


def read_status(text: str | bytes) -> NodeStatus:
    """The status in this JSON. Raises StoreError where there is none."""
    try:
        return _NODE.validate_json(text)
    except ValidationError as error:
        raise StoreError(f"not the status of a node: {error.errors()[0]['msg']}") from error


def readable_status(text: str | bytes) -> NodeStatus | None:
    """The status in this JSON; None where there is none, as of a node of another version."""
    try:
        return read_status(text)
    except StoreError:
        return None
