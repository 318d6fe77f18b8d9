"""What an event leaves in a folder: clip, boxes in the clip's own time, reason, and what became of it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from ingest.clip import Clip
from ingest.frame import Frame
from ingest.recorder import Recorded
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Observation, Raised, Reason, Scene, TrackedObject
from sharp_eyes.errors import StoreError
from sharp_eyes.geometry import Segment
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec
from workers.box_trail import TRAIL, BoxTrail, boxes_document
from workers.evidence import EvidenceMaker
from workers.evidence_folder import EvidenceFolder

BOX = (0.1, 0.2, 0.3, 0.4)
AT = REPLAY_EPOCH + 10 * SECOND
SEEN = Observation(AT, 3, "person", 0.9, BOX)
RAISED = Raised(
    event_id="event", camera="gate", division="00", rule="r", rule_revision="0", type="line", at=AT,
    label="person", track=3, confidence=0.9, xyxy=BOX, severity=1, place="line", run="run",
    reason=Reason((("settle_seconds", 0.4),), (SEEN,)),
)  # fmt: skip
CLIP = Clip(
    data=b"mp4", sha256=hashlib.sha256(b"mp4").hexdigest(), first_frame_at=AT - 5 * SECOND,
    last_frame_at=AT + 5 * SECOND, frames=100, transcoded=False, masked=False, shortened="starts_late",
)  # fmt: skip


SPEC = RuleSpec(
    "r", "line", LineSettings(Line("line", Segment((0.5, 0.0), (0.5, 1.0))), frozenset({"left"})),
    frozenset({"person"}), 1, "clip",
)  # fmt: skip


def maker(folder: EvidenceFolder) -> EvidenceMaker:
    return EvidenceMaker(folder, 5, [SPEC])


def scene(at: int, *tracks: int) -> Scene:
    return Scene(at, tuple(TrackedObject(track, "person", 0.9, BOX) for track in tracks))


def written(folder: Path, name: str) -> dict[str, object]:
    document: dict[str, object] = json.loads((folder / name).read_text(encoding="utf-8"))
    return document


def test_a_clip_is_stored_with_its_boxes_and_a_record_of_each(tmp_path: Path) -> None:
    trail = BoxTrail()
    trail.add(scene(AT, 3))
    folder = tmp_path / "deep" / "folder"
    evidence = EvidenceFolder(folder)
    maker(evidence).clip(RAISED, Recorded("event", CLIP, None), trail.scenes())
    evidence.complete(RAISED)
    assert (folder / "event.mp4").read_bytes() == b"mp4"
    clip, boxes = written(folder, "event.evidence.json")["evidence"]  # type: ignore[misc]
    assert clip == {
        "event_id": "event", "kind": "clip", "state": "stored", "key": "event.mp4", "sha256": CLIP.sha256,
        "bytes": 3, "first_frame_at": CLIP.first_frame_at, "because": None,
        "notes": {"event_offset_seconds": 5.0, "frames": 100, "transcoded": False, "masked": False,
                  "shortened": "starts_late"},
    }  # fmt: skip
    body = (folder / "event.boxes.json").read_bytes()
    assert (boxes["kind"], boxes["sha256"]) == ("boxes", hashlib.sha256(body).hexdigest())  # type: ignore[index]
    assert json.loads(body)["fps"] == 5
    assert json.loads(body)["clip_first_frame_at"] == CLIP.first_frame_at
    assert evidence._records == {}


def test_a_snapshot_is_the_picture_as_it_was_analysed(tmp_path: Path) -> None:
    pixels = np.full((36, 64, 3), 200, np.uint8)
    frame = Frame(av.VideoFrame.from_ndarray(pixels, "rgb24"), AT, 7)
    trail = BoxTrail()
    trail.add(scene(AT - SECOND, 1))
    trail.add(scene(AT, 3))
    evidence = EvidenceFolder(tmp_path)
    maker(evidence).snapshot(RAISED, frame, trail.scenes())
    evidence.complete(RAISED)
    with av.open(str(tmp_path / "event.jpg")) as picture:
        shown = next(picture.decode(video=0)).to_ndarray(format="rgb24")
    assert shown.shape == (36, 64, 3)
    assert abs(shown.astype(int) - 200).max() < 6
    assert [item["track"] for item in written(tmp_path, "event.boxes.json")["items"]] == [3]  # type: ignore[attr-defined]
    kinds = [record["kind"] for record in written(tmp_path, "event.evidence.json")["evidence"]]  # type: ignore[attr-defined]
    assert kinds == ["snapshot", "boxes"]


def test_boxes_are_those_within_the_clip_at_seconds_from_its_first_picture(tmp_path: Path) -> None:
    trail = BoxTrail()
    for at in (
        CLIP.first_frame_at - 1,
        CLIP.first_frame_at,
        AT + 200_001,
        CLIP.last_frame_at,
        CLIP.last_frame_at + 1,
    ):
        trail.add(scene(at, 3, 4))
    items = boxes_document(trail.scenes(), CLIP.first_frame_at, CLIP.last_frame_at, 5)["items"]
    assert [(item["t"], item["track"]) for item in items] == [  # type: ignore[attr-defined]
        (0.0, 3), (0.0, 4), (5.200001, 3), (5.200001, 4), (10.0, 3), (10.0, 4),
    ]  # fmt: skip


def test_boxes_of_a_closed_gate_say_that_they_were_not_seen() -> None:
    trail = BoxTrail()
    trail.add(replace(scene(AT, 3), looked=False))
    (item,) = boxes_document(trail.scenes(), AT, AT, 5)["items"]  # type: ignore[misc]
    assert item["coasted"] is True  # type: ignore[index]


def test_a_lost_clip_says_why_and_leaves_no_video(tmp_path: Path) -> None:
    evidence = EvidenceFolder(tmp_path)
    maker(evidence).clip(RAISED, Recorded("event", None, "gop_too_long"), ())
    evidence.complete(RAISED)
    records = written(tmp_path, "event.evidence.json")["evidence"]
    assert [(one["kind"], one["state"], one["because"]) for one in records] == [  # type: ignore[attr-defined]
        ("clip", "lost", "gop_too_long"), ("boxes", "lost", "gop_too_long"),
    ]  # fmt: skip
    assert sorted(file.name for file in tmp_path.iterdir()) == ["event.evidence.json"]


def test_a_reason_holds_the_rule_its_thresholds_and_all_that_was_consumed(tmp_path: Path) -> None:
    maker(EvidenceFolder(tmp_path)).reason(RAISED)
    assert written(tmp_path, "event.reason.json") == {
        "event_id": "event", "camera": "gate", "rule": "r", "rule_revision": "0", "run": "run", "model": "",
        "spec": {
            "name": "r", "kind": "line", "labels": ["person"], "severity": 1, "evidence": "clip",
            "settings": {
                "directions": ["left"],
                "line": {"name": "line", "segment": {"a": [0.5, 0.0], "b": [0.5, 1.0]}},
            },
        },
        "thresholds": {"settle_seconds": 0.4},
        "observations": [
            {"at": AT, "track": 3, "label": "person", "confidence": 0.9, "xyxy": list(BOX),
             "hidden_below": 0.0},
        ],
    }  # fmt: skip


def test_a_trail_forgets_what_no_clip_can_need() -> None:
    trail = BoxTrail()
    for second in range(2 * TRAIL // SECOND):
        trail.add(scene(REPLAY_EPOCH + second * SECOND, 1))
    assert len(trail._scenes) == TRAIL // SECOND + 1


def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        EvidenceFolder(tmp_path / "file")


def test_evidence_that_cannot_be_written_is_recorded_as_lost_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "event.mp4" / "in the way").mkdir(parents=True)
    evidence = EvidenceFolder(tmp_path)
    maker(evidence).clip(RAISED, Recorded("event", CLIP, None), ())
    evidence.complete(RAISED)
    clip, boxes = written(tmp_path, "event.evidence.json")["evidence"]  # type: ignore[misc]
    assert (clip["state"], clip["because"], boxes["state"]) == ("lost", "not_written", "stored")  # type: ignore[index]
    assert len(evidence.unwritten) == 1
    assert "event.mp4" in evidence.unwritten[0]
    assert not list(tmp_path.glob(".*"))
