"""Somebody in a yard, look by look, and what a rule about stays says of it."""

from collections.abc import Iterable
from typing import Literal

import pytest

from sharp_eyes.clock import REPLAY_EPOCH, microseconds
from sharp_eyes.domain import Ended, EventRecord, Raised, Scene, TrackedObject
from sharp_eyes.geometry import Polygon
from sharp_eyes.rules.rule import Author
from sharp_eyes.rules.spec import RuleSpec, StaySettings, Zone
from sharp_eyes.rules.stay import StayRule

YARD = Zone("yard", Polygon(((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))))
INSIDE, OUTSIDE = (0.5, 0.5), (0.9, 0.5)


def rule(
    dwell: float = 2.0,
    *,
    grace: float = 3.0,
    lost: float = 6.0,
    zone: Zone = YARD,
    kind: Literal["intrusion", "loitering"] = "intrusion",
    cooldown: float = 60.0,
    min_confidence: float = 0.0,
    min_height: float = 0.0,
    severity: int = 2,
    labels: frozenset[str] = frozenset({"person"}),
) -> StayRule:
    settings = StaySettings(zone, dwell, grace, lost)
    spec = RuleSpec(
        name="yard-at-night",
        kind=kind,
        settings=settings,
        labels=labels,
        severity=severity,
        evidence="clip",
        min_confidence=min_confidence,
        min_height=min_height,
        cooldown_seconds=cooldown,
    )
    return StayRule(Author("cam-1", 7, "330802", "run-1", spec, "rev-1"), settings)


def person(
    track: int = 1,
    at: tuple[float, float] = INSIDE,
    *,
    confidence: float = 0.9,
    width: float = 0.1,
    height: float = 0.3,
    label: str = "person",
) -> TrackedObject:
    """Somebody whose feet are at this place."""
    x, y = at
    return TrackedObject(track, label, confidence, (x - width / 2, y - height, x + width / 2, y))


def time(seconds: float) -> int:
    return REPLAY_EPOCH + microseconds(seconds)


def scene(seconds: float, *objects: TrackedObject, looked: bool = True) -> Scene:
    return Scene(time(seconds), objects, looked)


def every(step: float, start: float, stop: float, *objects: TrackedObject) -> list[Scene]:
    """Scenes of these objects from `start` to `stop`, both included."""
    return [scene(start + i * step, *objects) for i in range(round((stop - start) / step) + 1)]


def play(judge: StayRule, *parts: Scene | list[Scene]) -> list[EventRecord]:
    scenes = [one for part in parts for one in ([part] if isinstance(part, Scene) else part)]
    return [record for one in scenes for record in judge.step(one)]


def raised(records: Iterable[EventRecord]) -> list[Raised]:
    return [record for record in records if isinstance(record, Raised)]


def ended(records: Iterable[EventRecord]) -> list[Ended]:
    return [record for record in records if isinstance(record, Ended)]


def seconds(record: EventRecord) -> float:
    return (record.at - REPLAY_EPOCH) / 1e6


def recomputed(record: Raised, fresh: StayRule) -> list[Raised]:
    """What a fresh rule says that is fed with the reason alone."""
    scenes = [
        Scene(
            seen.at, (TrackedObject(seen.track, seen.label, seen.confidence, seen.xyxy, seen.hidden_below),)
        )
        for seen in record.reason.observations
    ]
    return raised(play(fresh, scenes))


def switched(new: TrackedObject, *, at: float = 1.5, old: TrackedObject | None = None) -> list[Scene]:
    """Track 1 is seen until 1.0 s, another from `at` on."""
    return [*every(0.1, 0, 1, old or person(1)), *every(0.1, at, at + 6, new)]


def first(records: list[EventRecord]) -> tuple[int, float]:
    record = raised(records)[0]
    return record.track, pytest.approx(seconds(record))


FADES_IN_THE_COOL_DOWN = [
    *every(0.2, 0, 5, person()),
    *every(0.2, 5.2, 9, person(at=OUTSIDE)),
    *every(0.2, 9.2, 20, person()),
    *every(0.2, 20.2, 80, person(confidence=0.1)),
    *every(0.2, 80.2, 90, person()),
]
