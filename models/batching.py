"""One network for many cameras at once: who waits, who goes next, and how long a batch is held open.

    cameras     c1 ─┐ each has one picture waiting at most
                c2 ─┼─► BatchFormer ──(full, or the oldest has waited long enough)──► network
                c3 ─┘   whoever was served longest ago goes first

On one core a batch gains nothing (size 1 is right there); on a GPU it does.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from models.detector import Detector, Picture
from sharp_eyes.clock import SECOND, Clock, SystemClock
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError

Item = TypeVar("Item")


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    since: int


class BatchFormer(Generic[Item]):
    """Decides which cameras' items go together; reads no clock and starts no thread.

    A batch is ready when `size` cameras wait, or when one has waited `deadline` microseconds. Fair:
    a camera that was served goes behind all that were not, however fast it comes back.
    """

    def __init__(self, size: int, deadline: int) -> None:
        self._size = size
        self._deadline = deadline
        self._waiting: dict[str, _Waiting[Item]] = {}
        self._served: dict[str, int] = {}  # camera → number of the batch that last served it
        self._batches = 0

    def offer(self, camera: str, item: Item, now: int) -> Item | None:
        """Let a camera's item wait. Its older one, if it still waits, is dropped and returned.

        The newer item takes over the older one's place and deadline.
        """
        before = self._waiting.get(camera)
        self._waiting[camera] = _Waiting(item, before.since if before else now)
        return before.item if before else None

    def ready_at(self) -> int | None:
        """When the next batch is due: now (0) when it is full, None while nobody waits."""
        if not self._waiting:
            return None
        if len(self._waiting) >= self._size:
            return 0
        return min(waiting.since for waiting in self._waiting.values()) + self._deadline

    def take(self, now: int) -> list[tuple[str, Item]]:
        """The next batch as (camera, item), or nothing while it may still fill up."""
        due = self.ready_at()
        if due is None or due > now:
            return []
        order = sorted(
            self._waiting, key=lambda camera: (self._served.get(camera, -1), self._waiting[camera].since)
        )
        chosen = order[: self._size]
        self._batches += 1
        self._served |= dict.fromkeys(chosen, self._batches)
        return [(camera, self._waiting.pop(camera).item) for camera in chosen]

    def drain(self) -> list[Item]:
        """Everything that waits; nobody does afterwards."""
        left = [waiting.item for waiting in self._waiting.values()]
        self._waiting.clear()
        return left

    def forget(self, camera: str) -> None:
        """The camera is gone: drop what it left."""
        self._waiting.pop(camera, None)
        self._served.pop(camera, None)


@dataclass(frozen=True, slots=True)
class _Request:
    picture: Picture
    answer: "Future[list[Detection]]"


class BatchingDetector:
    """Shares one detector among the threads of many cameras; each waits for its own answer.

    Use as a context manager: the thread that runs the network ends with it.
    """

    def __init__(
        self, detector: Detector, *, size: int = 8, deadline: int = SECOND // 100, clock: Clock | None = None
    ) -> None:
        self._detector = detector
        self._former: BatchFormer[_Request] = BatchFormer(size, deadline)
        self._clock = clock or SystemClock()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="batching-detector", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """The size that the shared detector wants."""
        return self._detector.input_for(width, height)

    def detect(self, camera: str, picture: Picture) -> list[Detection]:
        """The objects of one camera's picture. Raises ModelError as the shared detector does.

        A picture that its own camera overtook before it was looked at raises ModelError too.
        """
        request = _Request(picture, Future())
        with self._changed:
            if self._closing:
                raise ModelError("the detector is shutting down")
            overtaken = self._former.offer(camera, request, self._clock.monotonic())
            if overtaken is not None:
                overtaken.answer.set_exception(
                    ModelError(f"a newer picture of camera {camera} took its place")
                )
            self._changed.notify()
        return request.answer.result()

    def forget(self, camera: str) -> None:
        """The camera is gone."""
        with self._changed:
            self._former.forget(camera)

    def _serve(self) -> None:
        """Answer batch after batch; whatever ends this, nobody is left waiting."""
        try:
            while batch := self._next_batch():
                self._answer([request for _, request in batch])
        finally:
            with self._changed:
                self._closing = True
                left = self._former.drain()
            _refuse(left, ModelError("the detector broke down"))

    def _answer(self, requests: list[_Request]) -> None:
        try:
            found = self._detector.detect([request.picture for request in requests])
        except ModelError as error:
            _refuse(requests, error)
            return
        except BaseException:
            _refuse(requests, ModelError("the detector broke down"))
            raise
        if len(found) != len(requests):
            _refuse(requests, ModelError(f"the detector answered {len(found)} of {len(requests)} pictures"))
            return
        for request, detections in zip(requests, found, strict=True):
            request.answer.set_result(detections)

    def _next_batch(self) -> list[tuple[str, _Request]]:
        """Wait for a batch; an empty one means that the detector closes and nobody waits."""
        with self._changed:
            while True:
                due = self._former.ready_at()
                if due is None and self._closing:
                    return []
                now = self._clock.monotonic() if not self._closing else max(due or 0, self._clock.monotonic())
                batch = self._former.take(now)
                if batch:
                    return batch
                self._changed.wait(None if due is None else (due - now) / SECOND)


def _refuse(requests: Sequence[_Request], error: ModelError) -> None:
    for request in requests:
        request.answer.set_exception(error)
