"""Events against truth: which belong together, what was missed, what was said without cause."""

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sharp_eyes import catalogue
from sharp_eyes.clock import SECOND
from sharp_eyes.scoring.delay import Delay, delay_of
from sharp_eyes.scoring.f_score import f_score
from sharp_eyes.scoring.false_rate import SECONDS_OF_A_DAY, FalseRate
from sharp_eyes.scoring.pairing import largest_match
from sharp_eyes.scoring.truth import TOLERANCE_SECONDS, TruthEntry

Finite = Annotated[float, Field(allow_inf_nan=False)]
Watched = tuple[str, str]  # a camera and a type of event that it has a rule for


class EventLine(BaseModel):
    """What scoring reads of a line of events; other keys are let pass.

    `xyxy` is the object's box in fractions of the picture: it is shown, and may be too small to be judged.
    `actor` is its identity in the truth, where somebody knows: an evaluation looks it up.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    event_id: str
    record: str
    camera: str
    rule: str
    type: str
    at: Annotated[int, Field(ge=0, lt=2**53)]
    offset_seconds: Finite | None = None
    label: str
    direction: str | None = None
    xyxy: Annotated[list[Finite], Field(min_length=4, max_length=4)] | None = None
    actor: int | str | None = None

    def seconds(self, *, absolute: bool) -> float:
        """Its time in seconds of UTC, or of the clip: those of UTC too where the clip's are not known."""
        if absolute or self.offset_seconds is None:
            return self.at / SECOND
        return self.offset_seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judgement of one kind of rule, or of all."""

    matched: list[tuple[EventLine, TruthEntry]] = field(default_factory=list)
    missed: list[TruthEntry] = field(default_factory=list)
    extra: list[EventLine] = field(default_factory=list)
    kept: list[TruthEntry] = field(default_factory=list)  # stretches that had to be silent, and were
    broken: list[TruthEntry] = field(default_factory=list)  # those into which an extra event fell
    silence_broken: int = 0  # how many of `extra` fell into such a stretch
    camera_seconds: float | None = None  # observed, over all cameras that were judged; None: not known

    @property
    def due(self) -> int:
        """How many events were due."""
        return len(self.matched) + len(self.missed)

    @property
    def precision(self) -> float:
        """The share of events that were right; 1 where none was raised."""
        said = len(self.matched) + len(self.extra)
        return len(self.matched) / said if said else 1.0

    @property
    def recall(self) -> float:
        """The share of the truth that was noticed; 1 where there was nothing to notice."""
        return len(self.matched) / self.due if self.due else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return self.f1_at(1.0)

    def f1_at(self, alpha: float) -> float:
        """F1 with this recall bias."""
        return f_score(self.precision, self.recall, alpha)

    @property
    def delay(self) -> Delay | None:
        """The time to event of those that were matched; None where none was."""
        return delay_of([delay_seconds(event, entry) for event, entry in self.matched])

    @property
    def false_rate(self) -> FalseRate | None:
        """How often something false is said; None where nobody knows how long was observed."""
        if not self.camera_seconds:
            return None
        return FalseRate(len(self.extra), self.camera_seconds / SECONDS_OF_A_DAY)


@dataclass(frozen=True, slots=True)
class NoRuleYet:
    """What truth and events say of a type for which no rule is built: told, but not judged."""

    truth: list[TruthEntry] = field(default_factory=list)
    events: list[EventLine] = field(default_factory=list)

    @property
    def due(self) -> int:
        """How many events will be due once there is a rule."""
        return sum(not entry.must_be_silent for entry in self.truth)


@dataclass(frozen=True, slots=True)
class Score:
    """The outcome per type of event; what awaits its rule; how many events nobody has a truth for.

    `camera_seconds` as in `Outcome`, of all types together: a camera that is judged for two types
    was observed once.
    """

    by_type: dict[str, Outcome]
    unjudged: int
    no_rule_yet: dict[str, NoRuleYet] = field(default_factory=dict)
    camera_seconds: float | None = None

    @property
    def total(self) -> Outcome:
        """All types together."""
        return _together(self.by_type.values(), self.camera_seconds)


def score(
    events: Sequence[EventLine],
    truth: Sequence[TruthEntry],
    tolerance: float | None = None,
    observed_seconds: float | None = None,
    watched: Iterable[Watched] = (),
) -> Score:
    """Judge the raised records among `events`; `tolerance` (seconds) overrides the truth's own.

    Only (camera, type, rule) that the truth speaks of are judged, and what is `watched`: there the
    truth is complete, and silent where nothing happens. The match is one to one and as large as
    possible. `observed_seconds` is how long each camera was observed.
    """
    raised = {event.event_id: event for event in events if event.record == "raised"}
    spoken_of = {(entry.camera, entry.type, entry.rule) for entry in truth}
    spoken_of |= {(camera, kind, None) for camera, kind in watched}
    judged = [
        event
        for event in raised.values()
        if not spoken_of.isdisjoint(
            {(event.camera, event.type, event.rule), (event.camera, event.type, None)}
        )
    ]
    by_type: dict[str, Outcome] = {}
    no_rule_yet: dict[str, NoRuleYet] = {}
    for kind in sorted({kind for _, kind, _ in spoken_of}):
        said = [event for event in judged if event.type == kind]
        true = [entry for entry in truth if entry.type == kind]
        if kind in catalogue.TO_COME:
            no_rule_yet[kind] = NoRuleYet(true, said)
        else:
            cameras = {camera for camera, of, _ in spoken_of if of == kind}
            by_type[kind] = _outcome(said, true, tolerance, _camera_seconds(cameras, observed_seconds))
    cameras = {camera for camera, kind, _ in spoken_of if kind in by_type}
    unjudged = len(raised) - len(judged)
    return Score(by_type, unjudged, no_rule_yet, _camera_seconds(cameras, observed_seconds))


def joined(scores: Sequence[Score]) -> Score:
    """The scores of several clips as one: all that was observed, and known only where all of it is."""
    outcomes: dict[str, list[Outcome]] = {}
    awaiting: dict[str, list[NoRuleYet]] = {}
    for one in scores:
        for kind, outcome in one.by_type.items():
            outcomes.setdefault(kind, []).append(outcome)
        for kind, waiting in one.no_rule_yet.items():
            awaiting.setdefault(kind, []).append(waiting)
    return Score(
        by_type={
            kind: _together(several, _sum([outcome.camera_seconds for outcome in several]))
            for kind, several in sorted(outcomes.items())
        },
        unjudged=sum(one.unjudged for one in scores),
        no_rule_yet={
            kind: NoRuleYet(
                truth=[entry for waiting in several for entry in waiting.truth],
                events=[event for waiting in several for event in waiting.events],
            )
            for kind, several in sorted(awaiting.items())
        },
        camera_seconds=_sum([one.camera_seconds for one in scores]),
    )


def delay_seconds(event: EventLine, entry: TruthEntry) -> float:
    """Seconds from when the event was due to when it came, to the microsecond; negative: too early."""
    return round(event.seconds(absolute=entry.absolute) - entry.starts_at, 6)


def allowed_seconds(entry: TruthEntry, tolerance: float | None) -> float:
    """How far from its due time an event still counts, either way: as given, else the entry's own."""
    own = TOLERANCE_SECONDS if entry.tolerance_seconds is None else entry.tolerance_seconds
    return own if tolerance is None else tolerance


