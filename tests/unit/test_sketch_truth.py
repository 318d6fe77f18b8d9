import tomllib
from collections import Counter
from itertools import pairwise

import cv2
import numpy as np
import pytest

from sample_videos.sketch.__main__ import SEED
from sample_videos.sketch.clip import frames
from sample_videos.sketch.declaration import cameras_toml
from sample_videos.sketch.lens import HEIGHT, WIDTH
from sample_videos.sketch.street import BENCH, CAMERA, GATE, YARD
from sample_videos.sketch.truth import Frame, Shown, Truth, truths

FPS = 5


@pytest.fixture(scope="module")
def shown() -> list[Frame]:
    return [frame for _, frame in frames(SEED, 40.0, FPS)]


@pytest.fixture(scope="module")
def told(shown: list[Frame]) -> list[Truth]:
    return truths(shown)


def feet(shown: list[Frame], identity: int) -> list[tuple[float, float, float]]:
    return [
        (frame.seconds, (one.xyxy[0] + one.xyxy[2]) / 2, one.xyxy[3])
        for frame in shown
        for one in frame.objects
        if one.id == identity
    ]


def walk(*xs: float, y: float = 0.5) -> list[Frame]:
    """Give the frames, five a second, of a person whose foot is at each x in turn."""
    boxes = [(x - 0.01, y - 0.2, x + 0.01, y) for x in xs]
    return [Frame(n, n / FPS, (Shown(1, "person", box, 1.0),)) for n, box in enumerate(boxes)]


def test_the_clip_holds_what_the_demo_shows(told: list[Truth]) -> None:
    raised = Counter(truth.type for truth in told if not truth.must_be_silent)
    silent = Counter(truth.type for truth in told if truth.must_be_silent)
    assert raised == {"intrusion": 2, "line": 6, "loitering": 1}
    assert silent["intrusion"] >= 1
    assert silent["loitering"] >= 1


def test_people_and_cars_cross_in_both_directions(told: list[Truth]) -> None:
    crossings = {(truth.label, truth.direction) for truth in told if truth.type == "line" and truth.direction}
    assert crossings == {(label, way) for label in ("person", "car") for way in ("left", "right")}


def test_a_crossing_lies_between_boxes_on_either_side_of_the_line(
    shown: list[Frame], told: list[Truth]
) -> None:
    gate = GATE[0][0]
    for truth in told:
        if truth.type != "line" or truth.must_be_silent:
            continue
        way = feet(shown, truth.objects[0])
        before, after = next(pair for pair in pairwise(way) if pair[0][0] <= truth.start <= pair[1][0])
        assert (before[1] - gate) * (after[1] - gate) <= 0
        assert truth.direction == ("right" if after[1] < before[1] else "left")
        assert GATE[0][1] <= after[2] <= GATE[1][1]


@pytest.mark.parametrize(("kind", "zone", "dwell"), [("intrusion", YARD, 2.0), ("loitering", BENCH, 10.0)])
def test_the_foot_is_in_the_zone_from_the_dwell_before_the_start_to_the_end(
    shown: list[Frame], told: list[Truth], kind: str, zone: tuple[tuple[float, float], ...], dwell: float
) -> None:
    outline = (np.array(zone) * (WIDTH, HEIGHT)).astype(np.float32)
    for truth in told:
        if truth.type != kind or truth.must_be_silent:
            continue
        stay = [foot for foot in feet(shown, truth.objects[0]) if truth.start - dwell <= foot[0] <= truth.end]
        inside = [cv2.pointPolygonTest(outline, (x * WIDTH, y * HEIGHT), False) >= 0 for _, x, y in stay]
        assert sum(inside) >= 0.95 * len(inside)
        assert truth.end >= truth.start


def test_no_rule_must_be_silent_while_it_must_speak(told: list[Truth]) -> None:
    for silent in (truth for truth in told if truth.must_be_silent):
        for truth in told:
            if truth.rule == silent.rule and truth.objects == silent.objects and not truth.must_be_silent:
                assert truth.end < silent.start or silent.end < truth.start


def test_the_street_is_empty_when_a_round_begins_and_ends(shown: list[Frame]) -> None:
    assert not shown[0].objects
    assert not shown[-1].objects


def test_to_the_pictures_left_over_a_line_drawn_downwards_is_to_the_right() -> None:
    (found,) = truths(walk(0.56, 0.54, 0.52, 0.51, 0.49, 0.48, 0.46, 0.44))
    assert (found.type, found.direction, found.start) == ("line", "right", 0.7)


def test_trembling_on_the_line_counts_once() -> None:
    found = truths(walk(0.44, 0.46, 0.48, 0.505, 0.495, 0.505, 0.52, 0.54, 0.56))
    assert [truth.direction for truth in found] == ["left"]


def test_a_short_stay_must_be_silent() -> None:
    (found,) = truths(walk(*np.linspace(0.6, 0.75, 8), y=0.85))
    assert (found.type, found.must_be_silent) == ("intrusion", True)


def test_the_declaration_names_the_camera_and_every_rule_of_the_truth(told: list[Truth]) -> None:
    (camera,) = tomllib.loads(cameras_toml("street.mp4"))["camera"]
    assert camera["id"] == CAMERA
    assert {rule["name"] for rule in camera["rule"]} == {truth.rule for truth in told}
