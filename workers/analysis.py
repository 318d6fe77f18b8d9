"""One detector for the cameras of a worker: the newest frame of each waits, whoever waited longest goes.

cameras' threads              this thread
c1 ─offer─► [newest frame] ─┐
c2 ─offer─► [newest frame] ─┼─► gate, scale ─► detector (one batch) ─► tracker, rules
c3 ─offer─► [newest frame] ─┘
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from ingest.frame import Frame, Picture
from models.batching import BatchFormer
from models.detector import Detector
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError

log = logging.getLogger("sharp_eyes.worker")


class Subject(Protocol):
    """A camera whose frames are analysed here, one at a time."""

    def look(self, frame: Frame) -> Picture | None:
        """The picture for the detector, or None where nobody needs to look."""
        ...

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> None:
        """Go on with what was detected; None: nobody looked."""
        ...

    def failed(self, error: Exception) -> None:
        """This frame could not be analysed, and why."""
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    subject: Subject
    frame: Frame


class Analysis:
    """Analyses the newest frames of many cameras in a thread of its own, fairly.

    `size` cameras go together at most; the first of them waits no longer than `deadline`
    microseconds for the others. Use as a context manager. What goes wrong in one camera is told to
    that camera, and stops nobody else.
    """

    def __init__(self, detector: Detector, clock: Clock, *, size: int = 1, deadline: int = 0) -> None:
        self.detector = detector
        self._clock = clock
        self._former: BatchFormer[_Waiting] = BatchFormer(size, deadline)
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="analysis", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End after the batch in work; what waits is dropped."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def offer(self, camera: str, subject: Subject, frame: Frame) -> bool:
        """Let a frame wait; True if an older one of the same camera had to give way to it."""
        with self._changed:
            overtaken = self._former.offer(camera, _Waiting(subject, frame), self._clock.monotonic())
            self._changed.notify()
        return overtaken is not None

    def forget(self, camera: str) -> None:
        """The camera is gone, and what waits of it."""
        with self._changed:
            self._former.forget(camera)

    def _serve(self) -> None:
        while batch := self._next_batch():
            self._judge([waiting for _, waiting in batch])

    def _judge(self, batch: list[_Waiting]) -> None:
        looking: list[tuple[_Waiting, Picture]] = []
        for waiting in batch:
            try:
                picture = waiting.subject.look(waiting.frame)
                if picture is None:
                    waiting.subject.conclude(waiting.frame, None)
                else:
                    looking.append((waiting, picture))
            except Exception as error:  # noqa: BLE001 - one camera's fault stops no other
                _tell(waiting, error)
        if looking:
            self._detect(looking)

    def _detect(self, looking: list[tuple[_Waiting, Picture]]) -> None:
        try:
            found = self.detector.detect([picture for _, picture in looking])
            if len(found) != len(looking):
                raise ModelError(f"the detector answered {len(found)} of {len(looking)} pictures")  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - a network may fail in any way; the next batch is another
            for waiting, _ in looking:
                _tell(waiting, error)
            return
        for (waiting, _), detections in zip(looking, found, strict=True):
            try:
                waiting.subject.conclude(waiting.frame, detections)
            except Exception as error:  # noqa: BLE001 - one camera's fault stops no other
                _tell(waiting, error)

    def _next_batch(self) -> list[tuple[str, _Waiting]]:
        """Wait for a batch; an empty one means that this ends."""
        with self._changed:
            while not self._closing:
                now = self._clock.monotonic()
                batch = self._former.take(now)
                if batch:
                    return batch
                due = self._former.ready_at()
                self._changed.wait(None if due is None else max(0, due - now) / SECOND)
        return []


def _tell(waiting: _Waiting, error: Exception) -> None:
    try:
        waiting.subject.failed(error)
    except Exception:
        log.exception("a camera could not take in its own failure")
