"""Motion is what moves: not noise, not light, not what happens in ignored areas."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.motion import SETTLING, Change, MotionDetector
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.geometry import Polygon

Luma = NDArray[np.uint8]
STEP = SECOND // 5
WIDTH, HEIGHT = 640, 360
LEFT_HALF = Polygon(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


def street(brightness: int = 90, *, width: int = WIDTH, height: int = HEIGHT) -> Luma:
    """A scene with structure: a gradient and some edges."""
    picture = np.tile(np.linspace(brightness - 40, brightness + 40, width), (height, 1))
    picture[height // 3 : height // 2, width // 5 : width // 3] += 60
    return picture.clip(0, 255).astype(np.uint8)


def with_square(picture: Luma, x: int, y: int, side: int = 24, value: int = 230) -> Luma:
    picture = picture.copy()
    picture[y : y + side, x : x + side] = value
    return picture


def noisy(picture: Luma, sigma: float, seed: int) -> Luma:
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def changes(pictures: list[Luma], ignore: tuple[Polygon, ...] = ()) -> list[Change]:
    """What is said of pictures one analysed interval apart; the first is always new light."""
    motion = MotionDetector(ignore)
    said = [motion.compare(picture, REPLAY_EPOCH + i * STEP) for i, picture in enumerate(pictures)]
    assert said[0] is Change.LIGHT
    return said[1:]


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_the_noise_of_a_sensor_is_silent(sigma: float) -> None:
    pictures = [noisy(street(), sigma, seed) for seed in range(30)]
    assert set(changes(pictures)) == {Change.NOTHING}


def test_a_small_square_that_moves_is_motion_in_every_frame() -> None:
    pictures = [with_square(noisy(street(), 3, i), 40 + 12 * i, 200) for i in range(30)]
    assert set(changes(pictures)) == {Change.MOTION}


def test_a_square_that_stands_still_is_none() -> None:
    pictures = [with_square(noisy(street(), 3, i), 200, 200) for i in range(10)]
    assert set(changes(pictures)) == {Change.NOTHING}


def test_what_moves_in_an_ignored_area_is_silent_and_outside_of_it_is_not() -> None:
    inside = [with_square(street(), 10 + 20 * i, 200) for i in range(12)]
    outside = [with_square(street(), 350 + 20 * i, 200) for i in range(12)]
    assert set(changes(inside, (LEFT_HALF,))) == {Change.NOTHING}
    assert set(changes(outside, (LEFT_HALF,))) == {Change.MOTION}


def test_where_everything_is_ignored_nothing_ever_moves() -> None:
    whole = Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    pictures = [street(), street(200), with_square(street(), 50, 50)]
    assert set(changes(pictures, (whole,))) == {Change.NOTHING}


@pytest.mark.parametrize("share", [0.31, 1.0])
def test_a_change_of_much_of_the_picture_is_light_and_no_motion(share: float) -> None:
    lit = street()
    lit[: round(HEIGHT * share)] = (lit[: round(HEIGHT * share)].astype(int) + 50).clip(0, 255)
    assert changes([street(), lit, lit]) == [Change.LIGHT, Change.NOTHING]


def test_what_is_much_of_a_picture_is_told_by_what_is_watched() -> None:
    lit = street()
    lit[:, 480:] = 255
    assert changes([street(), lit]) == [Change.MOTION]
    assert changes([street(), lit], (LEFT_HALF,)) == [Change.LIGHT]


def test_while_the_exposure_settles_nothing_counts_as_motion_and_afterwards_it_does() -> None:
    motion, at = MotionDetector(), REPLAY_EPOCH
    motion.compare(street(), at)
    at += STEP
    assert motion.compare(street(200), at) is Change.LIGHT
    settled = at + SETTLING
    said = {}
    for number in range(1, 11):
        picture = with_square(street(200), 30 * number, 100, value=20)
        said[at + number * STEP] = motion.compare(picture, at + number * STEP)
    assert {change for when, change in said.items() if when <= settled} == {Change.NOTHING}
    assert {change for when, change in said.items() if when > settled} == {Change.MOTION}


def test_slow_dusk_is_silent() -> None:
    pictures = [street(120 - i) for i in range(60)]
    assert set(changes(pictures)) == {Change.NOTHING}


def test_a_change_of_size_is_a_new_beginning_not_motion() -> None:
    small, large = street(width=320, height=180), street(width=1280, height=720)
    said = changes([small, small, large, large, with_square(large, 600, 300, 60)])
    assert said == [Change.NOTHING, Change.LIGHT, Change.NOTHING, Change.MOTION]


def test_a_thin_and_a_tiny_picture_are_compared_too() -> None:
    for width, height in ((8, 8), (1920, 16), (178, 100)):
        picture = street(width=width, height=height)
        assert changes([picture, picture]) == [Change.NOTHING]


def test_rows_with_padding_are_read_as_they_are_shown() -> None:
    """A decoder's plane has longer rows than the picture; the rest of each row is garbage."""
    padded = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH + 64), np.uint8)
    padded[:, :WIDTH] = street()
    other = padded.copy()
    other[:, WIDTH:] = 0
    assert changes([padded[:, :WIDTH], other[:, :WIDTH]]) == [Change.NOTHING]
