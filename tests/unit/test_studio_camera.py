"""The camera's geometry: points to pixels and back, with and without a lens that bends."""

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera

EYE, TARGET = (2.0, -1.0, 5.0), (4.0, 12.0, 0.5)
BARRELS = (-0.2, 0.0, 0.1, 0.14)


def looking(barrel: float) -> Camera:
    return Camera(EYE, TARGET, 0.8, barrel)


def middles() -> NDArray[np.float64]:
    """The middles of all pixels, (n, 2), row by row."""
    columns, rows = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    return np.stack((columns.ravel(), rows.ravel()), axis=1)


@pytest.mark.parametrize("barrel", BARRELS)
def test_what_the_camera_aims_at_is_in_the_middle_and_as_deep_as_it_is_far(barrel: float) -> None:
    pixels, depth = looking(barrel).project(np.array([TARGET]))
    assert pixels[0] == pytest.approx((WIDTH / 2, HEIGHT / 2), abs=1e-3)
    assert depth[0] == pytest.approx(math.dist(EYE, TARGET), abs=1e-4)


def test_what_lies_behind_the_eye_has_no_depth() -> None:
    behind = 2 * np.array(EYE) - np.array(TARGET)
    _, depth = looking(0.1).project(behind[None])
    assert depth[0] < 0


@pytest.mark.parametrize("barrel", BARRELS)
def test_every_pixel_shows_the_ideal_pixel_that_the_lens_puts_there(barrel: float) -> None:
    camera = looking(barrel)
    x, y = camera.source_map()
    ideal = np.stack((x.ravel(), y.ravel()), axis=1).astype(np.float64)
    assert np.abs(camera.distorted(ideal) - middles()).max() < 0.01


def test_a_barrel_draws_the_corners_inwards_and_leaves_the_middle() -> None:
    corner, middle = looking(0.1).distorted(np.array(((WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2)), float))
    assert corner == pytest.approx((0.95 * WIDTH, 0.95 * HEIGHT))
    assert middle == pytest.approx((WIDTH / 2, HEIGHT / 2))


@pytest.mark.parametrize("z", [0.0, 1.7])
def test_the_floor_under_a_pixel_is_where_the_pixel_came_from(z: float) -> None:
    places = np.random.default_rng(3).uniform((-4, 6), (10, 30), (50, 2))
    points = np.concatenate((places, np.full((50, 1), z)), axis=1)
    for camera in map(looking, BARRELS):
        pixels, _ = camera.ideal(points)
        assert camera.on_floor(pixels, z) == pytest.approx(places, abs=0.01)


def test_above_the_horizon_there_is_no_floor() -> None:
    level = Camera((0.0, 0.0, 4.0), (0.0, 10.0, 4.0), 0.8)
    above, below = level.on_floor(np.array(((320.0, 100.0), (320.0, 300.0))))
    assert np.isnan(above).all()
    assert np.isfinite(below).all()


@pytest.mark.parametrize("barrel", [0.0, 0.12])
def test_a_bent_box_is_enclosed_as_tightly_as_its_edges_allow(barrel: float) -> None:
    camera, rng = looking(barrel), np.random.default_rng(5)
    for _ in range(40):
        (left, right), (top, bottom) = np.sort(rng.uniform(-80, 720, 2)), np.sort(rng.uniform(-60, 420, 2))
        share = np.linspace(0, 1, 401)[:, None]
        corners = np.array(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)))
        edge = np.concatenate([a + share * (b - a) for a, b in pairwise(corners)])
        bent = camera.distorted(edge)
        expected = (*bent.min(axis=0), *bent.max(axis=0))
        assert camera.around(left, top, right, bottom) == pytest.approx(expected, abs=0.05)
