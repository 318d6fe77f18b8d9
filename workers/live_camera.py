"""One camera of a worker: what its source delivers goes to its run, what its run says to the node."""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.frame import Frame, Picture
from ingest.live_source import FrameSource, HealthChange, Silent, SourceListener, WatchedSource
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import Clock
from sharp_eyes.domain import Detection, EventRecord, Scene
from sharp_eyes.errors import SharpEyesError
from sharp_eyes.farm_status import CameraStatus
from sharp_eyes.registry import NumberedRegistry
from sharp_eyes.store.rows import Row, row_of
from workers.analysis import Analysis
from workers.assignment import Assignment
from workers.camera_health import HealthAuthor
from workers.camera_meter import CameraMeter
from workers.camera_run import CameraRun, RunListeners, Work
from workers.coverage import CoverageKeeper
from workers.evidence import Bodies
from workers.pipeline import Stages, stages_for
from workers.run_log import RunHeader, RunLog, fingerprint
from workers.track_paths import PathKeeper

log = logging.getLogger("sharp_eyes.worker")


@dataclass(frozen=True, slots=True)
class CameraSources:
    """What is analysed, and what clips are cut from where that is another stream."""

    frames: WatchedSource
    evidence: WatchedSource | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker's cameras share. `append` never waits; `later` does work in the background."""

    worker: str
    append: Callable[[Sequence[Row]], None]
    bodies: Bodies
    later: Callable[[Work], None]
    runs: Path
    clock: Clock


@dataclass(slots=True)
class _Stretch:
    """One run: everything that begins anew when the camera's configuration changes."""

    name: str
    assignment: Assignment
    camera: Camera
    stages: Stages
    run: CameraRun
    health: HealthAuthor
    coverage: CoverageKeeper
    paths: PathKeeper
    log: RunLog