def _together(outcomes: Iterable[Outcome], camera_seconds: float | None) -> Outcome:
    several = list(outcomes)
    return Outcome(
        matched=[pair for outcome in several for pair in outcome.matched],
        missed=[entry for outcome in several for entry in outcome.missed],
        extra=[event for outcome in several for event in outcome.extra],
        kept=[entry for outcome in several for entry in outcome.kept],
        broken=[entry for outcome in several for entry in outcome.broken],
        silence_broken=sum(outcome.silence_broken for outcome in several),
        camera_seconds=camera_seconds,
    )


def _sum(seconds: Sequence[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return math.fsum(known) if len(known) == len(seconds) else None


def _camera_seconds(cameras: Collection[str], observed_seconds: float | None) -> float | None:
    """How long these cameras were observed, all together."""
    return None if observed_seconds is None else observed_seconds * len(cameras)


def _outcome(
    events: list[EventLine],
    truth: list[TruthEntry],
    tolerance: float | None,
    camera_seconds: float | None,
) -> Outcome:
    wanted = [entry for entry in truth if not entry.must_be_silent]
    silent = [entry for entry in truth if entry.must_be_silent]
    nearby = _Nearby(events, tolerance)
    pairs = largest_match(len(wanted), len(events), lambda t: nearby.of(wanted[t]))
    taken = set(pairs.values())
    extra = [event for e, event in enumerate(events) if e not in taken]
    broken = [any(falls_within(entry, event) for event in extra) for entry in silent]
    return Outcome(
        matched=[(events[e], wanted[t]) for t, e in sorted(pairs.items())],
        missed=[entry for t, entry in enumerate(wanted) if t not in pairs],
        extra=extra,
        kept=[entry for entry, was in zip(silent, broken, strict=True) if not was],
        broken=[entry for entry, was in zip(silent, broken, strict=True) if was],
        silence_broken=sum(any(falls_within(entry, event) for entry in silent) for event in extra),
        camera_seconds=camera_seconds,
    )


def _speaks_of(entry: TruthEntry, event: EventLine) -> bool:
    return (entry.camera, entry.type) == (event.camera, event.type) and entry.rule in {None, event.rule}


def _binds(entry: TruthEntry, event: EventLine) -> bool:
    """Whether the entry is about this event, whenever it came: also its direction and label."""
    same_direction = entry.direction in {None, event.direction}
    return _speaks_of(entry, event) and same_direction and entry.label in {None, event.label}


class _Nearby:
    """Finds the events that fit an entry: those that it binds, sorted by time once, then by bisection."""

    def __init__(self, events: list[EventLine], tolerance: float | None) -> None:
        self._events = events
        self._tolerance = tolerance
        self._cameras: dict[str, list[int]] = {}
        for e, event in enumerate(events):
            self._cameras.setdefault(event.camera, []).append(e)
        self._bound: dict[object, tuple[list[float], list[int]]] = {}

    def of(self, entry: TruthEntry) -> Iterator[int]:
        """The places of the events within the entry's tolerance, nearest first."""
        times, places = self._timeline(entry)
        due = entry.starts_at
        right = bisect_left(times, due)
        left = right - 1
        allowed = allowed_seconds(entry, self._tolerance)
        while True:
            before = round(due - times[left], 6) if left >= 0 else math.inf
            after = round(times[right] - due, 6) if right < len(times) else math.inf
            if min(before, after) > allowed or min(before, after) == math.inf:
                return
            if before < after:
                yield places[left]
                left -= 1
            else:
                yield places[right]
                right += 1

    def _timeline(self, entry: TruthEntry) -> tuple[list[float], list[int]]:
        """The times of the events that the entry binds, in order, and their places."""
        sort = (entry.camera, entry.type, entry.rule, entry.direction, entry.label, entry.absolute)
        if sort not in self._bound:
            of_camera = self._cameras.get(entry.camera, [])
            bound = sorted(
                (self._events[e].seconds(absolute=entry.absolute), e)
                for e in of_camera
                if _binds(entry, self._events[e])
            )
            self._bound[sort] = ([at for at, _ in bound], [e for _, e in bound])
        return self._bound[sort]


def falls_within(entry: TruthEntry, event: EventLine) -> bool:
    """Whether an event that the entry is about came between its start and its end.

    One of whom it is known that he is none of the entry's objects is not what the entry is about.
    """
    objects = {str(one) for one in entry.objects or ()}
    if event.actor is not None and objects and str(event.actor) not in objects:
        return False
    return _binds(entry, event) and entry.starts_at <= event.seconds(absolute=entry.absolute) <= entry.ends_at
