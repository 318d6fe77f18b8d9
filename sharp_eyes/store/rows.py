"""Records as rows: the one form that wire, journal, index and lake share.

    raised, ended    what a rule or a health monitor says                        key: id/raised
    spooled          evidence that waits on the node's disk to be stored         key: id/spooled/clip
    evidence         evidence that is stored, or lost for a reason               key: id/evidence/clip
    track            where an object went                                        key: track/camera/run/7
    coverage         which stretch of time was watched                           key: coverage/camera/from-to

A row delivered twice has the same key and is one row.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from sharp_eyes.domain import CoverageSpan, Ended, Evidence, Raised, Reason, TrackPath
from sharp_eyes.errors import StoreError

Kind = Literal["raised", "ended", "spooled", "evidence", "track", "coverage"]
KINDS: tuple[Kind, ...] = ("raised", "ended", "spooled", "evidence", "track", "coverage")

Stored = Raised | Ended | Evidence | TrackPath | CoverageSpan


@dataclass(frozen=True, slots=True)
class Row:
    """One record on its way. `body` is its JSON; `event_id` is empty for tracks and coverage.

    `at` (microseconds UTC) is the record's own moment: of evidence its event's, of a track its
    last point's, of coverage its end's.
    """

    kind: Kind
    key: str
    event_id: str
    camera: str
    division: str
    at: int
    body: str


def row_of(record: Raised | Ended | TrackPath | CoverageSpan) -> Row:
    """The row of a record that knows its camera. A reason does not travel: it is evidence."""
    at = _moment(record)
    if isinstance(record, Raised):
        record = replace(record, reason=Reason((), ()))
    event_id = record.event_id if isinstance(record, Raised | Ended) else ""
    return Row(
        kind=record.record,
        key=_key(record),
        event_id=event_id,
        camera=record.camera,
        division=record.division,
        at=at,
        body=_ADAPTERS[record.record].dump_json(record, exclude_defaults=True).decode(),
    )


def evidence_row(raised: Raised | Ended | Row, evidence: Evidence, *, spooled: bool = False) -> Row:
    """The row of an event's evidence; `spooled` while its body waits to be stored."""
    kind: Kind = "spooled" if spooled else "evidence"
    return Row(
        kind=kind,
        key=f"{evidence.event_id}/{kind}/{evidence.kind}",
        event_id=evidence.event_id,
        camera=raised.camera,
        division=raised.division,
        at=raised.at,
        body=_EVIDENCE.dump_json(evidence, exclude_defaults=True).decode(),
    )


_ROW = TypeAdapter(Row)
_EVIDENCE = TypeAdapter(Evidence)
_ADAPTERS: dict[Kind, TypeAdapter[Any]] = {
    "raised": TypeAdapter(Raised),
    "ended": TypeAdapter(Ended),
    "spooled": _EVIDENCE,
    "evidence": _EVIDENCE,
    "track": TypeAdapter(TrackPath),
    "coverage": TypeAdapter(CoverageSpan),
}


def record_of(row: Row) -> Stored:
    """The record that a row carries. Raises StoreError for a body that is none."""
    try:
        record: Stored = _ADAPTERS[row.kind].validate_json(row.body)
    except ValidationError as error:
        raise StoreError(f"the row {row.key} holds no {row.kind}: {error.errors()[0]['msg']}") from error
    return record


def row_line(row: Row) -> str:
    """A row as one line of JSON, without its end."""
    return _ROW.dump_json(row).decode()


def read_row(line: str | bytes) -> Row:
    """The row of such a line. Raises StoreError for a line that is none."""
    try:
        return _ROW.validate_json(line)
    except ValidationError as error:
        raise StoreError(f"not a row: {error.errors()[0]['msg']}") from error


def _moment(record: Raised | Ended | TrackPath | CoverageSpan) -> int:
    if isinstance(record, TrackPath):
        return record.points[-1][0]
    return record.to_at if isinstance(record, CoverageSpan) else record.at


def _key(record: Raised | Ended | TrackPath | CoverageSpan) -> str:
    if isinstance(record, TrackPath):
        return f"track/{record.camera}/{record.run}/{record.track}"
    if isinstance(record, CoverageSpan):
        return f"coverage/{record.camera}/{record.run}/{record.from_at}-{record.to_at}"
    return f"{record.event_id}/{record.record}"
