"""Reach: no pixel on which a headlight shines lies outside the rectangles, and much of the picture does."""

import math

import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.picture.lighting import Headlight
from sample_videos.studio.picture.programs import HEADLIGHT_EDGE
from sample_videos.studio.picture.reach import Reach
from sample_videos.studio.shapes.transform import Floats

CAMERA = Camera((0.0, 0.0, 5.0), (0.0, 14.0, 0.5), 0.8, 0.1)


def floor_and_posts(posts: int = 12) -> Floats:
    """What the pixels of a floor show, with thin posts at random before it; above the horizon nothing."""
    across, down = CAMERA.source_map()
    on_floor = CAMERA.on_floor(np.stack((across.ravel(), down.ravel()), axis=1).astype(float))
    place = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    place[..., :2] = np.nan_to_num(on_floor).reshape(HEIGHT, WIDTH, 2)
    place[..., 3] = np.isfinite(on_floor[:, 0]).reshape(HEIGHT, WIDTH)
    rng = np.random.default_rng(3)
    for column in rng.integers(0, WIDTH, posts).tolist():
        place[60:300, column] = (*rng.uniform((-9, 6, 0), (9, 30, 3)), 1.0)
    return place


def headlight(x: float, y: float, yaw: float, down: float = 0.04) -> Headlight:
    towards = np.array((math.cos(yaw), math.sin(yaw), -down))
    towards /= np.linalg.norm(towards)
    return Headlight((x, y, 0.8), (float(towards[0]), float(towards[1]), float(towards[2])), (4.0, 4.0, 4.0))


def lit(place: Floats, light: Headlight) -> np.ndarray:
    """Pixel by pixel, as the shader decides it."""
    away = place[..., :3].astype(float) - np.array(light.at)
    cosine = (away @ np.array(light.towards)) / np.maximum(np.linalg.norm(away, axis=2), 1e-9)
    return np.asarray((place[..., 3] > 0.5) & (cosine > HEADLIGHT_EDGE))


@pytest.mark.parametrize("seed", range(6))
def test_every_pixel_that_is_lit_lies_within(seed: int) -> None:
    rng = np.random.default_rng(seed)
    place = floor_and_posts()
    lights = [
        headlight(*rng.uniform((-12, 2), (12, 40)), rng.uniform(0, 2 * math.pi), rng.uniform(0, 0.3))
        for _ in range(3)
    ]
    within = np.zeros((HEIGHT, WIDTH), bool)
    for left, top, right, bottom in Reach(place).rectangles(lights):
        within[top:bottom, left:right] = True
    shone_on = np.any([lit(place, light) for light in lights], axis=0)
    assert shone_on.any()
    assert within[shone_on].all()


def test_what_lies_behind_a_lamp_is_left_alone() -> None:
    away = Reach(floor_and_posts(posts=0)).rectangles([headlight(0.0, 14.0, math.pi / 2)])
    assert away
    assert sum((right - left) * (bottom - top) for left, top, right, bottom in away) < 0.3 * WIDTH * HEIGHT


def test_where_nothing_shines_or_nothing_is_there_no_rectangle_is() -> None:
    assert Reach(floor_and_posts()).rectangles([]) == []
    nothing = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    assert Reach(nothing).rectangles([headlight(0.0, 14.0, 1.0)]) == []
