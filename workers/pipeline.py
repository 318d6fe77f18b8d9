"""One camera from frames to event records, without Ray.

frame ─► sampler ─► mask ─► gate ─► scale ─► detector ─► tracker ─► rules ─► records
           │                 │ closed: nothing moved
           └ not its turn    └──────────────────────────────────────► rules (time passes)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.frame import Frame, Picture, Scaler
from ingest.gate import Gate, OpenGate, Pass
from ingest.masking import Mask
from ingest.motion import MotionDetector
from ingest.sampling import Sampler
from models.bytetrack import ByteTracker
from models.detector import Detector
from models.tracker import Tracker
from sharp_eyes.cameras import Camera
from sharp_eyes.domain import Detection, EventRecord, Scene, TrackedObject
from sharp_eyes.geometry import rounded
from sharp_eyes.registry import Registry
from sharp_eyes.rules.engine import RuleEngine
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch


class FrameGate(Protocol):
    """Decides which analysed frames are looked at, and counts them."""

    analysed: int
    passes: dict[Pass, int]

    def judge(self, frame: Frame, due_at: int | None) -> Pass | None:
        """Whether and why the frame passes."""
        ...


@dataclass(slots=True)
class Stages:
    """The stateful parts of one camera's pipeline in one run."""

    sampler: Sampler
    mask: Mask
    gate: FrameGate
    tracker: Tracker
    rules: RuleEngine


def stages_for(camera: Camera, run: str, registry: Registry, model: str = "") -> Stages:
    """The parts that a camera's configuration asks for; `model` names the detector in its events."""
    return Stages(
        sampler=Sampler(camera.analyse_fps),
        mask=Mask(camera.mask),
        gate=Gate(MotionDetector(camera.ignore)) if camera.gate else OpenGate(),
        tracker=ByteTracker(camera.analyse_fps),
        rules=RuleEngine(camera, run, registry, model),
    )


class Pipeline:
    """Steps through one camera's frames. `on_scene` hears of every analysed frame.

    Where the gate was closed it hears of the objects as they were last seen, in a scene that is not
    `looked`: nothing moved.

    `analyse` does everything; a farm that batches the frames of many cameras calls `look`, has the
    picture detected in its own way, and goes on with `conclude`.
    """

    def __init__(
        self,
        stages: Stages,
        detector: Detector,
        on_scene: Callable[[Frame, Scene], None] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._stages = stages
        self._detector = detector
        self._on_scene = on_scene
        self._scaler = Scaler()
        self._verdict: Pass | None = None
        self._last_seen: tuple[TrackedObject, ...] = ()
        self._watch = stopwatch or NoStopwatch()

    def takes(self, frame: Frame) -> bool:
        """Whether it is this frame's turn; most frames are not even analysed."""
        taken = self._stages.sampler.takes(frame.at)
        self._watch.lap("other")
        return taken

    def analyse(self, frame: Frame) -> list[EventRecord]:
        """What follows from a frame whose turn it is."""
        picture = self.look(frame)
        detections = self._detector.detect([picture])[0] if picture is not None else None
        return self.conclude(frame, detections)

    def look(self, frame: Frame) -> Picture | None:
        """The picture for the detector, or None where the gate is closed."""
        frame.video = self._stages.mask.paint(frame.video)
        self._verdict = self._stages.gate.judge(frame, self._stages.tracker.due_at())
        self._watch.lap("gate")
        if self._verdict is None:
            return None
        picture = self._scaler.rgb(frame.video, *self._detector.input_for(frame.width, frame.height))
        self._watch.lap("preprocess")
        return picture

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> list[EventRecord]:
        """Follow what was detected and let the rules judge; None where nobody looked."""
        looked = detections is not None
        if detections is not None:
            on_grid = [Detection(d.label, round(d.confidence, 4), rounded(d.xyxy)) for d in detections]
            self._watch.lap("other")
            moving = self._verdict is not Pass.DUE
            self._last_seen = self._stages.tracker.update(on_grid, frame.at, moving=moving)
            self._watch.lap("track")
        records = self._stages.rules.step(Scene(frame.at, self._last_seen if looked else (), looked))
        self._watch.lap("rules")
        if self._on_scene is not None:
            self._on_scene(frame, Scene(frame.at, self._last_seen, looked))
        return records

    def finish(self) -> list[EventRecord]:
        """The run is over: open events end."""
        return self._stages.rules.finish()
