"""The truth's boxes of a clip: read strictly, found by time, and what the pipeline sees by them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.tracker import Tracker
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, TrackedObject
from sharp_eyes.errors import ConfigError
from sharp_eyes.scoring.truth_boxes import TruthBoxes
from workers.benchmark import plain_camera
from workers.choosing import only_camera
from workers.truth_sight import FedTracker, sight_by_boxes

Object = dict[str, object]


def shown(number: int, *, visible: float = 1.0, **other: object) -> Object:
    box = [0.1, 0.2, 0.3, 0.65432198]
    facts = {"id": number, "label": "person", "xyxy": box, "seen_xyxy": box, "visible": visible}
    return {**facts, "floor": [1.0, -2.0], **other}


def frame(number: int, *objects: Object, **other: object) -> Object:
    return {"frame": number, "seconds": round(number / 3, 3), "objects": list(objects), **other}


def boxes(folder: Path, *frames: Object | str) -> TruthBoxes:
    file = folder / "boxes.jsonl"
    texts = [one if isinstance(one, str) else json.dumps(one) for one in frames]
    file.write_text("\n".join(texts), encoding="utf-8")
    return TruthBoxes(file)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{", "line 2: not JSON"),
        (frame(1, seconds="0.2"), "line 2, seconds"),
        (frame(1, seconds=-1), "line 2, seconds"),
        (frame(1, more=1), "line 2, more"),
        (frame(1, shown(1, label="parson")), 'line 2, objects.0.label: there is no label "parson"'),
        (frame(1, shown(1, visible=1.2)), "line 2, objects.0.visible"),
        (frame(1, shown(1, id="one")), "line 2, objects.0.id"),
        (frame(1, shown(1, xyxy=[0.3, 0.1, 0.2, 0.4])), "line 2, objects.0.xyxy"),
        (frame(1, shown(1, xyxy=[0.1, 0.1, 1.2, 0.4])), "line 2, objects.0.xyxy.2"),
        (frame(1, shown(1), shown(1)), "line 2, objects: an object is there twice"),
        (frame(0, seconds=0.2), "frame 0: does not follow"),
        (frame(1, seconds=0.0), "frame 1: does not follow"),
        ("", "holds 1 frames"),
    ],
    ids=str,
)
def test_a_malformed_line_is_refused_with_its_number(
    second: Object | str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as refused:
        boxes(tmp_path, frame(0), second)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("offset", "found"), [(0, 0), (166_000, 0), (170_000, 1), (333_333, 1), (666_667, 2), (832_000, 2)]
)
def test_a_frame_is_found_by_its_time_nearest_within_half_a_frame(
    offset: int, found: int, tmp_path: Path
) -> None:
    there = boxes(tmp_path, *(frame(number, shown(number)) for number in range(3)))
    assert [one.id for one in there.at(offset)] == [found]


def test_a_time_without_a_frame_means_that_the_boxes_are_of_another_clip(tmp_path: Path) -> None:
    there = boxes(tmp_path, frame(0), frame(1), frame(3), frame(4))
    for offset in (666_667, 1_600_000):
        with pytest.raises(ConfigError, match="no line within half a frame of"):
            there.at(offset)


def test_a_line_that_would_do_for_two_frames_is_of_a_clip_with_fewer(tmp_path: Path) -> None:
    there = boxes(tmp_path, frame(0), frame(1))
    assert there.at(0) == there.at(0) == []
    with pytest.raises(ConfigError, match=r"one line for two frames, at 0\.000 s and 0\.040 s"):
        there.at(40_000)


class NotingTracker:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[list[Detection]] = []

    def update(
        self, detections: list[Detection], at: int, *, moving: bool = True
    ) -> tuple[TrackedObject, ...]:
        self.told.append(detections)
        return ()

    def due_at(self) -> int | None:
        return 42


def test_a_tracker_is_told_what_can_be_seen_for_sure_and_on_the_grid_of_a_ten_thousandth(
    tmp_path: Path,
) -> None:
    there = boxes(tmp_path, frame(0, shown(1, visible=0.2), shown(2, visible=0.19)), frame(1))
    noting = NotingTracker()
    fed = FedTracker(noting, there, REPLAY_EPOCH)  # type: ignore[arg-type] # narrower in what it is told
    assert fed.update([Detection("car", 0.5, (0, 0, 1, 1))], REPLAY_EPOCH) == ()
    assert noting.told == [[Detection("person", 1.0, (0.1, 0.2, 0.3, 0.6543))]]
    assert fed.due_at() == 42


def test_tracked_knows_everybody_by_number_and_looks_at_every_frame(tmp_path: Path) -> None:
    there = boxes(tmp_path, frame(0), frame(1, shown(9), shown(4, visible=0.01)))
    sight = sight_by_boxes(plain_camera(5), there, REPLAY_EPOCH, tracked=True)
    assert sight.camera == replace(plain_camera(5), gate=False)
    tracker: Tracker | None = sight.tracker
    assert tracker is not None
    known = tracker.update([], REPLAY_EPOCH + SECOND // 3)
    assert [(one.track, one.label, one.confidence) for one in known] == [
        (4, "person", 1.0),
        (9, "person", 1.0),
    ]


def test_boxes_alone_leave_the_cameras_gate_as_it_is(tmp_path: Path) -> None:
    sight = sight_by_boxes(plain_camera(5), boxes(tmp_path, frame(0), frame(1)), 0, tracked=False)
    assert sight.camera == plain_camera(5)


@pytest.mark.parametrize(
    ("wanted", "message"), [(None, "holds 2 cameras"), ("tow", 'there is no camera "tow"')]
)
def test_a_camera_is_chosen_by_its_id(wanted: str | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text('[[camera]]\nid = "one"\n[[camera]]\nid = "two"\n', encoding="utf-8")
    assert only_camera(file, "two").id == "two"
    with pytest.raises(ConfigError, match=message):
        only_camera(file, wanted)
