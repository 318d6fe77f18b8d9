"""ByteTrack (Zhang et al., 2022) by the library `trackers`, one per camera, its memory in seconds.

People, vehicles and things are followed apart, so that nobody is taken for the car he steps out of.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import supervision as sv
from numpy.typing import NDArray
from trackers.core.bytetrack.tracker import ByteTrackTracker

from sharp_eyes.clock import SECOND, microseconds
from sharp_eyes.domain import Detection, TrackedObject

# The library's noise model is in pixels of common pictures; fractions are scaled to such a grid.
GRID = 1000.0

EDGE = 0.02  # share of the picture within which a box counts as touching its border

_VEHICLES = frozenset({"bicycle", "motorcycle", "car", "van", "bus", "truck", "train"})


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How objects are followed.

    `sure` and above begins tracks and is matched first; what is less sure only continues them.
    `memory_seconds` is how long a lost object is remembered, in time in which it was looked for;
    `look_seconds` how often an object that rests is looked at; `search_seconds` how often one that
    was just lost.
    """

    sure: float = 0.5
    begins: float = 0.6
    min_iou: float = 0.1
    memory_seconds: float = 3.0
    look_seconds: float = 1.0
    search_seconds: float = 0.4


@dataclass(slots=True)
class _Votes:
    """What the detector called one object so far, by confidence."""

    weights: dict[str, float] = field(default_factory=dict)

    def cast(self, label: str, confidence: float) -> str:
        """The label that leads after this vote; the first to get there keeps a tie."""
        self.weights[label] = self.weights.get(label, 0.0) + confidence
        return max(self.weights, key=lambda name: self.weights[name])


class _Group:
    """One tracker for one sort of object, with numbers from the camera's common counter."""

    def __init__(self, fps: float, settings: TrackerSettings, numbers: Iterator[int]) -> None:
        self._tracker = ByteTrackTracker(
            lost_track_buffer=round(settings.memory_seconds * 30),  # the library counts at 30 fps
            frame_rate=fps,
            track_activation_threshold=settings.begins,
            high_conf_det_threshold=settings.sure,
            minimum_iou_threshold=settings.min_iou,
            minimum_consecutive_frames=2,
        )
        self._numbers = numbers
        self._known: dict[int, tuple[int, _Votes]] = {}  # the library's id → our number, its votes

    def update(self, detections: Sequence[Detection], seconds: float) -> list[TrackedObject]:
        """The detections that belong to a confirmed object, in their own order."""
        if not detections and not self._tracker.tracks:
            return []
        table = sv.Detections(
            xyxy=np.array([d.xyxy for d in detections], np.float32).reshape(-1, 4) * GRID,
            confidence=np.array([d.confidence for d in detections], np.float32),
            class_id=np.arange(len(detections)),  # finds the detection again: the library reorders
        )
        result = self._tracker.update(table, timestamp=seconds)
        seen: list[TrackedObject] = []
        if result.tracker_id is not None and result.class_id is not None:
            pairs = sorted(zip(result.class_id.tolist(), result.tracker_id.tolist(), strict=True))
            seen = [self._object(own, detections[index]) for index, own in pairs if own >= 0]
        alive = {track.tracker_id for track in self._tracker.tracks}
        self._known = {own: known for own, known in self._known.items() if own in alive}
        return seen

    def waits(self, settings: TrackerSettings) -> list[float]:
        """For each object, after how many seconds it wants the next look."""
        waits: list[float] = []
        for track in self._tracker.tracks:
            if track.tracker_id < 0:
                waits.append(0.0)  # seen once: only a second look tells whether it is there
            elif track.time_since_update == 0:
                waits.append(settings.look_seconds)
            elif not _at_edge(track.get_state_bbox() / GRID):
                waits.append(settings.search_seconds)
        return waits

    def _object(self, own: int, detection: Detection) -> TrackedObject:
        if own not in self._known:
            self._known[own] = (next(self._numbers), _Votes())
        number, votes = self._known[own]
        label = votes.cast(detection.label, detection.confidence)
        return TrackedObject(number, label, detection.confidence, detection.xyxy)


class ByteTracker:
    """The tracker of one camera in one run; `fps` is the rate of analysis."""

    def __init__(self, fps: float, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        numbers = itertools.count(1)
        self._people, self._vehicles, self._things = (_Group(fps, self._settings, numbers) for _ in range(3))
        self._longest_step = microseconds(2 / fps)
        self._last_at: int | None = None
        self._watched = 0  # microseconds in which something was looked for

    def update(self, detections: Sequence[Detection], at: int) -> tuple[TrackedObject, ...]:
        """The objects seen at this moment, by number.

        While the gate is closed nothing moves and nobody looks: for motion and memory that time
        does not pass.
        """
        if self._last_at is not None:
            self._watched += min(at - self._last_at, self._longest_step)
        self._last_at = at
        seconds = self._watched / SECOND
        people = [d for d in detections if d.label == "person"]
        vehicles = [d for d in detections if d.label in _VEHICLES]
        things = [d for d in detections if d.label != "person" and d.label not in _VEHICLES]
        seen = self._people.update(people, seconds)
        seen += self._vehicles.update(vehicles, seconds)
        seen += self._things.update(things, seconds)
        return tuple(sorted(seen, key=lambda tracked: tracked.track))

    def due_at(self) -> int | None:
        """When the next object wants a look even if nothing moves; None while there is none."""
        waits = [
            wait
            for group in (self._people, self._vehicles, self._things)
            for wait in group.waits(self._settings)
        ]
        if not waits or self._last_at is None:
            return None
        return self._last_at + microseconds(min(waits))


def _at_edge(box: NDArray[np.float64]) -> bool:
    """Whether a box in fractions touches the picture's border: a lost object there has left."""
    return bool((box[:2] < EDGE).any() or (box[2:] > 1 - EDGE).any())
