"""The pipeline on a file: as fast as it goes, on frame time, the same bytes each time."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.file_source import Damage, FileSource, paced
from ingest.frame import Frame
from ingest.gate import Pass
from ingest.masking import Mask
from ingest.recorder import ANALYSIS_LAG, ClipRecorder, Recorded
from ingest.ring import StreamFormat, VideoPacket
from models.detector import Detector
from models.tracker import Tracker
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import REPLAY_EPOCH, Clock, microseconds
from sharp_eyes.domain import EventRecord, Raised, Scene
from sharp_eyes.errors import SourceError
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.spec import LineSettings
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch
from workers.evidence import BoxTrail, EvidenceFolder
from workers.pipeline import Pipeline, stages_for

_CHUNK = 1 << 20


@dataclass(slots=True)
class Listeners:
    """Who hears what during a replay; all are optional."""

    on_record: Callable[[EventRecord], None] = lambda _: None
    on_scene: Callable[[Frame, Scene], None] = lambda _, __: None
    on_progress: Callable[[int, int | None], None] = lambda _, __: None  # microseconds done, of all


@dataclass(frozen=True, slots=True)
class Summary:
    """What a replay did.

    Frames decoded and analysed, passes by kind and in all, what was damaged, and the evidence that
    could not be written.
    """

    frames: int
    analysed: int
    by_motion: int
    by_due: int
    looks: int
    damage: Damage
    unwritten: tuple[str, ...] = ()


class Replay:
    """One camera's pipeline over one file.

    `start_at` is the time of the first frame; with a `clock` the file plays no faster than it was
    recorded; with `clips` the events leave the evidence that their rules ask for there; `tracker`
    takes the place of the camera's own; `model` names the detector in the events.
    """

    def __init__(
        self,
        video: Path,
        camera: Camera,
        detector: Detector,
        *,
        start_at: int = REPLAY_EPOCH,
        clock: Clock | None = None,
        clips: Path | None = None,
        tracker: Tracker | None = None,
        model: str = "",
        listeners: Listeners | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._video = video
        self._camera = camera
        self._start_at = start_at
        self._clock = clock
        self._listen = listeners or Listeners()
        self._watch = stopwatch or NoStopwatch()
        self._evidence = EvidenceFolder(clips, camera.analyse_fps, camera.rules) if clips else None
        self._wants = {spec.name: spec.evidence for spec in camera.rules}
        self._model = model
        self._trail = BoxTrail()
        self.stopped = False
        self._raised: dict[str, Raised] = {}  # events whose clip is not cut yet
        self._recorder: ClipRecorder | None = None
        self._detector = detector
        self._tracker = tracker

    def stop(self) -> None:
        """End before the next frame: open events end, and their clips are cut as they are."""
        self.stopped = True

    def run(self) -> Summary:
        """Play the file through. Raises SourceError where it cannot be played at all."""
        with FileSource(self._video, self._start_at, self._watch) as source:
            stages = stages_for(self._camera, run_of(self._video), HashRegistry(), self._model)
            stages.tracker = self._tracker or stages.tracker
            pipeline = Pipeline(stages, self._detector, self._on_scene, self._watch)
            self._watch.lap("start")
            try:
                for frame in self._frames(source):
                    if self.stopped:
                        break
                    for record in pipeline.step(frame):
                        self._hear(record, frame)
                    self._listen.on_progress(frame.at - self._start_at, source.duration)
                    self._watch.lap("other")
            finally:
                self._end(pipeline)  # however it ends: open events end, and their clips are cut as they are
        gate = stages.gate
        return Summary(
            frames=source.frames,
            analysed=gate.analysed,
            by_motion=gate.passes[Pass.MOTION],
            by_due=gate.passes[Pass.DUE],
            looks=sum(gate.passes.values()),
            damage=source.damage,
            unwritten=tuple(self._evidence.unwritten) if self._evidence else (),
        )

    def _end(self, pipeline: Pipeline) -> None:
        for record in pipeline.finish():
            self._listen.on_record(record)
        if self._recorder is not None:
            self._keep(self._recorder.finish())

    def _frames(self, source: FileSource) -> Iterator[Frame]:
        if self._evidence is not None and "clip" in self._wants.values():
            self._recorder = ClipRecorder(
                StreamFormat.from_stream(source.stream),
                microseconds(self._camera.pre_roll_seconds),
                microseconds(self._camera.post_roll_seconds),
                Mask(self._camera.mask),
                lag=ANALYSIS_LAG + self._dating_lag(),
            )
        frames = source.play(self._tap if self._recorder else None)
        return paced(frames, self._clock) if self._clock else frames

    def _tap(self, packet: VideoPacket, at: int) -> None:
        if self._recorder is not None:
            self._keep(self._recorder.push(packet, at))

    def _dating_lag(self) -> int:
        """How long after its moment an event may be raised: a crossing is believed late."""
        settles = [
            spec.settings.settle_seconds
            for spec in self._camera.rules
            if isinstance(spec.settings, LineSettings)
        ]
        return microseconds(max(settles, default=0.0) + 2 / self._camera.analyse_fps)

    def _on_scene(self, frame: Frame, scene: Scene) -> None:
        if self._evidence is not None:
            self._trail.add(scene)
        self._listen.on_scene(frame, scene)

    def _hear(self, record: EventRecord, frame: Frame) -> None:
        self._listen.on_record(record)
        if self._evidence is None or not isinstance(record, Raised):
            return
        self._evidence.keep_reason(record)
        if self._recorder is not None and self._wants[record.rule] == "clip":
            self._raised[record.event_id] = record
            self._recorder.request(record.event_id, record.at)
            return
        if self._wants[record.rule] == "snapshot":
            self._evidence.keep_snapshot(record, frame, self._trail)
        self._evidence.complete(record.event_id)

    def _keep(self, finished: list[Recorded]) -> None:
        for recorded in finished:
            raised = self._raised.pop(recorded.event_id)
            if self._evidence is not None:
                self._evidence.keep_clip(raised, recorded, self._trail)
                self._evidence.complete(raised.event_id)


def run_of(video: Path) -> str:
    """The name of a replay's run: the first 16 hexadecimal digits of the file's SHA-256."""
    digest = hashlib.sha256()
    try:
        with video.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise SourceError(f"{video}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()[:16]
