"""Boxes out of a YOLO network's output: both forms that versions 8, 11, 12 and 26 export.

anchors  (4 + classes, N): centre x, centre y, width, height, then a score per class; needs
         non-maximum suppression
direct   (N, 6): x1, y1, x2, y2, confidence, class; the network has already chosen
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from models.letterbox import Placement
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError
from sharp_eyes.geometry import Xyxy

Head = Literal["anchors", "direct"]
Array = NDArray[np.float32]
Classes = NDArray[np.int32]

MOST_BOXES = 300  # per picture, as the reference implementation keeps
MOST_CANDIDATES = 3_000  # before suppression: a network gone mad must not cost seconds
HIGHEST_SCORE = 1.001  # rounding apart, a confidence is at most 1; logits are not
NO_SPREAD = 1e-6


@dataclass(frozen=True, slots=True)
class HeadDecoder:
    """Decodes one network's output; `labels` are ours, in the order of its classes."""

    head: Head
    labels: tuple[str, ...]
    confidence: float
    iou: float

    def decode(self, output: Array, placement: Placement) -> list[Detection]:
        """The objects of one picture, surest first, boxes in fractions of the picture.

        Raises ModelError for values that are no numbers, and for classes that have no label.
        """
        boxes, scores, classes = self._anchors(output) if self.head == "anchors" else self._direct(output)
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise ModelError("the network answered with values that are no numbers (NaN or infinity)")
        if len(scores) and scores.max() > HIGHEST_SCORE:
            raise ModelError(
                f"the network answered with a confidence of {scores.max():.1f}; it must be 0 to 1"
            )
        if self.head == "anchors" and len(boxes):
            corner_and_size = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
            kept = _suppressed(corner_and_size, scores, classes, self.confidence, self.iou)
            boxes, scores, classes = boxes[kept], scores[kept], classes[kept]
        shift = np.array([placement.left, placement.top] * 2, np.float32)
        size = np.array([placement.width, placement.height] * 2, np.float32)
        fractions = np.clip((boxes - shift) / size, 0.0, 1.0).tolist()
        surest = np.argsort(-scores, kind="stable")[:MOST_BOXES].tolist()
        confidence, names = scores.tolist(), classes.tolist()
        found = (Detection(self.labels[names[i]], confidence[i], tuple(fractions[i])) for i in surest)
        return [seen for seen in found if _has_area(seen.xyxy)]

    def _anchors(self, output: Array) -> tuple[Array, Array, Classes]:
        best = output[4:].max(axis=0)
        chosen = np.flatnonzero(~(best <= self.confidence))  # NaN is chosen, and then refused
        if len(chosen) > MOST_CANDIDATES:
            chosen = chosen[np.argsort(-best[chosen], kind="stable")[:MOST_CANDIDATES]]
        columns = output[:, chosen]
        half = columns[2:4] / 2
        boxes = np.asarray(np.vstack([columns[:2] - half, columns[:2] + half]).T, np.float32)
        return boxes, best[chosen], columns[4:].argmax(axis=0).astype(np.int32)

    def _direct(self, output: Array) -> tuple[Array, Array, Classes]:
        chosen = output[~(output[:, 4] <= self.confidence)]
        named = (chosen[:, 5] >= 0) & (chosen[:, 5] < len(self.labels))  # NaN is neither
        if not named.all():
            raise ModelError(f"the network answered with a class beyond the {len(self.labels)} of its card")
        return chosen[:, :4], chosen[:, 4], chosen[:, 5].astype(np.int32)


def recognise(shape: Sequence[int | str | None], classes: int) -> Head:
    """Which head a network of this output shape has (batch, a, b); names stand for free sizes.

    Raises ModelError that says what was found and what is understood.
    """
    if len(shape) == 3:
        if shape[2] == 6 and shape[1] != 4 + classes:
            return "direct"
        if shape[1] == 4 + classes:
            return "anchors"
    raise ModelError(
        f"its output has the shape {_shape(shape)}, which is no YOLO head of {classes} classes: "
        f"understood are (batch, {4 + classes}, boxes) and (batch, boxes, 6)"
    )


def _shape(shape: Sequence[int | str | None]) -> str:
    return "(" + ", ".join(str(side) for side in shape) + ")"


# OpenCV's stubs ask for sequences where it takes arrays.
_suppressed: Callable[[Array, Array, Classes, float, float], NDArray[np.int32]] = cv2.dnn.NMSBoxesBatched  # type: ignore[assignment]


def _has_area(box: Xyxy) -> bool:
    return box[2] - box[0] > NO_SPREAD and box[3] - box[1] > NO_SPREAD
