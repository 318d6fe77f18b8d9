"""`line`: a settled crossing between the line's ends raises one event; jitter and detours raise none."""

import pytest

from hand_made.crossings import LEFT_TO_RIGHT, facts, play, rule, walk, walker
from sharp_eyes.clock import REPLAY_EPOCH, microseconds
from sharp_eyes.domain import Scene
from sharp_eyes.geometry import Side
from sharp_eyes.rules.line import LONGEST_JITTER

# ── crossings ──


def test_who_crosses_to_the_pictures_right_goes_to_the_lines_left() -> None:
    assert facts(play(rule(), walk(LEFT_TO_RIGHT))) == [(0.6, "left")]


def test_who_crosses_to_the_pictures_left_goes_to_the_lines_right() -> None:
    assert facts(play(rule(), walk(LEFT_TO_RIGHT[::-1]))) == [(0.6, "right")]


def test_a_crossing_is_dated_at_the_first_observation_beyond() -> None:
    places = [0.30, 0.35, 0.4, 0.45, 0.48, 0.52, 0.55, 0.6, 0.65, 0.7]
    (record,) = play(rule(), walk(places))
    assert facts([record]) == [(0.5, "left")]
    assert record.xyxy == walker((0.52, 0.5)).xyxy


def test_it_is_said_once_the_new_side_was_held_for_the_settling_time() -> None:
    judge = rule(settle=0.4)
    scenes = walk(LEFT_TO_RIGHT)
    assert play(judge, scenes[:10]) == []
    assert len(play(judge, scenes[10:11])) == 1


def test_the_settling_time_is_frame_time_not_a_number_of_frames() -> None:
    slow = walk([0.3, 0.3, 0.7, 0.7], step=1.0)
    assert facts(play(rule(), slow)) == [(2.0, "left")]
    fast = walk([0.3] * 20 + [0.7] * 15, step=0.02)
    assert facts(play(rule(), fast)) == []


def test_an_old_side_that_was_not_held_is_not_believed() -> None:
    assert play(rule(), walk([0.3, 0.3, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7])) == []


def test_the_record_tells_line_label_and_direction() -> None:
    (record,) = play(rule(), walk(LEFT_TO_RIGHT, track=9, confidence=0.6))
    assert (record.type, record.rule, record.place, record.severity) == (
        "line",
        "through-the-gate",
        "gate",
        4,
    )
    assert (record.label, record.track, record.confidence) == ("person", 9, 0.6)
    assert dict(record.reason.thresholds) == {"settle_seconds": 0.4, "min_confidence": 0.0, "min_height": 0.0}


@pytest.mark.parametrize(("counted", "expected"), [("left", [(0.6, "left")]), ("right", [(1.2, "right")])])
def test_only_counted_directions_raise(counted: Side, expected: list[tuple[float, Side]]) -> None:
    there_and_back = [0.3] * 6 + [0.7] * 6 + [0.3] * 6
    assert facts(play(rule(directions=[counted]), walk(there_and_back))) == expected


def test_a_track_may_cross_twice() -> None:
    there_and_back = [0.3] * 6 + [0.7] * 6 + [0.3] * 6
    records = play(rule(), walk(there_and_back))
    assert facts(records) == [(0.6, "left"), (1.2, "right")]
    assert len({record.event_id for record in records}) == 2


def test_everybody_is_followed_alone() -> None:
    scenes = [
        Scene(one.at, one.objects + other.objects)
        for one, other in zip(walk(LEFT_TO_RIGHT), walk(LEFT_TO_RIGHT[::-1], track=2), strict=True)
    ]
    assert [(r.track, r.direction) for r in play(rule(), scenes)] == [(1, "left"), (2, "right")]


def test_without_a_settling_time_each_change_of_side_counts_at_once() -> None:
    assert facts(play(rule(settle=0), walk([0.3, 0.7, 0.3, 0.3, 0.7]))) == [
        (0.1, "left"),
        (0.2, "right"),
        (0.4, "left"),
    ]


# ── jitter and detours ──


def test_jitter_on_the_line_counts_once() -> None:
    jitter = [0.49, 0.51, 0.49, 0.52, 0.48, 0.51, 0.5, 0.49, 0.51]
    assert facts(play(rule(), walk([0.3] * 6 + jitter + [0.7] * 8))) == [(1.4, "left")]


def test_jitter_that_returns_does_not_count() -> None:
    jitter = [0.49, 0.51, 0.49, 0.52, 0.48, 0.51, 0.5, 0.49, 0.51]
    assert play(rule(), walk([0.3] * 6 + jitter + [0.3] * 8)) == []


def test_a_visit_shorter_than_the_settling_time_does_not_count() -> None:
    assert play(rule(), walk([0.3] * 6 + [0.7] * 4 + [0.3] * 8)) == []


def test_standing_on_the_line_does_not_count_until_somebody_goes_on() -> None:
    assert facts(play(rule(), walk([0.3] * 6 + [0.5] * 30 + [0.7] * 6))) == [(3.6, "left")]
    assert play(rule(), walk([0.3] * 6 + [0.5] * 30 + [0.3] * 6)) == []


