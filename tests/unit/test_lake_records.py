"""Rows as they lie in the history."""

import pytest
from arro3.core import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Evidence, TrackPath
from sharp_eyes.errors import StoreError
from sharp_eyes.store.lake.benchmark import city_rows
from sharp_eyes.store.lake.hours import HOUR
from sharp_eyes.store.lake.records import VisibleRow, table_of
from sharp_eyes.store.lake.restoring import visible_row
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable
from sharp_eyes.store.rows import Row, evidence_row, row_of


def kept(table: LakeTable, *rows: Row) -> list[Row]:
    """These rows, through the columns of the table and back."""
    stored = table_of(table, [VisibleRow(row, row.at + 7) for row in rows])
    columns = [stored.column(name).to_pylist() for name in table.names]
    restored = [visible_row(table, values) for values in zip(*columns, strict=True)]
    assert [one.visible_at for one in restored] == [row.at + 7 for row in rows]
    return [one.row for one in restored]


def an_event() -> tuple[Row, Row, Row, Row]:
    raised, ended, clip, boxes = city_rows(1, REPLAY_EPOCH, REPLAY_EPOCH + SECOND)
    return raised, ended, clip, boxes


def test_every_kind_of_record_comes_back_as_it_was() -> None:
    rows = list(city_rows(200, REPLAY_EPOCH, REPLAY_EPOCH + HOUR))
    assert {row.kind for row in rows} == {"raised", "ended", "evidence"}
    assert kept(EVENTS, *rows) == rows


def test_an_event_without_an_object_comes_back_without_one() -> None:
    raised = an_event()[0]
    body = (
        f'{{"event_id":"{raised.event_id}","camera":"a","division":"","rule":"","rule_revision":"",'
        f'"type":"video_lost","at":{raised.at},"severity":3,"run":"r","notes":[["for",60.5],["ok",true],["why","x"]]}}'
    )
    row = Row("raised", f"{raised.event_id}/raised", raised.event_id, "a", "", raised.at, body)
    assert kept(EVENTS, row) == [row]


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("", "clip", "lost", because="worker_died"),
        Evidence("", "clip", "stored", "somewhere/else.mp4", "ab" * 32, 5, 1),
        Evidence("", "snapshot", "stored", "no/hash.jpg", "", 5),
        Evidence("", "clip", "stored", "k", "no hash at all", 5, 1),
        Evidence("", "clip", "stored", "k", "ab" * 32, 2**70, 1),
    ],
    ids=["lost", "another key", "no hash", "a wrong hash", "a size out of range"],
)
def test_strange_evidence_is_kept_as_it_is(evidence: Evidence) -> None:
    raised = an_event()[0]
    named = Evidence(
        raised.event_id,
        evidence.kind,
        evidence.state,
        evidence.key,
        evidence.sha256,
        evidence.bytes,
        evidence.first_frame_at,
        evidence.because,
    )
    row = evidence_row(raised, named)
    assert kept(EVENTS, row) == [row]


def test_a_body_that_is_no_record_is_kept_as_it_is() -> None:
    raised = an_event()[0]
    row = Row("raised", raised.key, raised.event_id, "a", "33", raised.at, '{"from": "another version"}')
    assert kept(EVENTS, row) == [row]


def test_a_key_that_its_names_make_takes_no_room() -> None:
    *_, clip, _ = an_event()
    table = table_of(EVENTS, [VisibleRow(clip, 0)])
    assert '"key"' in clip.body
    assert table.column("key").to_pylist() == [None]


@given(
    st.lists(
        st.tuples(st.integers(0, 2**50), st.floats(0, 1, allow_nan=False), st.floats(0, 1, allow_nan=False)),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=25)
def test_a_track_comes_back_point_by_point(points: list[tuple[int, float, float]]) -> None:
    path = TrackPath(
        camera="a", division="33", run="r", track=3, label="car", confidence=0.5, points=tuple(points)
    )
    assert kept(TRACKS, row_of(path), row_of(path)) == [row_of(path)] * 2


def test_a_record_lies_in_the_hour_of_its_events_id_not_of_its_own_end() -> None:
    rows = an_event()
    table: Table = table_of(EVENTS, [VisibleRow(row, 0) for row in rows])
    assert table.column("date").to_pylist() == ["2026-01-01"] * 4
    assert table.column("hour").to_pylist() == [0] * 4


def test_an_id_that_is_none_is_refused_by_name() -> None:
    row = Row("ended", "x/ended", "0" * 32, "a", "", 5, "{}")
    with pytest.raises(StoreError, match="is not an event id"):
        table_of(EVENTS, [VisibleRow(row, 0)])
