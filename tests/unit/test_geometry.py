"""Zones have their border inside, lines have two sides and two ends, boxes stand on their feet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.geometry import Point, Polygon, Segment, Side, foot, iou, rounded

SQUARE = Polygon(((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)))
DOWN = Segment((0.5, 0.2), (0.5, 0.8))
SHARES = st.floats(0, 1)
POINTS = st.tuples(SHARES, SHARES)


@pytest.mark.parametrize(
    "point", [(0.2, 0.2), (0.8, 0.8), (0.2, 0.5), (0.5, 0.2), (0.8, 0.5), (0.5, 0.8), (0.5, 0.5)]
)
def test_the_border_belongs_to_the_zone(point: Point) -> None:
    assert SQUARE.contains(point)


@pytest.mark.parametrize("point", [(0.1999, 0.5), (0.8001, 0.5), (0.5, 0.1999), (0.5, 0.8001), (0.0, 0.0)])
def test_what_lies_beyond_the_border_is_outside(point: Point) -> None:
    assert not SQUARE.contains(point)


@given(POINTS)
def test_a_square_contains_what_its_coordinates_say(point: Point) -> None:
    x, y = point
    assert SQUARE.contains(point) == (0.2 <= x <= 0.8 and 0.2 <= y <= 0.8)


def test_the_notch_of_a_zone_is_outside() -> None:
    horseshoe = Polygon(((0, 0), (1, 0), (1, 1), (0.7, 1), (0.7, 0.3), (0.3, 0.3), (0.3, 1), (0, 1)))
    assert not horseshoe.contains((0.5, 0.6))
    assert horseshoe.contains((0.5, 0.2))


def test_a_zone_may_repeat_its_first_point_at_the_end_and_turn_either_way() -> None:
    around = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.2))
    assert Polygon(around).contains((0.7, 0.4))
    assert Polygon(around[::-1]).contains((0.7, 0.4))


def test_sides_that_cross_are_refused_with_the_place() -> None:
    with pytest.raises(ValueError, match=r"not simple: Self-intersection\[0\.5 0\.5\]"):
        Polygon(((0, 0), (1, 1), (1, 0), (0, 1)))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_points_are_no_zone(count: int) -> None:
    with pytest.raises(ValueError, match=f"three different points, this has {count}"):
        Polygon(((0.1, 0.1), (0.9, 0.9))[:count] * 2)


def test_points_on_one_line_are_no_zone() -> None:
    with pytest.raises(ValueError, match=r"polygon"):
        Polygon(((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)))


def test_zones_of_the_same_points_are_equal() -> None:
    assert Polygon(SQUARE.points) == SQUARE
    assert hash(Polygon(SQUARE.points)) == hash(SQUARE)


@pytest.mark.parametrize(("point", "side"), [((0.2, 0.5), "right"), ((0.8, 0.5), "left")])
def test_for_who_walks_down_the_picture_its_left_is_at_his_right(point: Point, side: Side) -> None:
    assert DOWN.side(point) == side


@pytest.mark.parametrize(("point", "side"), [((0.2, 0.5), "left"), ((0.8, 0.5), "right")])
def test_for_who_walks_up_the_picture_left_is_left(point: Point, side: Side) -> None:
    assert Segment(DOWN.b, DOWN.a).side(point) == side


def test_for_who_walks_to_the_pictures_right_its_bottom_is_at_his_right() -> None:
    across = Segment((0.1, 0.5), (0.9, 0.5))
    assert across.side((0.5, 0.9)) == "right"
    assert across.side((0.5, 0.1)) == "left"


@pytest.mark.parametrize("point", [(0.5, 0.5), (0.5, 0.2), (0.5, 0.0), (0.5, 1.0)])
def test_on_the_endless_line_there_is_no_side(point: Point) -> None:
    assert DOWN.side(point) is None


@given(POINTS)
def test_turning_a_line_round_swaps_its_sides(point: Point) -> None:
    other = {"left": "right", "right": "left", None: None}
    assert Segment(DOWN.b, DOWN.a).side(point) == other[DOWN.side(point)]


def test_the_offset_is_twice_the_area_of_the_triangle() -> None:
    assert Segment((0, 0), (0.5, 0)).offset((0.0, 0.5)) == 0.25
    assert Segment((0, 0), (0.5, 0)).offset((0.3, -0.5)) == -0.25


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0.4, 0.5), (0.6, 0.5)),
        ((0.6, 0.3), (0.4, 0.7)),
        ((0.4, 0.2), (0.6, 0.2)),  # over an end
        ((0.4, 0.5), (0.5, 0.5)),  # up to it
        ((0.5, 0.3), (0.5, 0.4)),  # along it
        ((0.5, 0.5), (0.5, 0.5)),  # standing on it
    ],
)
def test_a_way_between_the_ends_meets_the_line(start: Point, end: Point) -> None:
    assert DOWN.crossed_by(start, end)
    assert DOWN.crossed_by(end, start)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0.4, 0.1), (0.6, 0.1)),  # past the upper end
        ((0.4, 0.9), (0.6, 0.9)),
        ((0.4, 0.5), (0.49, 0.5)),  # not far enough
        ((0.5, 0.1), (0.5, 0.19)),  # on the endless line only
        ((0.4, 0.5), (0.4, 0.5)),
    ],
)
def test_a_way_around_the_ends_does_not_meet_the_line(start: Point, end: Point) -> None:
    assert not DOWN.crossed_by(start, end)
    assert not DOWN.crossed_by(end, start)


def test_a_line_needs_two_different_points() -> None:
    with pytest.raises(ValueError, match="two different points"):
        Segment((0.5, 0.5), (0.5, 0.5))


def test_an_object_stands_on_the_middle_of_its_boxs_lower_side() -> None:
    assert foot((0.2, 0.1, 0.4, 0.9)) == (pytest.approx(0.3), 0.9)


def test_boxes_lie_on_a_grid_of_a_ten_thousandth() -> None:
    assert rounded((0.12344, 0.12346, 0.99999, 1 / 3)) == (0.1234, 0.1235, 1.0, 0.3333)


def test_overlap_is_intersection_over_union() -> None:
    assert iou((0, 0, 0.2, 0.2), (0, 0, 0.2, 0.2)) == pytest.approx(1)
    assert iou((0, 0, 0.2, 0.2), (0.1, 0, 0.3, 0.2)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("other", [(0.2, 0, 0.4, 0.2), (0.5, 0.5, 0.6, 0.6), (0.1, 0.1, 0.1, 0.1)])
def test_boxes_that_share_no_area_do_not_overlap(other: tuple[float, float, float, float]) -> None:
    assert iou((0, 0, 0.2, 0.2), other) == 0
    assert iou(other, (0, 0, 0.2, 0.2)) == 0
