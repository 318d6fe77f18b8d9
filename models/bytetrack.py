"""ByteTrack (Zhang et al., 2022) by the library `trackers`, one per camera, its memory in seconds.

People, vehicles and things are followed apart, so that nobody is taken for the car he steps out of:
their boxes are moved to places of their own on the tracker's grid, where they never meet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import supervision as sv
from numpy.typing import NDArray
from trackers.core.bytetrack.tracklet import ByteTrackTracklet

from models.footing import Footing
from models.kalman import BoxEstimator, restlessness
from models.recovery import RecoveringTracker
from sharp_eyes.clock import SECOND, microseconds
from sharp_eyes.domain import Detection, TrackedObject
from sharp_eyes.geometry import at_edge
from sharp_eyes.labels import Sort, sort_of

# The library's noise model is in pixels of common pictures; fractions are scaled to such a grid.
GRID = 1000.0

# How far apart, on that grid, the three sorts of objects are kept; no box is ever that far out.
APART = 100 * GRID

_LESS = 0.01  # below what begins a track
_SAME = 0.5  # overlap from which a box is that of a track
_LEVEL = 0.1  # of a box's height: what ends no farther from its foot stands on the same ground

_COUNTRIES: dict[Sort, int] = {"people": 1, "vehicles": 2, "things": 3}


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How objects are followed.

    Detections of `sure` and above are matched first, the rest only continue what is known; from
    `begins` on an unmatched one begins a track. Both were chosen on one sequence (ADR 3).
    A box of which the share `nested` lies in a larger one of its sort begins none either: detectors
    often say somebody's upper body besides all of him; who steps out from behind another is followed
    from then on. `restless` is how much more freely people move between two looks, at five a second,
    than ByteTrack believes, which was made for thirty (`models/kalman.py`). Who was lost no longer than
    `recover_seconds` ago is also looked for where he was last seen (`models/recovery.py`).
    `memory_seconds` is how long a lost object is remembered, in time in which it was looked for;
    `look_seconds` how often an object that rests is looked at; `search_seconds` how often one that was
    just lost.
    """

    sure: float = 0.5
    begins: float = 0.6
    min_iou: float = 0.1
    nested: float = 0.8
    restless: float = 16.0
    recover_seconds: float = 1.0
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


