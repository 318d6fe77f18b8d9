"""The pipeline on a file: as fast as it goes, on frame time, the same bytes each time."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.file_source import Damage, FileSource, paced
from ingest.frame import Frame
from ingest.gate import Pass
from ingest.ring import StreamFormat
from models.detector import Detector
from models.tracker import Tracker
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import REPLAY_EPOCH, Clock
from sharp_eyes.domain import EventRecord, Scene
from sharp_eyes.errors import SourceError
from sharp_eyes.registry import HashRegistry
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch
from workers.camera_run import CameraRun, RunListeners
from workers.evidence_folder import EvidenceFolder
from workers.pipeline import stages_for

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
        self._folder = EvidenceFolder(clips) if clips else None
        self._model = model
        self.stopped = False
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
            listeners = RunListeners(self._listen.on_record, self._listen.on_scene)
            run = CameraRun(
                self._camera, stages, self._detector, self._folder, listeners, stopwatch=self._watch
            )
            self._watch.lap("start")
            try:
                for frame in self._frames(source, run):
                    if self.stopped:
                        break
                    if run.takes(frame):
                        run.step(frame)
                    self._listen.on_progress(frame.at - self._start_at, source.duration)
                    self._watch.lap("other")
            finally:
                run.finish()  # however it ends: open events end, and their clips are cut as they are
        gate = stages.gate
        return Summary(
            frames=source.frames,
            analysed=gate.analysed,
            by_motion=gate.passes[Pass.MOTION],
            by_due=gate.passes[Pass.DUE],
            looks=sum(gate.passes.values()),
            damage=source.damage,
            unwritten=tuple(self._folder.unwritten) if self._folder else (),
        )

    def _frames(self, source: FileSource, run: CameraRun) -> Iterator[Frame]:
        if run.wants_packets:
            run.stream(StreamFormat.from_stream(source.stream))
        frames = source.play(run.packet if run.wants_packets else None)
        return paced(frames, self._clock) if self._clock else frames


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
