"""How well a detector finds what shows in held-out pictures: by label, size, light and weather."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.detector import Detector
from sample_videos.studio.labels import LABELS
from sample_videos.training.matching import Found, Ledger, Truth, mean
from sample_videos.training.shard import HELD_OUT, Labelled, read_shard
from sharp_eyes.domain import Detection

HEIGHT_BANDS = ((16, 32), (32, 64), (64, 128), (128, 361))  # pixels of 360
LEAST_CONFIDENCE = 0.01  # below it nothing adds to the average precision


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured over some objects; average precision at half overlap, None without objects."""

    name: str
    objects: int
    ap50: float | None
    recall: float
    precision: float


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The figures of one detector. Recall and precision are at `confidence`."""

    pictures: int
    confidence: float
    best_confidence: float
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure:
        """The figure of that name: "all", a label, a band as "16_32px", "person_16_32px", a condition."""
        return next(figure for figure in self.figures if figure.name == name)


def held_out(folder: Path) -> Iterator[Labelled]:
    """The pictures of a folder's held-out shards."""
    for path in sorted(folder.glob(f"{HELD_OUT}-*.npz")):
        yield from read_shard(path)


def appraise(detector: Detector, pictures: Iterable[Labelled], confidence: float | None = None) -> Appraisal:
    """Measure a detector that says all from LEAST_CONFIDENCE up; without `confidence` at its best one.

    Raises ValueError without pictures.
    """
    ledger, count = Ledger(), 0
    for kept in pictures:
        _judge(ledger, detector, kept)
        count += 1
    if not count:
        raise ValueError("there are no held-out pictures to measure with")
    best = round(ledger.best_confidence(), 2)
    used = best if confidence is None else confidence
    conditions = sorted({one.condition for one in ledger.wanted})
    figures = [_mean("all", ledger, used)]
    figures += [_figure(label, ledger.only(label=label), used) for label in LABELS]
    figures += [_mean(condition, ledger.only(condition=condition), used) for condition in conditions]
    for low, high in HEIGHT_BANDS:
        band = ledger.only(heights=(low, high))
        figures.append(_mean(_band(low, high), band, used))
        figures += [_figure(f"{label}_{_band(low, high)}", band.only(label=label), used) for label in LABELS]
    return Appraisal(count, used, best, tuple(figures))


def _judge(ledger: Ledger, detector: Detector, kept: Labelled) -> None:
    picture = kept.picture()
    height, width = picture.shape[:2]
    scale = np.array((width, height) * 2, np.float64)
    small = cv2.resize(picture, detector.input_for(width, height), interpolation=cv2.INTER_LINEAR)
    found = detector.detect([np.asarray(small, np.uint8)])[0]
    for number, label in enumerate(LABELS):
        own = kept.classes == number
        said = [one for one in found if one.label == label]
        if own.any() or said:
            truth = Truth(kept.boxes[own] * scale, kept.visible[own].astype(np.float64))
            ledger.add(label, kept.condition, truth, _found(said, scale))


def _found(said: list[Detection], scale: np.ndarray) -> Found:
    boxes = np.array([one.xyxy for one in said], np.float64).reshape(-1, 4) * scale
    return Found(boxes, np.array([one.confidence for one in said], np.float64))


def _figure(name: str, ledger: Ledger, confidence: float) -> Figure:
    return Figure(
        name, len(ledger.wanted), ledger.average_precision(), *ledger.recall_and_precision(confidence)
    )


def _mean(name: str, ledger: Ledger, confidence: float) -> Figure:
    """Over all labels: the mean of their average precisions, the recall and precision of all objects."""
    each = [ledger.only(label=label).average_precision() for label in LABELS]
    return Figure(name, len(ledger.wanted), mean(each), *ledger.recall_and_precision(confidence))


def _band(low: int, high: int) -> str:
    return f"{low}_{high}px" if high <= 360 else f"{low}px"


def table(appraisal: Appraisal) -> str:
    """The figures as text, those without objects left out."""
    lines = [f"{appraisal.pictures} pictures, best confidence {appraisal.best_confidence:.2f}"]
    lines.append(f"{'':22}objects   AP50  recall  precision  at {appraisal.confidence:.2f}")
    lines += [
        f"{one.name:22}{one.objects:7}{one.ap50:7.3f}{one.recall:8.3f}{one.precision:11.3f}"
        for one in appraisal.figures
        if one.ap50 is not None
    ]
    return "\n".join(lines) + "\n"
