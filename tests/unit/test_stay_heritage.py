"""A stay under a new number: whoever is lost and found again goes on, and nobody else."""

import pytest

from hand_made.stays import OUTSIDE, every, first, person, play, raised, rule, scene, seconds, switched
from sharp_eyes.domain import Ended
from sharp_eyes.geometry import Polygon
from sharp_eyes.rules.spec import Zone


def test_a_new_id_nearby_inherits_the_stay() -> None:
    assert first(play(rule(), switched(person(2, (0.55, 0.5))))) == (2, 2.0)


@pytest.mark.parametrize("place", [(0.6, 0.5), (0.4, 0.5), (0.5, 0.6), (0.5, 0.4), (0.6, 0.6)])
def test_one_box_width_away_is_near_enough(place: tuple[float, float]) -> None:
    wide = person(1, width=0.1001)
    assert first(play(rule(), switched(person(2, place), old=wide))) == (2, 2.0)


@pytest.mark.parametrize("place", [(0.61, 0.5), (0.39, 0.5), (0.5, 0.61), (0.5, 0.39)])
def test_farther_than_one_box_width_is_somebody_else(place: tuple[float, float]) -> None:
    assert first(play(rule(), switched(person(2, place)))) == (2, 3.5)


def test_a_stay_is_inherited_until_the_lost_seconds_are_over() -> None:
    assert first(play(rule(10), switched(person(2), at=7.0), every(0.1, 13.1, 20, person(2)))) == (2, 10.0)
    assert first(play(rule(10), switched(person(2), at=7.1), every(0.1, 13.2, 20, person(2)))) == (2, 17.1)


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_who_vanished_at_the_pictures_edge_may_have_left_and_leaves_no_heritage(edge: str) -> None:
    whole = Zone("all", Polygon(((0, 0), (1, 0), (1, 1), (0, 1))))
    x, y = {"left": (0.06, 0.5), "top": (0.5, 0.31), "right": (0.94, 0.5), "bottom": (0.5, 0.99)}[edge]
    inwards = {"left": (0.14, 0.5), "top": (0.5, 0.4), "right": (0.86, 0.5), "bottom": (0.5, 0.9)}[edge]
    frames = switched(person(2, inwards), old=person(1, (x, y)))
    assert first(play(rule(zone=whole), frames)) == (2, 3.5)


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_who_appears_at_the_pictures_edge_may_have_come_in_and_inherits_nothing(edge: str) -> None:
    whole = Zone("all", Polygon(((0, 0), (1, 0), (1, 1), (0, 1))))
    x, y = {"left": (0.06, 0.5), "top": (0.5, 0.31), "right": (0.94, 0.5), "bottom": (0.5, 0.99)}[edge]
    inwards = {"left": (0.14, 0.5), "top": (0.5, 0.4), "right": (0.86, 0.5), "bottom": (0.5, 0.9)}[edge]
    frames = switched(person(2, (x, y)), old=person(1, inwards))
    assert first(play(rule(zone=whole), frames)) == (2, 3.5)


def test_who_first_appeared_elsewhere_inherits_nothing() -> None:
    walker = [scene(1.1, person(2, (0.9, 0.5))), scene(1.3, person(2, (0.7, 0.5)))]
    frames = [*every(0.1, 0, 1, person(1)), *walker, *every(0.1, 1.5, 5, person(2, (0.55, 0.5)))]
    assert first(play(rule(), frames)) == (2, 3.3)


def test_an_old_hand_that_grew_tall_enough_inherits_nothing() -> None:
    child = [scene(0.1 * i, person(1), person(2, (0.55, 0.5), height=0.1)) for i in range(11)]
    frames = [*child, *every(0.1, 1.5, 5, person(2, (0.55, 0.5)))]
    assert first(play(rule(min_height=0.2), frames)) == (2, 3.5)


def test_nothing_is_inherited_from_who_is_still_there() -> None:
    frames = [*every(0.1, 0, 1, person(1)), *every(0.1, 1.1, 5, person(1), person(2, (0.55, 0.5)))]
    records = raised(play(rule(), frames))
    assert [(record.track, pytest.approx(seconds(record))) for record in records] == [(1, 2.0), (2, 3.1)]


def test_nothing_is_inherited_from_who_is_there_and_too_small_for_a_moment() -> None:
    crouching = scene(1.1, person(1, height=0.1), person(2, (0.55, 0.5)))
    frames = [*every(0.1, 0, 1, person(1)), crouching, *every(0.1, 1.2, 5, person(1), person(2, (0.55, 0.5)))]
    records = raised(play(rule(min_height=0.2), frames))
    assert [(record.track, pytest.approx(seconds(record))) for record in records] == [(1, 2.0), (2, 3.1)]


def test_what_counts_is_where_the_old_track_vanished_not_where_it_was_last_inside() -> None:
    gone = every(0.1, 1.1, 1.4, person(1, (0.9, 0.5)))
    frames = [*every(0.1, 0, 1, person(1, (0.7, 0.5))), *gone, *every(0.1, 1.5, 5, person(2, (0.65, 0.5)))]
    assert first(play(rule(), frames)) == (2, 3.5)


