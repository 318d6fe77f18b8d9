"""Somebody at a gate, look by look, and what a rule about a line says of it."""

from collections.abc import Iterable

from sharp_eyes.clock import REPLAY_EPOCH, microseconds
from sharp_eyes.domain import EventRecord, Raised, Scene, TrackedObject
from sharp_eyes.geometry import Segment, Side
from sharp_eyes.rules.line import LineRule
from sharp_eyes.rules.rule import Author
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec

# Drawn downwards: the picture's left (x < 0.5) is the walker's right.
GATE = Line("gate", Segment((0.5, 0.2), (0.5, 0.8)))
Place = tuple[float, float]


def rule(
    *,
    directions: Iterable[Side] = ("left", "right"),
    settle: float = 0.4,
    cooldown: float = 0.0,
    min_confidence: float = 0.0,
    min_height: float = 0.0,
) -> LineRule:
    settings = LineSettings(GATE, frozenset(directions), settle)
    spec = RuleSpec(
        name="through-the-gate",
        kind="line",
        settings=settings,
        labels=frozenset({"person", "car"}),
        severity=4,
        evidence="none",
        min_confidence=min_confidence,
        min_height=min_height,
        cooldown_seconds=cooldown,
    )
    return LineRule(Author("cam-1", 7, "330802", "run-1", spec, "rev-1"), settings)


def walker(
    place: Place, track: int = 1, *, confidence: float = 0.9, label: str = "person", height: float = 0.2
) -> TrackedObject:
    """Somebody whose feet are at this place."""
    x, y = place
    return TrackedObject(track, label, confidence, (x - 0.0625, y - height, x + 0.0625, y))


def walk(
    places: Iterable[Place | float],
    *,
    start: float = 0.0,
    step: float = 0.1,
    track: int = 1,
    confidence: float = 0.9,
) -> list[Scene]:
    """One scene per place; a number is an x at half height."""
    points = [(place, 0.5) if isinstance(place, float) else place for place in places]
    return [
        Scene(REPLAY_EPOCH + microseconds(start + i * step), (walker(point, track, confidence=confidence),))
        for i, point in enumerate(points)
    ]


def play(judge: LineRule, *parts: list[Scene]) -> list[Raised]:
    records: list[EventRecord] = [record for part in parts for one in part for record in judge.step(one)]
    assert all(isinstance(record, Raised) for record in records)  # a crossing is a moment: nothing ends
    return [record for record in records if isinstance(record, Raised)]


def facts(records: list[Raised]) -> list[tuple[float, Side | None]]:
    return [(round((record.at - REPLAY_EPOCH) / 1e6, 6), record.direction) for record in records]


def recomputed(record: Raised, fresh: LineRule) -> list[Raised]:
    """What a fresh rule says that is fed with the reason alone."""
    scenes = [
        Scene(
            seen.at, (TrackedObject(seen.track, seen.label, seen.confidence, seen.xyxy, seen.hidden_below),)
        )
        for seen in record.reason.observations
    ]
    return play(fresh, scenes)


LEFT_TO_RIGHT = [0.3] * 6 + [0.7] * 6  # of the picture
