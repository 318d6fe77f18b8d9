"""One camera from frames to records: sampled, masked, gated, detected, followed, judged."""

import dataclasses
from collections.abc import Callable, Iterator

import av
import numpy as np
import pytest

from ingest.frame import Frame
from ingest.gate import OpenGate, Pass
from models.detector import ScriptedDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, EventRecord, Raised, Scene
from sharp_eyes.geometry import Polygon
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.spec import RuleSpec, StaySettings, Zone
from sharp_eyes.stopwatch import CpuStopwatch
from workers.benchmark import plain_camera
from workers.pipeline import Pipeline, stages_for

WHOLE = Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
BOX = (0.4, 0.4, 0.5, 0.7)


def camera(
    *, gate: bool = True, mask: tuple[Polygon, ...] = (), fps: float = 5.0, dwell: float = 2.0
) -> Camera:
    rule = RuleSpec(
        "stay", "intrusion", StaySettings(Zone("all", WHOLE), dwell), frozenset({"person"}), 3, "none"
    )
    return dataclasses.replace(plain_camera(fps), gate=gate, mask=mask, rules=(rule,))


def frame(number: int, rate: float = 25, square: int | None = None, light: int = 90) -> Frame:
    luma = np.full((180, 320), light, np.uint8)
    if square is not None:
        luma[80:110, square : square + 20] = 220
    video = av.VideoFrame.from_ndarray(luma, "gray").reformat(format="yuv420p", threads=1)
    return Frame(video, REPLAY_EPOCH + round(number * SECOND / rate), number)


Script = list[Detection] | Callable[[int], list[Detection]]


class Watched:
    """A pipeline with a scripted detector, and what it said and looked at."""

    def __init__(self, camera: Camera, script: Script | None = None, **more: object) -> None:
        self.scenes: list[tuple[int, Scene]] = []
        self.detector = ScriptedDetector(script if callable(script) else lambda _: script or [])
        self.stages = stages_for(camera, "run", HashRegistry())
        self.pipeline = Pipeline(
            self.stages,
            self.detector,
            lambda frame, scene: self.scenes.append((frame.index, scene)),
            **more,  # type: ignore[arg-type]
        )

    def play(self, frames: Iterator[Frame]) -> list[EventRecord]:
        records = [record for frame in frames for record in self.step(frame)]
        return records + self.pipeline.finish()

    def step(self, frame: Frame) -> list[EventRecord]:
        return self.pipeline.analyse(frame) if self.pipeline.takes(frame) else []


STANDING = [Detection("person", 0.9, BOX)]


def test_only_frames_whose_turn_it_is_are_analysed() -> None:
    watched = Watched(camera(gate=False))
    watched.play(frame(number) for number in range(250))
    assert watched.stages.gate.analysed == watched.detector.seen == 50
    assert [index for index, _ in watched.scenes] == list(range(0, 250, 5))


def test_a_still_empty_scene_costs_two_looks() -> None:
    watched = Watched(camera())
    watched.play(frame(number) for number in range(1000))
    assert watched.stages.gate.analysed == 200
    assert watched.detector.seen == 2


def test_what_moves_is_looked_at_as_long_as_it_moves() -> None:
    watched = Watched(camera())
    watched.play(frame(number, square=number % 290 if 250 <= number < 500 else None) for number in range(750))
    assert watched.stages.gate.passes[Pass.MOTION] == pytest.approx(50, abs=2)
    assert watched.stages.gate.passes[Pass.DUE] == 2


def test_a_parked_object_is_looked_at_each_second_while_nothing_moves() -> None:
    watched = Watched(camera(), STANDING)
    watched.play(frame(number) for number in range(500))
    times = [(scene.at - REPLAY_EPOCH) / SECOND for _, scene in watched.scenes if scene.looked]
    # Twice at the start (the first look begins a track, the second confirms it), then each second.
    assert times[:3] == [0.0, 0.2, 1.0]
    assert times[3:] == [float(second) for second in range(2, 20)]
    # Between the looks it is where it was last seen.
    assert {len(scene.objects) for _, scene in watched.scenes[1:]} == {1}
    assert len(watched.scenes) == 100


