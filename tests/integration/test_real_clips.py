"""Real clips against their truth, with a real network. Each clip is detected as seldom as can be."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import csv
import dataclasses
import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.file_source import FileSource
from ingest.gate import Gate, Pass
from ingest.motion import MotionDetector
from ingest.sampling import Sampler
from models.detector import Detector, Picture
from models.mot_evaluation import evaluate
from models.onnx_detector import OnnxDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, Raised, Scene, TrackedObject
from sharp_eyes.geometry import Polygon, Segment, Xyxy, rounded
from sharp_eyes.records import record_line
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.engine import RuleEngine
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec, StaySettings, Zone
from sharp_eyes.scoring.matching import EventLine, Outcome, score
from sharp_eyes.scoring.truth import TruthEntry
from sharp_eyes.store.model_cards import read_card
from workers.benchmark import plain_camera
from workers.replay import Listeners, Replay

pytestmark = [pytest.mark.real, pytest.mark.yolo, pytest.mark.slow]

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]

WIDTH, HEIGHT = 480, 360
PETS = "pets09_s2l1_view001_480x360_10fps.mp4"
ONE_BY_ONE = "intel_one_by_one_dwell_768x432.mp4"
WHOLE = Zone("picture", Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))))
LINE_200 = Segment((200 / WIDTH, 0.0), (200 / WIDTH, 1.0))
PEOPLE = frozenset({"person"})
# Downwards, the walker's right is the picture's left.
DIRECTION = {"to_left": "right", "to_right": "left"}


# PETS 2009 S2.L1: people cross a line, with true identities.


@pytest.fixture(scope="module")
def crossings(real_data: Path) -> list[TruthEntry]:
    derived = json.loads((real_data / "truth" / "pets09_s2l1" / "derived_events.json").read_text())
    return [
        TruthEntry(
            camera="pets",
            type="line",
            start=(one["frame"] - 1) / 10,
            direction=DIRECTION[one["direction"]],  # type: ignore[arg-type]
        )
        for one in derived["line_200"]["crossings"]
    ]


def watched(
    fps: int, folder: Path, real_data: Path, models_folder: Path, sharp_eyes: SharpEyes
) -> tuple[list[EventLine], Path]:
    """Events and tracks of `sharp-eyes replay` at this rate of analysis, gate on."""
    camera = f"""
[[camera]]
id = "pets"
analyse_fps = {fps}
line = [{{ name = "200", points = [[{LINE_200.a[0]}, 0.0], [{LINE_200.b[0]}, 1.0]] }}]