def test_a_way_around_the_end_of_the_line_does_not_count() -> None:
    around = [(0.3, 0.5), (0.3, 0.5), (0.3, 0.3), (0.3, 0.1), (0.45, 0.1), (0.55, 0.1), (0.7, 0.1)]
    assert play(rule(), walk([*around, (0.7, 0.3), (0.7, 0.5), (0.7, 0.5), (0.7, 0.5)])) == []


def test_after_a_way_around_the_end_the_way_back_through_the_line_counts() -> None:
    around = [(0.3, 0.1)] * 6 + [(0.7, 0.1)] * 6
    assert facts(play(rule(), walk([*around, *[(0.7, 0.5)] * 5, *[(0.3, 0.5)] * 6]))) == [(1.7, "right")]


def test_the_line_is_met_by_the_way_between_two_observations() -> None:
    gap = [*walk([0.3] * 6), *walk([0.7] * 6, start=3.0)]
    assert facts(play(rule(), gap)) == [(3.0, "left")]


# ── who is meant ──


def test_other_labels_and_small_objects_are_not_meant() -> None:
    dogs = [Scene(s.at, (walker((s.objects[0].xyxy[0], 0.5), label="dog"),)) for s in walk(LEFT_TO_RIGHT)]
    assert play(rule(), dogs) == []
    assert play(rule(min_height=0.21), walk(LEFT_TO_RIGHT)) == []


def test_confidence_only_begins_a_path() -> None:
    fading = [*walk([0.3]), *walk([0.3] * 5 + [0.7] * 6, start=0.1, confidence=0.1)]
    assert facts(play(rule(min_confidence=0.5), fading)) == [(0.6, "left")]
    assert play(rule(min_confidence=0.5), walk(LEFT_TO_RIGHT, confidence=0.49)) == []


def test_scenes_that_nobody_looked_at_do_not_count() -> None:
    dark = [Scene(one.at, one.objects, looked=False) for one in walk(LEFT_TO_RIGHT)]
    assert play(rule(), dark) == []


def test_a_closed_gate_does_not_break_the_path() -> None:
    dark = [Scene(REPLAY_EPOCH + microseconds(0.6 + i / 10), looked=False) for i in range(100)]
    assert facts(play(rule(), walk([0.3] * 6), dark, walk([0.7] * 6, start=11))) == [(11.0, "left")]


# ── the cool-down ──


def test_within_the_cool_down_a_track_raises_once() -> None:
    hops = ([0.3] * 6 + [0.7] * 6) * 5
    assert facts(play(rule(cooldown=2.0), walk(hops))) == [(0.6, "left"), (3.0, "left"), (5.4, "left")]


def test_the_cool_down_of_one_track_does_not_silence_another() -> None:
    records = play(rule(cooldown=60), walk(LEFT_TO_RIGHT), walk(LEFT_TO_RIGHT, track=2, start=2))
    assert [record.track for record in records] == [1, 2]


# ── eviction ──


def test_nothing_is_kept_of_tracks_that_are_gone() -> None:
    judge = rule(cooldown=30)
    for track in range(500):
        play(judge, walk(LEFT_TO_RIGHT, track=track, start=track * 2))
    play(judge, [Scene(REPLAY_EPOCH + microseconds(1000 + i)) for i in range(100)])
    assert (judge._paths, judge._quiet_until) == ({}, {})


def test_memory_does_not_grow_with_the_number_of_tracks() -> None:
    judge, largest = rule(cooldown=30), 0
    for track in range(1000):
        play(judge, walk(LEFT_TO_RIGHT, track=track, start=track * 6))
        largest = max(largest, len(judge._paths), len(judge._quiet_until))
    assert largest <= 12  # those of the last minute


def test_memory_does_not_grow_while_somebody_holds_a_side() -> None:
    judge = rule()
    play(judge, walk([0.3] * 5000))
    assert len(judge._paths[1].observations) == 5


@pytest.mark.parametrize(
    "places", [[0.49, 0.51], [0.5], [0.3, 0.5]], ids=["jitter", "on the line", "now and then"]
)
def test_memory_does_not_grow_however_long_somebody_stays_at_the_line(places: list[float]) -> None:
    judge = rule()
    for part in range(3):
        play(judge, walk(places * (LONGEST_JITTER // len(places)), start=part * LONGEST_JITTER / 10))
        assert len(judge._paths.get(1).observations if 1 in judge._paths else []) <= LONGEST_JITTER


def test_after_very_long_jitter_a_crossing_counts_again() -> None:
    judge = rule()
    play(judge, walk([0.3] * 6 + [0.49, 0.51] * LONGEST_JITTER))
    assert facts(play(judge, walk(LEFT_TO_RIGHT, start=1000))) == [(1000.6, "left")]


def test_an_id_that_comes_back_after_a_minute_begins_a_new_path() -> None:
    away = [Scene(REPLAY_EPOCH + microseconds(0.6 + i)) for i in range(61)]
    assert play(rule(), walk([0.3] * 6), away, walk([0.7] * 6, start=61.6)) == []


def test_finishing_forgets_every_path_and_ends_nothing() -> None:
    judge = rule(cooldown=60)
    scenes = walk(LEFT_TO_RIGHT)
    play(judge, scenes)
    assert judge.finish("off_schedule") == []
    assert (judge._paths, judge._quiet_until) == ({}, {})