class ByteTracker:
    """The tracker of one camera in one run; `fps` is the rate of analysis."""

    def __init__(self, fps: float, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        restless = restlessness(self._settings.restless, fps)
        self._tracker = RecoveringTracker(
            lost_track_buffer=round(self._settings.memory_seconds * 30),  # the library counts at 30 fps
            frame_rate=fps,
            track_activation_threshold=self._settings.begins,
            high_conf_det_threshold=self._settings.sure,
            minimum_iou_threshold=self._settings.min_iou,
            minimum_consecutive_frames=2,
            state_estimator_class=partial(BoxEstimator, restless=restless),
        )
        self._tracker.may_return = self._may_return
        self._recover = microseconds(self._settings.recover_seconds)
        self._votes: dict[int, _Votes] = {}
        self._seen_at: dict[int, int] = {}
        self._footing = Footing()
        self._overlooked: set[int] = set()  # missed though nothing moved: still there
        self._look = microseconds(self._settings.look_seconds)
        self._search = microseconds(self._settings.search_seconds)
        self._longest_step = microseconds(2 / fps)
        self._last_at: int | None = None
        self._watched = 0  # microseconds in which something was looked for

    def update(
        self, detections: Sequence[Detection], at: int, *, moving: bool = True
    ) -> tuple[TrackedObject, ...]:
        """The objects seen at this moment, by number; `moving`: whether anything moved in the picture.

        While the gate is closed nothing moves and nobody looks: for motion and memory that time
        does not pass.
        """
        if self._last_at is not None:
            self._watched += min(at - self._last_at, self._longest_step)
        self._last_at = at
        if not detections and not self._tracker.tracks:
            return ()
        boxes = np.array([(*d.xyxy, _COUNTRIES[sort_of(d.label)]) for d in detections], np.float64).reshape(
            -1, 5
        )
        placed = boxes[:, :4] * GRID + boxes[:, 4:] * APART
        confidence = np.array([d.confidence for d in detections], np.float32)
        echoes = _echoes(placed, self._just_seen, self._settings.nested)
        confidence[echoes] = np.minimum(confidence[echoes], self._settings.begins - _LESS)
        table = sv.Detections(
            xyxy=placed,
            confidence=confidence,
            class_id=np.arange(len(detections)),  # finds the detection again: the library reorders
        )
        result = self._tracker.update(table, timestamp=self._watched / SECOND)
        seen: list[TrackedObject] = []
        if result.tracker_id is not None and result.class_id is not None:
            pairs = zip(result.class_id.tolist(), result.tracker_id.tolist(), strict=True)
            seen = [self._object(own, detections[index], at) for index, own in pairs if own >= 0]
        self._seen_at.update({one.track - 1: at for one in seen})
        alive = {track.tracker_id for track in self._tracker.tracks}
        self._votes = {own: votes for own, votes in self._votes.items() if own in alive}
        self._seen_at = {own: seen_at for own, seen_at in self._seen_at.items() if own in alive}
        self._footing.keep(alive)
        self._overlooked = {
            track.tracker_id
            for track in self._tracker.tracks
            if track.time_since_update > 0 and (not moving or track.tracker_id in self._overlooked)
        }
        return tuple(sorted(seen, key=lambda tracked: tracked.track))

    def due_at(self) -> int | None:
        """When the next object wants a look even if nothing moves; None while there is none.

        At once, if one was seen only once: only a second look tells whether it is there. Soon, if
        one was just lost; but one that was lost at the picture's edge while something moved has left.
        """
        tracks = self._tracker.tracks
        if self._last_at is None or not tracks:
            return None
        if any(track.tracker_id < 0 for track in tracks):
            return self._last_at
        lost = [track for track in tracks if track.time_since_update > 0]
        if any(
            track.tracker_id in self._overlooked or not _at_edge(track.get_state_bbox()) for track in lost
        ):
            return self._last_at + self._search
        return self._last_at + self._look if len(lost) < len(tracks) else None

    def _just_seen(self) -> NDArray[np.float64]:
        """The boxes (n, 4) of those who were seen at the look before."""
        tracks = self._tracker.tracks
        boxes = [one.state_estimator.last_seen for one in tracks if one.time_since_update == 0]
        return np.array(boxes, np.float64).reshape(-1, 4)

    def _may_return(self, track: ByteTrackTracklet) -> bool:
        """Whether this track was lost lately enough to be found again, and not at the picture's edge."""
        seen_at = self._seen_at.get(track.tracker_id)
        lately = seen_at is not None and (self._last_at or 0) - seen_at <= self._recover
        return lately and not _at_edge(track.state_estimator.last_seen)

    def _object(self, own: int, detection: Detection, at: int) -> TrackedObject:
        """The object of the library's number `own`; ours count from 1."""
        label = self._votes.setdefault(own, _Votes()).cast(detection.label, detection.confidence)
        person = sort_of(label) == "people"
        hidden = self._footing.hidden(own, detection.xyxy, at) if person else 0.0
        return TrackedObject(own + 1, label, detection.confidence, detection.xyxy, hidden)


def _echoes(
    boxes: NDArray[np.float64], known_boxes: Callable[[], NDArray[np.float64]], share: float
) -> NDArray[np.bool_]:
    """Which of the boxes (n, 4) say what another says, (n,); `known_boxes` gives those of tracks, (m, 4).

    Those that lie, with at least this share of their area, in a larger one; and the larger one too if it
    stands on the same ground as the inner one, and that is somebody who is known already.
    """
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.bool_)
    corner = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    sides = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - corner
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    shared = np.maximum(sides, 0).prod(axis=2)
    within = (shared >= share * areas[:, None]) & (areas[None, :] > areas[:, None])
    inner = within.any(axis=1)
    if not inner.any() or not len(known := known_boxes()):
        return np.asarray(inner)
    followed = sv.box_iou_batch(boxes, known).max(axis=1) >= _SAME
    apart = np.abs(boxes[:, None, 3] - boxes[None, :, 3])
    level = apart <= _LEVEL * (boxes[:, 3] - boxes[:, 1])[None, :]
    return np.asarray(inner | (within & level & followed[:, None]).any(axis=0))


def _at_edge(box: NDArray[np.float64]) -> bool:
    """Whether a box on the tracker's grid touches the picture's border."""
    x1, y1, x2, y2 = box.tolist()
    country = APART * round(x1 / APART)
    return at_edge(
        ((x1 - country) / GRID, (y1 - country) / GRID, (x2 - country) / GRID, (y2 - country) / GRID)
    )
