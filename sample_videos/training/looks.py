"""How real the sample world looks: what a detector finds in it that has only ever seen photographs.

    python -m sample_videos.training.looks yolo11n [--pictures 600] [--seed 0] [--crowds]

The model must know COCO's names. Asked for are people and vehicles of which nine tenths show; any
vehicle's name counts for any vehicle, for a van is no class of COCO's. The pictures are those of clips:
scenes of every kind, light and difficulty, coded as a camera codes them. --crowds asks for the harder
ones that the bundled detector learns from besides: worse cameras, anybody and anything anywhere.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np

from models.detector import Detector
from models.onnx_detector import OnnxDetector
from sample_videos.studio.camera import HEIGHT
from sample_videos.studio.picture.seen import Box, Seen
from sample_videos.training import films, wild
from sample_videos.training.wild import HELD_OUT, Example
from sharp_eyes.domain import Detection
from sharp_eyes.settings import load
from sharp_eyes.store.model_cards import find_card, installed_cards

_PEOPLE = frozenset(("person",))
_MOTOR_VEHICLES = frozenset(("car", "van", "bus", "truck"))
_SAID = {"person": _PEOPLE, "car": _MOTOR_VEHICLES, "bus": _MOTOR_VEHICLES, "truck": _MOTOR_VEHICLES}
_FREE = 0.9
_MATCH = 0.5
_CONFIDENCE = 0.25
_DAYLIGHT = frozenset(("day", "overcast"))


@dataclass(frozen=True, slots=True)
class Group:
    """Objects that are asked for together; heights in pixels of 360."""

    name: str
    labels: frozenset[str]
    least: float
    most: float
    daylight: bool = False

    def has(self, seen: Seen, condition: str) -> bool:
        """Whether an object of a picture taken in this light belongs to the group."""
        height = (seen.seen_xyxy[3] - seen.seen_xyxy[1]) * HEIGHT
        light = condition in _DAYLIGHT or not self.daylight
        return light and seen.label in self.labels and self.least <= height < self.most


GROUPS = (
    Group("people 48 px and more, by day", _PEOPLE, 48, 999, daylight=True),
    Group("people 24 to 48 px, by day", _PEOPLE, 24, 48, daylight=True),
    Group("vehicles 48 px and more, by day", _MOTOR_VEHICLES, 48, 999, daylight=True),
    Group("people 48 px and more, in any light", _PEOPLE, 48, 999),
    Group("people 24 to 48 px, in any light", _PEOPLE, 24, 48),
    Group("vehicles 48 px and more, in any light", _MOTOR_VEHICLES, 48, 999),
)


def looks(detector: Detector, pictures: Iterable[Example]) -> list[tuple[Group, int, int]]:
    """For each group how many objects were found, and how many there were."""
    counts = {group: [0, 0] for group in GROUPS}
    for example in pictures:
        found = _detections(detector, example)
        for seen in _asked(example.objects):
            hit = any(
                seen.label in _SAID.get(one.label, ()) and _overlap(one.xyxy, seen.seen_xyxy) >= _MATCH
                for one in found
            )
            for group in GROUPS:
                if group.has(seen, example.condition):
                    counts[group][0] += hit
                    counts[group][1] += 1
    return [(group, found, asked) for group, (found, asked) in counts.items()]


def _asked(objects: Iterable[Seen]) -> Iterator[Seen]:
    for seen in objects:
        left, top, right, bottom = seen.xyxy
        if seen.visible >= _FREE and left > 0 and top > 0 and right < 1 and bottom < 1:
            yield seen


def _detections(detector: Detector, example: Example) -> list[Detection]:
    height, width = example.picture.shape[:2]
    size = detector.input_for(width, height)
    small = cv2.resize(example.picture, size, interpolation=cv2.INTER_LINEAR)
    return detector.detect([np.asarray(small, np.uint8)])[0]


def _overlap(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width * height / (sum(areas) - width * height)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="sample_videos.training.looks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="a model of `sharp-eyes models list` that knows COCO's names")
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--crowds", action="store_true", help="worse cameras, anything anywhere")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    card = find_card(installed_cards(load().models), given.model)
    detector = OnnxDetector(card.model_copy(update={"confidence": _CONFIDENCE}))
    examples = wild.examples if given.crowds else films.examples
    pictures = islice(examples(HELD_OUT + given.seed), given.pictures)
    for group, found, asked in looks(detector, pictures):
        share = f"{found / asked:6.1%}" if asked else "     –"
        sys.stdout.write(f"{group.name:38}{share}  {found} of {asked}\n")


if __name__ == "__main__":
    main()
