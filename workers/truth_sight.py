"""The pipeline that sees by the truth's boxes: no network looks at the pictures.

                    gate          detector       tracker
--boxes             as it is      blind          the camera's own, fed with the boxes
--boxes --tracked   open          blind          the truth's own identities
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.bytetrack import ByteTracker
from models.detector import Detector, Picture
from models.tracker import Tracker
from sharp_eyes.cameras import Camera
from sharp_eyes.domain import Detection, TrackedObject
from sharp_eyes.geometry import rounded
from sharp_eyes.scoring.truth_boxes import TruthBoxes

LEAST_VISIBLE = 0.2  # of an object of which less can be seen no detector says anything
MODEL = "truth"  # what events call what saw them
_SMALLEST_PICTURE = (32, 32)  # nobody looks at it


@dataclass(frozen=True, slots=True)
class Sight:
    """What a replay sees with; without a `tracker` it is the camera's own. `model` names it in events."""

    camera: Camera
    detector: Detector
    model: str
    tracker: Tracker | None = None


def sight_by_boxes(camera: Camera, boxes: TruthBoxes, start_at: int, *, tracked: bool) -> Sight:
    """The truth's eyes for a clip whose first frame is at `start_at` (microseconds UTC)."""
    if tracked:
        ungated = replace(camera, gate=False)
        return Sight(ungated, BlindDetector(), MODEL, IdentityTracker(boxes, start_at))
    fed = FedTracker(ByteTracker(camera.analyse_fps), boxes, start_at)
    return Sight(camera, BlindDetector(), MODEL, fed)


class BlindDetector:
    """Finds nothing: what is seen comes from elsewhere."""

    def input_for(self, width: int, height: int) -> tuple[int, int]:  # noqa: ARG002 - the port's interface
        """The least that costs anything."""
        return _SMALLEST_PICTURE

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Nothing in any of them."""
        return [[] for _ in pictures]


class FedTracker:
    """A tracker that is told the truth's boxes, wherever its camera looked, instead of detections."""

    def __init__(self, tracker: Tracker, boxes: TruthBoxes, start_at: int) -> None:
        self._tracker = tracker
        self._boxes = boxes
        self._start_at = start_at

    def update(
        self,
        detections: Sequence[Detection],  # noqa: ARG002 - the port's interface
        at: int,
        *,
        moving: bool = True,
    ) -> tuple[TrackedObject, ...]:
        """What the tracker makes of all that can be seen at this moment."""
        seen = [
            Detection(shown.label, 1.0, rounded(shown.box))
            for shown in self._boxes.at(at - self._start_at)
            if shown.visible >= LEAST_VISIBLE
        ]
        return self._tracker.update(seen, at, moving=moving)

    def due_at(self) -> int | None:
        """When the tracker wants the next look."""
        return self._tracker.due_at()


class IdentityTracker:
    """Knows everybody who is in the picture, also who is nearly hidden."""

    def __init__(self, boxes: TruthBoxes, start_at: int) -> None:
        self._boxes = boxes
        self._start_at = start_at

    def update(
        self,
        detections: Sequence[Detection],  # noqa: ARG002 - the port's interface
        at: int,
        *,
        moving: bool = True,  # noqa: ARG002
    ) -> tuple[TrackedObject, ...]:
        """The truth's objects at this moment, by number."""
        objects = self._boxes.at(at - self._start_at)
        tracked = [TrackedObject(shown.id, shown.label, 1.0, rounded(shown.box)) for shown in objects]
        return tuple(sorted(tracked, key=lambda one: one.track))

    def due_at(self) -> int | None:
        """Nobody needs a second look."""
        return None
