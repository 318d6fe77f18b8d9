"""An event belongs to whom its box lies on, and breaks nobody else's silence."""

import json
from pathlib import Path

import pytest

from sharp_eyes.errors import ConfigError
from sharp_eyes.evaluation.attribution import attributed
from sharp_eyes.scoring.matching import EventLine, score
from sharp_eyes.scoring.truth import TruthEntry
from sharp_eyes.scoring.truth_boxes import TruthBoxes

HIS = [0.1, 0.2, 0.2, 0.6]
HERS = [0.5, 0.2, 0.6, 0.6]


@pytest.fixture
def boxes(tmp_path: Path) -> TruthBoxes:
    """Two people who stand where they are, ten frames at 5 a second; of the second the legs are hidden."""
    shown = [
        {"id": 1, "label": "person", "xyxy": HIS, "seen_xyxy": HIS, "visible": 1.0, "floor": [0, 0]},
        {"id": 2, "label": "person", "xyxy": HERS, "seen_xyxy": [0.5, 0.2, 0.6, 0.4], "visible": 0.5,
         "floor": [0, 0]},
    ]  # fmt: skip
    file = tmp_path / "boxes.jsonl"
    lines = [json.dumps({"frame": i, "seconds": i / 5, "objects": shown}) for i in range(10)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TruthBoxes(file)


def event(xyxy: list[float] | None, seconds: float = 1.0) -> EventLine:
    return EventLine(
        event_id=f"e-{seconds}-{xyxy}", record="raised", camera="gate", rule="r", type="intrusion",
        at=round(seconds * 1_000_000), offset_seconds=seconds, label="person", xyxy=xyxy,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("xyxy", "actor"),
    [
        (HIS, 1),
        ([0.12, 0.22, 0.22, 0.6], 1),
        ([0.5, 0.2, 0.6, 0.4], 2),
        (HERS, 2),
        ([0.3, 0.2, 0.4, 0.6], None),  # between both
        ([0.0, 0.0, 1.0, 1.0], None),  # over everything
        (None, None),
    ],
)
def test_an_event_is_of_whom_its_box_lies_on(
    xyxy: list[float] | None, actor: int | None, boxes: TruthBoxes
) -> None:
    [one] = attributed([event(xyxy)], boxes)
    assert one.actor == actor
    assert one.event_id == event(xyxy).event_id


def test_boxes_of_another_clip_are_refused(boxes: TruthBoxes) -> None:
    with pytest.raises(ConfigError, match="no line within half a frame"):
        attributed([event(HIS, 7.0)], boxes)


def silence(objects: list[int | str] | None) -> TruthEntry:
    return TruthEntry(
        camera="gate", type="intrusion", start=0.0, end=2.0, objects=objects, must_be_silent=True
    )


@pytest.mark.parametrize(
    ("xyxy", "objects", "broken"),
    [
        (HIS, [1], 1),
        (HIS, [2], 0),  # it is another's silence
        (HIS, ["1"], 1),  # an identity may be written as text
        (HIS, None, 1),  # a silence of nobody in particular
        ([0.3, 0.2, 0.4, 0.6], [2], 1),  # an event of nobody: who knows what it took him for
    ],
)
def test_a_silence_is_broken_by_its_own_people(
    xyxy: list[float], objects: list[int | str] | None, broken: int, boxes: TruthBoxes
) -> None:
    outcome = score(attributed([event(xyxy)], boxes), [silence(objects)]).total
    assert len(outcome.extra) == 1
    assert (len(outcome.broken), outcome.silence_broken) == (broken, broken)
