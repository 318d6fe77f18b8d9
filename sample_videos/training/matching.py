"""Detections against truth: what was found, what was imagined, and the average precision of it.

As COCO counts, at an overlap of a half: in each picture and label the surest detection is matched
first, with the object it overlaps most among those not yet taken. Objects of which little shows,
and those that are very small, are doubtful: missing them is no fault, nor is finding them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MATCH = 0.5
EXCUSE = 0.3  # overlap with something doubtful that excuses a detection
SMALLEST = 16.0  # pixels of height
CLEAR = 0.3  # the least share of an asked object that shows: as it is learned
_RECALLS = np.linspace(0, 1, 101)

Boxes = NDArray[np.float64]  # (n, 4) left, top, right, bottom in pixels
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The objects of one picture, of one label: their boxes and the shares of them that show."""

    boxes: Boxes
    visible: NDArray[np.float64]

    def asked(self) -> Marks:
        """Which of them must be found."""
        heights = self.boxes[:, 3] - self.boxes[:, 1]
        return np.asarray((self.visible >= CLEAR) & (heights >= SMALLEST))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The detections of one picture, of one label."""

    boxes: Boxes
    confidences: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One detection that counts: right or wrong. `height` is the object's, else the detection's own."""

    label: str
    condition: str
    height: float
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object that must be found."""

    label: str
    condition: str
    height: float


@dataclass(slots=True)
class Ledger:
    """All verdicts and all that was wanted, over many pictures."""

    verdicts: list[Verdict] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def add(self, label: str, condition: str, truth: Truth, found: Found) -> None:
        """Judge the detections of one label in one picture."""
        asked = truth.asked()
        heights = truth.boxes[:, 3] - truth.boxes[:, 1]
        self.wanted += [Wanted(label, condition, float(height)) for height in heights[asked]]
        shared = overlaps(found.boxes, truth.boxes)
        free = np.ones(len(asked), np.bool_)
        for one in np.argsort(-found.confidences, kind="stable"):
            own, confidence = shared[one], float(found.confidences[one])
            candidates = np.flatnonzero(asked & free & (own >= MATCH))
            if len(candidates):
                best = candidates[own[candidates].argmax()]
                free[best] = False
                self.verdicts.append(Verdict(label, condition, float(heights[best]), confidence, right=True))
            elif not (own[~asked] >= EXCUSE).any():
                height = float(found.boxes[one, 3] - found.boxes[one, 1])
                self.verdicts.append(Verdict(label, condition, height, confidence, right=False))

    def only(
        self,
        *,
        label: str | None = None,
        condition: str | None = None,
        heights: tuple[float, float] = (0.0, np.inf),
    ) -> "Ledger":
        """The part of one label, one condition, or a band of heights [low, high)."""

        def matters(one: Verdict | Wanted) -> bool:
            known = label in {None, one.label} and condition in {None, one.condition}
            return known and heights[0] <= one.height < heights[1]

        return Ledger([v for v in self.verdicts if matters(v)], [w for w in self.wanted if matters(w)])

    def average_precision(self) -> float | None:
        """Precision averaged over 101 recalls, as COCO does; None where nothing was wanted."""
        if not self.wanted:
            return None
        recall, precision, _ = self._curve()
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        places = np.searchsorted(recall, _RECALLS, side="left")
        return float(np.append(envelope, 0.0)[np.minimum(places, len(envelope))].mean())

    def recall_and_precision(self, confidence: float) -> tuple[float, float]:
        """Both at a confidence; a precision of 1 where nothing was detected."""
        said = [verdict.right for verdict in self.verdicts if verdict.confidence >= confidence]
        return sum(said) / max(1, len(self.wanted)), sum(said) / len(said) if said else 1.0

    def best_confidence(self) -> float:
        """Where the harmonic mean of recall and precision is largest; 1 without verdicts."""
        recall, precision, confidences = self._curve()
        if not len(recall):
            return 1.0
        harmonic = 2 * recall * precision / np.maximum(recall + precision, 1e-9)
        return float(confidences[harmonic.argmax()])

    def _curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Recall, precision and confidence after each verdict, the surest first."""
        order = sorted(self.verdicts, key=lambda verdict: -verdict.confidence)
        hits = np.cumsum([verdict.right for verdict in order], dtype=np.float64)
        confidences = np.array([verdict.confidence for verdict in order])
        return hits / max(1, len(self.wanted)), hits / np.arange(1, len(order) + 1), confidences


def overlaps(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Intersection over union of each box (n, 4) with each other (m, 4): (n, m)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    own = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)[:, None]
    each = (others[:, 2:] - others[:, :2]).prod(axis=1)[None]
    return np.asarray(shared / np.maximum(own + each - shared, 1e-9))


def mean(figures: Sequence[float | None]) -> float | None:
    """The mean of those that there are."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) / len(known) if known else None
