"""A camera's run: however far packets run ahead of the analysis, its clips wait for their boxes."""

import dataclasses
import json

import av
import pytest

from ingest import pattern
from ingest.frame import Frame
from ingest.pattern import Recipe
from models.detector import ScriptedDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, EventRecord, EvidenceKind, EvidenceWish, Loss, Raised
from sharp_eyes.geometry import Polygon
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.spec import RuleSpec, StaySettings, Zone
from workers.background import Later, Work
from workers.benchmark import plain_camera
from workers.camera_run import CameraRun, RunListeners
from workers.evidence import Body
from workers.pipeline import stages_for

WHOLE = Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
PERSON = Detection("person", 0.9, (0.4, 0.4, 0.5, 0.7))
FPS = 10
STREAM = pattern.play(pattern.encode(Recipe(frames=300)), REPLAY_EPOCH)


class Kept:
    """Bodies in memory."""

    def __init__(self) -> None:
        self.bodies: dict[str, Body] = {}
        self.lost: dict[str, Loss] = {}
        self.complete_ones: list[str] = []

    def keep(self, raised: Raised, body: Body) -> None:
        self.bodies[body.kind] = body

    def lose(self, raised: Raised, kind: EvidenceKind, because: Loss) -> None:
        self.lost[kind] = because

    def complete(self, raised: Raised) -> None:
        self.complete_ones.append(raised.event_id)


class Watched:
    """A run with somebody who stands there from the start, and all that it said and kept."""

    def __init__(self, evidence: EvidenceWish = "clip", later: Later | None = None) -> None:
        rule = RuleSpec(
            "stay", "intrusion", StaySettings(Zone("all", WHOLE), 8.0), frozenset({"person"}), 3, evidence
        )
        self.camera: Camera = dataclasses.replace(
            plain_camera(5.0), rules=(rule,), pre_roll_seconds=4.0, post_roll_seconds=3.0
        )
        self.kept = Kept()
        self.records: list[EventRecord] = []
        stages = stages_for(self.camera, "run", HashRegistry())
        listeners = RunListeners(self.records.append)
        options = {"later": later} if later else {}
        self.run = CameraRun(
            self.camera, stages, ScriptedDetector(lambda _: [PERSON]), self.kept, listeners, **options
        )

    def stream(self, packets: int = 300) -> None:
        self.run.stream(STREAM.stream_format)
        for packet, at in STREAM.packets[:packets]:
            self.run.packet(packet, at)

    def analyse(self, begins: float, ends: float) -> None:
        for number in range(round(begins * FPS), round(ends * FPS)):
            video = av.VideoFrame.from_ndarray(pattern.draw(number), "gray").reformat(
                format="yuv420p", threads=1
            )
            frame = Frame(video, REPLAY_EPOCH + number * SECOND // FPS, number)
            if self.run.takes(frame):
                self.run.step(frame)


def items(body: Body) -> list[dict[str, object]]:
    document: dict[str, list[dict[str, object]]] = json.loads(body.content)
    return document["items"]


def test_a_clip_waits_until_all_of_it_is_judged_though_its_packets_came_long_ago() -> None:
    watched = Watched()
    watched.stream(packets=1)
    watched.analyse(0, 8.5)  # raised at 8.2 s: a track is believed at its second look
    for packet, at in STREAM.packets[1:200]:
        watched.run.packet(packet, at)  # complete at 11.2 s, while the analysis is at 8.5 s
    assert sorted(watched.kept.bodies) == ["reason"]
    watched.analyse(8.5, 10.9)
    assert sorted(watched.kept.bodies) == ["reason"]
    watched.analyse(10.9, 11.5)
    assert sorted(watched.kept.bodies) == ["boxes", "clip", "reason"]
    assert max(float(str(item["t"])) for item in items(watched.kept.bodies["boxes"])) == pytest.approx(
        7.0, abs=4
    )
    assert watched.kept.complete_ones == [watched.records[0].event_id]


def test_boxes_reach_to_the_end_of_the_clip() -> None:
    watched = Watched()
    watched.stream(packets=1)
    watched.analyse(0, 8.5)
    for packet, at in STREAM.packets[1:200]:
        watched.run.packet(packet, at)
    watched.analyse(8.5, 12)
    clip, boxes = watched.kept.bodies["clip"], watched.kept.bodies["boxes"]
    assert clip.first_frame_at == boxes.first_frame_at
    last = (clip.first_frame_at or 0) + round(SECOND * float(str(items(boxes)[-1]["t"])))
    assert last == watched.records[0].at + 3 * SECOND


def test_a_stream_that_breaks_off_costs_the_rest_of_the_clip_not_all_of_it() -> None:
    watched = Watched()
    watched.stream(packets=1)
    watched.analyse(0, 8.5)
    for packet, at in STREAM.packets[1:95]:
        watched.run.packet(packet, at)
    watched.run.cut_short()
    assert "clip" in watched.kept.bodies
    assert dict(watched.kept.bodies["clip"].notes)["frames"] == 55  # from the key frame at 4 s


def test_a_new_stream_cuts_what_the_old_one_owed() -> None:
    watched = Watched()
    watched.stream(packets=1)
    watched.analyse(0, 8.5)
    for packet, at in STREAM.packets[1:95]:
        watched.run.packet(packet, at)
    watched.run.stream(STREAM.stream_format)
    watched.analyse(8.5, 12)
    assert "clip" in watched.kept.bodies


def test_an_event_without_a_stream_has_lost_its_clip_and_says_so_when_the_run_ends() -> None:
    watched = Watched()
    watched.run.stream(STREAM.stream_format)
    watched.analyse(0, 8.5)
    watched.run.finish()
    assert watched.kept.lost == {"clip": "no_packets", "boxes": "no_packets"}
    assert [record.record for record in watched.records] == ["raised", "ended"]


def test_an_event_before_any_stream_has_lost_its_clip_at_once() -> None:
    watched = Watched()
    watched.analyse(0, 8.5)
    assert watched.kept.lost == {"clip": "no_packets", "boxes": "no_packets"}
    assert len(watched.kept.complete_ones) == 1


def test_where_too_much_waits_already_the_clip_is_lost_and_the_event_stays() -> None:
    watched = Watched(later=lambda _, __: False)
    watched.stream(packets=1)
    watched.analyse(0, 8.5)
    for packet, at in STREAM.packets[1:200]:
        watched.run.packet(packet, at)
    watched.analyse(8.5, 12)
    assert watched.kept.lost == {"clip": "not_written", "boxes": "not_written"}
    assert len(watched.records) == 1


def test_a_snapshot_is_there_at_once() -> None:
    watched = Watched("snapshot")
    assert not watched.run.wants_packets
    watched.analyse(0, 8.5)
    assert sorted(watched.kept.bodies) == ["boxes", "reason", "snapshot"]
    assert len(items(watched.kept.bodies["boxes"])) == 1


def test_clips_are_cut_by_whoever_is_given_the_work() -> None:
    works: list[Work] = []

    def later(work: Work, size: int) -> bool:
        assert size > 1000  # what the packets of the clip hold
        works.append(work)
        return True

    watched = Watched(later=later)
    watched.stream(packets=1)
    watched.analyse(0, 8.5)
    for packet, at in STREAM.packets[1:200]:
        watched.run.packet(packet, at)
    watched.analyse(8.5, 20)
    assert "clip" not in watched.kept.bodies
    (work,) = works
    work()
    assert "clip" in watched.kept.bodies
