"""The bundled network finds who is to be seen in a rendered scene, as sure as its card asks it to be."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import av
import pytest

from models.bundled_models import folder
from models.onnx_detector import OnnxDetector
from sharp_eyes.store.model_cards import read_card

pytestmark = pytest.mark.slow  # a scene is rendered

Box = Sequence[float]
SCENE = "--kind intrusion --layout yard --condition day --seed 4 --seconds 12"
CLEAR, DOUBTFUL = 0.8, 0.05  # shares that show: who must be found, and who may be
LEAST_HEIGHT = 24 / 360


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pictures of a scene that no training has seen, and what is in them."""
    out = tmp_path_factory.mktemp("scene") / "scene"
    studio = [sys.executable, "-P", "-m", "sample_videos.studio", "scenario", str(out), *SCENE.split()]
    subprocess.run(studio, check=True, timeout=300)
    return out


def test_the_bundled_network_finds_the_people_of_a_scene(scene: Path) -> None:
    detector = OnnxDetector(read_card(folder() / "studio.toml"))
    due = found = said = right = 0
    lines = (scene / "boxes.jsonl").read_text(encoding="utf-8").splitlines()
    with av.open(str(scene / "clip.mp4")) as container:
        for frame, line in zip(container.decode(video=0), lines, strict=True):
            width, height = detector.input_for(frame.width, frame.height)
            [seen] = detector.detect([frame.reformat(width, height, "rgb24").to_ndarray()])
            people = [one.xyxy for one in seen if one.label == "person"]
            objects = [one for one in json.loads(line)["objects"] if one["label"] == "person"]
            clear = [one["xyxy"] for one in objects if one["visible"] >= CLEAR and tall(one["xyxy"])]
            there = [one["xyxy"] for one in objects if one["visible"] >= DOUBTFUL]
            due += len(clear)
            found += sum(any(overlap(box, one) >= 0.5 for one in people) for box in clear)
            said += len(people)
            right += sum(any(overlap(box, one) >= 0.5 for one in there) for box in people)
    assert due >= 60
    assert found / due >= 0.95
    assert right / said >= 0.95


@pytest.mark.real
def test_the_bundled_network_sees_some_people_of_a_real_street_too(real_data: Path) -> None:
    """It has never seen a photograph: its recall is printed, whatever it is."""
    detector = OnnxDetector(read_card(folder() / "studio.toml"))
    people = pets_people(real_data / "truth" / "pets09_s2l1" / "gt_480x360.txt")
    due = found = said = 0
    with av.open(str(real_data / "videos" / "pets09_s2l1_view001_480x360_10fps.mp4")) as container:
        for number, frame in enumerate(container.decode(video=0), 1):
            if number % 10:
                continue
            width, height = detector.input_for(frame.width, frame.height)
            [seen] = detector.detect([frame.reformat(width, height, "rgb24").to_ndarray()])
            boxes = [one.xyxy for one in seen if one.label == "person"]
            due += len(people[number])
            said += len(boxes)
            found += sum(any(overlap(person, box) >= 0.5 for box in boxes) for person in people[number])
    sys.stdout.write(f"\nPETS 2009 S2.L1: {found} of {due} people found ({found / due:.1%}), {said} said\n")
    assert found > 0


def pets_people(file: Path) -> dict[int, list[Box]]:
    """The boxes of each frame, counted from 1, in fractions of 480×360, from MOT text."""
    people: dict[int, list[Box]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        frame, _, left, top, width, height = (float(part) for part in line.split(",")[:6])
        right, bottom = left + width, top + height
        people[int(frame)].append((left / 480, top / 360, right / 480, bottom / 360))
    return people


def tall(box: Box) -> bool:
    return box[3] - box[1] >= LEAST_HEIGHT


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (area(one) + area(other) - shared)


def area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
