"""What is read from the query: times, areas, cursors; what is wrong is told with what is right."""

import pytest

from api.area import MOST_POINTS, cameras_within, parse_area
from api.cursors import cursor_of, fingerprint, parts_of
from api.directory import ListedCamera
from api.parameters import checked_range, moment
from api.problems import ProblemError
from sharp_eyes.clock import SECOND

SQUARE = "118.8,28.9;118.9,28.9;118.9,29.0;118.8,29.0"


def listed(camera_id: str, location: tuple[float, float] | None) -> ListedCamera:
    return ListedCamera(camera_id, (("en", camera_id),), "3308", location, 2, True, False, 1)


def test_a_time_is_read_with_its_zone() -> None:
    assert moment("1970-01-01T08:00:01+08:00") == SECOND


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-01-01T00:00:00 08:00", "%2B"),
        ("2026-01-01T00:00:00", "write for example"),
        ("yesterday", "write for example"),
        ("", "write for example"),
    ],
)
def test_a_wrong_time_is_told_with_a_right_one(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        moment(text)


def test_a_stretch_goes_forward_and_is_no_longer_than_a_year() -> None:
    checked_range(0, SECOND)
    for from_at, to_at in [(5, 5), (6, 5), (0, 400 * 86_400 * SECOND)]:
        with pytest.raises(ProblemError):
            checked_range(from_at, to_at)


def test_cameras_on_the_border_stand_in_an_area_and_those_without_a_place_in_none() -> None:
    cameras = [
        listed("in", (118.85, 28.95)),
        listed("edge", (118.8, 28.95)),
        listed("out", (120.0, 28.95)),
        listed("nowhere", None),
    ]
    assert cameras_within(parse_area(SQUARE), cameras) == ("in", "edge")
    assert cameras_within(parse_area(SQUARE + ";118.8,28.9;"), cameras) == ("in", "edge")
    assert cameras_within(parse_area(SQUARE), []) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "118.8",
        "118.8,28.9;118.9,28.9",
        "a,b;c,d;e,f",
        "0,0;1,1;1,0;0,1",
        "0,0;1,1;2,2",
        "200,0;1,1;2,5",
        "nan,0;1,1;2,5",
        "inf,0;1,1;2,5",
        ";".join(["1,1"] * (MOST_POINTS + 1)),
    ],
)
def test_what_is_no_polygon_is_refused_with_an_example_or_a_reason(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_area(text)
    assert caught.value.status_code == 422
    (error,) = caught.value.facts["errors"]  # type: ignore[misc]
    assert error["parameter"] == "area"
    assert error["hint"]


def test_an_area_with_too_many_cameras_is_refused() -> None:
    cameras = [listed(str(number), (118.85, 28.95)) for number in range(5_001)]
    with pytest.raises(ProblemError, match="5,001 cameras"):
        cameras_within(parse_area(SQUARE), cameras)


def test_a_cursor_comes_back_as_it_was() -> None:
    assert parts_of(cursor_of([1, "a", 2]), (int, str, int)) == [1, "a", 2]


@pytest.mark.parametrize("cursor", ["", "x", "é", "!!!!", cursor_of([1]), cursor_of(["1", "a"]), "A" * 2000])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parts_of(cursor, (int, str))
    assert caught.value.status_code == 422


def test_a_fingerprint_tells_questions_apart() -> None:
    assert fingerprint(("a", 1)) == fingerprint(("a", 1)) != fingerprint(("a", 2))
