"""At a line feet count where they are, also while something hides them."""

from dataclasses import replace

from hand_made.crossings import LEFT_TO_RIGHT, Place, facts, play, recomputed, rule, walk, walker
from sharp_eyes.clock import REPLAY_EPOCH, microseconds
from sharp_eyes.domain import Scene, TrackedObject
from sharp_eyes.geometry import Segment
from sharp_eyes.rules.line import LineRule
from sharp_eyes.rules.rule import Author
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec


def wading(place: Place, hidden: float) -> TrackedObject:
    """Somebody of whom so much is hidden from below, and whose feet are at this place."""
    x, y = place
    return replace(walker((x, y - hidden), height=0.2 - hidden), hidden_below=hidden)


def along(*feet: tuple[float, float]) -> list[Scene]:
    """Scenes of somebody beside a level line at 0.5: (where his feet are, how much is hidden)."""
    return [
        Scene(REPLAY_EPOCH + microseconds(0.1 * i), (wading((0.5, y), hidden),))
        for i, (y, hidden) in enumerate(feet)
    ]


def level() -> LineRule:
    settings = LineSettings(Line("kerb", Segment((0.1, 0.5), (0.9, 0.5))), frozenset({"left", "right"}))
    spec = RuleSpec("kerb", "line", settings, frozenset({"person"}), 3, "none", cooldown_seconds=0.0)
    return LineRule(Author("cam-1", 7, "330802", "run-1", spec, "rev-1"), settings)


def test_who_is_hidden_from_below_crosses_nothing_with_the_end_of_his_box() -> None:
    hidden = along(*[(0.55, 0.0)] * 6, *[(0.55, 0.1)] * 10, *[(0.55, 0.0)] * 6)
    assert play(level(), hidden) == []
    believed = [
        Scene(one.at, tuple(replace(seen, hidden_below=0.0) for seen in one.objects)) for one in hidden
    ]
    assert [direction for _, direction in facts(play(level(), believed))] == ["left", "right"]


def test_who_crosses_while_hidden_is_said_to_and_his_reason_says_it_again() -> None:
    (record,) = play(level(), along(*[(0.55, 0.08)] * 6, *[(0.45, 0.08)] * 6))
    assert facts([record]) == [(0.6, "left")]
    assert recomputed(record, level()) == [record]


def test_what_is_hidden_counts_for_the_height() -> None:
    judge = rule(min_height=0.15)
    scenes = [
        replace(one, objects=tuple(wading((x, 0.5), 0.1) for _ in one.objects))
        for one, x in zip(walk(LEFT_TO_RIGHT), LEFT_TO_RIGHT, strict=True)
    ]
    assert len(play(judge, scenes)) == 1
