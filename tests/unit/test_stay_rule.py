"""`intrusion` and `loitering`: who stays for the dwell raises one event."""

from dataclasses import replace
from typing import Literal

import pytest

from hand_made.stays import (
    FADES_IN_THE_COOL_DOWN,
    OUTSIDE,
    ended,
    every,
    person,
    play,
    raised,
    rule,
    scene,
    seconds,
    time,
)
from sharp_eyes.clock import microseconds
from sharp_eyes.domain import Ended

# ── the dwell ──


@pytest.mark.parametrize("kind", ["intrusion", "loitering"])
def test_it_fires_exactly_at_the_dwell(kind: Literal["intrusion", "loitering"]) -> None:
    records = play(rule(kind=kind), every(0.1, 0, 10, person()))
    assert [(seconds(record), record.type) for record in records] == [(2.0, kind)]


def test_one_frame_before_the_dwell_it_is_silent() -> None:
    assert play(rule(), every(0.1, 0, 1.9, person()), scene(1.999999, person())) == []


@pytest.mark.parametrize("fps", [1, 2, 5, 10, 25])
def test_it_fires_at_the_same_time_whatever_the_frame_rate(fps: int) -> None:
    assert [seconds(record) for record in play(rule(), every(1 / fps, 0, 5, person()))] == [2.0]


def test_a_dropped_frame_does_not_shorten_the_stay() -> None:
    frames = every(0.2, 0, 4, person())
    for dropped in range(1, 10):
        kept = frames[:dropped] + frames[dropped + 1 :]
        assert [seconds(record) for record in play(rule(), kept)] == [2.0]


def test_a_dropped_frame_at_the_dwell_delays_the_event_to_the_next() -> None:
    frames = every(0.2, 0, 4, person())
    del frames[10]
    assert [seconds(record) for record in play(rule(), frames)] == [2.2]


def test_a_dwell_of_nothing_fires_at_the_first_observation() -> None:
    assert [seconds(record) for record in play(rule(0), every(0.2, 0, 1, person()))] == [0.0]


def test_the_stay_begins_when_the_feet_are_inside_not_when_the_head_is() -> None:
    below = person(at=(0.5, 0.9), height=0.5)
    records = play(rule(), every(0.1, 0, 5, below), every(0.1, 5.1, 8, person()))
    assert [seconds(record) for record in records] == pytest.approx([7.1])


def test_everybody_is_judged_alone() -> None:
    both = every(0.1, 1, 4, person(1, (0.3, 0.5)), person(2, (0.7, 0.5)))
    records = raised(play(rule(), every(0.1, 0, 0.9, person(1, (0.3, 0.5))), both))
    assert [(record.track, seconds(record)) for record in records] == [(1, 2.0), (2, 3.0)]


def test_the_record_tells_who_where_when_and_how_severe() -> None:
    (record,) = raised(play(rule(severity=1), every(0.1, 0, 3, person(4, confidence=0.7))))
    assert (record.camera, record.division, record.run) == ("cam-1", "330802", "run-1")
    assert (record.rule, record.rule_revision, record.place) == ("yard-at-night", "rev-1", "yard")
    assert (record.label, record.track, record.confidence, record.severity) == ("person", 4, 0.7, 1)
    assert record.xyxy == person().xyxy
    assert record.direction is None


# ── interruptions ──


def test_a_stay_survives_less_than_the_grace_outside() -> None:
    away = every(0.1, 1.1, 3.9, person(at=OUTSIDE))
    records = play(rule(), every(0.1, 0, 1, person()), away, every(0.1, 3.95, 5, person()))
    assert [seconds(record) for record in raised(records)] == [3.95]


def test_a_stay_is_over_after_the_grace_outside() -> None:
    away = every(0.1, 1.1, 3.9, person(at=OUTSIDE))
    records = play(rule(), every(0.1, 0, 1, person()), away, every(0.1, 4.0, 7, person()))
    assert [seconds(record) for record in raised(records)] == [6.0]


def test_it_does_not_fire_while_the_object_is_outside() -> None:
    away = every(0.1, 1.1, 3.5, person(at=OUTSIDE))
    assert play(rule(), every(0.1, 0, 1, person()), away) == []


def test_a_stay_survives_the_lost_seconds_unseen() -> None:
    assert [
        seconds(r) for r in play(rule(), scene(0, person()), every(0.1, 0.1, 5.9), scene(6, person()))
    ] == [6]


