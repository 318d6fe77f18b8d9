"""Event records as lines: complete, in a fixed order, counted from the clip's first frame."""

import json
from dataclasses import replace

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Ended, Raised, Reason
from sharp_eyes.records import record_line
from sharp_eyes.scoring.matching import EventLine

RAISED = Raised(
    event_id="019b76da-be80-8001-bb46-28c188812663",
    camera="gate",
    division="330802001",
    rule="nobody in the yard",
    rule_revision="0123456789abcdef",
    type="intrusion",
    at=REPLAY_EPOCH + 5_760_001,
    label="person",
    track=2,
    confidence=0.8125,
    xyxy=(0.1, 0.2, 0.3, 0.4),
    severity=2,
    place="yard",
    run="feedface00000000",
    reason=Reason((), ()),
    model="yolo11n@1+abcdef01",
)
ENDED = Ended(
    event_id=RAISED.event_id, camera="gate", division="330802001", rule=RAISED.rule,
    rule_revision=RAISED.rule_revision, type="intrusion", at=RAISED.at + SECOND, label="person", track=2,
    xyxy=RAISED.xyxy, severity=2, run=RAISED.run, because="left",
)  # fmt: skip


def test_a_raised_event_tells_all_that_a_desk_needs() -> None:
    assert json.loads(record_line(RAISED, REPLAY_EPOCH)) == {
        "event_id": RAISED.event_id,
        "record": "raised",
        "camera": "gate",
        "division": "330802001",
        "rule": "nobody in the yard",
        "type": "intrusion",
        "at": REPLAY_EPOCH + 5_760_001,
        "time": "2026-01-01T00:00:05.760001Z",
        "offset_seconds": 5.760001,
        "label": "person",
        "track": 2,
        "xyxy": [0.1, 0.2, 0.3, 0.4],
        "place": "yard",
        "severity": 2,
        "confidence": 0.8125,
        "model": "yolo11n@1+abcdef01",
        "rule_revision": "0123456789abcdef",
        "run": "feedface00000000",
    }


def test_a_direction_is_told_only_where_there_is_one() -> None:
    assert json.loads(record_line(replace(RAISED, direction="left"), REPLAY_EPOCH))["direction"] == "left"
    assert "direction" not in json.loads(record_line(RAISED, REPLAY_EPOCH))


def test_an_ended_event_tells_why() -> None:
    fields = json.loads(record_line(ENDED, REPLAY_EPOCH))
    assert fields["record"] == "ended"
    assert fields["because"] == "left"
    assert fields["event_id"] == RAISED.event_id
    assert fields["offset_seconds"] == 6.760001
    shared = ("division", "severity", "rule_revision", "run")  # what a store filters and finds by
    assert all(fields[name] == getattr(RAISED, name) for name in shared)


def test_the_offset_counts_from_the_first_frame_and_not_from_the_epoch() -> None:
    assert json.loads(record_line(RAISED, RAISED.at - 1))["offset_seconds"] == 1e-6


def test_a_record_is_one_line_even_with_odd_names_and_keeps_them_readable() -> None:
    line = record_line(replace(RAISED, rule="第一\n条", camera='"'), REPLAY_EPOCH)
    assert "\n" not in line
    assert "第一" in line
    assert json.loads(line)["rule"] == "第一\n条"


def test_scoring_reads_both_kinds_of_lines() -> None:
    for record in (RAISED, ENDED, replace(RAISED, direction="right")):
        read = EventLine.model_validate(json.loads(record_line(record, REPLAY_EPOCH)))
        assert (read.event_id, read.record, read.at) == (record.event_id, record.record, record.at)
