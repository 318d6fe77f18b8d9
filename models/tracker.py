"""The port of every tracker: the detections of one camera in, objects with a number out."""

from collections.abc import Sequence
from typing import Protocol

from sharp_eyes.domain import Detection, TrackedObject


class Tracker(Protocol):
    """Follows the objects of one camera through one run."""

    def update(
        self, detections: Sequence[Detection], at: int, *, moving: bool = True
    ) -> tuple[TrackedObject, ...]:
        """The objects seen at this moment (microseconds UTC, rising), each with its number.

        `moving` is False where the look was due and nothing moved: what is missed then is still there.
        """
        ...

    def due_at(self) -> int | None:
        """When an object wants to be looked at even if nothing moves; None while there is none."""
        ...
