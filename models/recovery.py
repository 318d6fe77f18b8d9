"""A track that its prediction led astray is found again where it was last seen.

A filter of constant velocities leads past somebody who turns round, and away from somebody who stands
hidden for a moment. What is left over after both of ByteTrack's matches is therefore compared once
more, with the last box that was observed of each lost track: the last match of OC-SORT, without its
smoothing (Cao et al., "Observation-Centric SORT", CVPR 2023).

 expected           ▒▒▒
 last seen     ███            a walker who turns round: █ → █ → █ ← █ ← █
 left over    ███  his

Where the last observation counts in the first match already, more people are exchanged than kept (ADR 16).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from trackers.core.bytetrack.tracker import ByteTrackTracker
from trackers.core.bytetrack.tracklet import ByteTrackTracklet

# The least overlap with the last observation; OC-SORT's own threshold.
LEAST_IOU = 0.3


class RecoveringTracker(ByteTrackTracker):  # type: ignore[misc] # the library is followed as untyped
    """ByteTrack with one more match, before what nobody knows begins a track. Wants `BoxEstimator`.

    `may_return` says of a lost track whether it may be found again: whoever updates knows the time, and
    who may have left; later somebody else may stand there.
    """

    may_return: Callable[[ByteTrackTracklet], bool]

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
        left = list(unmatched_high_local)
        lost = [one for one in self.tracks if left and one.time_since_update > 0 and self.may_return(one)]
        if lost:
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
