"""Counts what one camera delivers and what becomes of it: the figures of its status."""

from collections import deque

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.farm_status import CameraState, CameraStatus
from workers.assignment import Assignment

DEGRADED_AFTER = 5 * SECOND
LOST_AFTER = 60 * SECOND
_LAGS = 200  # of which the 95th percentile is said
_OVER = 5 * SECOND  # over which rates are measured
_TOLD_EVERY = 10 * SECOND  # a camera that fails with each frame is one line in ten seconds


class CameraMeter:
    """One camera's counters. Several threads count, each its own thing: none waits for another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.monotonic()
        self._last_frame: int | None = None  # monotonic
        self._frames = 0
        self._judged = 0
        self._dropped = 0
        self._lags: deque[int] = deque(maxlen=_LAGS)
        self._samples: deque[tuple[int, int, int]] = deque([(self._began_at, 0, 0)])
        self._watched_until: int | None = None
        self._message = ""
        self._told_at: int | None = None

    def frame(self) -> None:
        """A picture came."""
        self._frames += 1
        self._last_frame = self._clock.monotonic()

    def dropped(self) -> None:
        """A picture whose turn it was gave way to a newer one."""
        self._dropped += 1

    def judged(self, at: int) -> None:
        """The rules have judged the frame of this time (microseconds UTC)."""
        self._judged += 1
        self._lags.append(self._clock.now() - at)
        self._watched_until = at
        self._message = ""

    def failed(self, message: str) -> bool:
        """A frame could not be analysed; True if that should be said again."""
        self._message = message
        now = self._clock.monotonic()
        if self._told_at is not None and now - self._told_at < _TOLD_EVERY:
            return False
        self._told_at = now
        return True

    def silent_seconds(self) -> float:
        """Since the last picture, or since the beginning."""
        since = self._began_at if self._last_frame is None else self._last_frame
        return (self._clock.monotonic() - since) / SECOND

    def status(
        self, assignment: Assignment, worker: str, run: str, *, analysed: int = 0, looked: int = 0
    ) -> CameraStatus:
        """All of it; `analysed` and `looked` are the gate's counts."""
        fps_in, fps_analysed = self._rates()
        return CameraStatus(
            camera=assignment.camera,
            worker=worker,
            run=run,
            state=self._state(),
            revision=assignment.revision,
            fps_in=round(fps_in, 2),
            fps_analysed=round(fps_analysed, 2),
            lag_seconds=round(self._lag() / SECOND, 3),
            gate_share=round(looked / analysed, 3) if analysed else 0.0,
            dropped=self._dropped,
            watched_until=self._watched_until,
            message=self._message,
        )

    def _state(self) -> CameraState:
        if self._last_frame is None:
            return "lost" if self.silent_seconds() * SECOND > LOST_AFTER else "starting"
        silent = self._clock.monotonic() - self._last_frame
        if silent > LOST_AFTER:
            return "lost"
        return "degraded" if silent > DEGRADED_AFTER else "watching"

    def _rates(self) -> tuple[float, float]:
        """Pictures and judged pictures per second over the last five seconds."""
        now = self._clock.monotonic()
        self._samples.append((now, self._frames, self._judged))
        while len(self._samples) > 2 and now - self._samples[1][0] >= _OVER:
            self._samples.popleft()
        then, frames, judged = self._samples[0]
        seconds = (now - then) / SECOND
        if seconds <= 0:
            return 0.0, 0.0
        return (self._frames - frames) / seconds, (self._judged - judged) / seconds

    def _lag(self) -> int:
        lags = sorted(self._lags.copy())
        return lags[min(len(lags) - 1, len(lags) * 95 // 100)] if lags else 0
