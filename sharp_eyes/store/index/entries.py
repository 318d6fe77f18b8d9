"""Rows as entries for the tables: typed, and checked for everything that a database cannot hold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sharp_eyes import event_id as event_ids
from sharp_eyes.domain import CoverageSpan, Ended, Evidence, Raised, TrackPath
from sharp_eyes.errors import StoreError, printable
from sharp_eyes.store.index.column_types import is_holdable
from sharp_eyes.store.index.id_range import is_event_id
from sharp_eyes.store.index.schema import ENDED, PART_OF_EVIDENCE, RAISED
from sharp_eyes.store.rows import Row, record_of

LONGEST_NAME = 400  # bytes of UTF-8: an entry of PostgreSQL's indexes holds 2,704
LONGEST_BODY = 1 << 20  # bytes
DAY = 86_400_000_000  # microseconds


class RowRefusedError(StoreError):
    """A row that the index will never take, however often it is tried: set it aside, and go on."""

    def __init__(self, row: Row, reason: str) -> None:
        self.row = row
        super().__init__(f"the index refuses the row {printable(row.key)[:200]}: {reason}")


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A row of `record`, but for when it becomes visible. `row` is what it came from."""

    event_id: str
    part: int
    camera_number: int
    at: int
    row: Row
    type: str | None = None
    label: str | None = None
    severity: int | None = None
    confidence: float | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What is unique."""
        return self.event_id, self.part


@dataclass(frozen=True, slots=True)
class Entries:
    """What a batch of rows holds, by table, each in the order of its key: two writers then never deadlock."""

    records: list[RecordEntry] = field(default_factory=list)
    tracks: list[tuple[Row, TrackPath]] = field(default_factory=list)
    coverage: list[CoverageSpan] = field(default_factory=list)


def entries_of(rows: Sequence[Row]) -> Entries:
    """The entries of these rows; spooled ones have none. Raises RowRefusedError for the first wrong one."""
    entries = Entries()
    for row in rows:
        if row.kind != "spooled":
            _add(entries, row)
    entries.records.sort(key=lambda entry: entry.key)
    entries.tracks.sort(key=lambda pair: (pair[1].camera, pair[1].run, pair[1].track))
    return entries


def _add(entries: Entries, row: Row) -> None:
    try:
        _check_text(row, row.key, row.camera, row.division)
        _check_text(row, row.body, longest=LONGEST_BODY)
        record = record_of(row)
        if isinstance(record, TrackPath):
            entries.tracks.append(_track(row, record))
        elif isinstance(record, CoverageSpan):
            entries.coverage.append(_span(row, record))
        else:
            entries.records.append(_entry(row, record))
    except (StoreError, ValueError) as error:
        if isinstance(error, RowRefusedError):
            raise
        raise RowRefusedError(row, printable(str(error))) from error


def _entry(row: Row, record: Raised | Ended | Evidence) -> RecordEntry:
    parts = event_ids.parse(row.event_id)
    if record.event_id != row.event_id:
        raise RowRefusedError(row, f"its body is of another event, {printable(record.event_id)[:60]}")
    if not is_event_id(row.event_id):
        raise RowRefusedError(row, "its event id is not written as `mint` writes them")
    if isinstance(record, Raised):
        return _raised(row, record, parts)
    part = ENDED if isinstance(record, Ended) else PART_OF_EVIDENCE[record.kind]
    return RecordEntry(row.event_id, part, parts.camera_number, parts.at, row)


def _raised(row: Row, record: Raised, parts: event_ids.EventIdParts) -> RecordEntry:
    _check_text(row, record.type, record.label)
    if (record.camera, record.division) != (row.camera, row.division):
        raise RowRefusedError(row, "its body is of another camera or division")
    if record.at != parts.at:
        raise RowRefusedError(row, f"it happened at {record.at}, but its id says {parts.at}")
    if not 1 <= record.severity <= 4:
        raise RowRefusedError(row, f"its severity is {record.severity}; severities are 1 to 4")
    return RecordEntry(
        event_id=row.event_id,
        part=RAISED,
        camera_number=parts.camera_number,
        at=parts.at,
        row=row,
        type=record.type,
        label=record.label,
        severity=record.severity,
        confidence=finite(record.confidence),
    )


def finite(confidence: float | None) -> float | None:
    """The confidence; None for NaN and infinity, which a broken model may say and nothing compares with."""
    return confidence if confidence is not None and math.isfinite(confidence) else None


def _track(row: Row, path: TrackPath) -> tuple[Row, TrackPath]:
    _check_text(row, path.run)
    _check_number(row, path.track, row.at)
    return row, path


def _span(row: Row, span: CoverageSpan) -> CoverageSpan:
    _check_text(row, span.run)
    _check_number(row, span.from_at, span.to_at)
    if not span.from_at < span.to_at <= span.from_at - span.from_at % DAY + DAY:
        raise RowRefusedError(row, f"{span.from_at} to {span.to_at} is no stretch within one UTC day")
    return span


def _check_text(row: Row, *texts: str, longest: int = LONGEST_NAME) -> None:
    for text in texts:
        if not is_holdable(text):
            raise RowRefusedError(row, "it holds NUL or half a character, which no database takes")
        if len(text.encode()) > longest:
            raise RowRefusedError(row, f"{printable(text[:40])}… is longer than {longest} bytes")


def _check_number(row: Row, *numbers: int) -> None:
    for number in numbers:
        if not -(2**63) <= number < 2**63:
            raise RowRefusedError(row, f"{number} does not fit into 64 bits")
