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
from sharp_eyes.farm_status import CameraStatus, NodeStatus

router = APIRouter(tags=["farm"])

MOST_CAMERAS = 1_000  # named in one answer, those in trouble first
_TROUBLE = {"refused": 0, "lost": 1, "degraded": 2, "stopped": 3, "starting": 4, "watching": 5}


@router.get("/farm")
def get_farm(principal: FarmReader, context: Here) -> FarmAnswer:
    """The farm as its nodes described it a moment ago; cameras of your divisions alone."""
    nodes = context.nodes.nodes()
    alive = [seen.status for seen in nodes if seen.alive]
    cameras = [found for seen in nodes for found in _cameras(context, principal, seen)]
    cameras.sort(key=lambda one: (_TROUBLE[one.state], one.camera))
    behind = [one.journal.oldest_unshipped_at for one in alive]
    return FarmAnswer(
        at=context.clock.now(),
        complete_until=context.nodes.complete_until(),
        states=dict(Counter(one.state for one in cameras)),
        lag_seconds=_percentile_95([one.lag_seconds for one in cameras if one.state == "watching"]),
        records_behind=sum(one.journal.records_behind for one in alive),
        oldest_unshipped_at=min((at for at in behind if at is not None), default=None),
        evidence_pending=sum(one.journal.evidence_pending for one in alive),
        nodes=[_node(seen) for seen in nodes],
        cameras=cameras[:MOST_CAMERAS],
        cameras_left_out=max(len(cameras) - MOST_CAMERAS, 0),
    )


def _cameras(context: Context, principal: Principal, seen: SeenNode) -> list[FarmCameraAnswer]:
    """The node's cameras that the principal may see; those of a dead node are lost."""
    return [
        _camera(one, seen.status.node, alive=seen.alive)
        for one in seen.status.cameras
        if (known := context.directory.find(one.camera)) is not None and principal.sees(known.division)
    ]


def _camera(status: CameraStatus, node: str, *, alive: bool) -> FarmCameraAnswer:
    return FarmCameraAnswer(
        camera=status.camera,
        node=node,
        worker=status.worker,
        state=status.state if alive else "lost",
        fps_in=status.fps_in,
        fps_analysed=status.fps_analysed,
        lag_seconds=status.lag_seconds,
        gate_share=status.gate_share,
        dropped=status.dropped,
        reconnects=status.reconnects,
        message=status.message if alive else "its node is silent",
    )


def _percentile_95(values: Sequence[float]) -> float | None:
    """The value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1] if values else None


def _node(seen: SeenNode) -> NodeAnswer:
    status: NodeStatus = seen.status
    return NodeAnswer(
        node=status.node,
        host=status.host,
        alive=seen.alive,
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
