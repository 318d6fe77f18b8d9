"""One worker process: many cameras around one detector for each model, without Ray."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.address import parse_networks
from ingest.credentials import load_credentials
from ingest.sources import evidence_source_for, source_for
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import Clock, SystemClock
from sharp_eyes.config.stored import camera_of
from sharp_eyes.errors import SharpEyesError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.settings import Settings
from sharp_eyes.store.spool import Spool
from workers.analyses import Analyses, Models, installed_models
from workers.assignment import Assignment
from workers.background import Background
from workers.live_camera import CameraSources, LiveCamera
from workers.live_run import Surroundings
from workers.node.client import NodeClient
from workers.run_log import remove_old
from workers.spooled_evidence import SpooledEvidence

log = logging.getLogger("sharp_eyes.worker")

_STATUS_SECONDS = 1.0
_RETRIED_EVERY = 60  # statuses: what was refused, and channels that name another model now
_TIDIED_EVERY = 3600  # statuses: logs of runs

Sources = Callable[[Camera], CameraSources]


class Host:
    """Watches the cameras it is told to, and tells the node of this machine what it sees.

    `sources` gives the sources of a camera, `models` the detectors; by default both come from the
    settings.
    """

    def __init__(
        self,
        settings: Settings,
        worker: str,
        clock: Clock | None = None,
        *,
        sources: Sources | None = None,
        models: Models | None = None,
        restarts: int = 0,
    ) -> None:
        self._clock = clock or SystemClock()
        self._worker = worker
        self._restarts = restarts
        self._sources = sources or _sources_of(settings, self._clock)
        self._analyses = Analyses(models or installed_models(settings), self._clock)
        self._client = NodeClient(settings.node / "node.sock", worker, self._clock)
        self._claims = _Claims(self._client)
        self._background = Background()
        spool = Spool(settings.node / "spool")
        self._around = Surroundings(
            worker=worker,
            append=self._client.append,
            bodies=SpooledEvidence(spool, self._client.append, self._background.later),
            later=self._background.later,
            claim=self._claims.add,
            release=self._claims.remove,
            runs=settings.node / "runs",
            clock=self._clock,
        )
        self._wanted: dict[str, Assignment] = {}
        self._cameras: dict[str, LiveCamera] = {}
        self._refused: dict[str, tuple[Assignment, str]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._teller = threading.Thread(target=self._tell, name="status", daemon=True)
        self._teller.start()

    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Watch exactly these cameras from now on; what did not change goes on untouched."""
        with self._lock:
            self._wanted = {one.camera: one for one in assignments}
            self._stop([camera for camera in self._cameras if camera not in self._wanted])
            self._refused = {camera: told for camera, told in self._refused.items() if camera in self._wanted}
            self._settle_all()

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
            detector=", ".join(self._analyses.titles),
            seen_at=self._clock.now(),
        )
        return worker, cameras

    def close(self) -> None:
        """End every run in good order and hand over what is left to the node."""
        self._closing.set()
        with self._lock:
            self._wanted = {}
            self._stop(list(self._cameras))
            self._analyses.keep(())
        self._background.close()
        self._teller.join()
        self._client.flush(5_000_000)
        self._client.close()

    def _settle_all(self) -> None:
        """Bring every camera to what is wanted; whatever one of them does, the others are settled too."""
        for assignment in self._wanted.values():
            try:
                self._settle(assignment)
            except Exception as error:
                known = isinstance(error, SharpEyesError)
                log.error(  # noqa: TRY400 - a foreseen one needs no traceback
                    "camera %s cannot be watched: %s",
                    assignment.camera,
                    error,
                    exc_info=None if known else error,
                )
                self._stop([assignment.camera] if assignment.camera in self._cameras else [])
                self._refused[assignment.camera] = (assignment, str(error))
        self._analyses.keep({camera.run.model for camera in self._cameras.values()})

    def _settle(self, assignment: Assignment) -> None:
        """Start, change or leave alone. Raises SharpEyesError for a camera that cannot be watched."""
        refused = self._refused.get(assignment.camera)
        if refused is not None and refused[0] == assignment:
            return
        title, analysis = self._analyses.of(assignment.model)
        running = self._cameras.get(assignment.camera)
        if running is not None and (running.run.assignment, running.run.model) == (assignment, title):
            return
        self._refused.pop(assignment.camera, None)
        camera = camera_of(assignment.entry)
        if running is not None and _same_source(running.run.camera, camera):
            running.change(assignment, camera, analysis, title)
            return
        sources = self._sources(camera)
        if running is not None:
            self._stop([assignment.camera])
        live = LiveCamera(assignment, camera, sources, analysis, title, self._around)
        self._cameras[assignment.camera] = live
        live.start()

    def _stop(self, cameras: Sequence[str]) -> None:
        leaving = [self._cameras.pop(camera) for camera in cameras]
        for live in leaving:
            live.ask_to_stop()
        for live in leaving:
            live.stop()

    def _tell(self) -> None:
        told = 0
        while not self._closing.wait(_STATUS_SECONDS):
            told += 1
            try:
                self._look_after(told)
            except Exception:
                log.exception("the worker could not tell its status")

    def _look_after(self, told: int) -> None:
        """What is due each second, each minute, each hour."""
        for camera in list(self._cameras.values()):
            camera.run.tick()
        self._client.status(*self.status())
        if told % _RETRIED_EVERY == 0 and self._lock.acquire(blocking=False):
            try:
                self._refused.clear()
                self._settle_all()
            finally:
                self._lock.release()
        if told % _TIDIED_EVERY == 1:
            remove_old(self._around.runs)


class _Claims:
    """The runs that are alive, or whose evidence is still being written."""

    def __init__(self, client: NodeClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._runs: set[str] = set()

    def add(self, run: str) -> None:
        with self._lock:
            self._runs.add(run)
            self._client.runs(set(self._runs))

    def remove(self, run: str) -> None:
        with self._lock:
            self._runs.discard(run)
            self._client.runs(set(self._runs))


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
