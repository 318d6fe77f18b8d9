"""The frozen nouns of the farm: what is seen, and what is said about it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from sharp_eyes.geometry import Point, Side, Xyxy, foot


@dataclass(frozen=True, slots=True)
class Detection:
    """One object in one frame: what a detector says. `xyxy` in fractions of the picture."""

    label: str
    confidence: float
    xyxy: Xyxy


@dataclass(frozen=True, slots=True)
class TrackedObject:
    """The same object over the frames of one camera within one run.

    `track` is its number within (camera, run); `xyxy` the box it was detected at; `hidden_below` by how
    much of the picture's height its feet are below that box, where something hides them.
    """

    track: int
    label: str
    confidence: float
    xyxy: Xyxy
    hidden_below: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of one analysed frame: the input of every rule.

    `looked` is False where the gate was closed: nothing moved, nobody looked, and the absence of
    an object says nothing. `at` is microseconds UTC.
    """

    at: int
    objects: tuple[TrackedObject, ...] = ()
    looked: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule consumed: one object at one moment; as in `TrackedObject`."""

    at: int
    track: int
    label: str
    confidence: float
    xyxy: Xyxy
    hidden_below: float = 0.0

    @property
    def foot(self) -> Point:
        """Where it stands: the reference point of every rule."""
        return foot(self.xyxy, self.hidden_below)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule fired: its thresholds and all it consumed since its state was empty.

    Enough to recompute the event: the same rule fed with `observations` raises it again.
    """

    thresholds: tuple[tuple[str, float | str], ...]
    observations: tuple[Observation, ...]


# What evidence an event asks for; without a clip or a snapshot it still has its reason.
EvidenceWish = Literal["clip", "snapshot", "none"]

# Further facts of an event or of its evidence: what a health monitor measured, how a clip was made.
Notes = tuple[tuple[str, str | int | float | bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An event begins to exist: a rule or a health monitor fired at `at` (microseconds UTC).

    `severity` 1 is most urgent, 4 least; `place` is the name of the zone or line; `direction` is set
    by rules that count directions; `model` names what saw it: name, version and hash; `evidence` is
    what is to follow. An event about the camera itself has no object: no label, track, confidence, box.
    """

    event_id: str
    camera: str
    division: str
    rule: str
    rule_revision: str
    type: str
    at: int
    severity: int
    run: str
    label: str = ""
    track: int | None = None
    confidence: float | None = None
    xyxy: Xyxy | None = None
    place: str = ""
    reason: Reason = Reason((), ())
    direction: Side | None = None
    model: str = ""
    evidence: EvidenceWish = "none"
    notes: Notes = ()

    record: ClassVar[Literal["raised"]] = "raised"


# Why an event ended: it left; nobody saw it any more; its rule went off duty; the run ended; what was
# wrong with the camera is over.
Ending = Literal["left", "lost", "off_schedule", "run_ended", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The event with this id is over; `at` is the last moment at which its condition held."""

    event_id: str
    camera: str
    division: str
    rule: str
    rule_revision: str
    type: str
    at: int
    severity: int
    run: str
    because: Ending
    label: str = ""
    track: int | None = None
    xyxy: Xyxy | None = None

    record: ClassVar[Literal["ended"]] = "ended"


EventRecord = Raised | Ended

EvidenceKind = Literal["clip", "snapshot", "boxes", "reason"]

# Why evidence is not there: its packets outgrew the ring; none came in time; none of them decoded;
# there was no room to write it; its worker died with the packets; what was written is damaged or gone.
Loss = Literal["gop_too_long", "no_packets", "undecodable", "not_written", "worker_died", "damaged"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A body that belongs to an event, stored under `key`, or lost with the reason.

    `sha256` and `bytes` are the body's; `first_frame_at` (microseconds UTC) is when a clip's first
    presented frame, or a snapshot, was taken.
    """

    event_id: str
    kind: EvidenceKind
    state: Literal["stored", "lost"]
    key: str = ""
    sha256: str = ""
    bytes: int = 0
    first_frame_at: int | None = None
    because: Loss | None = None
    notes: Notes = ()

    record: ClassVar[Literal["evidence"]] = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPath:
    """Where one object went: its feet in fractions of the picture, at most one point a second.

    `points` are (at, x, y); `confidence` is the highest it was seen with.
    """

    camera: str
    division: str
    run: str
    track: int
    label: str
    confidence: float
    points: tuple[tuple[int, float, float], ...]

    record: ClassVar[Literal["track"]] = "track"


Watching = Literal["analysed", "shed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSpan:
    """A stretch in which a camera was analysed, or less than asked for; the rest of time it was lost.

    From `from_at` up to but not including `to_at`, microseconds UTC, both within one UTC day.
    """

    camera: str
    division: str
    run: str
    from_at: int
    to_at: int
    watching: Watching

    record: ClassVar[Literal["coverage"]] = "coverage"