[[camera.rule]]
name = "line 200"
kind = "line"
line = "200"
labels = ["person"]
"""
    (folder / "cameras.toml").write_text(camera, encoding="utf-8")
    arguments = (
        "--cameras",
        folder / "cameras.toml",
        "--model",
        "yolo11n",
        "--tracks",
        folder / "tracks.txt",
    )
    clip = real_data / "videos" / PETS
    ended = sharp_eyes("replay", clip, *arguments, models=models_folder, timeout=500)
    assert ended.returncode == 0, ended.stderr
    return [EventLine.model_validate_json(line) for line in ended.stdout.splitlines()], folder / "tracks.txt"


def judged(events: Sequence[EventLine], crossings: list[TruthEntry]) -> Outcome:
    outcome = score(events, crossings, tolerance=1.0).total
    print(f"line 200: {len(outcome.matched)} of {len(crossings)} matched, {len(outcome.extra)} extra")
    return outcome


def print_tracks(figures: dict[str, float], fps: int) -> None:
    print(f"PETS at {fps} fps:", ", ".join(f"{name} {value:.1f}" for name, value in figures.items()))


def test_at_five_frames_a_second_almost_every_crossing_is_told_with_its_direction(
    real_data: Path, models_folder: Path, sharp_eyes: SharpEyes, crossings: list[TruthEntry], tmp_path: Path
) -> None:
    events, tracks = watched(5, tmp_path, real_data, models_folder, sharp_eyes)
    outcome = judged(events, crossings)
    print_tracks(evaluate(real_data / "truth" / "pets09_s2l1" / "gt_480x360.txt", tracks, every=2), 5)
    assert len(crossings) == 32
    assert len(outcome.matched) >= 30
    assert len(outcome.extra) <= 2


def test_at_ten_frames_a_second_tracks_are_as_good_as_the_baseline(
    real_data: Path, models_folder: Path, sharp_eyes: SharpEyes, crossings: list[TruthEntry], tmp_path: Path
) -> None:
    events, tracks = watched(10, tmp_path, real_data, models_folder, sharp_eyes)
    outcome = judged(events, crossings)
    figures = evaluate(real_data / "truth" / "pets09_s2l1" / "gt_480x360.txt", tracks)
    print_tracks(figures, 10)
    assert figures["mota"] >= 83
    assert figures["idf1"] >= 71
    assert len(outcome.matched) >= 30


def truth_scenes(file: Path, every: int) -> list[Scene]:
    """The true boxes, cut at the border of the picture as a detector's are, as scenes."""
    scenes: dict[int, list[TrackedObject]] = {}
    with file.open(encoding="utf-8") as lines:
        for frame, identity, left, top, width, height, *_ in csv.reader(lines):
            if (int(frame) - 1) % every == 0:
                x, y = float(left), float(top)
                box: Xyxy = (
                    max(0.0, x / WIDTH),
                    max(0.0, y / HEIGHT),
                    min(1.0, (x + float(width)) / WIDTH),
                    min(1.0, (y + float(height)) / HEIGHT),
                )
                seen = TrackedObject(int(identity), "person", 1.0, rounded(box))
                scenes.setdefault(int(frame), []).append(seen)
    at = {frame: REPLAY_EPOCH + (frame - 1) * SECOND // 10 for frame in scenes}
    return [Scene(at[frame], tuple(objects)) for frame, objects in sorted(scenes.items())]


def camera_with(*rules: RuleSpec, fps: float = 5, camera_id: str = "pets") -> Camera:
    return dataclasses.replace(plain_camera(fps), id=camera_id, rules=rules)


@pytest.mark.parametrize("every", [1, 2])
def test_true_boxes_give_every_crossing_and_no_other(
    every: int, real_data: Path, crossings: list[TruthEntry]
) -> None:
    settings = LineSettings(Line("200", LINE_200), frozenset({"left", "right"}))
    rule = RuleSpec("line 200", "line", settings, PEOPLE, 3, "none", cooldown_seconds=0.0)
    engine = RuleEngine(camera_with(rule), "truth", HashRegistry())
    scenes = truth_scenes(real_data / "truth" / "pets09_s2l1" / "gt_480x360.txt", every)
    records = [record for scene in scenes for record in engine.step(scene)] + engine.finish()
    events = [EventLine.model_validate_json(record_line(record, REPLAY_EPOCH)) for record in records]
    outcome = judged(events, crossings)
    assert (len(outcome.matched), len(outcome.extra)) == (32, 0)


# One by one: six people stay for 14.3, 22.6, 19.9, 12.9, 28.4 and 13.1 seconds.


class RememberingDetector:
    """Detects each picture once, however often it is asked."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._known: dict[bytes, list[Detection]] = {}
        self.asked = 0

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        return self._detector.input_for(width, height)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> list[Detection]:
        self.asked += 1
        key = hashlib.sha256(picture.tobytes()).digest()
        if key not in self._known:
            [self._known[key]] = self._detector.detect([picture])
        return self._known[key]


@pytest.fixture(scope="module")
def stays(real_data: Path, models_folder: Path) -> dict[bool, list[Raised]]:
    """What is raised with the gate on (True) and off (False), at five frames a second."""
    rules = [
        RuleSpec(f"{dwell}", "loitering", StaySettings(WHOLE, dwell), PEOPLE, 3, "none")
        for dwell in (10, 15, 25, 30)
    ]
    detector = RememberingDetector(OnnxDetector(read_card(models_folder / "yolo11n.toml")))
    raised: dict[bool, list[Raised]] = {True: [], False: []}
    for gate in (False, True):
        camera = dataclasses.replace(camera_with(*rules, camera_id="room"), gate=gate)

        def hear(record: object, into: list[Raised] = raised[gate]) -> None:
            if isinstance(record, Raised):
                into.append(record)

        detector.asked = 0
        replay = Replay(
            real_data / "videos" / ONE_BY_ONE, camera, detector, listeners=Listeners(on_record=hear)
        )
        summary = replay.run()
        print(f"one by one, gate {'on' if gate else 'off'}: {detector.asked} of {summary.analysed} looked at")
        assert summary.damage.count == 0
    return raised


@pytest.mark.parametrize("gate", [True, False], ids=["gate on", "gate off"])
def test_of_six_stays_those_that_are_long_enough_are_told(
    gate: bool, stays: dict[bool, list[Raised]]
) -> None:
    counts = {dwell: sum(one.rule == str(dwell) for one in stays[gate]) for dwell in (10, 15, 25, 30)}
    print(counts)
    assert counts == {10: 6, 15: 3, 25: 1, 30: 0}


def test_a_stay_is_told_when_its_time_is_over(stays: dict[bool, list[Raised]], real_data: Path) -> None:
    truth = json.loads((real_data / "truth" / "events.json").read_text())[ONE_BY_ONE]["visits"]
    raised = [(one.at - REPLAY_EPOCH) / SECOND for one in stays[True] if one.rule == "10"]
    late = [at - visit["frames"][0] / 10 - 10 for at, visit in zip(raised, truth, strict=True)]
    print("late by", [round(seconds, 1) for seconds in late])
    assert all(-1 <= seconds <= 2 for seconds in late)


def test_gate_on_and_gate_off_tell_the_same_stays(stays: dict[bool, list[Raised]]) -> None:
    on, off = ([(one.rule, one.at / SECOND) for one in stays[gate]] for gate in (True, False))
    assert [rule for rule, _ in on] == [rule for rule, _ in off]
    differences = [abs(a - b) for (_, a), (_, b) in zip(on, off, strict=True)]
    print("gate on and off differ by at most", round(max(differences), 2), "s")
    assert max(differences) <= 1


# Frigate's own motion tests, with the areas that their makers left out: the clock and a corner.

CLOCK = Polygon(((0.0, 0.037), (0.253, 0.039), (0.254, 0.113), (0.0, 0.113)))
UPPER_RIGHT = Polygon(((0.783, 0.0), (0.746, 0.381), (1.0, 0.607), (1.0, 0.0)))


def motion(video: Path) -> list[int]:
    """The frames, counted from 1, that pass the gate for their motion."""
    gate, sampler = Gate(MotionDetector((CLOCK, UPPER_RIGHT))), Sampler(6)
    with FileSource(video) as source:
        return [
            frame.index + 1
            for frame in source
            if sampler.takes(frame.at) and gate.judge(frame, None) is Pass.MOTION
        ]


def test_a_room_whose_light_changes_shows_no_motion(real_data: Path) -> None:
    assert motion(real_data / "videos" / "frigate_motion_none_178x100.mp4") == []


def test_a_person_who_crosses_a_room_is_motion_from_beginning_to_end(real_data: Path) -> None:
    frames = motion(real_data / "videos" / "frigate_motion_person_178x100.mp4")
    between = sum(190 <= frame <= 307 for frame in frames) / (307 - 190 + 1)
    print(f"motion in frames {frames[0]} to {frames[-1]}, {between:.0%} of those between 190 and 307")
    assert frames[0] >= 190 - 12
    assert frames[-1] <= 307 + 12
    assert frames[0] <= 190 + 12
    assert frames[-1] >= 307 - 12
    assert between >= 0.85
