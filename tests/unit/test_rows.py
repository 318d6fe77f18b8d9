from dataclasses import replace

import pytest

from sharp_eyes.domain import CoverageSpan, Ended, Evidence, Observation, Raised, Reason, TrackPath
from sharp_eyes.errors import StoreError
from sharp_eyes.store.rows import Row, evidence_row, read_row, record_of, row_line, row_of

SEEN = Observation(1, 7, "person", 0.5, (0.1, 0.2, 0.3, 0.4))
RAISED = Raised(
    event_id="0190-x",
    camera="gate",
    division="330802",
    rule="yard",
    rule_revision="1",
    type="intrusion",
    at=1_000_000,
    severity=2,
    run="r",
    label="person",
    track=7,
    confidence=0.5,
    xyxy=(0.1, 0.2, 0.3, 0.4),
    evidence="clip",
    notes=(("gap_seconds", 5.5), ("flapping", True)),
)
HEALTH = Raised(
    event_id="0190-y",
    camera="gate",
    division="330802",
    rule="health",
    rule_revision="1",
    type="video_lost",
    at=5,
    severity=3,
    run="r",
)
ENDED = Ended(
    event_id="0190-x",
    camera="gate",
    division="330802",
    rule="yard",
    rule_revision="1",
    type="intrusion",
    at=9,
    severity=2,
    run="r",
    because="left",
)
TRACK = TrackPath(
    camera="gate", division="33", run="r", track=7, label="person", confidence=0.9, points=((1, 0.5, 0.6),)
)
COVERAGE = CoverageSpan(camera="gate", division="33", run="r", from_at=0, to_at=60, watching="analysed")
CLIP = Evidence("0190-x", "clip", "stored", key="clips/k.mp4", sha256="ab", bytes=9, notes=(("frames", 3),))


@pytest.mark.parametrize("record", [RAISED, HEALTH, ENDED, TRACK, COVERAGE], ids=lambda r: r.record)
def test_a_record_comes_back_from_its_line_as_it_was(
    record: Raised | Ended | TrackPath | CoverageSpan,
) -> None:
    row = read_row(row_line(row_of(record)))
    assert row == row_of(record)
    assert record_of(row) == record


def test_a_reason_stays_behind_because_it_is_evidence() -> None:
    assert row_of(replace(RAISED, reason=Reason((("dwell", 2.0),), (SEEN,)))) == row_of(RAISED)


def test_evidence_is_told_apart_from_what_still_waits_for_its_storage() -> None:
    waiting, stored = evidence_row(RAISED, CLIP, spooled=True), evidence_row(RAISED, CLIP)
    assert (waiting.kind, waiting.key) == ("spooled", "0190-x/spooled/clip")
    assert (stored.kind, stored.key) == ("evidence", "0190-x/evidence/clip")
    assert (stored.camera, stored.division, stored.at) == ("gate", "330802", 1_000_000)
    assert record_of(stored) == record_of(waiting) == CLIP


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"kind": "gossip"}', "\x00"])
def test_a_line_that_holds_no_row_is_refused(line: str) -> None:
    with pytest.raises(StoreError, match="not a row"):
        read_row(line)


def test_a_row_whose_body_is_of_another_kind_is_refused() -> None:
    row = row_of(TRACK)
    with pytest.raises(StoreError, match="holds no raised"):
        record_of(Row("raised", row.key, "", row.camera, row.division, row.at, row.body))
