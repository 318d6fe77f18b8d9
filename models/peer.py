"""The tracker that benchmarks compare with: ultralytics' own BYTETracker, as it comes."""

from collections.abc import Sequence

import numpy as np

from models.bytetrack import GRID
from models.ultralytics_detector import quiet_ultralytics
from sharp_eyes.domain import Detection, TrackedObject


class UltralyticsTracker:
    """BYTETracker with the settings that ultralytics ships."""

    def __init__(self) -> None:
        quiet_ultralytics()
        from ultralytics.engine.results import Boxes
        from ultralytics.trackers.byte_tracker import BYTETracker
        from ultralytics.utils import ROOT, YAML, IterableSimpleNamespace

        self._boxes = Boxes
        self._tracker = BYTETracker(
            args=IterableSimpleNamespace(**YAML.load(ROOT / "cfg/trackers/bytetrack.yaml"))
        )

    def update(
        self,
        detections: Sequence[Detection],
        at: int,  # noqa: ARG002 - time is counted in updates here
        *,
        moving: bool = True,  # noqa: ARG002 - it knows no gate
    ) -> tuple[TrackedObject, ...]:
        """The objects seen at this moment; time is counted in updates, whatever `at` says."""
        table = np.zeros((len(detections), 6), np.float32)
        for row, seen in zip(table, detections, strict=True):
            row[:4] = np.array(seen.xyxy) * GRID
            row[4] = seen.confidence
        tracks = self._tracker.update(self._boxes(table, (int(GRID), int(GRID))))
        return tuple(
            TrackedObject(int(row[4]), detections[int(row[-1])].label, detections[int(row[-1])].confidence,
                          detections[int(row[-1])].xyxy)
            for row in tracks
        )  # fmt: skip

    def due_at(self) -> int | None:
        """Never: it knows no gate."""
        return None
