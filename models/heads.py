"""Boxes out of a YOLO network's output: both forms that versions 8, 11, 12 and 26 export.

anchors  (4 + classes, N): centre x, centre y, width, height, then a score per class; needs
         non-maximum suppression
direct   (N, 6): x1, y1, x2, y2, confidence, class; the network has already chosen
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from models.letterbox import Placement
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError

Head = Literal["anchors", "direct"]
Array = NDArray[np.float32]

MOST_BOXES = 300  # per picture, as the reference implementation keeps
MOST_CANDIDATES = 3_000  # before suppression: a network gone mad must not cost seconds
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

        Raises ModelError for values that are no numbers.
        """
        boxes, scores, classes = self._anchors(output) if self.head == "anchors" else self._direct(output)
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise ModelError("the network answered with values that are no numbers (NaN or infinity)")
        shift = np.array([placement.left, placement.top] * 2, np.float32)
        size = np.array([placement.width, placement.height] * 2, np.float32)
        fractions = np.clip((boxes - shift) / size, 0.0, 1.0)
        spread = ((fractions[:, 2:] - fractions[:, :2]) > NO_SPREAD).all(axis=1)
        order = np.argsort(-scores, kind="stable")
        return [
            Detection(self.labels[classes[i]], float(scores[i]), _box(fractions[i]))
            for i in order[:MOST_BOXES]
            if spread[i]
        ]

    def _anchors(self, output: Array) -> tuple[Array, Array, NDArray[np.intp]]:
        best = output[4:].max(axis=0)
        chosen = np.flatnonzero(~(best <= self.confidence))  # NaN is chosen, and then refused
        if len(chosen) > MOST_CANDIDATES:
            chosen = chosen[np.argsort(-best[chosen], kind="stable")[:MOST_CANDIDATES]]
        scores, classes = best[chosen], output[4:, chosen].argmax(axis=0).astype(np.intp)
        centre, half = output[:2, chosen].T, output[2:4, chosen].T / 2
        boxes: Array = np.hstack([centre - half, centre + half]).astype(np.float32, copy=False)
        if len(chosen):
            table = np.hstack([boxes, scores[:, None], classes[:, None]]).astype(np.float32)
            kept = sv.box_non_max_suppression(table, iou_threshold=self.iou)
            boxes, scores, classes = boxes[kept], scores[kept], classes[kept]
        return boxes, scores, classes

    def _direct(self, output: Array) -> tuple[Array, Array, NDArray[np.intp]]:
        chosen = output[~(output[:, 4] <= self.confidence)]
        classes = np.clip(np.nan_to_num(chosen[:, 5]), 0, len(self.labels) - 1).astype(np.intp)
        return chosen[:, :4], chosen[:, 4], classes


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


def _box(fractions: Array) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in fractions)
    return x1, y1, x2, y2