def test_a_stay_is_over_when_it_was_unseen_for_longer() -> None:
    frames = [scene(0, person()), *every(0.1, 0.1, 6.0), *every(0.1, 6.1, 9, person())]
    assert [seconds(record) for record in raised(play(rule(), frames))] == [8.1]


def test_who_left_ends_his_event_at_the_last_moment_inside() -> None:
    frames = [*every(0.1, 0, 5, person()), *every(0.1, 5.1, 10, person(at=OUTSIDE))]
    begun, over = play(rule(), frames)
    assert isinstance(over, Ended)
    assert (seconds(over), over.because, over.event_id) == (5.0, "left", begun.event_id)
    assert (over.camera, over.rule, over.type) == ("cam-1", "yard-at-night", "intrusion")


def test_the_end_is_said_as_soon_as_the_grace_is_over() -> None:
    judge = rule()
    play(judge, every(0.1, 0, 5, person()), every(0.1, 5.1, 7.9, person(at=OUTSIDE)))
    assert [record.at for record in judge.step(scene(8.0, person(at=OUTSIDE)))] == [time(5.0)]


def test_who_is_seen_no_more_ends_his_event_at_the_last_moment_inside() -> None:
    judge = rule()
    frames = [*every(0.1, 0, 5, person()), *every(0.1, 5.1, 11)]
    assert len(play(judge, frames)) == 1
    (over,) = ended(judge.step(scene(11.1)))
    assert (seconds(over), over.because) == (5.0, "lost")


def test_who_vanishes_outside_has_left() -> None:
    frames = [*every(0.1, 0, 5, person()), scene(5.1, person(at=OUTSIDE)), *every(0.1, 5.2, 12)]
    (over,) = ended(play(rule(), frames))
    assert (seconds(over), over.because) == (5.0, "left")


@pytest.mark.parametrize("because", ["run_ended", "off_schedule"])
def test_finishing_ends_open_events_at_the_last_moment_inside(
    because: Literal["run_ended", "off_schedule"],
) -> None:
    judge = rule()
    play(judge, every(0.1, 0, 5, person()), scene(5.1, person(at=OUTSIDE)))
    (over,) = ended(judge.finish(because))
    assert (seconds(over), over.because) == (5.0, because)
    assert judge.finish(because) == []


def test_finishing_says_nothing_of_stays_that_raised_nothing() -> None:
    judge = rule()
    play(judge, every(0.1, 0, 1, person()))
    assert judge.finish("run_ended") == []


# ── unlooked scenes ──


def test_a_closed_gate_says_nothing_about_who_is_there() -> None:
    dark = [scene(0.1 * i, looked=False) for i in range(1, 50)]
    records = play(rule(), scene(0, person()), dark, every(0.1, 5, 6, person()))
    assert [seconds(record) for record in records] == [5.0]


def test_deadlines_pass_while_the_gate_is_closed() -> None:
    dark = [scene(5 + 0.1 * i, looked=False) for i in range(1, 100)]
    (_, over) = play(rule(), every(0.1, 0, 5, person()), dark)
    assert isinstance(over, Ended)
    assert (seconds(over), over.because) == (5.0, "lost")


def test_the_grace_passes_while_the_gate_is_closed() -> None:
    dark = [scene(5.1 + 0.1 * i, looked=False) for i in range(1, 40)]
    (over,) = ended(play(rule(), every(0.1, 0, 5, person()), scene(5.1, person(at=OUTSIDE)), dark))
    assert over.because == "left"


def test_objects_of_a_scene_that_nobody_looked_at_do_not_count() -> None:
    dark = [scene(0.1 * i, person(), looked=False) for i in range(50)]
    assert play(rule(), dark) == []


# ── who is meant ──


def test_other_labels_are_not_meant() -> None:
    assert play(rule(), every(0.1, 0, 5, person(label="car"))) == []


def test_what_is_too_small_is_not_meant() -> None:
    small = every(0.1, 0, 5, person(height=0.19))
    assert play(rule(min_height=0.2), small) == []
    assert len(play(rule(min_height=0.19), small)) == 1


def test_confidence_only_begins_a_stay() -> None:
    fading = [scene(0, person(confidence=0.6)), *every(0.1, 0.1, 3, person(confidence=0.1))]
    assert [seconds(record) for record in play(rule(min_confidence=0.6), fading)] == [2.0]


