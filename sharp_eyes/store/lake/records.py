"""Rows of the index as rows of the history, without loss.

A record is taken apart into columns. One that does not fit them (a hash that is none, a number out of
range) is kept as its JSON in the column `body`: nothing that became visible stops the history.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from arro3.core import Array, ChunkedArray, DataType, Table, list_array
from pydantic import TypeAdapter

from sharp_eyes import event_id as event_ids
from sharp_eyes.domain import Ended, Evidence, Notes, Raised, TrackPath
from sharp_eyes.errors import StoreError
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.lake.hours import hour_of
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable
from sharp_eyes.store.rows import Row, Stored, record_of

_NOTES = TypeAdapter(Notes)
_SHA256 = re.compile("[0-9a-f]{64}")
_LIMITS = {"severity": 7, "at": 63, "track": 63, "bytes": 63, "first_frame_at": 63}  # bits of the columns

# One value of the history; a point list is one list each of moments, x and y.
Value = str | int | float | bytes | list[int] | list[float] | None


@dataclass(frozen=True, slots=True)
class VisibleRow:
    """A row of the index and since when it can be queried (microseconds UTC)."""

    row: Row
    visible_at: int


def table_of(table: LakeTable, rows: Sequence[VisibleRow]) -> Table:
    """These rows in the columns of this table. Raises StoreError for a row that belongs elsewhere."""
    values = [_VALUES[table.name](visible) for visible in rows]
    moments = [partition_at(visible.row) for visible in rows]
    hours = [hour_of(at) for at in moments]
    columns = [(name, kind, [one.get(name) for one in values]) for name, kind in table.columns]
    columns.append(("date", DataType.string(), [hour.date for hour in hours]))
    columns.append(("hour", DataType.int32(), [hour.hour for hour in hours]))
    arrays = {name: ChunkedArray([_array(kind, column)]) for name, kind, column in columns}
    return Table.from_pydict(cast("Any", arrays), schema=table.schema)


def partition_at(row: Row) -> int:
    """The moment by whose hour the history keeps this row: that of the event's id, or the row's own.

    Raises StoreError for an event id that is none.
    """
    if row.kind == "track":
        return row.at
    return _id_parts(row.event_id).at


def _id_parts(event_id: str) -> event_ids.EventIdParts:
    try:
        return event_ids.parse(event_id)
    except ValueError as error:
        raise StoreError(str(error)) from error


def _array(kind: DataType, values: list[Value]) -> Array:
    if not DataType.is_list(kind):
        return Array(cast("Any", values), type=kind)
    offsets, flat = [0], []
    for one in values:
        flat.extend(cast("list[Any]", one))
        offsets.append(len(flat))
    inner = Array(cast("Any", flat), type=cast("Any", kind.value_type))
    return list_array(Array(offsets, type=DataType.int32()), inner, type=kind)


def _event_values(visible: VisibleRow) -> dict[str, Value]:
    row = visible.row
    values: dict[str, Value] = {
        "event_id": uuid.UUID(row.event_id).bytes,
        "record": row.kind,
        "camera": row.camera,
        "camera_number": _id_parts(row.event_id).camera_number,
        "division": row.division,
        "at": row.at,
        "visible_at": visible.visible_at,
    }
    try:
        return values | _fitting(_of_record(record_of(row), row))
    except (StoreError, ValueError):
        return values | {"kind": row.key.partition("/evidence/")[2] or None, "body": row.body}


def _of_record(record: Stored, row: Row) -> dict[str, Value]:
    if isinstance(record, Raised):
        return _common(record) | _of_raised(record)
    if isinstance(record, Ended):
        return _common(record) | {"because": record.because}
    if isinstance(record, Evidence):
        return _of_evidence(record, row)
    raise StoreError(f"the row {row.key} is no record of an event")


def _fitting(values: dict[str, Value]) -> dict[str, Value]:
    """The values themselves. Raises ValueError for a number that its column does not hold."""
    for name, bits in _LIMITS.items():
        value = values.get(name)
        if isinstance(value, int) and not -(1 << bits) <= value < 1 << bits:
            raise ValueError(f"{name} {value} has more than {bits} bits")
    return values


def _common(record: Raised | Ended) -> dict[str, Value]:
    x1, y1, x2, y2 = record.xyxy or (None, None, None, None)
    return {
        "at": record.at,
        "type": record.type,
        "rule": record.rule,
        "rule_revision": record.rule_revision,
        "severity": record.severity,
        "run": record.run,
        "label": record.label,
        "track": record.track,
        "x1": x1,
        "y1": y1,
        "x2": x2,
        "y2": y2,
    }


def _of_raised(record: Raised) -> dict[str, Value]:
    return {
        "confidence": record.confidence,
        "place": record.place,
        "direction": record.direction,
        "model": record.model,
        "wish": record.evidence,
        "notes": _notes_text(record.notes),
    }


def _of_evidence(record: Evidence, row: Row) -> dict[str, Value]:
    return {
        "kind": record.kind,
        "state": record.state,
        "key": None if record.key == expected_key(record, row) else record.key,
        "sha256": _sha256(record.sha256),
        "bytes": record.bytes,
        "first_frame_at": record.first_frame_at,
        "because": record.because,
        "notes": _notes_text(record.notes),
    }


def expected_key(record: Evidence, row: Row) -> str:
    """The key that the evidence's names and hash make; empty where there is no body.

    Raises ValueError where they make none.
    """
    if not record.sha256:
        return ""
    return evidence_key(record.kind, row.division, row.camera, row.event_id, record.sha256)


def _sha256(text: str) -> bytes | None:
    if text and not _SHA256.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no hash")
    return bytes.fromhex(text) if text else None


def _notes_text(notes: Notes) -> str | None:
    return _NOTES.dump_json(notes).decode() if notes else None


def _track_values(visible: VisibleRow) -> dict[str, Value]:
    record = record_of(visible.row)
    if not isinstance(record, TrackPath):
        raise StoreError(f"the row {visible.row.key} is no track")
    return {
        "camera": record.camera,
        "division": record.division,
        "run": record.run,
        "track": record.track,
        "at": visible.row.at,
        "visible_at": visible.visible_at,
        "label": record.label,
        "confidence": record.confidence,
        "point_at": [at for at, _, _ in record.points],
        "point_x": [x for _, x, _ in record.points],
        "point_y": [y for _, _, y in record.points],
    }


_VALUES = {EVENTS.name: _event_values, TRACKS.name: _track_values}
