"""Events against truth: which belong together, what was missed, what was said without cause."""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sharp_eyes.clock import SECOND
from sharp_eyes.scoring.truth import TOLERANCE_SECONDS, TruthEntry


class EventLine(BaseModel):
    """What scoring reads of a line of events; other keys are let pass."""

    model_config = ConfigDict(strict=True, frozen=True)

    event_id: str
    record: str
    camera: str
    rule: str
    type: str
    at: Annotated[int, Field(ge=0, lt=2**53)]
    offset_seconds: Annotated[float, Field(allow_inf_nan=False)] | None = None
    label: str
    direction: str | None = None


@dataclass(slots=True)
class Outcome:
    """The judgement of one kind of rule, or of all."""

    matched: list[tuple[EventLine, TruthEntry]] = field(default_factory=list)
    missed: list[TruthEntry] = field(default_factory=list)
    extra: list[EventLine] = field(default_factory=list)
    silence_broken: int = 0  # how many of `extra` fell into a stretch that had to be silent

    @property
    def precision(self) -> float:
        """The share of events that were right; 1 where none was raised."""
        said = len(self.matched) + len(self.extra)
        return len(self.matched) / said if said else 1.0

    @property
    def recall(self) -> float:
        """The share of the truth that was noticed; 1 where there was nothing to notice."""
        wanted = len(self.matched) + len(self.missed)
        return len(self.matched) / wanted if wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Score:
    """The outcome per type of event, and how many events nobody has a truth for."""

    by_type: dict[str, Outcome]
    unjudged: int

    @property
    def total(self) -> Outcome:
        """All types together."""
        outcomes = self.by_type.values()
        return Outcome(
            matched=[pair for outcome in outcomes for pair in outcome.matched],
            missed=[entry for outcome in outcomes for entry in outcome.missed],
            extra=[event for outcome in outcomes for event in outcome.extra],
            silence_broken=sum(outcome.silence_broken for outcome in outcomes),
        )


def score(events: Sequence[EventLine], truth: Sequence[TruthEntry], tolerance: float | None = None) -> Score:
    """Judge the raised records among `events`; `tolerance` (seconds) overrides the truth's own.

    Only (camera, type, rule) that the truth speaks of are judged. The match is one to one and as
    large as possible.
    """
    raised = {event.event_id: event for event in events if event.record == "raised"}
    spoken_of = {(entry.camera, entry.type, entry.rule) for entry in truth}
    judged = [
        event
        for event in raised.values()
        if not spoken_of.isdisjoint(
            {(event.camera, event.type, event.rule), (event.camera, event.type, None)}
        )
    ]
    by_type = {
        kind: _outcome(
            [event for event in judged if event.type == kind],
            [entry for entry in truth if entry.type == kind],
            tolerance,
        )
        for kind in sorted({entry.type for entry in truth})
    }
    return Score(by_type, unjudged=len(raised) - len(judged))


def _outcome(events: list[EventLine], truth: list[TruthEntry], tolerance: float | None) -> Outcome:
    wanted = [entry for entry in truth if not entry.must_be_silent]
    silent = [entry for entry in truth if entry.must_be_silent]
    pairs = _largest_match(events, wanted, tolerance)
    outcome = Outcome(matched=[(events[e], wanted[t]) for t, e in sorted(pairs.items())])
    outcome.missed = [entry for t, entry in enumerate(wanted) if t not in pairs]
    taken = set(pairs.values())
    outcome.extra = [event for e, event in enumerate(events) if e not in taken]
    outcome.silence_broken = sum(any(_within(entry, event) for entry in silent) for event in outcome.extra)
    return outcome


def _largest_match(
    events: list[EventLine], truth: list[TruthEntry], tolerance: float | None
) -> dict[int, int]:
    """A maximum bipartite matching, truth → event, by augmenting paths (Kuhn), nearest first."""
    nearby = _Nearby(events, tolerance)
    pairs: dict[int, int] = {}
    owner: dict[int, int] = {}
    hopeless: set[int] = set()
    for t in range(len(truth)):
        if len(hopeless) == len(events):
            break
        _place(t, lambda asking: nearby.of(truth[asking]), pairs, owner, hopeless, len(events))
    return pairs


def _place(
    t: int,
    near: Callable[[int], Iterator[int]],
    pairs: dict[int, int],
    owner: dict[int, int],
    hopeless: set[int],
    total: int,
) -> None:
    """Find an event for truth `t`, breadth first; those on the way move on to their next event.

    What a search in vain has seen leads to no free event later either: it goes to `hopeless`.
    """
    asked_by: dict[int, int] = {}
    waiting = deque([t])
    while waiting:
        asking = waiting.popleft()
        for e in near(asking):
            if e in asked_by or e in hopeless:
                continue
            asked_by[e] = asking
            if e not in owner:
                _move(e, asked_by, pairs, owner)
                return
            waiting.append(owner[e])
        if len(asked_by) + len(hopeless) == total:
            break  # there is nobody left to ask
    hopeless.update(asked_by)


def _move(free: int, asked_by: dict[int, int], pairs: dict[int, int], owner: dict[int, int]) -> None:
    """Hand the free event to who asked for it, and his own to who asked for that, back to the first."""
    event: int | None = free
    while event is not None:
        asking = asked_by[event]
        before = pairs.get(asking)
        pairs[asking], owner[event] = event, asking
        event = before


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
        allowed = self._allowed(entry)
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

    def _allowed(self, entry: TruthEntry) -> float:
        own = TOLERANCE_SECONDS if entry.tolerance_seconds is None else entry.tolerance_seconds
        return own if self._tolerance is None else self._tolerance

    def _timeline(self, entry: TruthEntry) -> tuple[list[float], list[int]]:
        """The times of the events that the entry binds, in order, and their places."""
        sort = (entry.camera, entry.type, entry.rule, entry.direction, entry.label, entry.absolute)
        if sort not in self._bound:
            of_camera = self._cameras.get(entry.camera, [])
            bound = sorted(
                (_time(entry, self._events[e]), e) for e in of_camera if _binds(entry, self._events[e])
            )
            self._bound[sort] = ([at for at, _ in bound], [e for _, e in bound])
        return self._bound[sort]


def _within(entry: TruthEntry, event: EventLine) -> bool:
    return _binds(entry, event) and entry.starts_at <= _time(entry, event) <= entry.ends_at


def _time(entry: TruthEntry, event: EventLine) -> float:
    """The event's time as the truth counts: of the clip, or of UTC."""
    if entry.absolute or event.offset_seconds is None:
        return event.at / SECOND
    return event.offset_seconds
