"""One worker process: many cameras around one detector for each model, without Ray."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.address import parse_networks
from ingest.credentials import load_credentials
from ingest.sources import evidence_source_for, source_for
from models.detector import Detector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import Clock, SystemClock
from sharp_eyes.config.stored import camera_of
from sharp_eyes.errors import SharpEyesError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import find_card, installed_cards
from sharp_eyes.store.spool import Spool
from workers.analysis import Analysis
from workers.assignment import Assignment
from workers.camera_run import Work
from workers.choosing import detector_for
from workers.live_camera import CameraSources, LiveCamera, Surroundings
from workers.node.client import NodeClient
from workers.run_log import remove_old
from workers.spooled_evidence import SpooledEvidence

log = logging.getLogger("sharp_eyes.worker")

_BACKGROUND = "evidence"
_STATUS_SECONDS = 1.0
_TIDY_EVERY = 3600  # statuses: old run logs are removed once an hour

Sources = Callable[[Camera], CameraSources]
Detectors = Callable[[str], tuple[str, Detector]]


class Host:
    """Watches the cameras it is told to, and tells the node of this machine what it sees.

    `sources` gives the source of a camera, `detectors` the title and the detector of a model or
    channel; by default both come from the settings.
    """

    def __init__(
        self,
        settings: Settings,
        worker: str,
        clock: Clock | None = None,
        *,
        sources: Sources | None = None,
        detectors: Detectors | None = None,
        restarts: int = 0,
    ) -> None:
        self._clock = clock or SystemClock()
        self._worker = worker
        self._restarts = restarts
        self._sources = sources or _sources_of(settings, self._clock)
        self._detectors = detectors or _detectors_of(settings)
        self._client = NodeClient(settings.node / "node.sock", worker, self._clock)
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix=_BACKGROUND)
        self._runs = settings.node / "runs"
        spool = Spool(settings.node / "spool")
        self._around = Surroundings(
            worker=worker,
            append=self._client.append,
            bodies=SpooledEvidence(spool, self._client.append, self._later),
            later=self._later,
            runs=self._runs,
            clock=self._clock,
        )
        self._analyses: dict[str, tuple[str, Analysis]] = {}  # by the model's title
        self._cameras: dict[str, LiveCamera] = {}
        self._refused: dict[str, tuple[Assignment, str]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._teller = threading.Thread(target=self._tell, name="status", daemon=True)
        self._teller.start()

    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Watch exactly these cameras from now on; what did not change goes on untouched."""
        with self._lock:
            wanted = {one.camera: one for one in assignments}
            self._stop([camera for camera in self._cameras if camera not in wanted])
            self._refused = {camera: told for camera, told in self._refused.items() if camera in wanted}
            for assignment in wanted.values():
                self._settle(assignment)
            self._tell_runs()

    def status(self) -> tuple[WorkerStatus, list[CameraStatus]]:
        """How the worker and its cameras are doing."""
        cameras = [camera.status() for camera in list(self._cameras.values())]
        cameras += [_refusal(one, self._worker, why) for one, why in list(self._refused.values())]
        worker = WorkerStatus(
            worker=self._worker,
            pid=os.getpid(),
            memory_bytes=memory_bytes(),
            cameras=len(cameras),
            restarts=self._restarts,
            detector=", ".join(title for title, _ in self._analyses.values()),
            seen_at=self._clock.now(),
        )
        return worker, cameras

    def close(self) -> None:
        """End every run in good order and hand over what is left to the node."""
        self._closing.set()
        with self._lock:
            self._stop(list(self._cameras))
        for _, analysis in self._analyses.values():
            analysis.close()
        self._background.shutdown()
        self._teller.join()
        self._client.flush(5_000_000)
        self._client.close()

    def _settle(self, assignment: Assignment) -> None:
        """Start, change or leave alone; a camera that cannot be watched is refused with the reason."""
        running = self._cameras.get(assignment.camera)
        if running is not None and running.assignment == assignment:
            return
        refused = self._refused.get(assignment.camera)
        if refused is not None and refused[0] == assignment:
            return
        self._refused.pop(assignment.camera, None)
        try:
            self._watch(assignment, running)
        except SharpEyesError as error:
            self._stop([assignment.camera] if running is not None else [])
            self._refused[assignment.camera] = (assignment, str(error))
            log.error("camera %s cannot be watched: %s", assignment.camera, error)  # noqa: TRY400 - foreseen

    def _watch(self, assignment: Assignment, running: LiveCamera | None) -> None:
        camera = camera_of(assignment.entry)
        title, analysis = self._analysis(assignment.model)
        if running is not None and _same_source(camera_of(running.assignment.entry), camera):
            running.change(assignment, camera, analysis, title)
            return
        sources = self._sources(camera)
        if running is not None:
            self._stop([assignment.camera])
        live = LiveCamera(assignment, camera, sources, analysis, title, self._around)
        self._cameras[assignment.camera] = live
        live.start()

    def _analysis(self, model: str) -> tuple[str, Analysis]:
        if model not in self._analyses:
            title, detector = self._detectors(model)
            self._analyses[model] = (title, Analysis(detector, self._clock))
        return self._analyses[model]

    def _stop(self, cameras: Sequence[str]) -> None:
        leaving = [self._cameras.pop(camera) for camera in cameras]
        for live in leaving:
            live.ask_to_stop()
        for live in leaving:
            live.stop()

    def _later(self, work: Work) -> None:
        """Do this in the background; what comes from there already is done on the spot."""
        if threading.current_thread().name.startswith(_BACKGROUND):
            _said(work)
        else:
            self._background.submit(_said, work)

    def _tell_runs(self) -> None:
        self._client.runs([camera.run for camera in self._cameras.values()])

    def _tell(self) -> None:
        told = 0
        while not self._closing.wait(_STATUS_SECONDS):
            for camera in list(self._cameras.values()):
                camera.tick()
            self._client.status(*self.status())
            if told % _TIDY_EVERY == 0:
                remove_old(self._runs)
            told += 1


def _said(work: Work) -> None:
    """Do this; a fault of one clip is said, and the next goes on."""
    try:
        work()
    except Exception:
        log.exception("evidence could not be kept")


def _same_source(before: Camera, after: Camera) -> bool:
    return (before.source, before.evidence) == (after.source, after.evidence)


def _refusal(assignment: Assignment, worker: str, why: str) -> CameraStatus:
    return CameraStatus(
        camera=assignment.camera,
        worker=worker,
        run="",
        state="refused",
        revision=assignment.revision,
        message=why,
    )


def memory_bytes() -> int:
    """The resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _sources_of(settings: Settings, clock: Clock) -> Sources:
    credentials = load_credentials(settings.credentials)
    networks = parse_networks(settings.source_networks)

    def find(camera: Camera) -> CameraSources:
        return CameraSources(
            source_for(camera, credentials, networks, clock),
            evidence_source_for(camera, credentials, networks, clock),
        )

    return find


def _detectors_of(settings: Settings) -> Detectors:
    def find(model: str) -> tuple[str, Detector]:
        card = find_card(installed_cards(settings.models), model)
        return card.title, detector_for(card)

    return find
