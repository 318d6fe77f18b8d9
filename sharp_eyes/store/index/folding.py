"""Folds the records of an event into the event as it is shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from sharp_eyes.catalogue import HEALTH
from sharp_eyes.domain import Ended, Evidence, EvidenceKind, Raised
from sharp_eyes.store.index.entries import finite
from sharp_eyes.store.index.filters import within
from sharp_eyes.store.index.id_range import is_event_id
from sharp_eyes.store.index.queries import EventView, EvidenceView
from sharp_eyes.store.index.schema import PART_OF_EVIDENCE, kind_of_part, record
from sharp_eyes.store.index.scope import common_prefixes
from sharp_eyes.store.rows import Row, record_of

KINDS: tuple[EvidenceKind, ...] = tuple(PART_OF_EVIDENCE)


@dataclass(slots=True)
class _Parts:
    raised: Raised | None = None
    visible_at: int = 0
    ended: Ended | None = None
    evidence: dict[EvidenceKind, Evidence] = field(default_factory=dict)


def read_views(connection: Connection, ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
    """The events with these ids, in this order; without those that are none or of other divisions."""
    prefixes = common_prefixes(divisions, "")
    wanted_ids = [id_ for id_ in ids if is_event_id(id_)]
    if not wanted_ids or not prefixes:
        return []
    columns = (record.c.event_id, record.c.part, record.c.visible_at, record.c.body)
    wanted = select(*columns).where(record.c.event_id.in_(wanted_ids), within(record.c.division, prefixes))
    rows = connection.execute(wanted)
    return folded(
        wanted_ids, ((stored_row(id_, part, body), visible_at) for id_, part, visible_at, body in rows)
    )


def stored_row(event_id: str, part: int, body: str) -> Row:
    """As much of a record's row as tells what it says."""
    kind = kind_of_part(part)
    return Row(
        kind=kind, key=f"{event_id}/{kind}", event_id=event_id, camera="", division="", at=0, body=body
    )


def folded(ids: Sequence[str], rows: Iterable[tuple[Row, int]]) -> list[EventView]:
    """The events with these ids, in this order, from their rows and when those became visible.

    An event whose `raised` is not among the rows is left out. Raises StoreError for a damaged body.
    """
    parts: defaultdict[str, _Parts] = defaultdict(_Parts)
    for row, visible_at in rows:
        _sort_in(parts[row.event_id], row, visible_at)
    views = (_view(one.raised, one) for id_ in dict.fromkeys(ids) if (one := parts[id_]).raised)
    return list(views)


def _sort_in(parts: _Parts, row: Row, visible_at: int) -> None:
    said = record_of(row)
    if isinstance(said, Raised):
        parts.raised, parts.visible_at = said, visible_at
    elif isinstance(said, Ended):
        parts.ended = said
    elif isinstance(said, Evidence):
        parts.evidence[said.kind] = said


def _view(raised: Raised, parts: _Parts) -> EventView:
    return EventView(
        event_id=raised.event_id,
        camera=raised.camera,
        division=raised.division,
        rule=raised.rule,
        rule_revision=raised.rule_revision,
        type=raised.type,
        at=raised.at,
        severity=raised.severity,
        run=raised.run,
        label=raised.label,
        track=raised.track,
        confidence=finite(raised.confidence),
        xyxy=raised.xyxy,
        place=raised.place,
        direction=raised.direction,
        model=raised.model,
        notes=raised.notes,
        ended_at=parts.ended.at if parts.ended else None,
        ended_because=parts.ended.because if parts.ended else None,
        evidence=_evidence(raised, parts.evidence),
        visible_at=parts.visible_at,
    )


def expected(raised: Raised) -> set[EvidenceKind]:
    """The evidence that is to come: what it wished for, the boxes over it, and its reason.

    An event about the camera itself has no object, hence neither boxes nor a reason.
    """
    if raised.type in HEALTH:
        return set()
    if raised.evidence == "none":
        return {"reason"}
    return {raised.evidence, "boxes", "reason"}


def _evidence(raised: Raised, found: dict[EvidenceKind, Evidence]) -> tuple[EvidenceView, ...]:
    shown = expected(raised) | found.keys()
    return tuple(_evidence_view(kind, found.get(kind)) for kind in KINDS if kind in shown)


def _evidence_view(kind: EvidenceKind, evidence: Evidence | None) -> EvidenceView:
    if evidence is None:
        return EvidenceView(kind=kind, state="pending")
    return EvidenceView(
        kind=kind,
        state=evidence.state,
        key=evidence.key,
        sha256=evidence.sha256,
        bytes=evidence.bytes,
        first_frame_at=evidence.first_frame_at,
        because=evidence.because,
        notes=evidence.notes,
    )
