"""Whose legs are hidden stands where he stood; whose box shrinks for another reason is taken as he is."""

import pytest

from models.footing import Footing, FootingSettings
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.geometry import Xyxy

STEP = SECOND // 5
WHOLE: Xyxy = (0.40, 0.40, 0.46, 0.60)
WAIST_UP: Xyxy = (0.40, 0.40, 0.46, 0.52)


def hidden(*boxes: Xyxy, step: int = STEP, settings: FootingSettings | None = None) -> list[float]:
    """What is said of these boxes of one person, one look apart."""
    footing = Footing(settings or FootingSettings())
    return [footing.hidden(1, box, REPLAY_EPOCH + number * step) for number, box in enumerate(boxes)]


def test_feet_stay_where_they_were_while_something_hides_the_legs() -> None:
    said = hidden(*[WHOLE] * 5, *[WAIST_UP] * 4, WHOLE, WHOLE)
    assert said == [*[0.0] * 5, *[pytest.approx(0.08)] * 4, 0.0, 0.0]


def test_feet_are_carried_along_with_the_head() -> None:
    walking = [(0.40 + 0.02 * i, 0.40 + 0.003 * i, 0.46 + 0.02 * i, 0.52) for i in range(4)]
    feet = [box[3] + low for box, low in zip(walking, hidden(*[WHOLE] * 5, *walking)[5:], strict=True)]
    assert feet == [pytest.approx(0.60 + 0.003 * i, abs=1e-4) for i in range(4)]


@pytest.mark.parametrize("mast_m", [3.0, 5.0, 8.0])
@pytest.mark.parametrize("pace", [0.7, 1.5, 2.2])
def test_who_walks_away_from_the_camera_hides_nothing(mast_m: float, pace: float) -> None:
    """Somebody of 1.7 m under a pinhole camera that looks level, from 4 m on, at 5 looks a second."""
    boxes = []
    for look in range(60):
        far = 4.0 + pace * look / 5
        top, bottom = 0.05 + 0.7 * (mast_m - 1.7) / far, 0.05 + 0.7 * mast_m / far
        boxes.append((0.4, top, 0.4 + 0.3 / far, bottom))
    assert set(hidden(*[box for box in boxes if box[3] < 0.97])) == {0.0}


def test_who_bends_down_has_his_feet_where_they_are() -> None:
    assert set(hidden(*[WHOLE] * 5, *[(0.40, 0.50, 0.47, 0.60)] * 5)) == {0.0}


def test_a_box_that_shrinks_a_little_is_taken_as_it_is() -> None:
    assert set(hidden(*[WHOLE] * 5, *[(0.40, 0.40, 0.46, 0.57)] * 5)) == {0.0}


def test_a_box_that_shrinks_slowly_is_taken_as_it_is() -> None:
    assert set(hidden(*[(0.40, 0.40, 0.46, 0.60 - 0.005 * i) for i in range(25)])) == {0.0}


def test_one_box_that_is_too_tall_makes_nobody_hidden() -> None:
    assert set(hidden(*[WHOLE] * 4, (0.40, 0.40, 0.46, 0.75), *[WHOLE] * 4)) == {0.0}


def test_of_somebody_just_seen_nothing_is_believed() -> None:
    assert set(hidden(WHOLE, WHOLE, WAIST_UP, WAIST_UP)) == {0.0}


def test_after_some_seconds_a_short_box_is_taken_as_it_is() -> None:
    said = hidden(*[WHOLE] * 5, *[WAIST_UP] * 30)
    assert said.count(0.0) == 5 + 30 - 11  # looks in 2 s, both ends included


def test_an_old_height_counts_for_nothing() -> None:
    footing = Footing()
    for number in range(5):
        footing.hidden(1, WHOLE, REPLAY_EPOCH + number * STEP)
    assert footing.hidden(1, WAIST_UP, REPLAY_EPOCH + 60 * SECOND) == 0.0


@pytest.mark.parametrize("whole", [(0.40, 0.0, 0.46, 0.2), (0.40, 0.8, 0.46, 1.0)])
def test_what_the_pictures_edge_cuts_is_not_hidden(whole: Xyxy) -> None:
    left, top, right, bottom = whole
    cut = (left, top, right, bottom - 0.08) if top == 0 else (left, top + 0.08, right, bottom)
    assert set(hidden(*[whole] * 5, *[cut] * 5)) == {0.0}


def test_feet_are_never_below_the_picture() -> None:
    low = (0.40, 0.76, 0.46, 0.97)
    assert max(hidden(*[low] * 5, *[(0.40, 0.77, 0.46, 0.87)] * 5)) <= 1.0 - 0.87


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0, 15.0, 25.0])
def test_hidden_legs_are_noticed_at_every_rate_of_looks(fps: float) -> None:
    """A van drives before somebody within a fifth of a second, and away again a second later."""
    looks = [number / fps for number in range(round(5 * fps))]
    boxes = [
        (0.40, 0.40, 0.46, 0.60 - 0.08 * min(1.0, max(0.0, (at - 2.0) / 0.2)) * (at < 3.0)) for at in looks
    ]
    said = hidden(*boxes, step=round(SECOND / fps))
    feet = [box[3] + low for box, low in zip(boxes, said, strict=True)]
    assert min(foot for foot, at in zip(feet, looks, strict=True) if not 2.0 <= at <= 2.2) > 0.59


def test_who_rests_and_is_looked_at_once_a_second_is_known_too() -> None:
    assert hidden(*[WHOLE] * 4, WAIST_UP, step=SECOND)[-1] == pytest.approx(0.08)


def test_people_are_told_apart_and_forgotten() -> None:
    footing = Footing()
    for number in range(5):
        footing.hidden(1, WHOLE, REPLAY_EPOCH + number * STEP)
    assert footing.hidden(2, WAIST_UP, REPLAY_EPOCH + 5 * STEP) == 0.0
    footing.keep({2})
    assert footing.hidden(1, WAIST_UP, REPLAY_EPOCH + 5 * STEP) == 0.0
    footing.keep(set())
    assert footing._figures == {}
