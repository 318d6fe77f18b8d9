"""Rows of the history as the rows of the index that they were made of."""

import uuid
from typing import Any

from pydantic import TypeAdapter

from sharp_eyes.domain import Ended, Evidence, Notes, Raised, TrackPath
from sharp_eyes.geometry import Xyxy
from sharp_eyes.store.lake.records import VisibleRow, expected_key
from sharp_eyes.store.lake.schema import TRACKS, LakeTable
from sharp_eyes.store.rows import Row, evidence_row, row_of

_NOTES = TypeAdapter(Notes)


def visible_row(table: LakeTable, values: tuple[Any, ...]) -> VisibleRow:
    """The row that these values, in the order of the table's columns, were made of."""
    named = dict(zip(table.names, values, strict=True))
    row = _track_row(named) if table.name == TRACKS.name else _event_row(named)
    return VisibleRow(row, named["visible_at"])


def _event_row(named: dict[str, Any]) -> Row:
    if named["body"] is not None:
        return _row_as_it_was(named)
    return _EVENT_ROWS[named["record"]](named)


def _row_as_it_was(named: dict[str, Any]) -> Row:
    event_id, record = _event_id(named), named["record"]
    key = f"{event_id}/{record}" + (f"/{named['kind']}" if named["kind"] else "")
    return Row(record, key, event_id, named["camera"], named["division"], named["at"], named["body"])


def _track_row(named: dict[str, Any]) -> Row:
    points = tuple(zip(named["point_at"], named["point_x"], named["point_y"], strict=True))
    same = {name: named[name] for name in ("camera", "division", "run", "track", "label", "confidence")}
    return row_of(TrackPath(**same, points=points))


_SAME = ("camera", "division", "rule", "rule_revision", "type", "at", "severity", "run", "label", "track")


def _raised_row(named: dict[str, Any]) -> Row:
    return row_of(
        Raised(
            **{name: named[name] for name in (*_SAME, "confidence", "place", "direction", "model")},
            event_id=_event_id(named),
            xyxy=_xyxy(named),
            evidence=named["wish"],
            notes=_notes(named),
        )
    )


def _ended_row(named: dict[str, Any]) -> Row:
    return row_of(
        Ended(
            **{name: named[name] for name in (*_SAME, "because")},
            event_id=_event_id(named),
            xyxy=_xyxy(named),
        )
    )


def _evidence_row(named: dict[str, Any]) -> Row:
    event_id, sha256 = _event_id(named), (named["sha256"] or b"").hex()
    about = Row("evidence", "", event_id, named["camera"], named["division"], named["at"], "")
    same = {name: named[name] for name in ("kind", "state", "bytes", "first_frame_at", "because")}
    evidence = Evidence(event_id, **same, sha256=sha256, notes=_notes(named))
    key = named["key"] if named["key"] is not None else expected_key(evidence, about)
    return evidence_row(about, Evidence(event_id, **same, sha256=sha256, notes=_notes(named), key=key))


_EVENT_ROWS = {"raised": _raised_row, "ended": _ended_row, "evidence": _evidence_row}


def _event_id(named: dict[str, Any]) -> str:
    return str(uuid.UUID(bytes=bytes(named["event_id"])))


def _xyxy(named: dict[str, Any]) -> Xyxy | None:
    return None if named["x1"] is None else (named["x1"], named["y1"], named["x2"], named["y2"])


def _notes(named: dict[str, Any]) -> Notes:
    return _NOTES.validate_json(named["notes"]) if named["notes"] else ()