def test_a_parked_object_at_the_edge_that_is_overlooked_once_is_not_forgotten() -> None:
    """Nothing moved when it was missed, so it is still there: it is searched for, and found again."""
    at_edge = Detection("car", 0.9, (0.0, 0.4, 0.2, 0.7))
    watched = Watched(camera(), lambda number: [] if number == 10 else [at_edge])
    watched.play(frame(number) for number in range(1500))
    looks = [scene for _, scene in watched.scenes if scene.looked]
    assert len(looks) > 55
    assert {seen.track for scene in looks[11:] for seen in scene.objects} == {1}


def test_a_picture_in_which_nothing_was_found_is_looked_at_once_a_minute() -> None:
    watched = Watched(camera(), lambda look: STANDING if look >= 2 else [])
    watched.play(frame(number) for number in range(25 * 130))
    times = [(scene.at - REPLAY_EPOCH) / SECOND for _, scene in watched.scenes if scene.looked]
    assert times[:4] == [0.0, 1.0, 61.0, 61.2]  # found at last, it is followed from then on
    assert len(times) > 60


def test_events_come_when_they_are_due_though_the_gate_is_closed() -> None:
    """A person who stands still as a picture: the stay is seen by the looks that are owed."""
    watched = Watched(camera(), STANDING)
    raised, ended = watched.play(frame(number) for number in range(250))
    assert isinstance(raised, Raised)
    assert raised.at - REPLAY_EPOCH <= 3.2 * SECOND
    assert ended.record == "ended"


def test_with_the_gate_open_and_closed_the_same_stay_is_raised() -> None:
    for gate in (True, False):
        watched = Watched(camera(gate=gate), STANDING)
        records = watched.play(frame(number) for number in range(250))
        assert [record.record for record in records] == ["raised", "ended"]


def test_a_masked_place_is_black_before_anybody_looks() -> None:
    """Nothing moves for the gate, and the detector's picture shows nothing there."""
    left = Polygon(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    watched = Watched(camera(mask=(left,)))
    for number in range(250):
        watched.step(frame(number, square=number % 120))
    assert watched.stages.gate.passes[Pass.MOTION] == 0
    picture = Watched(camera(gate=False, mask=(left,))).pipeline.look(frame(0, square=20))
    assert picture is not None
    assert picture[:, :150].max() < 20
    assert picture[:, 170:].min() > 60


def test_boxes_reach_tracker_and_rules_on_the_common_grid() -> None:
    crooked = [Detection("person", 0.912345678, (0.400049, 0.4, 0.5, 0.69999))]
    watched = Watched(camera(gate=False), crooked)
    watched.play(frame(number) for number in range(20))
    [seen] = watched.scenes[-1][1].objects
    assert seen.xyxy == (0.4, 0.4, 0.5, 0.7)
    assert seen.confidence == 0.9123


def test_looking_and_concluding_apart_is_the_same_as_a_step() -> None:
    whole, apart = Watched(camera(), STANDING), Watched(camera(), STANDING)
    wanted = whole.play(frame(number) for number in range(250))
    given: list[EventRecord] = []
    for number in range(250):
        one = frame(number)
        if apart.stages.sampler.takes(one.at):
            picture = apart.pipeline.look(one)
            given += apart.pipeline.conclude(one, STANDING if picture is not None else None)
    assert given + apart.pipeline.finish() == wanted


def test_a_camera_with_its_gate_off_has_an_open_one() -> None:
    assert isinstance(stages_for(camera(gate=False), "run", HashRegistry()).gate, OpenGate)


def test_every_stage_has_its_lap() -> None:
    watch = CpuStopwatch()
    Watched(camera(gate=False), STANDING, stopwatch=watch).play(frame(number) for number in range(50))
    assert {"gate", "preprocess", "track", "rules", "other"} <= set(watch.seconds)


def test_what_the_detector_raises_is_not_swallowed() -> None:
    def broken(_: int) -> list[Detection]:
        raise RuntimeError("broken")

    watched = Watched(camera())
    watched.pipeline._detector = ScriptedDetector(broken)
    with pytest.raises(RuntimeError, match="broken"):
        watched.play(frame(number) for number in range(5))
