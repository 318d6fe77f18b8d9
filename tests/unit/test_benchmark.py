"""The benchmark counts what it says: stages, looks, and what two candidates have in common."""

from pathlib import Path

import pytest

from ingest import pattern
from ingest.pattern import Recipe
from models.detector import Detector, ScriptedDetector
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, Raised, Reason
from sharp_eyes.geometry import Side, Xyxy
from sharp_eyes.stopwatch import Stopwatch
from workers.benchmark import STAGES, Candidate, plain_camera, same_boxes, same_events
from workers.replay import Listeners, Replay

BOX: Xyxy = (0.2, 0.2, 0.4, 0.6)


def unplayed(name: str = "a") -> Candidate:
    def replay(_: Detector, __: Stopwatch, ___: Listeners) -> Replay:
        raise AssertionError("it is not played")

    return Candidate(name, lambda _: ScriptedDetector(lambda __: []), replay)


def event(rule: str, seconds: float, label: str = "person", direction: Side | None = None) -> Raised:
    return Raised(
        event_id="e", camera="bench", division="00", rule=rule, rule_revision="0", type="line",
        at=REPLAY_EPOCH + round(seconds * SECOND), label=label, track=1, confidence=0.9, xyxy=BOX, severity=3,
        place="z", run="r", reason=Reason((), ()), direction=direction,
    )  # fmt: skip


def seen(box: Xyxy = BOX, label: str = "person") -> Detection:
    return Detection(label, 0.9, box)


def test_a_round_adds_up_frames_looks_and_the_time_of_each_stage(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(pattern.encode(Recipe(container="mp4", frames=100)))

    def replay(detector: Detector, watch: Stopwatch, listeners: Listeners) -> Replay:
        return Replay(path, plain_camera(5), detector, listeners=listeners, stopwatch=watch)

    candidate = Candidate("ours", lambda _: ScriptedDetector(lambda __: [seen()]), replay)
    candidate.play()
    assert (candidate.frames, candidate.analysed) == (100, 50)
    assert {type(one) for one in candidate.events} == {Raised}
    events = len(candidate.events)
    assert events
    candidate.play()
    assert (candidate.frames, candidate.analysed) == (200, 100)
    assert len(candidate.events) == events
    assert "start" not in candidate.seconds
    assert set(candidate.seconds) <= set(STAGES)
    assert {"read", "decode", "gate", "track", "rules"} <= set(candidate.seconds)
    assert candidate.per_frame("decode") > 0
    assert candidate.share_moving <= candidate.share_looked_at <= 1
    assert candidate.boxes_per_look == 1
    total = sum(candidate.per_frame(stage) for stage in STAGES) * candidate.frames / 1000
    assert candidate.frames_per_cpu_second == pytest.approx(100 / total)
    assert candidate.own_per_analysed < 1000 * total / 100


def test_events_are_the_same_within_a_second_by_rule_label_and_direction() -> None:
    ours, other = unplayed(), unplayed()
    ours.events = [event("a", 10), event("a", 20), event("b", 30), event("c", 40, direction="left")]
    other.events = [
        event("a", 10.9),
        event("a", 21.1),
        event("b", 30, label="car"),
        event("c", 40, direction="right"),
    ]
    assert same_events(ours, other) == 1
    assert same_events(ours, ours) == 4


def test_one_event_is_not_the_like_of_two() -> None:
    ours, other = unplayed(), unplayed()
    ours.events, other.events = [event("a", 10), event("a", 10.5)], [event("a", 10.2)]
    assert same_events(ours, other) == 1


def test_boxes_are_the_same_by_label_and_overlap_counted_from_both_sides() -> None:
    ours, other = unplayed(), unplayed()
    ours.boxes = {0: [seen(), seen((0.6, 0.1, 0.7, 0.3))], 1: [seen()]}
    other.boxes = {0: [seen((0.2, 0.2, 0.4, 0.61)), seen(label="car")], 2: [seen()]}
    assert same_boxes(ours, other) == 2 / 4
    assert same_boxes(ours, ours) == 1
    assert same_boxes(unplayed(), unplayed()) == 1


def test_a_clip_without_a_camera_file_has_a_rule_of_each_kind() -> None:
    assert {spec.kind for spec in plain_camera(5).rules} == {"intrusion", "line", "loitering"}
    assert plain_camera(7.5).analyse_fps == 7.5
