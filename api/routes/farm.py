"""`/farm`: nodes, workers and cameras, and how far behind they are."""

import math
from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter

from api.context import Context, Here
from api.node_watch import SeenNode
from api.principal import Principal
from api.schemas.farm import FarmAnswer, FarmCameraAnswer, JournalAnswer, NodeAnswer, WorkerAnswer
from api.scopes import FarmReader
from sharp_eyes.farm_status import STALE, NodeStatus, ShownCamera, shown_cameras

router = APIRouter(tags=["farm"])

MOST_CAMERAS = 1_000  # named in one answer, those in trouble first
_TROUBLE = {
    "unassigned": 0,
    "refused": 1,
    "lost": 2,
    "degraded": 3,
    "stopped": 4,
    "starting": 5,
    "watching": 6,
}


@router.get("/farm")
def get_farm(principal: FarmReader, context: Here) -> FarmAnswer:
    """The farm as its nodes described it a moment ago; cameras of your divisions alone."""
    nodes = context.nodes.nodes()
    alive = [seen.status for seen in nodes if seen.alive]
    now = context.clock.now()
    cameras = _cameras(context, principal, nodes, now)
    cameras.sort(key=lambda one: (_TROUBLE[one.state], one.camera))
    behind = [one.journal.oldest_unshipped_at for one in alive]
    return FarmAnswer(
        at=now,
        complete_until=context.nodes.complete_until(),
        states=dict(Counter(one.state for one in cameras)),
        lag_seconds=_percentile_95([one.lag_seconds for one in cameras if one.state == "watching"]),
        records_behind=sum(one.journal.records_behind for one in alive),
        oldest_unshipped_at=min((at for at in behind if at is not None), default=None),
        evidence_pending=sum(one.journal.evidence_pending for one in alive),
        nodes=[_node(seen.status, heard=_heard(seen, now)) for seen in nodes],
        cameras=cameras[:MOST_CAMERAS],
        cameras_left_out=max(len(cameras) - MOST_CAMERAS, 0),
    )


def _heard(seen: SeenNode, now: int) -> bool:
    """Whether what the node said is shown as true."""
    return now - seen.status.at <= STALE


def _cameras(
    context: Context, principal: Principal, nodes: Sequence[SeenNode], now: int
) -> list[FarmCameraAnswer]:
    """Every camera that the principal may see, once; those that nobody watches too."""
    seen = [one for one in context.directory.all() if principal.sees(one.division)]
    wanted = {one.id for one in seen if one.enabled}
    known = {one.id for one in seen}
    shown = shown_cameras(((one.status, _heard(one, now)) for one in nodes), wanted)
    return [_camera(one) for one in shown if one.camera in known]


def _camera(shown: ShownCamera) -> FarmCameraAnswer:
    status = shown.status
    if status is None:
        return _unassigned(shown.camera)
    silent = shown.state == "silent"
    return FarmCameraAnswer(
        camera=shown.camera,
        node=shown.node,
        worker=status.worker,
        state="lost" if silent else shown.state,
        fps_in=status.fps_in,
        fps_analysed=status.fps_analysed,
        lag_seconds=status.lag_seconds,
        gate_share=status.gate_share,
        dropped=status.dropped,
        reconnects=status.reconnects,
        message="its node is silent" if silent else status.message,
    )


def _unassigned(camera: str) -> FarmCameraAnswer:
    return FarmCameraAnswer(
        camera=camera,
        node="",
        worker="",
        state="unassigned",
        fps_in=0.0,
        fps_analysed=0.0,
        lag_seconds=0.0,
        gate_share=0.0,
        dropped=0,
        reconnects=0,
        message="no node watches it",
    )


def _percentile_95(values: Sequence[float]) -> float | None:
    """The value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1] if values else None


def _node(status: NodeStatus, *, heard: bool) -> NodeAnswer:
    return NodeAnswer(
        node=status.node,
        host=status.host,
        alive=heard,
        draining=status.draining,
        started_at=status.started_at,
        at=status.at,
        complete_until=status.complete_until,
        journal=JournalAnswer(
            records_behind=status.journal.records_behind,
            oldest_unshipped_at=status.journal.oldest_unshipped_at,
            evidence_pending=status.journal.evidence_pending,
        ),
        workers=[
            WorkerAnswer(
                worker=one.worker,
                pid=one.pid,
                memory_bytes=one.memory_bytes,
                cameras=one.cameras,
                restarts=one.restarts,
                detector=one.detector,
                seen_at=one.seen_at,
            )
            for one in status.workers
        ],
    )
