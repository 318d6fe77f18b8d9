"""A track that its prediction led astray is found again where it was last seen.

A filter of constant velocities leads past somebody who turns round, and away from somebody who stands
hidden for a moment. What is left over after both of ByteTrack's matches is therefore compared once
more, with the last box that was observed of each lost track: the observation-centric recovery of
OC-SORT (Cao et al., "Observation-Centric SORT", CVPR 2023).

 expected           ▒▒▒
 last seen     ███            a walker who turns round: █ → █ → █ ← █ ← █
 left over    ███  his

Where the last observation counts in the first match already, more people are exchanged than kept (ADR 16).
"""

import numpy as np
from numpy.typing import NDArray
from trackers.core.bytetrack.tracker import ByteTrackTracker
from trackers.core.bytetrack.tracklet import ByteTrackTracklet

# The least overlap with the last observation; OC-SORT's own threshold.
LEAST_IOU = 0.3

_ROUNDING = 1e-6  # seconds are summed up as floats


class RecoveringTracker(ByteTrackTracker):  # type: ignore[misc] # the library is followed as untyped
    """ByteTrack with one more match, before what nobody knows begins a track.

    It is for tracks that were lost no longer than `recover_seconds` ago: later somebody else may stand
    there. Wants `BoxEstimator` and timestamps.
    """

    recover_seconds: float = 1.0

    def _spawn_new_tracks(
        self,
        detection_boxes: NDArray[np.float64],
        confidences: NDArray[np.float32],
        unmatched_high_local: list[int],
        high_indices: NDArray[np.int64],
        out_det_indices: list[int],
        out_tracker_ids: list[int],
    ) -> None:
        """Give the leftover detections to lost tracks first; the arguments are the library's."""
        lost = [track for track in self.tracks if self._may_return(track)]
        left = list(unmatched_high_local)
        if lost and left:
            last_seen = np.array([track.state_estimator.last_seen for track in lost])
            overlap = self.iou.compute(last_seen, detection_boxes[high_indices[left]])
            pairs, _, _ = self._get_associated_indices(overlap, LEAST_IOU)
            for row, column in pairs:
                detection = int(high_indices[unmatched_high_local[column]])
                lost[row].update(detection_boxes[detection])
                out_det_indices.append(detection)
                out_tracker_ids.append(lost[row].tracker_id)
                left.remove(unmatched_high_local[column])
        super()._spawn_new_tracks(
            detection_boxes, confidences, left, high_indices, out_det_indices, out_tracker_ids
        )

    def _may_return(self, track: ByteTrackTracklet) -> bool:
        """Whether it has a number and was lost, but not for too long; by the count of its clock."""
        missed: float = track.time_since_update_seconds
        numbered: bool = track.tracker_id >= 0
        return numbered and 0 < missed <= self.recover_seconds + _ROUNDING
