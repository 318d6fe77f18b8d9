"""The farm as it is answered: nodes, workers, cameras in numbers, and those in trouble."""

from pydantic import BaseModel

from api.parameters import Moment


class WorkerAnswer(BaseModel):
    """One worker process."""

    worker: str
    pid: int
    memory_bytes: int
    cameras: int
    restarts: int
    detector: str
    seen_at: Moment


class JournalAnswer(BaseModel):
    """How far a node's journal is ahead of what is visible and stored."""

    records_behind: int
    oldest_unshipped_at: Moment | None
    evidence_pending: int


class NodeAnswer(BaseModel):
    """One machine. `alive` is false once it has been silent for 10 s."""

    node: str
    host: str
    alive: bool
    draining: bool
    started_at: Moment
    at: Moment
    complete_until: Moment | None
    journal: JournalAnswer
    workers: list[WorkerAnswer]


class FarmCameraAnswer(BaseModel):
    """One camera in its present run; rates are frames a second.

    `state` is "lost" where its node is silent, and "unassigned", with an empty `node`, where none names it.
    """

    camera: str
    node: str
    worker: str
    state: str
    fps_in: float
    fps_analysed: float
    lag_seconds: float
    gate_share: float
    dropped: int
    reconnects: int
    message: str


class FarmAnswer(BaseModel):
    """The whole farm. `states` counts the cameras you may see; `lag_seconds` is their 95th percentile.

    `cameras` names those first that are not watching; `cameras_left_out` says how many are not named.
    """

    at: Moment
    complete_until: Moment | None
    states: dict[str, int]
    lag_seconds: float | None
    records_behind: int
    oldest_unshipped_at: Moment | None
    evidence_pending: int
    nodes: list[NodeAnswer]
    cameras: list[FarmCameraAnswer]
    cameras_left_out: int