class LiveCamera:
    """Watches one camera until told to stop.

    Three kinds of thread meet here: the source's (formats, packets, frames, health), the analysis
    (`look`, `conclude`, `failed`) and the worker's own (`start`, `change`, `stop`, `status`). A change of
    rules begins a new run on the stream that is open; the connection stays.
    """

    def __init__(
        self,
        assignment: Assignment,
        camera: Camera,
        sources: CameraSources,
        analysis: Analysis,
        model: str,
        around: Surroundings,
    ) -> None:
        self._around = around
        self._analysis = analysis
        self._model = model
        self._sources = sources
        self._format: StreamFormat | None = None
        self._meter = CameraMeter(around.clock)
        self._lock = threading.RLock()  # of the present run: nobody judges while it is changed
        self._now = self._begin(assignment, camera)
        self._looking: _Stretch | None = None  # who has the frame that is being detected
        self._stopping = threading.Event()
        self._threads = [self._thread_of(sources.frames, self, camera.id)]
        if sources.evidence is not None:
            tap = _EvidenceTap(self)
            self._threads.append(self._thread_of(sources.evidence, tap, f"{camera.id} evidence"))

    @property
    def run(self) -> str:
        """The name of the present run."""
        return self._now.name

    @property
    def assignment(self) -> Assignment:
        """What is being watched."""
        return self._now.assignment

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def change(self, assignment: Assignment, camera: Camera, analysis: Analysis, model: str) -> None:
        """Go on under another configuration of the same source, in a new run."""
        with self._lock:
            self._finish()
            if analysis is not self._analysis:
                self._analysis.forget(camera.id)
            self._analysis, self._model = analysis, model
            self._now = self._begin(assignment, camera)
            if self._format is not None:
                self._now.run.stream(self._format)

    def ask_to_stop(self) -> None:
        """Let the source end; `stop` waits for it."""
        self._stopping.set()

    def stop(self, seconds: float = 10.0) -> None:
        """End the run and the source: open events end, clips are cut as they are."""
        self.ask_to_stop()
        self._analysis.forget(self._now.camera.id)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(seconds)
        with self._lock:
            self._finish()

    def tick(self) -> None:
        """Once a second: cut the clips of a stream from which nothing comes any more."""
        if self._meter.silent_seconds() > 5.0:
            self._now.run.cut_short()

    def status(self) -> CameraStatus:
        """How it is doing."""
        source = self._sources.frames
        with self._lock:
            gate = self._now.stages.gate
            told = self._meter.status(
                self._now.assignment,
                self._around.worker,
                self._now.name,
                analysed=gate.analysed,
                looked=sum(gate.passes.values()),
            )
        return replace(told, reconnects=source.reconnects, message=told.message or source.message)

    # What the source says, in its thread.

    def on_format(self, stream_format: StreamFormat) -> None:
        """A stream begins, or begins anew."""
        if self._sources.evidence is None:
            self.evidence_format(stream_format)

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        """The next packet in decode order."""
        if self._sources.evidence is None:
            self.evidence_packet(packet, at)

    def evidence_format(self, stream_format: StreamFormat) -> None:
        """The stream that clips are cut from begins, or begins anew."""
        with self._lock:
            self._format = stream_format
            self._now.run.stream(stream_format)

    def evidence_packet(self, packet: VideoPacket, at: int) -> None:
        """Its next packet in decode order."""
        self._now.run.packet(packet, at)

    def on_frame(self, frame: Frame) -> None:
        """The next picture; the newest whose turn it is waits for the analysis."""
        self._meter.frame()
        now = self._now
        if now.run.takes(frame) and self._analysis.offer(now.camera.id, self, frame):
            self._meter.dropped()
            now.coverage.dropped()

    def on_health(self, change: HealthChange) -> None:
        """Something is wrong with the camera, or is over."""
        with self._lock:
            self._say(self._now.health.step(change))

    # What the analysis asks, in its thread; at most one frame at a time.

    def look(self, frame: Frame) -> Picture | None:
        """The picture for the detector, or None where the gate is closed."""
        with self._lock:
            self._looking = self._now
            self._now.log.add(frame.at, fingerprint(frame))
            return self._now.run.look(frame)

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> None:
        """Let the run judge, and tell the node what follows; a run that is over judges no more."""
        with self._lock:
            now = self._now
            if now is not self._looking:
                return
            now.run.conclude(frame, detections)
            self._append([row_of(span) for span in now.coverage.analysed(frame.at)])
            self._meter.judged(frame.at)

    def failed(self, error: Exception) -> None:
        """This frame was lost; said once an interval, by the meter's status too."""
        if self._meter.failed(str(error)):
            known = isinstance(error, SharpEyesError)
            log.error("camera %s: %s", self._now.camera.id, error, exc_info=None if known else error)

    def _thread_of(self, source: FrameSource, listener: SourceListener, name: str) -> threading.Thread:
        return threading.Thread(
            target=self._watch, args=(source, listener), name=f"camera {name}", daemon=True
        )

    def _watch(self, source: FrameSource, listener: SourceListener) -> None:
        while not self._stopping.is_set():
            try:
                source.run(listener, self._stopping)
            except Exception as error:  # noqa: BLE001 - a camera is watched again whatever ended its source
                self.failed(error)
                self._stopping.wait(1.0)

    def _begin(self, assignment: Assignment, camera: Camera) -> _Stretch:
        around, name = self._around, secrets.token_hex(8)
        stages = stages_for(camera, name, NumberedRegistry(assignment.number), self._model)
        header = RunHeader(name, camera.id, assignment.number, assignment.revision, self._model)
        run = CameraRun(
            camera,
            stages,
            self._analysis.detector,
            around.bodies,
            RunListeners(lambda record: self._say([record]), self._on_scene),
            around.later,
        )
        return _Stretch(
            name=name,
            assignment=assignment,
            camera=camera,
            stages=stages,
            run=run,
            health=HealthAuthor(camera.id, assignment.number, camera.division, name),
            coverage=CoverageKeeper(camera.id, camera.division, name, camera.analyse_fps),
            paths=PathKeeper(camera.id, camera.division, name),
            log=RunLog(around.runs, header),
        )

    def _finish(self) -> None:
        now = self._now
        now.run.finish()
        self._say(now.health.finish(self._around.clock.now()))
        self._append([row_of(span) for span in now.coverage.close()])
        self._append([row_of(path) for path in now.paths.finish()])
        now.log.close()

    def _on_scene(self, _: Frame, scene: Scene) -> None:
        self._append([row_of(path) for path in self._now.paths.step(scene)])

    def _say(self, records: Sequence[EventRecord]) -> None:
        self._append([row_of(record) for record in records])

    def _append(self, rows: list[Row]) -> None:
        if rows:
            self._around.append(rows)


class _EvidenceTap(Silent):
    """Hears the stream that is received for clips only; its health is that of the camera's other stream."""

    def __init__(self, camera: LiveCamera) -> None:
        self._camera = camera

    def on_format(self, stream_format: StreamFormat) -> None:
        """The stream begins."""
        self._camera.evidence_format(stream_format)

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        """The next packet."""
        self._camera.evidence_packet(packet, at)
