"""Regions: what a figure can change of the picture, and rectangles that cover the same in fewer."""

import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera, Points
from sample_videos.studio.picture.regions import WHOLE, Rectangle, changed, merged
from sample_videos.studio.picture.weather import CONDITIONS, Weather, weather

CAMERA = Camera((0.0, 0.0, 5.0), (0.0, 14.0, 0.5), 0.8, 0.1)


def light(condition: str, seed: int = 0) -> Weather:
    return weather(condition, np.random.default_rng(seed))


def column(x: float, y: float, height: float = 1.8) -> Points:
    """A thin post."""
    return np.array([(x, y, z) for z in np.linspace(0.0, height, 5)])


def holds(region: Rectangle, pixel: Points) -> bool:
    return bool(region[0] <= pixel[0] <= region[2] and region[1] <= pixel[1] <= region[3])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_region_holds_the_figure_and_its_shadow(condition: str) -> None:
    for seed in range(5):
        weather_now, post = light(condition, seed), column(0.5, 13.0)
        region = changed(CAMERA, weather_now, post)
        assert region is not None
        towards = np.array(weather_now.sun_towards)
        tip = post[-1] - towards * post[-1, 2] / towards[2]
        pixels, _ = CAMERA.project(np.concatenate((post, tip[None])))
        inside = (pixels >= 0).all(axis=1) & (pixels[:, 0] < WIDTH) & (pixels[:, 1] < HEIGHT)
        assert inside[:-1].all()
        assert all(holds(region, pixel) for pixel in pixels[inside])


def test_a_region_holds_the_bend_of_a_long_edge() -> None:
    camera = Camera((0.0, 0.0, 5.0), (0.0, 14.0, 0.5), 0.8, 0.12)
    ends = np.array(((-3.0, 8.0, 0.0), (3.0, 8.0, 0.0)))
    region = changed(camera, light("overcast"), ends)
    between = np.linspace(ends[0], ends[1], 50)
    assert region is not None
    assert all(holds(region, pixel) for pixel in camera.project(between)[0])


def test_a_small_thing_far_away_changes_little() -> None:
    region = changed(CAMERA, light("overcast"), column(0.0, 25.0))
    assert region is not None
    assert (region[2] - region[0]) * (region[3] - region[1]) < 0.05 * WIDTH * HEIGHT


def test_what_is_outside_or_behind_changes_nothing() -> None:
    assert changed(CAMERA, light("overcast"), column(60.0, 13.0)) is None
    assert changed(CAMERA, light("overcast"), column(0.0, -30.0)) is None


def test_what_reaches_from_the_picture_behind_the_eye_changes_all_of_it() -> None:
    through = np.array(((0.3, 8.0, 3.0), (0.3, -8.0, 3.0)))
    assert changed(CAMERA, light("overcast"), through) == WHOLE


def test_fewer_rectangles_cover_the_same_and_cost_no_more() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        starts = rng.integers(0, 300, (12, 2))
        given = [
            (x, y, x + w, y + h) for (x, y), (w, h) in zip(starts, rng.integers(1, 90, (12, 2)), strict=True)
        ]
        fewer = merged(given)
        for left, top, right, bottom in given:
            assert any(a <= left and b <= top and c >= right and d >= bottom for a, b, c, d in fewer)
        assert sum((c - a) * (d - b) for a, b, c, d in fewer) <= sum(
            (c - a) * (d - b) for a, b, c, d in given
        )
        assert len(fewer) <= len(given)


def test_rectangles_far_apart_stay_apart_and_equal_ones_become_one() -> None:
    near, far = (0, 0, 10, 10), (500, 300, 510, 310)
    assert sorted(merged([near, far, near])) == [near, far]
    assert merged([]) == []
