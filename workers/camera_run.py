"""One camera in one run: its pipeline, and the evidence of what its rules say.

stream's thread            analysis                                    cutting
───────────────            ────────                                    ───────
stream, packet ─► ring     look ─► (detector) ─► conclude ─► records
       │                                 │           └─► reason, snapshot
       └─ span complete ─► waits until everything up to its end is judged ─► clip and boxes
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.frame import Frame, Picture
from ingest.masking import Mask
from ingest.recorder import ANALYSIS_LAG, ClipRecorder, CutOrder
from ingest.ring import StreamFormat, VideoPacket
from models.detector import Detector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import microseconds
from sharp_eyes.domain import Detection, EventRecord, Raised, Scene
from sharp_eyes.rules.spec import LineSettings
from sharp_eyes.stopwatch import Stopwatch
from workers.background import Later, at_once
from workers.box_trail import BoxTrail
from workers.evidence import Bodies, EvidenceMaker
from workers.pipeline import Pipeline, Stages


@dataclass(slots=True)
class RunListeners:
    """Who hears what of a run; all are optional."""

    on_record: Callable[[EventRecord], None] = lambda _: None
    on_scene: Callable[[Frame, Scene], None] = lambda _, __: None


@dataclass(slots=True)
class _Clips:
    """What is not cut yet: events that wait for their clip, and orders that wait for their boxes."""

    raised: dict[str, Raised] = field(default_factory=dict)
    orders: list[CutOrder] = field(default_factory=list)


class CameraRun:
    """Steps through one camera's frames and packets; live and replay differ only in who calls it.

    `stream` and `packet` belong to the thread that reads the camera, `look` and `conclude` to the
    one that analyses; `later` is given the work of cutting clips. Without `bodies` nothing is kept.
    """

    def __init__(
        self,
        camera: Camera,
        stages: Stages,
        detector: Detector,
        bodies: Bodies | None = None,
        listeners: RunListeners | None = None,
        later: Later = at_once,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._camera = camera
        self._stages = stages
        self._pipeline = Pipeline(stages, detector, self._on_scene, stopwatch)
        self._maker = EvidenceMaker(bodies, camera.analyse_fps, camera.rules) if bodies else None
        self._listen = listeners or RunListeners()
        self._later = later
        self._trail = BoxTrail()
        self._wants_clips = bodies is not None and any(spec.evidence == "clip" for spec in camera.rules)
        self._lock = threading.Lock()  # of the recorder and of what is not cut yet
        self._recorder: ClipRecorder | None = None
        self._clips = _Clips()

    @property
    def wants_packets(self) -> bool:
        """Whether any rule asks for clips."""
        return self._wants_clips

    def stream(self, stream_format: StreamFormat) -> None:
        """A stream begins: what was asked of the one before is cut from what there is."""
        if not self._wants_clips:
            return
        with self._lock:
            orders = self._recorder.close() if self._recorder else []
            self._recorder = ClipRecorder(
                stream_format,
                microseconds(self._camera.pre_roll_seconds),
                microseconds(self._camera.post_roll_seconds),
                Mask(self._camera.mask),
                lag=ANALYSIS_LAG + self._dating_lag(),
            )
            self._clips.orders += orders

    def packet(self, packet: VideoPacket, at: int) -> None:
        """The next packet in decode order, shown at `at` (microseconds UTC)."""
        if self._recorder is None:
            return
        with self._lock:
            self._clips.orders += self._recorder.collect(packet, at)

    def takes(self, frame: Frame) -> bool:
        """Whether it is this frame's turn to be analysed."""
        return self._pipeline.takes(frame)

    def look(self, frame: Frame) -> Picture | None:
        """The picture for the detector, or None where the gate is closed."""
        return self._pipeline.look(frame)

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> list[EventRecord]:
        """What follows from what was detected (None: nobody looked); its evidence is kept too."""
        records = self._pipeline.conclude(frame, detections)
        self._hear(records, frame)
        self._cut_before(frame.at)
        return records

    def step(self, frame: Frame) -> list[EventRecord]:
        """Look, detect and conclude at once."""
        records = self._pipeline.analyse(frame)
        self._hear(records, frame)
        self._cut_before(frame.at)
        return records

    def finish(self) -> None:
        """The run is over: open events end, and their clips are cut as they are."""
        for record in self._pipeline.finish():
            self._listen.on_record(record)
        self.cut_short()

    def cut_short(self) -> None:
        """Cut every clip that waits, as it is: the stream ended, or nobody analyses any more."""
        with self._lock:
            if self._recorder is not None:
                self._clips.orders += self._recorder.close()
        self._cut_before(None)

    def _hear(self, records: list[EventRecord], frame: Frame) -> None:
        for record in records:
            self._listen.on_record(record)
            if isinstance(record, Raised) and self._maker is not None:
                self._keep(record, frame, self._maker)

    def _keep(self, raised: Raised, frame: Frame, maker: EvidenceMaker) -> None:
        maker.reason(raised)
        if raised.evidence == "clip" and self._requested(raised):
            return
        if raised.evidence == "clip":
            maker.no_clip(raised, "no_packets")
        elif raised.evidence == "snapshot":
            maker.snapshot(raised, frame, self._trail.scenes())
        maker.complete(raised)

    def _requested(self, raised: Raised) -> bool:
        """Ask for the clip; False where there is no stream to cut it from."""
        with self._lock:
            if self._recorder is None:
                return False
            self._clips.raised[raised.event_id] = raised
            self._recorder.request(raised.event_id, raised.at)
            return True

    def _cut_before(self, judged_until: int | None) -> None:
        """Hand over the clips whose last picture is judged, boxes included; None: all of them."""
        with self._lock:
            due = [
                order for order in self._clips.orders if judged_until is None or order.end_at <= judged_until
            ]
            if not due:
                return
            self._clips.orders = [order for order in self._clips.orders if order not in due]
            jobs = [(order, [self._clips.raised.pop(one) for one in order.event_ids]) for order in due]
        scenes = self._trail.scenes()
        for order, events in jobs:
            self._give_away(order, events, scenes)

    def _give_away(self, order: CutOrder, events: list[Raised], scenes: tuple[Scene, ...]) -> None:
        maker = self._maker
        if maker is None:
            return

        def cut() -> None:
            for raised, recorded in zip(events, order.carry_out(), strict=True):
                maker.clip(raised, recorded, scenes)
                maker.complete(raised)

        if not self._later(cut, sum(len(packet.data) for packet in order.stretch.packets)):
            for raised in events:
                maker.no_clip(raised, "not_written")
                maker.complete(raised)

    def _dating_lag(self) -> int:
        """How long after its moment an event may be raised: a crossing is believed late."""
        settles = [
            spec.settings.settle_seconds
            for spec in self._camera.rules
            if isinstance(spec.settings, LineSettings)
        ]
        return microseconds(max(settles, default=0.0) + 2 / self._camera.analyse_fps)

    def _on_scene(self, frame: Frame, scene: Scene) -> None:
        if self._maker is not None:
            self._trail.add(scene)
        self._listen.on_scene(frame, scene)
