"""A replay of exactly the frames that a live run analysed, at the times it analysed them."""

from collections.abc import Iterator
from pathlib import Path

from ingest.file_source import Damage, FileSource
from ingest.frame import Frame
from ingest.gate import Pass
from models.detector import Detector
from sharp_eyes.cameras import Camera
from sharp_eyes.errors import SourceError
from sharp_eyes.registry import NumberedRegistry
from workers.camera_run import CameraRun, RunListeners
from workers.pipeline import stages_for
from workers.replay import Listeners, Summary
from workers.run_log import RecordedRun, fingerprint


class AsLive:
    """One camera's pipeline over the frames of a file that a live run saw, found by their pictures.

    The camera played that file, once or in a loop. `missed` counts what the run analysed and the
    file does not hold: pictures of another file, or damaged on their way.
    """

    def __init__(
        self,
        video: Path,
        camera: Camera,
        detector: Detector,
        recorded: RecordedRun,
        listeners: Listeners | None = None,
    ) -> None:
        self._video = video
        self._camera = camera
        self._detector = detector
        self._recorded = recorded
        self._listen = listeners or Listeners()
        self.missed = 0
        self.stopped = False

    def stop(self) -> None:
        """End before the next frame: open events end."""
        self.stopped = True

    def run(self) -> Summary:
        """Feed the frames. Raises SourceError where the file holds none of them."""
        header = self._recorded.header
        stages = stages_for(self._camera, header.run, NumberedRegistry(header.number), header.model)
        listeners = RunListeners(self._listen.on_record, self._listen.on_scene)
        run = CameraRun(self._camera, stages, self._detector, listeners=listeners)
        total = len(self._recorded.frames)
        fed = 0
        for frame in self._frames():
            if self.stopped:
                break
            run.step(frame)
            fed += 1
            self._listen.on_progress(fed, total)
        run.finish()
        gate = stages.gate
        return Summary(
            frames=fed,
            analysed=gate.analysed,
            by_motion=gate.passes[Pass.MOTION],
            by_due=gate.passes[Pass.DUE],
            looks=sum(gate.passes.values()),
            damage=Damage(),
        )

    def _frames(self) -> Iterator[Frame]:
        """The recorded frames in their order; the file is played as often as the camera did."""
        with FileSource(self._video) as source:
            there = {fingerprint(frame) for frame in source}
        wanted = [(at, digest) for at, digest in self._recorded.frames if digest in there]
        self.missed = len(self._recorded.frames) - len(wanted)
        if not wanted:
            raise SourceError(
                f"{self._video}: holds none of the {self.missed} frames that the run "
                f"{self._recorded.header.run} analysed; give the video that its camera played"
            )
        found = 0
        while found < len(wanted):
            with FileSource(self._video) as source:
                for frame in source:
                    if found < len(wanted) and fingerprint(frame) == wanted[found][1]:
                        yield Frame(frame.video, wanted[found][0], found)
                        found += 1
