"""The reason of a stay tells all: fed with it alone, a fresh rule says the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand_made.stays import (
    FADES_IN_THE_COOL_DOWN,
    OUTSIDE,
    ended,
    every,
    person,
    play,
    raised,
    recomputed,
    rule,
    scene,
    switched,
    time,
)
from sharp_eyes.domain import Scene
from sharp_eyes.rules.stay import StayRule

STORIES: dict[str, list[Scene]] = {
    "a plain stay": every(0.2, 0, 3, person()),
    "came from outside": [*every(0.2, 0, 3, person(at=OUTSIDE)), *every(0.2, 3.2, 9, person())],
    "inheritance": switched(person(2, (0.55, 0.5)), at=1.4),
    "two inheritances": [
        *every(0.2, 0, 0.6, person(1)),
        *every(0.2, 1, 1.6, person(2)),
        *every(0.2, 1.8, 9, person(3)),
    ],
    "an excursion within the grace": [
        *every(0.2, 0, 1, person()),
        *every(0.2, 1.2, 3.6, person(at=OUTSIDE)),
        *every(0.2, 3.8, 5, person()),
    ],
    "a stay after another that was too short": [
        *every(0.2, 0, 1, person()),
        *every(0.2, 1.2, 5, person(at=OUTSIDE)),
        *every(0.2, 5.2, 9, person()),
    ],
    "unseen for a while": [scene(0, person()), *every(0.2, 0.2, 4), *every(0.2, 4.2, 9, person())],
    "faded": [scene(0, person()), *every(0.2, 0.2, 9, person(confidence=0.1))],
    "a crowd": [
        scene(0.2 * i, *(person(track, (0.2 + track / 20, 0.5)) for track in range(1 + i % 3, 8)))
        for i in range(60)
    ],
    "a second stay in the cool-down": [
        *every(0.2, 0, 5, person()),
        *every(0.2, 5.2, 9, person(at=OUTSIDE)),
        *every(0.2, 9.2, 90, person()),
    ],
    "a second stay that fades in the cool-down": FADES_IN_THE_COOL_DOWN,
    "a faint second stay in the cool-down": [
        *every(0.2, 0, 5, person()),
        *every(0.2, 5.2, 9, person(at=OUTSIDE)),
        *every(0.2, 9.2, 64, person(confidence=0.1)),
        *every(0.2, 64.2, 90, person()),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_the_reason_alone_raises_the_very_same_event(story: str) -> None:
    records = raised(play(rule(min_confidence=0.5), STORIES[story]))
    assert records
    for record in records:
        assert recomputed(record, rule(min_confidence=0.5)) == [record]


SIGHTINGS = st.dictionaries(
    st.integers(1, 4),
    st.tuples(
        st.sampled_from([(0.5, 0.5), (0.55, 0.5), (0.45, 0.5), (0.75, 0.5), (0.85, 0.5), (0.9, 0.5)]),
        st.sampled_from([0.2, 0.9]),
        st.sampled_from([0.1, 0.3]),
    ),
    max_size=3,
)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from([0.2, 0.5, 1.0, 2.9, 3.0, 5.9, 6.1, 12.0]),
        st.booleans() | st.just(value=True),
        SIGHTINGS,
    ),
    max_size=60,
)


@given(HISTORIES, st.sampled_from([0.0, 2.0, 5.0]), st.sampled_from([0.0, 10.0, 60.0]))
def test_whatever_happens_each_reason_raises_its_own_event_again(
    history: list[tuple[float, bool, dict[int, tuple[tuple[float, float], float, float]]]],
    dwell: float,
    cooldown: float,
) -> None:
    def judge() -> StayRule:
        return rule(dwell, cooldown=cooldown, min_confidence=0.5, min_height=0.2)

    scenes: list[Scene] = []
    now = 0.0
    for step, looked, sightings in history:
        now += step
        objects = [person(t, place, confidence=c, height=h) for t, (place, c, h) in sorted(sightings.items())]
        scenes.append(scene(now, *objects, looked=looked))
    watch = judge()
    records = [*play(watch, scenes), *watch.finish("run_ended")]
    for record in raised(records):
        assert recomputed(record, judge()) == [record]
    assert sorted(r.event_id for r in raised(records)) == sorted(r.event_id for r in ended(records))


def test_the_reason_carries_the_thresholds() -> None:
    (record,) = raised(play(rule(min_confidence=0.5, min_height=0.1), every(0.1, 1, 4, person())))
    thresholds = dict(record.reason.thresholds)
    assert thresholds["dwell_seconds"] == 2.0
    assert thresholds["exit_grace_seconds"] == 3.0
    assert thresholds["lost_seconds"] == 6.0
    assert thresholds["min_confidence"] == 0.5
    assert thresholds["min_height"] == 0.1
    assert thresholds["entered_at"] == time(1)


def test_the_reason_begins_with_the_entry_and_ends_with_the_event() -> None:
    frames = [*every(0.1, 0, 2, person(at=OUTSIDE)), *every(0.1, 2.1, 9, person())]
    (record,) = raised(play(rule(), frames))
    assert record.reason.observations[0].at == time(2.1)
    assert record.reason.observations[-1].at == record.at
    assert len(record.reason.observations) == 21


def test_hidden_feet_are_where_they_are() -> None:
    above = replace(person(at=(0.5, 0.15), height=0.1), hidden_below=0.1)
    (record,) = raised(play(rule(), every(0.1, 0, 3, above)))
    assert recomputed(record, rule()) == [record]
    below = replace(person(at=(0.5, 0.75)), hidden_below=0.1)
    assert play(rule(), every(0.1, 0, 3, below)) == []
