"""Events as they are answered: over HTTP and in the live feed, the same."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from api.directory import CameraDirectory
from api.parameters import Moment
from api.schemas.coverage import CoverageSummary
from sharp_eyes.store.index.queries import Count, EventView, EvidenceView

Fact = str | int | float | bool


class EvidenceAnswer(BaseModel):
    """Evidence of an event. `href` is where it lies, once it is stored; `because` says why it is lost."""

    kind: Literal["clip", "snapshot", "boxes", "reason"]
    state: Literal["stored", "lost", "pending"]
    href: str | None
    sha256: str | None
    bytes: int | None
    first_frame_at: Moment | None
    because: str | None
    notes: dict[str, Fact]


class EventEnd(BaseModel):
    """When the event's condition held last, and why it no longer does."""

    at: Moment
    because: str


class EventAnswer(BaseModel):
    """One event. `xyxy` are fractions of the picture; `severity` 1 is most urgent, 4 least."""

    event_id: str
    at: Moment
    camera: str
    camera_name: dict[str, str]
    division: str
    type: str
    label: str
    severity: int
    confidence: float | None
    xyxy: tuple[float, float, float, float] | None
    place: str
    direction: str | None
    track: int | None
    run: str
    rule: str
    rule_revision: str
    model: str
    notes: dict[str, Fact]
    ended: EventEnd | None
    evidence: list[EvidenceAnswer]
    visible_at: Moment


class EventsAnswer(BaseModel):
    """A page of events, newest first. `next` is the cursor of the page after it.

    Before `complete_until` nothing more will become visible; None where no node is alive to say so.
    """

    events: list[EventAnswer]
    next: str | None
    complete_until: Moment | None
    coverage: CoverageSummary


class CountAnswer(BaseModel):
    """How many events began in the hour or day from `start_at`."""

    start_at: Moment
    division: str | None
    camera: str | None
    type: str
    label: str | None
    count: int


class CountsAnswer(BaseModel):
    """Counts of events, oldest first."""

    by: Literal["hour", "day"]
    counts: list[CountAnswer]
    complete_until: Moment | None
    coverage: CoverageSummary


def event_answer(view: EventView, directory: CameraDirectory) -> EventAnswer:
    """The event as it is answered, with its camera's name."""
    camera = directory.remembered(view.camera)
    ended = None
    if view.ended_at is not None:
        ended = EventEnd(at=view.ended_at, because=view.ended_because or "")
    return EventAnswer(
        event_id=view.event_id,
        at=view.at,
        camera=view.camera,
        camera_name=dict(camera.name) if camera else {"en": view.camera},
        division=view.division,
        type=view.type,
        label=view.label or "",
        severity=view.severity,
        confidence=view.confidence,
        xyxy=view.xyxy,
        place=view.place or "",
        direction=view.direction,
        track=view.track,
        run=view.run,
        rule=view.rule,
        rule_revision=view.rule_revision,
        model=view.model or "",
        notes=dict(view.notes),
        ended=ended,
        evidence=[evidence_answer(view.event_id, one) for one in view.evidence],
        visible_at=view.visible_at,
    )


def evidence_answer(event_id: str, evidence: EvidenceView) -> EvidenceAnswer:
    """The evidence as it is answered; never where the object storage keeps it."""
    stored = evidence.state == "stored"
    return EvidenceAnswer(
        kind=evidence.kind,
        state=evidence.state,
        href=f"/api/v1/events/{event_id}/{evidence.kind}" if stored else None,
        sha256=evidence.sha256 or None,
        bytes=evidence.bytes if stored else None,
        first_frame_at=evidence.first_frame_at,
        because=evidence.because,
        notes=dict(evidence.notes),
    )


def count_answers(counts: Sequence[Count]) -> list[CountAnswer]:
    """The counts as they are answered."""
    return [
        CountAnswer(
            start_at=one.start_at,
            division=one.division,
            camera=one.camera,
            type=one.type,
            label=one.label,
            count=one.count,
        )
        for one in counts
    ]
