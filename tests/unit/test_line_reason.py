"""A crossing's reason says it again, and what no path can do."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand_made.crossings import LEFT_TO_RIGHT, play, recomputed, rule, walk
from sharp_eyes.domain import Scene

# ── the reason ──


STORIES: dict[str, list[Scene]] = {
    "a plain crossing": walk(LEFT_TO_RIGHT),
    "there and back": walk([0.3] * 6 + [0.7] * 6 + [0.3] * 6),
    "jitter": walk([0.3] * 6 + [0.49, 0.51, 0.5, 0.52, 0.48] + [0.7] * 6),
    "a long stay and jitter": walk(
        [0.3] * 500 + [0.49, 0.51] * 20 + [0.3] * 300 + [0.51, 0.49, 0.52] + [0.7] * 6
    ),
    "a long stand on the line": walk([0.3] * 6 + [0.5] * 100 + [0.7] * 6),
    "a slow camera": walk([0.3, 0.3, 0.3, 0.7, 0.7], step=5.0),
    "faded long before": [*walk([0.3] * 3), *walk([0.3] * 50 + [0.7] * 9, start=0.3, confidence=0.1)],
    "around the end before": walk([(0.3, 0.1)] * 6 + [(0.7, 0.1)] * 6 + [(0.7, 0.5)] * 9 + [(0.3, 0.5)] * 9),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_reason_alone_raises_the_very_same_event(story: str) -> None:
    records = play(rule(min_confidence=0.5), STORIES[story])
    assert records
    for record in records:
        assert recomputed(record, rule(min_confidence=0.5)) == [record]


def test_the_reason_does_not_grow_with_the_stay_before() -> None:
    (record,) = play(rule(), walk([0.3] * 1000 + [0.7] * 6))
    assert len(record.reason.observations) == 5 + 5


def test_a_second_crossing_has_its_own_reason() -> None:
    _, second = play(rule(), walk([0.3] * 6 + [0.7] * 6 + [0.3] * 6))
    assert all(seen.xyxy[0] > 0.5 for seen in second.reason.observations[:5])


def test_without_a_settling_time_each_reason_is_one_step() -> None:
    for record in play(rule(settle=0), walk([0.3, 0.7, 0.3, 0.3, 0.7])):
        assert len(record.reason.observations) == 2
        assert recomputed(record, rule(settle=0)) == [record]


# ── laws ──


STEPS = st.sampled_from([0.05, 0.1, 0.2, 0.5])
XS = st.sampled_from([0.3, 0.45, 0.49, 0.5, 0.51, 0.55, 0.7])
YS = st.sampled_from([0.1, 0.2, 0.5, 0.8, 0.9])


@given(
    st.lists(st.tuples(st.floats(0.07, 0.499), st.floats(0.2, 1.0), STEPS), max_size=40),
    st.booleans(),
    st.sampled_from([0.0, 0.2, 0.4]),
)
def test_whoever_keeps_to_one_side_never_raises(
    path: list[tuple[float, float, float]], mirrored: bool, settle: float
) -> None:
    judge, now = rule(settle=settle), 0.0
    for x, y, step in path:
        now += step
        assert play(judge, walk([(1 - x if mirrored else x, y)], start=now)) == []


@given(
    st.lists(st.tuples(XS, YS, STEPS), max_size=60),
    st.sampled_from([0.0, 0.2, 0.4]),
    st.sampled_from([0.0, 1.0]),
)
def test_nobody_crosses_more_often_than_he_changes_sides(
    path: list[tuple[float, float, float]], settle: float, cooldown: float
) -> None:
    judge, now, raised = rule(settle=settle, cooldown=cooldown), 0.0, []
    for x, y, step in path:
        now += step
        raised += play(judge, walk([(x, y)], start=now))
    sides = [x > 0.5 for x, _, _ in path if x != 0.5]
    assert len(raised) <= sum(a != b for a, b in pairwise(sides))
    assert {record.direction for record in raised} <= {"left", "right"}


@given(
    st.lists(st.tuples(XS, YS, STEPS, st.sampled_from([0.2, 0.9])), min_size=5, max_size=60),
    st.sampled_from([0.1, 0.2, 0.4]),
)
def test_whatever_the_path_each_reason_raises_its_own_event_again(
    path: list[tuple[float, float, float, float]], settle: float
) -> None:
    judge, now, raised = rule(settle=settle, min_confidence=0.5), 0.0, []
    for x, y, step, confidence in path:
        now += step
        raised += play(judge, walk([(x, y)], start=now, confidence=confidence))
    for record in raised:
        assert recomputed(record, rule(settle=settle, min_confidence=0.5)) == [record]
