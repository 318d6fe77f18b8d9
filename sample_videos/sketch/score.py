"""How well an ONNX detector finds painted things: average precision on scenes held out.

A plain reading of ultralytics' output, kept apart from the product's own reader so that the
figures do not depend on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from sample_videos.sketch.batches import PAD, letterbox
from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.lens import Floats
from sample_videos.sketch.scene import LABELS, Seen
from sample_videos.sketch.wild import examples

HELD_OUT_SEED = 1_000_003  # training seeds are small numbers
HELD_OUT_SCENES = 600
CONFIDENCE = 0.35
OVERLAP = 0.5  # at 0.7 one person often keeps two boxes; two people seldom share half
CLEAR = 0.5  # objects of which less shows are not asked for, nor is finding them a fault
MATCH = 0.5
HEIGHT_BANDS = ((24, 40), (40, 80), (80, 400))


@dataclass(frozen=True, slots=True)
class Found:
    """Detections in one picture: (n, 4) pixels of the source picture, best first."""

    boxes: Floats
    labels: NDArray[np.int64]
    confidences: Floats


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured for one label, over objects of some heights in pixels of 640x360."""

    label: str
    heights: tuple[int, int]
    objects: int
    average_precision: float
    recall: float
    precision: float


class Detector:
    """An ONNX file run on one core at a size (width, height)."""

    def __init__(self, path: Path, size: tuple[int, int], overlap: float = OVERLAP) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options)
        self.size = size
        self.overlap = overlap

    def find(self, picture: Picture, least: float) -> Found:
        """Everything above a confidence, without doubles."""
        fit = letterbox(self.size)
        grey = (PAD, PAD, PAD)
        area = cv2.warpAffine(picture, fit, self.size, flags=cv2.INTER_LINEAR, borderValue=grey)
        tensor = area.transpose(2, 0, 1)[None].astype(np.float32) / 255
        rows = self.session.run(None, {"images": tensor})[0][0].T.astype(np.float64)
        scores = rows[:, 4:].max(axis=1)
        rows, scores = rows[scores >= least], scores[scores >= least]
        half = rows[:, 2:4] / 2
        boxes = np.concatenate((rows[:, :2] - half, rows[:, :2] + half), axis=1)
        boxes = (boxes - np.tile(fit[:, 2], 2)) / fit[0, 0]
        return _thinned(boxes, rows[:, 4:].argmax(axis=1), scores, self.overlap)


def _thinned(boxes: Floats, labels: NDArray[np.int64], scores: Floats, overlap: float) -> Found:
    order = np.argsort(-scores, kind="stable")
    boxes, labels, scores = boxes[order], labels[order], scores[order]
    keep: list[int] = []
    for index in range(len(boxes)):
        same = [other for other in keep if labels[other] == labels[index]]
        if not same or overlaps(boxes[index], boxes[same]).max() <= overlap:
            keep.append(index)
    return Found(boxes[keep], labels[keep], scores[keep])


def overlaps(box: Floats, others: Floats) -> Floats:
    """Intersection over union of one box with (n, 4) others."""
    left, top = np.maximum(box[0], others[:, 0]), np.maximum(box[1], others[:, 1])
    right, bottom = np.minimum(box[2], others[:, 2]), np.minimum(box[3], others[:, 3])
    shared = np.clip(right - left, 0, None) * np.clip(bottom - top, 0, None)
    own = (box[2] - box[0]) * (box[3] - box[1])
    each = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    return np.asarray(shared / np.maximum(own + each - shared, 1e-9))


@dataclass(slots=True)
class Tally:
    """Hits and misses of one label and one band of heights, over many pictures."""

    label: str
    heights: tuple[int, int]
    clear: float = CLEAR
    objects: int = 0
    marks: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, found: Found, seen: list[Seen]) -> None:
        """Match one picture's detections, best first; a doubtful object excuses what hits it."""
        label = LABELS.index(self.label)
        own = [thing for thing in seen if thing.label == self.label]
        asked = [self._asked(thing) for thing in own]
        self.objects += sum(asked)
        truth = np.array([thing.xyxy for thing in own], dtype=np.float64).reshape(-1, 4)
        taken: set[int] = set()
        for index in np.flatnonzero(found.labels == label):
            box, confidence = found.boxes[index], float(found.confidences[index])
            shared = overlaps(box, truth) if own else np.zeros(0)
            free = [n for n in np.argsort(-shared) if shared[n] >= MATCH and int(n) not in taken]
            if free:
                taken.add(int(free[0]))
                if asked[free[0]]:
                    self.marks.append((confidence, True))
            elif self.heights[0] <= box[3] - box[1] < self.heights[1] and not _excused(box, truth, asked):
                self.marks.append((confidence, False))

    def _asked(self, thing: Seen) -> bool:
        tall = thing.xyxy[3] - thing.xyxy[1]
        return thing.visible >= self.clear and self.heights[0] <= tall < self.heights[1]

    def figure(self) -> Figure:
        """Average precision over all confidences; recall and precision at CONFIDENCE."""
        marks = sorted(self.marks, key=lambda mark: -mark[0])
        hits = np.cumsum([hit for _, hit in marks]) if marks else np.zeros(0)
        recall = hits / max(1, self.objects)
        precision = hits / np.arange(1, len(marks) + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        steps = np.diff(np.concatenate(((0.0,), recall)))
        count = sum(confidence >= CONFIDENCE for confidence, _ in marks)
        right = float(hits[count - 1]) if count else 0.0
        return Figure(
            self.label,
            self.heights,
            self.objects,
            round(float((steps * envelope).sum()), 4),
            round(right / max(1, self.objects), 4),
            round(right / max(1, count), 4),
        )


def _excused(box: Floats, truth: Floats, asked: list[bool]) -> bool:
    """Whether a box lies on an object that is not asked for."""
    doubtful = truth[[not wanted for wanted in asked]]
    return bool(len(doubtful)) and float(overlaps(box, doubtful).max()) >= 0.3


def judged(
    detector: Detector, pictures: Iterable[tuple[Picture, list[Seen]]], clear: float = CLEAR
) -> list[Figure]:
    """Measure the figures per label: from 24 pixels of height up together, then by bands."""
    tallies = [Tally(label, (24, 400), clear) for label in LABELS]
    tallies += [Tally(label, band, clear) for label in LABELS for band in HEIGHT_BANDS]
    for picture, seen in pictures:
        found = detector.find(picture, 0.01)
        for tally in tallies:
            tally.add(found, seen)
    return [tally.figure() for tally in tallies]


def held_out(path: Path, size: tuple[int, int], scenes: int = HELD_OUT_SCENES) -> list[Figure]:
    """Measure the figures on scenes that no training seed paints."""
    source = islice(examples(HELD_OUT_SEED), scenes)
    return judged(Detector(path, size), ((scene.picture, scene.seen) for scene in source))
