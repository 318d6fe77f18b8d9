"""What an event leaves in a folder: clip, boxes in the clip's own time, reason, and what became of it."""

import hashlib
import json
from pathlib import Path

import pytest

from ingest.clip import Clip
from ingest.recorder import Recorded
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Observation, Raised, Reason, Scene, TrackedObject
from sharp_eyes.errors import StoreError
from workers.evidence import TRAIL, BoxTrail, EvidenceFolder

BOX = (0.1, 0.2, 0.3, 0.4)
AT = REPLAY_EPOCH + 10 * SECOND
SEEN = Observation(AT, 3, "person", 0.9, BOX)
RAISED = Raised(
    event_id="event", camera="gate", division="00", rule="r", rule_revision="0", type="line", at=AT,
    label="person", track=3, confidence=0.9, xyxy=BOX, severity=1, zone="z", run="run",
    reason=Reason((("settle_seconds", 0.4),), (SEEN,)),
)  # fmt: skip
CLIP = Clip(
    data=b"mp4", sha256=hashlib.sha256(b"mp4").hexdigest(), first_frame_at=AT - 5 * SECOND,
    last_frame_at=AT + 5 * SECOND, frames=100, transcoded=False, masked=False, shortened="starts_late",
)  # fmt: skip


def scene(at: int, *tracks: int) -> Scene:
    return Scene(at, tuple(TrackedObject(track, "person", 0.9, BOX) for track in tracks))


def written(folder: Path, name: str) -> dict[str, object]:
    document: dict[str, object] = json.loads((folder / name).read_text(encoding="utf-8"))
    return document


def test_a_clip_is_stored_with_its_facts_boxes_and_bytes(tmp_path: Path) -> None:
    trail = BoxTrail()
    trail.add(scene(AT, 3))
    EvidenceFolder(tmp_path / "deep" / "folder", 5).keep_clip(RAISED, Recorded("event", CLIP, None), trail)
    folder = tmp_path / "deep" / "folder"
    assert (folder / "event.mp4").read_bytes() == b"mp4"
    assert written(folder, "event.evidence.json") == {
        "event_id": "event", "kind": "clip", "state": "stored", "sha256": CLIP.sha256, "bytes": 3,
        "first_frame_at": CLIP.first_frame_at, "event_offset_seconds": 5.0, "frames": 100,
        "transcoded": False, "masked": False, "shortened": "starts_late",
    }  # fmt: skip
    boxes = written(folder, "event.boxes.json")
    assert boxes["fps"] == 5
    assert boxes["clip_first_frame_at"] == CLIP.first_frame_at


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
    items = trail.document(CLIP, 5)["items"]
    assert [(item["t"], item["track"]) for item in items] == [  # type: ignore[attr-defined]
        (0.0, 3), (0.0, 4), (5.200001, 3), (5.200001, 4), (10.0, 3), (10.0, 4),
    ]  # fmt: skip


def test_a_lost_clip_says_why_and_leaves_no_video(tmp_path: Path) -> None:
    EvidenceFolder(tmp_path, 5).keep_clip(RAISED, Recorded("event", None, "gop_too_long"), BoxTrail())
    assert written(tmp_path, "event.evidence.json") == {
        "event_id": "event", "kind": "clip", "state": "lost", "because": "gop_too_long",
    }  # fmt: skip
    assert sorted(file.name for file in tmp_path.iterdir()) == ["event.evidence.json"]


def test_a_reason_holds_thresholds_and_all_that_was_consumed(tmp_path: Path) -> None:
    EvidenceFolder(tmp_path, 5).keep_reason(RAISED)
    assert written(tmp_path, "event.reason.json") == {
        "thresholds": [["settle_seconds", 0.4]],
        "observations": [{"at": AT, "track": 3, "label": "person", "confidence": 0.9, "xyxy": list(BOX)}],
    }


def test_a_trail_forgets_what_no_clip_can_need() -> None:
    trail = BoxTrail()
    for second in range(2 * TRAIL // SECOND):
        trail.add(scene(REPLAY_EPOCH + second * SECOND, 1))
    assert len(trail._scenes) == TRAIL // SECOND + 1


def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        EvidenceFolder(tmp_path / "file", 5)
    evidence = EvidenceFolder(tmp_path / "folder", 5)
    (tmp_path / "folder" / "event.reason.json").mkdir()
    with pytest.raises(StoreError, match=r"event\.reason\.json: cannot be written"):
        evidence.keep_reason(RAISED)
