"""One network for many cameras at once: who waits, who goes next, and how long a batch is held open.

    cameras     c1 ─┐ each has one picture waiting at most
                c2 ─┼─► BatchFormer ──(full, or the oldest has waited long enough)──► network
                c3 ─┘   whoever was served longest ago goes first

On one core a batch gains nothing (size 1 is right there); on a GPU it does.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

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

    def forget(self, camera: str) -> None:
        """The camera is gone: drop what it left."""
        self._waiting.pop(camera, None)
        self._served.pop(camera, None)
