import math
from itertools import pairwise

import numpy as np
import pytest

from sample_videos.studio.actor import Stance
from sample_videos.studio.path import ON_FOOT, ON_WHEELS, Carried, Way, Waypoint, way


def samples(walked: Way, first: float, last: float) -> list[Stance]:
    moments = np.arange(first, last, 0.02).tolist()
    return [stance for at in moments if (stance := walked.stance(at)) is not None]


def test_a_waypoint_is_reached_at_the_second_that_was_asked_for() -> None:
    walked = way([Waypoint((0, 0), speed=1.4), Waypoint((7, 0)), Waypoint((7, 9))], ON_FOOT, at=5.0, where=1)
    stance = walked.stance(5.0)
    assert stance is not None
    assert math.dist((stance.x, stance.y), (7, 0)) < 0.25


def test_nobody_is_there_before_the_way_begins_or_after_it_ends() -> None:
    walked = way([Waypoint((0, 0), speed=2.0), Waypoint((10, 0))], ON_FOOT, at=3.0)
    assert walked.stance(2.99) is None
    assert walked.stance(3.01) is not None
    assert walked.stance(walked.ends_at + 0.1) is None
    assert walked.ends_at == pytest.approx(8.0, abs=0.1)


def test_somebody_who_pauses_stands_still_for_so_long_and_walks_on() -> None:
    points = [Waypoint((0, 0), speed=1.3), Waypoint((5, 0), pause=6.0), Waypoint((10, 0))]
    walked = way(points, ON_FOOT, at=4.0, where=1)
    stood = [one for one in samples(walked, 4.1, 9.9) if one.speed < 0.05]
    assert len(stood) == len(samples(walked, 4.1, 9.9))
    later = walked.stance(11.5)
    assert later is not None
    assert later.speed > 0.8


def test_legs_do_not_slide_what_is_travelled_is_what_was_gone() -> None:
    points = [Waypoint((0, 0), speed=1.5), Waypoint((4, 0), pause=1.0), Waypoint((4, 5)), Waypoint((0, 5))]
    walked = way(points, ON_FOOT, at=0.0)
    stances = samples(walked, 0.0, walked.ends_at)
    gone = sum(math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(stances))
    assert stances[-1].travelled - stances[0].travelled == pytest.approx(gone, rel=0.02)
    assert all(b.travelled >= a.travelled for a, b in pairwise(stances))


def test_a_vehicle_brakes_and_speeds_up_no_harder_than_it_can() -> None:
    points = [Waypoint((0, 0), speed=9.0), Waypoint((40, 0), pause=3.0), Waypoint((90, 0))]
    driven = way(points, ON_WHEELS, at=8.0, where=1)
    speeds = [one.speed for one in samples(driven, driven.starts_at + 0.1, driven.ends_at - 0.1)]
    changes = np.diff(speeds[::10]) / 0.2
    assert max(speeds) == pytest.approx(9.0, abs=0.1)
    assert min(speeds) == pytest.approx(0.0, abs=0.05)
    assert changes.max() < 1.3 * ON_WHEELS.acceleration
    assert changes.min() > -1.3 * ON_WHEELS.braking


def test_a_vehicle_rounds_a_corner_and_slows_down_for_it() -> None:
    driven = way([Waypoint((0, 0), speed=9.0), Waypoint((40, 0)), Waypoint((40, 40))], ON_WHEELS, at=0.0)
    stances = samples(driven, 0.0, driven.ends_at)
    turns = np.abs(np.diff(np.unwrap([one.yaw for one in stances])))
    assert turns.max() < 0.1
    assert min(one.speed for one in stances) < 6.0
    assert min(math.dist((one.x, one.y), (40, 0)) for one in stances) > 0.5


def test_everybody_looks_where_they_go() -> None:
    walked = way([Waypoint((0, 0), speed=1.4), Waypoint((0, 8)), Waypoint((-8, 8))], ON_FOOT, at=0.0)
    first, last = walked.stance(1.0), walked.stance(walked.ends_at - 1.0)
    assert first is not None
    assert last is not None
    assert first.yaw == pytest.approx(math.pi / 2, abs=0.05)
    assert last.yaw == pytest.approx(math.pi, abs=0.05)


def test_a_speed_holds_from_its_waypoint_on() -> None:
    points = [Waypoint((0, 0), speed=1.2), Waypoint((10, 0), speed=2.4), Waypoint((30, 0))]
    walked = way(points, ON_FOOT, at=0.0, where=1)
    before, after = walked.stance(-3.0), walked.stance(4.0)
    assert before is not None
    assert after is not None
    assert (before.speed, after.speed) == (pytest.approx(1.2, abs=0.05), pytest.approx(2.4, abs=0.05))


@pytest.mark.parametrize(
    "points",
    [[Waypoint((0, 0), speed=1.0)], [Waypoint((0, 0)), Waypoint((1, 0))]],
    ids=["one place", "no speed"],
)
def test_what_is_no_way_is_refused(points: list[Waypoint]) -> None:
    with pytest.raises(ValueError, match="two places and a speed"):
        way(points, ON_FOOT, at=0.0)


def test_a_bag_goes_with_its_owner_and_stays_where_it_is_put_down() -> None:
    owner = way(
        [Waypoint((0, 0), speed=1.4), Waypoint((5, 0), pause=1.5), Waypoint((12, 0))], ON_FOOT, 4.0, 1
    )
    bag = Carried(owner, -math.inf, 4.5, (0.0, -0.4, 0.1))
    carried, left, much_later = bag.stance(2.0), bag.stance(4.6), bag.stance(60.0)
    with_owner = owner.stance(2.0)
    assert carried is not None
    assert with_owner is not None
    assert (carried.x, carried.y) == (
        pytest.approx(with_owner.x),
        pytest.approx(with_owner.y - 0.4, abs=0.01),
    )
    assert carried.z == pytest.approx(0.1)
    assert left is not None
    assert much_later is not None
    assert (left.x, left.y, left.z) == (much_later.x, much_later.y, 0.0)


def test_a_bag_lies_until_it_is_taken_and_then_goes_with_its_taker() -> None:
    taker = way(
        [Waypoint((0, 0), speed=1.4), Waypoint((5, 0), pause=1.0), Waypoint((12, 0))], ON_FOOT, 4.0, 1
    )
    bag = Carried(taker, 4.5, math.inf, (0.0, -0.4, 0.1))
    lying, taken = bag.stance(0.0), bag.stance(8.0)
    assert lying is not None
    assert taken is not None
    assert lying.z == 0.0
    assert taken.x > lying.x + 2.0
