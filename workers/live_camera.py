"""One camera of a worker: its sources, and the run that judges what they deliver."""

import threading
from dataclasses import dataclass, replace

from ingest.frame import Frame
from ingest.live_source import FrameSource, HealthChange, Silent, SourceListener, WatchedSource
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.cameras import Camera
from sharp_eyes.farm_status import CameraStatus
from workers.analysis import Analysis
from workers.assignment import Assignment
from workers.camera_meter import CameraMeter
from workers.live_run import LiveRun, Surroundings


@dataclass(frozen=True, slots=True)
class CameraSources:
    """What is analysed, and what clips are cut from where that is another stream."""

    frames: WatchedSource
    evidence: WatchedSource | None = None


class LiveCamera:
    """Watches one camera until told to stop. All that a source says comes from its own thread.

    A change of rules begins a new run on the stream that is open; the connection stays.
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
        self._sources = sources
        self._format: StreamFormat | None = None
        self._meter = CameraMeter(around.clock)
        self._lock = threading.Lock()  # of the change from one run to the next
        self.run = LiveRun(assignment, camera, analysis, model, around, self._meter)
        self._stopping = threading.Event()
        self._threads = [self._thread_of(sources.frames, self, camera.id)]
        if sources.evidence is not None:
            tap = _EvidenceTap(self)
            self._threads.append(self._thread_of(sources.evidence, tap, f"{camera.id} evidence"))

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def change(self, assignment: Assignment, camera: Camera, analysis: Analysis, model: str) -> None:
        """Go on under another configuration of the same source, in a new run."""
        with self._lock:
            self.run.finish()
            self.run = LiveRun(assignment, camera, analysis, model, self._around, self._meter)
            if self._format is not None:
                self.run.stream(self._format)

    def ask_to_stop(self) -> None:
        """Let the sources end; `stop` waits for them."""
        self._stopping.set()

    def stop(self, seconds: float = 10.0) -> None:
        """End the sources and the run: open events end, clips are cut as they are."""
        self.ask_to_stop()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(seconds)
        self.run.finish()

    def status(self) -> CameraStatus:
        """How it is doing."""
        source = self._sources.frames
        told = self.run.status()
        return replace(told, reconnects=source.reconnects, message=told.message or source.message)

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
            self.run.stream(stream_format)

    def evidence_packet(self, packet: VideoPacket, at: int) -> None:
        """Its next packet in decode order."""
        self.run.packet(packet, at)

    def on_frame(self, frame: Frame) -> None:
        """The next picture; the newest whose turn it is waits for the analysis."""
        if self._stopping.is_set():
            return
        self._meter.frame()
        self.run.offer(frame)

    def on_health(self, change: HealthChange) -> None:
        """Something is wrong with the camera, or is over."""
        self.run.health(change)

    def _thread_of(self, source: FrameSource, listener: SourceListener, name: str) -> threading.Thread:
        return threading.Thread(
            target=self._watch, args=(source, listener), name=f"camera {name}", daemon=True
        )

    def _watch(self, source: FrameSource, listener: SourceListener) -> None:
        while not self._stopping.is_set():
            try:
                source.run(listener, self._stopping)
            except Exception as error:  # noqa: BLE001 - a camera is watched again whatever ended its source
                self.run.failed(error)
                self._stopping.wait(1.0)


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
