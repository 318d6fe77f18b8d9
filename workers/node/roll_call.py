"""Which workers are there, which runs they claim, and what they last said of themselves."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.farm_status import CameraState, CameraStatus, WorkerStatus

UNHEARD = 10 * SECOND  # a worker that said nothing for so long is left out of the watermark
FORGOTTEN = 60 * SECOND  # … and for so long, out of the status

_JUDGES: frozenset[CameraState] = frozenset({"starting", "watching", "degraded"})


@dataclass(frozen=True, slots=True)
class _Heard:
    monotonic: int
    worker: WorkerStatus
    cameras: tuple[CameraStatus, ...]


class RollCall:
    """Keeps the roll; may be used from many threads. A `link` is the number of a connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._nobody_since: int | None = clock.monotonic()
        self._links: dict[int, frozenset[str]] = {}
        self._left: dict[str, int] = {}  # runs that nobody claims any more: since when
        self._heard: dict[str, _Heard] = {}

    def claim(self, link: int, runs: Iterable[str]) -> None:
        """The worker at this link has these runs, and no others any more."""
        with self._lock:
            self._release(link)
            self._links[link] = frozenset(runs)
            self._nobody_since = None

    def gone(self, link: int) -> None:
        """The connection ended."""
        with self._lock:
            if link not in self._links:
                return
            self._release(link)
            del self._links[link]
            if not self._links:
                self._nobody_since = self._clock.monotonic()

    def hear(self, worker: WorkerStatus, cameras: tuple[CameraStatus, ...]) -> None:
        """A worker said how it is."""
        seen = replace(worker, seen_at=self._clock.now())
        with self._lock:
            self._heard[worker.worker] = _Heard(self._clock.monotonic(), seen, cameras)

    def unclaimed_for(self, run: str, since: int) -> int:
        """For how many microseconds no connected worker has claimed this run; 0 where one does.

        A run that nobody ever claimed counts from `since` (monotonic microseconds), when it was first
        seen: however old the node is, its worker has as long as any other to say that it is alive.
        """
        with self._lock:
            if any(run in runs for runs in self._links.values()):
                return 0
            return self._clock.monotonic() - self._left.get(run, since)

    def nobody_for(self) -> int:
        """For how many microseconds no worker has been connected; 0 where one is."""
        with self._lock:
            return 0 if self._nobody_since is None else self._clock.monotonic() - self._nobody_since

    def workers(self) -> tuple[WorkerStatus, ...]:
        """What each said last, where that is not a minute ago."""
        return tuple(heard.worker for heard in self._recent())

    def cameras(self) -> tuple[CameraStatus, ...]:
        """Each camera as it was said last; those of a worker that fell silent are lost, and say so."""
        now = self._clock.monotonic()
        cameras: dict[str, CameraStatus] = {}
        for heard in self._recent():
            silent = now - heard.monotonic
            for camera in heard.cameras:
                cameras[camera.camera] = camera if silent < UNHEARD else _lost(camera, silent)
        return tuple(cameras[name] for name in sorted(cameras))

    def watched_until(self) -> int | None:
        """Up to when every camera that can still say something is judged; None where that is not known.

        Where workers say that none of their cameras can, nothing is missing up to the moment at which
        they said it: an unplugged cable must not take the watermark away.
        """
        judging = [camera.watched_until for camera in self.cameras() if camera.state in _JUDGES]
        if not judging:
            return self._all_said_at()
        return min((until for until in judging if until is not None), default=None)

    def _all_said_at(self) -> int | None:
        """When the one that is silent for longest was heard, of those that count; None without any."""
        now = self._clock.monotonic()
        said = [heard.worker.seen_at for heard in self._recent() if now - heard.monotonic < UNHEARD]
        return min(said, default=None)

    def _recent(self) -> list[_Heard]:
        """From the one that is silent for longest; what is a minute old is forgotten."""
        now = self._clock.monotonic()
        with self._lock:
            self._heard = {
                name: heard for name, heard in self._heard.items() if now - heard.monotonic < FORGOTTEN
            }
            return sorted(self._heard.values(), key=lambda heard: heard.monotonic)

    def _release(self, link: int) -> None:
        now = self._clock.monotonic()
        # One that is forgotten counts as one that nobody ever claimed.
        self._left = {run: at for run, at in self._left.items() if now - at < FORGOTTEN}
        self._left.update(dict.fromkeys(self._links.get(link, ()), now))


def _lost(camera: CameraStatus, silent: int) -> CameraStatus:
    message = f"its worker has said nothing for {silent // SECOND} s"
    return replace(camera, state="lost", message=message)
