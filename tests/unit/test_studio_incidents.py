"""Trails made by hand, with truths that can be worked out in the head."""

from dataclasses import replace

import numpy as np
import pytest

from sample_videos.studio.scenario import Line, RuleWish, Zone
from sample_videos.studio.truth.firmness import firm_findings
from sample_videos.studio.truth.groups import group_incidents, group_near_misses
from sample_videos.studio.truth.incidents import findings, passages
from sample_videos.studio.truth.trail import RATE, Trail

SQUARE = ((0.0, 0.0), (6.4, 0.0), (6.4, 3.6), (0.0, 3.6))  # on the floor, a hundred pixels to the metre
ZONE = Zone("zone", SQUARE, ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
DOWN = Line("line", ((3.2, 0.5), (3.2, 3.0)), ((0.5, 0.2), (0.5, 0.8)))
STAY = RuleWish(
    "stay",
    "intrusion",
    "zone",
    ("person",),
    thresholds=(("dwell_seconds", 2.0), ("exit_grace_seconds", 1.0), ("cooldown_seconds", 60.0)),
)
CROSS = RuleWish(
    "cross",
    "line",
    "line",
    ("person",),
    thresholds=(("settle_seconds", 0.4), ("cooldown_seconds", 0.0)),
    directions=("left", "right"),
)


def trail(*places: tuple[float, float, float], identity: int = 1, label: str = "person") -> Trail:
    """Through (seconds, x, y) in pixels; boxes are 20 by 60 pixels, and the floor 100 pixels to the metre."""
    times, xs, ys = np.array(places).T
    seconds = np.arange(round(times[0] * RATE), round(times[-1] * RATE) + 1) / RATE
    x, y = np.interp(seconds, times, xs), np.interp(seconds, times, ys)
    boxes = np.stack((x - 10, y - 60, x + 10, y), axis=1)
    floor = np.stack((x, y), axis=1) / 100
    speed = np.hypot(np.gradient(floor[:, 0]), np.gradient(floor[:, 1])) * RATE
    return Trail(identity, label, 0.5, seconds, boxes, floor, speed)


def test_a_stay_is_due_when_the_dwell_is_over_and_ends_with_the_last_moment_inside() -> None:
    (stay,) = findings(STAY, ZONE, trail((0, 0, 180), (1, 160, 180), (5, 480, 180), (6, 640, 180)))
    assert stay.start == pytest.approx(3.0, abs=0.05)
    assert stay.end == pytest.approx(5.0, abs=0.05)


def test_less_than_the_dwell_is_nothing() -> None:
    assert findings(STAY, ZONE, trail((0, 100, 180), (1, 200, 180), (1.5, 250, 180), (2.5, 100, 180))) == []


def test_a_stay_survives_a_gap_within_the_grace_and_no_longer_one() -> None:
    short = trail(
        (0, 200, 180), (1, 200, 180), (1.3, 140, 180), (1.6, 140, 180), (1.9, 200, 180), (3, 200, 180)
    )
    long = trail(
        (0, 200, 180), (1, 200, 180), (1.1, 100, 180), (2.4, 100, 180), (2.5, 200, 180), (4, 200, 180)
    )
    assert [round(one.start, 1) for one in findings(STAY, ZONE, short)] == [2.0]
    assert findings(STAY, ZONE, long) == []


def test_somebody_is_told_of_once_within_the_cool_down() -> None:
    twice = trail((0, 200, 180), (3, 200, 180), (3.5, 50, 180), (6, 50, 180), (6.5, 200, 180), (12, 200, 180))
    assert len(findings(STAY, ZONE, twice)) == 1
    soon = replace(STAY, thresholds=(*STAY.thresholds[:2], ("cooldown_seconds", 1.0)))
    assert len(findings(soon, ZONE, twice)) == 2


def test_a_label_that_does_not_count_is_nothing() -> None:
    assert findings(STAY, ZONE, trail((0, 300, 180), (9, 300, 180), label="car")) == []


def test_a_walk_over_a_line_drawn_downwards_to_the_pictures_left_goes_right() -> None:
    (crossing,) = findings(CROSS, DOWN, trail((0, 420, 180), (2, 220, 180)))
    assert (crossing.direction, crossing.start) == ("right", pytest.approx(1.0, abs=0.03))
    (back,) = findings(CROSS, DOWN, trail((0, 220, 180), (2, 420, 180)))
    assert back.direction == "left"


def test_a_walk_past_the_lines_end_or_back_before_it_is_no_crossing() -> None:
    assert findings(CROSS, DOWN, trail((0, 420, 330), (2, 220, 330))) == []
    assert findings(CROSS, DOWN, trail((0, 420, 180), (2, 340, 180), (4, 420, 180))) == []


def test_a_foot_over_the_line_for_a_moment_is_no_crossing() -> None:
    assert (
        findings(
            CROSS, DOWN, trail((0, 420, 180), (1, 325, 180), (1.1, 315, 180), (1.2, 325, 180), (2, 420, 180))
        )
        == []
    )


def test_an_uncounted_direction_is_nothing() -> None:
    only_left = replace(CROSS, directions=("left",))
    assert findings(only_left, DOWN, trail((0, 420, 180), (2, 220, 180))) == []


def test_stopped_is_due_when_a_vehicle_has_stood_for_long_enough() -> None:
    rule = RuleWish("stop", "stopped", "zone", ("car",), thresholds=(("stopped_seconds", 6.0),))
    stood = trail((0, 0, 180), (2, 300, 180), (9, 300, 180), (10, 600, 180), label="car")
    (one,) = findings(rule, ZONE, stood)
    assert one.start == pytest.approx(8.0, abs=0.1)
    assert (
        findings(rule, ZONE, trail((0, 0, 180), (2, 300, 180), (7, 300, 180), (9, 600, 180), label="car"))
        == []
    )


def test_running_is_due_after_a_second_at_that_speed() -> None:
    rule = RuleWish(
        "run", "running", "", ("person",), thresholds=(("metres_per_second", 3.5), ("held_seconds", 1.0))
    )
    (one,) = findings(rule, None, trail((0, 20, 180), (1, 20, 180), (2.2, 600, 180), (3, 600, 180)))
    assert one.start == pytest.approx(2.0, abs=0.1)
    assert findings(rule, None, trail((0, 20, 180), (4, 600, 180))) == []


def test_wrong_way_is_due_after_so_many_box_widths_along_the_arrow_and_never_across_it() -> None:
    rule = RuleWish(
        "against",
        "wrong_way",
        "zone",
        ("car",),
        thresholds=(("box_widths", 2.0), ("share", 0.6), ("exit_grace_seconds", 1.0)),
        arrow=((0.9, 0.5), (0.1, 0.5)),
    )
    (one,) = findings(rule, ZONE, trail((0, 580, 180), (5, 80, 180), label="car"))
    assert one.start == pytest.approx(1.4, abs=0.1)  # at 480 it enters; two widths of 20 are 0.4 s later
    assert findings(rule, ZONE, trail((0, 80, 180), (5, 580, 180), label="car")) == []
    assert findings(rule, ZONE, trail((0, 300, 10), (5, 300, 350), label="car")) == []


def test_a_truth_that_hangs_on_a_hair_is_in_doubt() -> None:
    just_outside = trail((0, 155, 100), (6, 155, 260))
    well_outside = trail((0, 120, 100), (6, 120, 260))
    just_long_enough = trail((0, 100, 180), (1, 200, 180), (2.75, 200, 180), (3.2, 100, 180))
    assert firm_findings(STAY, ZONE, just_outside, 0.16) is None
    assert firm_findings(STAY, ZONE, well_outside, 0.16) == []
    assert firm_findings(STAY, ZONE, just_long_enough, 0.05) is None


def test_a_passage_lasts_as_long_as_somebody_is_near() -> None:
    (span,) = passages(ZONE, trail((0, 320, 359), (2, 320, 300), (4, 320, 359)), 0.0)
    assert span == (pytest.approx(0.0), pytest.approx(4.0))


CROWD = RuleWish("crowd", "crowd", "zone", ("person",), thresholds=(("people", 3.0), ("held_seconds", 2.0)))


def people(*arrivals: float) -> list[Trail]:
    return [
        trail(
            (0, 20, 180),
            (at, 20, 180),
            (at + 0.04, 200 + 60 * n, 180),
            (10, 200 + 60 * n, 180),
            identity=n + 1,
        )
        for n, at in enumerate(arrivals)
    ]


def test_a_crowd_is_due_when_the_last_of_enough_has_stayed_for_long_enough() -> None:
    (crowd,) = group_incidents(CROWD, ZONE, people(1.0, 2.0, 4.0), 10.0)
    assert crowd.start == pytest.approx(6.0, abs=0.1)
    assert crowd.objects == (1, 2, 3)
    (miss,) = group_near_misses(CROWD, ZONE, people(1.0, 2.0, 4.0), 10.0)
    assert miss.end < 4.1
    assert group_incidents(CROWD, ZONE, people(1.0, 2.0), 10.0) == []


def test_a_gathering_needs_people_near_one_another() -> None:
    rule = RuleWish(
        "group",
        "gathering",
        "",
        ("person",),
        thresholds=(("people", 3.0), ("body_heights", 1.0), ("held_seconds", 2.0)),
    )
    (one,) = group_incidents(rule, None, people(1.0, 2.0, 3.0), 10.0)
    assert one.start == pytest.approx(5.0, abs=0.1)
    apart = [trail((0, x, 180), (10, x, 180), identity=n) for n, x in enumerate((10, 300, 600))]
    assert group_incidents(rule, None, apart, 10.0) == []


def test_occupancy_is_read_at_the_end_of_each_interval() -> None:
    rule = RuleWish("count", "occupancy", "zone", ("person",), thresholds=(("every_seconds", 3.0),))
    readings = group_incidents(rule, ZONE, people(1.0, 4.0, 7.0), 10.0)
    assert [(one.start, len(one.objects)) for one in readings] == [(3.0, 1), (6.0, 2), (9.0, 3)]


LEFT = RuleWish(
    "left", "abandoned", "zone", ("bag",), thresholds=(("away_metres", 2.0), ("held_seconds", 3.0))
)


def test_a_bag_is_abandoned_when_its_owner_has_been_away_for_long_enough() -> None:
    bag = trail((0, 100, 180), (2, 300, 180), (12, 300, 180), identity=1, label="bag")
    gone = trail((0, 90, 180), (2, 290, 180), (3, 290, 180), (5, 630, 180), (12, 630, 180), identity=2)
    (one,) = group_incidents(LEFT, ZONE, [bag, gone], 12.0)
    assert one.objects == (1, 2)
    assert one.start == pytest.approx(7.2, abs=0.2)  # two metres away from it at about 4.2 s


def test_a_bag_whose_owner_stays_or_comes_back_is_not_abandoned() -> None:
    bag = trail((0, 100, 180), (2, 300, 180), (12, 300, 180), identity=1, label="bag")
    stays = trail((0, 90, 180), (2, 290, 180), (12, 250, 180), identity=2)
    returns = trail((0, 90, 180), (2, 290, 180), (4, 600, 180), (6, 290, 180), (12, 290, 180), identity=2)
    assert group_incidents(LEFT, ZONE, [bag, stays], 12.0) == []
    assert group_incidents(LEFT, ZONE, [bag, returns], 12.0) == []


def test_a_bag_that_is_left_beside_the_zone_is_nobodys_business() -> None:
    bag = trail((0, 100, 180), (1, 120, 180), (12, 120, 180), identity=1, label="bag")
    gone = trail((0, 90, 180), (1, 110, 180), (3, 630, 180), (12, 630, 180), identity=2)
    assert group_incidents(LEFT, ZONE, [bag, gone], 12.0) == []


def test_what_lay_there_is_removed_once_it_has_been_away_for_long_enough() -> None:
    rule = RuleWish("gone", "removed", "zone", ("bag",), thresholds=(("held_seconds", 3.0),))
    taken = trail((0, 300, 180), (4, 300, 180), (6, 630, 180), (12, 630, 180), label="bag")
    (one,) = group_incidents(rule, ZONE, [taken], 12.0)
    assert one.start == pytest.approx(7.2, abs=0.2)
    lying = trail((0, 300, 180), (12, 300, 180), label="bag")
    assert group_incidents(rule, ZONE, [lying], 12.0) == []
