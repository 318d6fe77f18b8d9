"""The frozen nouns of the farm: what is seen, and what is said about it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from sharp_eyes.geometry import Side, Xyxy


@dataclass(frozen=True, slots=True)
class Detection:
    """One object in one frame: what a detector says. `xyxy` in fractions of the picture."""

    label: str
    confidence: float
    xyxy: Xyxy


@dataclass(frozen=True, slots=True)
class TrackedObject:
    """The same object over the frames of one camera within one run.

    `track` is its number within (camera, run); `xyxy` the box it was detected at.
    """

    track: int
    label: str
    confidence: float
    xyxy: Xyxy


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
    """What a rule consumed: one object at one moment."""

    at: int
    track: int
    label: str
    confidence: float
    xyxy: Xyxy


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule fired: its thresholds and all it consumed since its state was empty.

    Enough to recompute the event: the same rule fed with `observations` raises it again.
    """

    thresholds: tuple[tuple[str, float | str], ...]
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """An event begins to exist: the rule fired at `at` (microseconds UTC).

    `severity` 1 is most urgent, 4 least; `place` is the name of the zone or line; `direction` is set
    by rules that count directions; `model` names what saw it: name, version and hash.
    """

    event_id: str
    camera: str
    division: str
    rule: str
    rule_revision: str
    type: str
    at: int
    label: str
    track: int
    confidence: float
    xyxy: Xyxy
    severity: int
    place: str
    run: str
    reason: Reason
    direction: Side | None = None
    model: str = ""

    record: ClassVar[Literal["raised"]] = "raised"


# Why an event ended: it left; nobody saw it any more; its rule went off duty; the run ended.
Ending = Literal["left", "lost", "off_schedule", "run_ended"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The event with this id is over; `at` is the last moment at which its condition held."""

    event_id: str
    camera: str
    division: str
    rule: str
    rule_revision: str
    type: str
    at: int
    label: str
    track: int
    xyxy: Xyxy
    severity: int
    run: str
    because: Ending

    record: ClassVar[Literal["ended"]] = "ended"


EventRecord = Raised | Ended

EvidenceKind = Literal["clip", "snapshot", "boxes", "reason"]

# Why evidence is not there: its packets outgrew the ring; none came in time; none of them decoded;
# there was no room to write it.
Loss = Literal["gop_too_long", "no_packets", "undecodable", "not_written"]


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
    notes: tuple[tuple[str, str | int | float | bool], ...] = ()

    record: ClassVar[Literal["evidence"]] = "evidence"