def test_a_stay_begins_with_the_first_confident_observation() -> None:
    growing = [*every(0.1, 0, 0.9, person(confidence=0.59)), *every(0.1, 1, 4, person(confidence=0.6))]
    assert [seconds(record) for record in play(rule(min_confidence=0.6), growing)] == [3.0]


def test_an_unconfident_observation_alone_begins_nothing() -> None:
    assert play(rule(min_confidence=0.6), every(0.1, 0, 5, person(confidence=0.59))) == []


# ── the cool-down ──


def test_the_same_track_raises_only_once_within_the_cool_down() -> None:
    hop = [*every(0.1, 0, 5, person()), *every(0.1, 5.1, 9, person(at=OUTSIDE))]
    hops = [replace(one, at=one.at + microseconds(shift)) for shift in (0, 9.1, 18.2, 27.3) for one in hop]
    assert [seconds(record) for record in raised(play(rule(), hops))] == [2.0]


def test_who_stays_beyond_the_cool_down_raises_when_it_is_over() -> None:
    away = every(0.1, 5.1, 9, person(at=OUTSIDE))
    records = raised(play(rule(), every(0.1, 0, 5, person()), away, every(0.1, 9.1, 80, person())))
    assert [seconds(record) for record in records] == pytest.approx([2.0, 65.0])  # 60 s after the last inside


def test_a_stay_that_fades_within_the_cool_down_begins_with_the_next_confident_observation() -> None:
    records = raised(play(rule(min_confidence=0.5), FADES_IN_THE_COOL_DOWN))
    assert [seconds(record) for record in records] == pytest.approx([2.0, 82.2])


def test_who_stays_raises_only_once_however_long() -> None:
    assert len(play(rule(), every(0.5, 0, 600, person()))) == 1


def test_without_a_cool_down_each_stay_raises() -> None:
    away = every(0.1, 5.1, 9, person(at=OUTSIDE))
    records = raised(play(rule(cooldown=0), every(0.1, 0, 5, person()), away, every(0.1, 9.1, 12, person())))
    assert [seconds(record) for record in records] == pytest.approx([2.0, 11.1])


def test_the_cool_down_of_one_track_does_not_silence_another() -> None:
    frames = [*every(0.1, 0, 5, person(1)), *every(0.1, 5.1, 20, person(2, (0.7, 0.7)))]
    assert [record.track for record in raised(play(rule(), frames))] == [1, 2]


# ── eviction ──


def test_nothing_is_kept_of_tracks_that_are_gone() -> None:
    judge = rule()
    for track in range(500):
        frames = every(0.5, track * 4, track * 4 + 3.5, person(track, (0.3 + track % 5 / 10, 0.5)))
        play(judge, frames)
    play(judge, every(1, 2000, 2100))
    assert (judge._stays, len(judge._kinship), judge._quiet_until) == ({}, 0, {})


def test_memory_does_not_grow_with_the_number_of_tracks() -> None:
    judge, largest = rule(), 0
    for track in range(2000):
        play(judge, scene(track * 3, person(track)), scene(track * 3 + 2.5, person(track)))
        largest = max(largest, len(judge._stays), len(judge._kinship), len(judge._quiet_until))
    assert largest <= 25  # those of the last minute


def test_memory_does_not_grow_while_somebody_stays() -> None:
    judge = rule()
    play(judge, every(0.2, 0, 1000, person()))
    (stay,) = judge._stays.values()
    assert len(stay.observations) == 11


def test_memory_does_not_grow_while_the_cool_down_holds() -> None:
    judge = rule(cooldown=3600)
    away = every(0.1, 5.1, 9, person(at=OUTSIDE))
    play(judge, every(0.1, 0, 5, person()), away, every(0.2, 9.2, 2000, person()))
    (stay,) = judge._stays.values()
    assert len(stay.observations) <= 11


def test_tracks_are_forgotten_while_the_gate_is_closed() -> None:
    judge = rule()
    play(judge, every(0.1, 0, 5, person()), [scene(5 + i, looked=False) for i in range(1, 100)])
    assert (judge._stays, len(judge._kinship), judge._quiet_until) == ({}, 0, {})


def test_finishing_forgets_everything() -> None:
    judge = rule()
    play(judge, every(0.1, 0, 5, person()), every(0.1, 5.1, 9, person(at=OUTSIDE)), scene(9.1, person(2)))
    judge.finish("off_schedule")
    assert (judge._stays, len(judge._kinship), judge._quiet_until) == ({}, 0, {})
    assert [seconds(r) for r in play(judge, every(0.1, 10, 13, person()))] == [12.0]
