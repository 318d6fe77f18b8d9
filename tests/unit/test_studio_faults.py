"""Faults of a camera: each does what it says, while it lasts."""

import cv2
import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.faults import FAULTS, Fault, FaultyCamera, Pixels

EVERY = pytest.mark.parametrize("kind", FAULTS)


def picture(number: int) -> Pixels:
    """Coarse and fine detail, another for every number."""
    rng = np.random.default_rng(number)
    coarse = cv2.resize(rng.integers(40, 210, (9, 16, 3), dtype=np.uint8), (WIDTH, HEIGHT))
    return np.asarray(np.clip(coarse + rng.normal(0, 12, (HEIGHT, WIDTH, 1)), 0, 255), np.uint8)


def passed(kind: str, at: float, given: Pixels) -> Pixels:
    return FaultyCamera((Fault(kind, 2.0, 4.0),), 1).pass_on(given, at)


def detail(image: Pixels) -> float:
    return float(cv2.Laplacian(image, cv2.CV_64F).std())


@EVERY
def test_a_fault_begins_at_its_start_and_is_over_at_its_end(kind: str) -> None:
    camera = FaultyCamera((Fault(kind, 2.0, 4.0),), 1)
    for number, at in enumerate((0.0, 1.99, 2.0, 3.99, 4.0, 9.0)):
        spoilt = not np.array_equal(camera.pass_on(picture(number), at), picture(number))
        assert spoilt is camera.blinds(at) is (2.0 <= at < 4.0)


def test_a_frozen_camera_repeats_the_last_picture_before_it() -> None:
    camera = FaultyCamera((Fault("frozen", 1.0, 3.0),), 1)
    camera.pass_on(picture(0), 0.0)
    assert np.array_equal(camera.pass_on(picture(1), 1.0), picture(0))
    assert np.array_equal(camera.pass_on(picture(2), 2.0), picture(0))
    assert np.array_equal(camera.pass_on(picture(3), 3.0), picture(3))


def test_a_camera_that_is_frozen_from_the_start_repeats_its_first_picture() -> None:
    camera = FaultyCamera((Fault("frozen", 0.0, 3.0),), 1)
    assert np.array_equal(camera.pass_on(picture(0), 0.0), picture(0))
    assert np.array_equal(camera.pass_on(picture(1), 1.0), picture(0))


def test_dark_is_nearly_black_and_bright_nearly_white() -> None:
    assert passed("dark", 3.0, picture(0)).mean() < 12
    assert passed("bright", 3.0, picture(0)).mean() > 230


def test_blur_takes_the_detail_and_leaves_the_light() -> None:
    blurred = passed("blurred", 3.0, picture(0))
    assert detail(blurred) < 0.1 * detail(picture(0))
    assert blurred.mean() == pytest.approx(picture(0).mean(), abs=2)


def test_a_cover_hides_most_of_the_picture_and_is_dark_and_the_same_every_time() -> None:
    covered = passed("covered", 3.0, picture(0))
    hidden = (covered != picture(0)).any(axis=2)
    assert hidden.mean() > 0.7
    assert covered[hidden].max() < 60
    assert np.array_equal(covered, passed("covered", 3.5, picture(0)))


def test_a_moved_scene_is_the_same_scene_elsewhere() -> None:
    moved = passed("scene_moved", 3.0, picture(0))
    assert np.array_equal(np.sort(moved, axis=None), np.sort(picture(0), axis=None))
    assert np.array_equal(moved[HEIGHT // 5 :, WIDTH // 3 :], picture(0)[: -(HEIGHT // 5), : -(WIDTH // 3)])


def test_two_faults_at_once_both_show() -> None:
    both = FaultyCamera((Fault("blurred", 0.0, 9.0), Fault("dark", 0.0, 9.0)), 1).pass_on(picture(0), 1.0)
    assert both.mean() < 12
    assert detail(both) < detail(passed("dark", 3.0, picture(0)))


def test_a_camera_without_faults_changes_nothing() -> None:
    camera = FaultyCamera((), 1)
    assert np.array_equal(camera.pass_on(picture(0), 0.0), picture(0))
    assert not camera.blinds(0.0)


def test_what_is_no_fault_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match='no fault "upside_down"; there are frozen, dark'):
        Fault("upside_down", 0.0, 1.0)
