"""One run of a live camera: what begins anew when its configuration changes."""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.frame import Frame, Picture
from ingest.live_source import HealthChange
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.domain import Detection, EventRecord, Scene
from sharp_eyes.errors import SharpEyesError
from sharp_eyes.farm_status import CameraStatus
from sharp_eyes.registry import NumberedRegistry
from sharp_eyes.store.rows import Row, row_of
from workers.analysis import Analysis
from workers.assignment import Assignment
from workers.background import Later
from workers.camera_health import HealthAuthor
from workers.camera_meter import CameraMeter
from workers.camera_run import CameraRun, RunListeners
from workers.coverage import CoverageKeeper
from workers.evidence import Bodies
from workers.pipeline import stages_for
from workers.run_log import RunHeader, RunLog, fingerprint
from workers.track_paths import PathKeeper

log = logging.getLogger("sharp_eyes.worker")

_SILENT = 5 * SECOND  # no packet for so long: nothing more of a pending clip will come


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker's cameras share.

    `append` never waits; `later` does work in the background, in order; a run is claimed from its
    beginning until all of its evidence is written.
    """

    worker: str
    append: Callable[[Sequence[Row]], None]
    bodies: Bodies
    later: Later
    claim: Callable[[str], None]
    release: Callable[[str], None]
    runs: Path
    clock: Clock


class LiveRun:
    """Judges what one camera shows under one configuration, until `finish`.

    The source's thread offers frames and packets, the analysis looks and concludes, the worker's own
    thread finishes. What is still in work when the run is over judges nothing any more.
    """

    def __init__(
        self,
        assignment: Assignment,
        camera: Camera,
        analysis: Analysis,
        model: str,
        around: Surroundings,
        meter: CameraMeter,
    ) -> None:
        self.name = secrets.token_hex(8)
        self.assignment = assignment
        self.camera = camera
        self.model = model
        self.analysis = analysis
        self._around = around
        self._meter = meter
        self._lock = threading.RLock()
        self._over = False
        self._packet_at: int | None = None  # monotonic
        around.claim(self.name)
        self._stages = stages_for(camera, self.name, NumberedRegistry(assignment.number), model)
        self._run = CameraRun(
            camera,
            self._stages,
            analysis.detector,
            around.bodies,
            RunListeners(lambda record: self._say([record]), self._on_scene),
            around.later,
        )
        self._health = HealthAuthor(camera.id, assignment.number, camera.division, self.name)
        self._coverage = CoverageKeeper(camera.id, camera.division, self.name, camera.analyse_fps)
        self._paths = PathKeeper(camera.id, camera.division, self.name)
        header = RunHeader(self.name, camera.id, assignment.number, assignment.revision, model)
        self._log = RunLog(around.runs, header)

    def stream(self, stream_format: StreamFormat) -> None:
        """A stream begins from which clips are cut."""
        with self._lock:
            if not self._over:
                self._run.stream(stream_format)

    def packet(self, packet: VideoPacket, at: int) -> None:
        """Its next packet in decode order."""
        self._packet_at = self._around.clock.monotonic()
        self._run.packet(packet, at)

    def offer(self, frame: Frame) -> None:
        """If it is this frame's turn, let it wait for the analysis; an older one gives way."""
        if not self._over and self._run.takes(frame) and self.analysis.offer(self.camera.id, self, frame):
            self._meter.dropped()
            self._coverage.dropped()

    def health(self, change: HealthChange) -> None:
        """Something is wrong with the camera, or is over."""
        with self._lock:
            if not self._over:
                self._say(self._health.step(change))

    def tick(self) -> None:
        """Once a second: cut the clips of a stream from which nothing comes any more."""
        silent = self._packet_at is None or self._around.clock.monotonic() - self._packet_at > _SILENT
        if silent:
            self._run.cut_short()

    def status(self) -> CameraStatus:
        """How it is doing."""
        with self._lock:
            gate = self._stages.gate
            return self._meter.status(
                self.assignment,
                self._around.worker,
                self.name,
                analysed=gate.analysed,
                looked=sum(gate.passes.values()),
            )

    def look(self, frame: Frame) -> Picture | None:
        """The picture for the detector, or None where nobody needs to look."""
        with self._lock:
            if self._over:
                return None
            self._log.add(frame.at, fingerprint(frame))
            return self._run.look(frame)

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> None:
        """Judge, and tell the node what follows."""
        with self._lock:
            if self._over:
                return
            self._run.conclude(frame, detections)
            self._append([row_of(span) for span in self._coverage.analysed(frame.at)])
            self._meter.judged(frame.at)

    def failed(self, error: Exception) -> None:
        """This frame was lost; said once an interval, by the camera's status too."""
        if self._meter.failed(str(error)):
            known = isinstance(error, SharpEyesError)
            log.error("camera %s: %s", self.camera.id, error, exc_info=None if known else error)

    def finish(self) -> None:
        """The run is over: open events end, their clips are cut as they are."""
        self.analysis.forget(self.camera.id)
        with self._lock:
            if self._over:
                return
            self._run.finish()
            self._say(self._health.finish(self._around.clock.now()))
            self._append([row_of(span) for span in self._coverage.close()])
            self._append([row_of(path) for path in self._paths.finish()])
            self._log.close()
            self._over = True
        self._around.later(lambda: self._around.release(self.name), 0)  # behind the last of its clips

    def _on_scene(self, _: Frame, scene: Scene) -> None:
        self._append([row_of(path) for path in self._paths.step(scene)])

    def _say(self, records: Sequence[EventRecord]) -> None:
        self._append([row_of(record) for record in records])

    def _append(self, rows: list[Row]) -> None:
        if rows:
            self._around.append(rows)