def test_the_nearest_of_two_lost_tracks_is_continued() -> None:
    both = [
        scene(0.1 * i, person(2, (0.6, 0.5), width=0.3), person(1, (0.4, 0.5), width=0.3)) for i in range(6)
    ]
    only = every(0.1, 0.6, 1, person(1, (0.4, 0.5), width=0.3))
    late = every(0.1, 1.5, 5, person(3, (0.55, 0.5), width=0.3))
    records = raised(play(rule(), both, only, late))
    assert {seen.track for seen in records[0].reason.observations} == {2, 3}


def test_two_newcomers_do_not_share_one_heritage() -> None:
    frames = [
        *every(0.1, 0, 1, person(1)),
        *every(0.1, 1.5, 5, person(2, (0.53, 0.5)), person(3, (0.47, 0.5))),
    ]
    records = raised(play(rule(), frames))
    assert [(record.track, pytest.approx(seconds(record))) for record in records] == [(2, 2.0), (3, 3.5)]


def test_a_stay_is_inherited_again_and_again() -> None:
    frames = [*every(0.1, 0, 1, person(1)), *every(0.1, 2, 3, person(2)), *every(0.1, 4, 8, person(3))]
    records = raised(play(rule(5), frames))
    assert [(record.track, pytest.approx(seconds(record))) for record in records] == [(3, 5.0)]


def test_an_event_that_was_raised_goes_on_under_the_new_id() -> None:
    frames = [*every(0.1, 0, 4, person(1)), *every(0.1, 5, 9, person(2)), *every(0.1, 9.1, 16)]
    begun, over = play(rule(), frames)
    assert isinstance(over, Ended)
    assert (begun.track, over.track, seconds(over), over.event_id) == (1, 2, 9.0, begun.event_id)


def test_the_cool_down_goes_over_to_the_heir() -> None:
    away = every(0.1, 5.1, 9, person(at=OUTSIDE))
    back = [*every(0.1, 9.1, 12, person(1)), *every(0.1, 13, 80, person(2))]
    records = raised(play(rule(), every(0.1, 0, 5, person()), away, back))
    assert [(record.track, pytest.approx(seconds(record), abs=0.11)) for record in records] == [
        (1, 2),
        (2, 65),
    ]


def test_who_is_followed_anew_within_the_cool_down_is_not_told_again() -> None:
    first = [*every(0.1, 0, 4, person()), *every(0.1, 4.1, 8, person(at=OUTSIDE))]
    again = [*every(0.1, 9, 10, person(2, (0.85, 0.5))), *every(0.1, 10.1, 20, person(2))]
    assert [record.track for record in raised(play(rule(), first, again))] == [1]


def test_who_got_a_number_beside_somebody_missed_for_a_look_is_told_all_the_same() -> None:
    """The first was told and has left the zone; he is missed in the very look in which the second appears."""
    told = [*every(0.2, 0, 4, person()), *every(0.2, 4.2, 5, person(at=(0.85, 0.5)))]
    beside = person(2, (0.9, 0.5))
    both = [scene(5.2, beside), *every(0.2, 5.4, 6, person(at=(0.85, 0.5)), beside)]
    enters = every(0.2, 6.2, 10, person(at=(0.85, 0.5)), person(2, (0.7, 0.5)))
    records = raised(play(rule(), told, both, enters))
    assert [(record.track, seconds(record)) for record in records] == [(1, 2.0), (2, pytest.approx(8.2))]


def test_who_was_missed_for_a_look_goes_on_with_his_own_stay() -> None:
    other = person(2, (0.55, 0.5))
    frames = [*every(0.2, 0, 1, person()), scene(1.2, other), *every(0.2, 1.4, 5, person(), other)]
    records = raised(play(rule(), frames))
    assert [(record.track, seconds(record)) for record in records] == [(1, 2.0), (2, pytest.approx(3.4))]
    for record in records:
        assert {seen.track for seen in record.reason.observations} == {record.track}


def test_a_number_that_changes_forth_and_back_is_told_once() -> None:
    frames = [*every(0.2, 0, 3, person()), *every(0.2, 3.2, 4, person(2)), *every(0.2, 4.2, 9, person())]
    records = play(rule(), frames, every(0.2, 9.2, 20))
    assert [(type(record).__name__, record.track, seconds(record)) for record in records] == [
        ("Raised", 1, 2.0), ("Ended", 1, pytest.approx(9.0)),
    ]  # fmt: skip


def test_a_person_beside_a_lost_car_does_not_inherit_its_stay() -> None:
    judge = rule(dwell=10, labels=frozenset({"person", "car"}))
    play(judge, every(0.2, 0, 9, person(1, label="car")))
    assert raised(play(judge, every(0.2, 9.2, 12, person(2)))) == []


def test_a_van_that_was_called_a_car_keeps_its_stay() -> None:
    judge = rule(dwell=10, labels=frozenset({"van", "car"}))
    play(judge, every(0.2, 0, 9, person(1, label="car")))
    assert len(raised(play(judge, every(0.2, 9.2, 12, person(2, label="van"))))) == 1
