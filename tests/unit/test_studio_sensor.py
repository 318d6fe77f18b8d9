"""The sensor: what electronics add to a picture, the same for the same seed and moment."""

import cv2
import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.appearance import shifted
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.picture.sensor import Pixels, Sensor
from sample_videos.studio.picture.weather import CONDITIONS, weather

SQUARE = (300, 160, 340, 200)  # left, top, right, bottom in pixels


def sensor(condition: str = "day", seed: int = 1, quality: float = 1.0, **given: float) -> Sensor:
    light = weather(condition, np.random.default_rng(0))
    return Sensor(light, seed, quality, stamp=bool(given.get("stamp")), shake_px=given.get("shake_px", 0.0))


def flat(shade: int = 90) -> Pixels:
    return np.full((HEIGHT, WIDTH, 3), shade, np.uint8)


def with_square() -> Pixels:
    picture = flat(40)
    left, top, right, bottom = SQUARE
    picture[top:bottom, left:right] = 180
    return picture


def square_box(picture: Pixels) -> tuple[float, float, float, float]:
    """The square's sides, to fractions of a pixel, by how far it is over the half of its brightness."""
    bright = np.clip((cv2.blur(picture.mean(axis=2), (1, 5)) - 45) / 130, 0, 1)
    across, down = bright[165:195].mean(axis=0), bright[:, 305:335].mean(axis=1)
    sides = [
        (float((part * np.arange(len(part))).sum() / part.sum()), float(part.sum()))
        for part in (across, down)
    ]
    (x, width), (y, height) = sides
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_same_seed_and_moment_give_the_same_picture_whatever_was_asked_for_before(condition: str) -> None:
    first, second = sensor(condition), sensor(condition)
    for at in (0.2, 7.0):
        first.expose(flat(200), at)
    once, again = first.expose(flat(), 3.0), second.expose(flat(), 3.0)
    assert np.array_equal(once, again)
    assert not np.array_equal(once, second.expose(flat(), 3.2))
    assert not np.array_equal(once, sensor(condition, seed=2).expose(flat(), 3.0))


def test_infrared_is_grey_and_day_is_not() -> None:
    tinted = np.asarray(flat() + np.array((60, 0, 20), np.uint8), np.uint8)
    grey = sensor("infrared").expose(tinted, 1.0)
    assert (np.ptp(grey.astype(int), axis=2) == 0).all()
    assert np.ptp(sensor("day").expose(tinted, 1.0).mean(axis=(0, 1))) > 40


def test_night_has_less_colour_than_day() -> None:
    tinted = np.asarray(flat() + np.array((60, 0, 20), np.uint8), np.uint8)
    ranges = [np.ptp(sensor(name).expose(tinted, 1.0).mean(axis=(0, 1))) for name in ("night", "dusk", "day")]
    assert ranges == sorted(ranges)
    assert ranges[0] < 0.7 * ranges[2]


def test_night_and_a_poor_camera_are_noisier() -> None:
    day, night, poor = (
        one.expose(flat(), 1.0)[150:200, 300:350].std()
        for one in (sensor("day"), sensor("night"), sensor("day", quality=2.0))
    )
    assert night > 2 * day
    assert poor > 1.3 * day


def test_rain_draws_upright_streaks() -> None:
    def upright(condition: str) -> float:
        """How much more alike pixels below each other are than pixels beside each other."""
        light = sensor(condition).expose(flat(), 1.0).mean(axis=2)
        return float(np.abs(np.diff(light, axis=1)).mean() / np.abs(np.diff(light, axis=0)).mean())

    assert upright("rain") > 1.1 * upright("overcast")


def test_bright_spots_spill_light_around_them_and_edges_are_darker_than_the_middle() -> None:
    lamp = flat(30)
    lamp[170:190, 310:330] = 255
    around = sensor("night").expose(lamp, 1.0)[170:190, 332:336].mean()
    assert around > sensor("night").expose(flat(30), 1.0)[170:190, 332:336].mean() + 5
    day = sensor("day").expose(flat(), 1.0)
    assert day[:20, :20].mean() < day[170:190, 310:330].mean() - 3


def test_a_mast_that_shakes_moves_the_picture_and_the_boxes_alike() -> None:
    shaking, still = sensor(shake_px=6.0), sensor()
    fractions = tuple(value / side for value, side in zip(SQUARE, (WIDTH, HEIGHT) * 2, strict=True))
    seen = Seen(1, "person", fractions, fractions, 1.0, (0.0, 0.0))  # type: ignore[arg-type]
    resting = square_box(still.expose(with_square(), 0.0))
    moved = set()
    for at in (0.0, 0.35, 0.8, 1.3):
        shake = shaking.shake(at)
        box = shifted(seen, shake)
        assert box is not None
        in_pixels = [value * side for value, side in zip(box.seen_xyxy, (WIDTH, HEIGHT) * 2, strict=True)]
        assert in_pixels == pytest.approx([a + b for a, b in zip(SQUARE, shake * 2, strict=True)], abs=0.01)
        shown = square_box(shaking.expose(with_square(), at))
        assert np.subtract(shown, resting) == pytest.approx(shake * 2, abs=0.5)
        moved.add(tuple(round(part) for part in shake))
    assert len(moved) > 1
    assert still.shake(0.35) == (0.0, 0.0)


def test_a_shake_stays_within_its_pixels() -> None:
    shaking = sensor(shake_px=2.0)
    steps = np.array([shaking.shake(at) for at in np.arange(0, 20, 0.04).tolist()])
    assert 1.0 < np.abs(steps).max() <= 2.0


def written(second: int) -> Pixels:
    """The clock's text in white, as it must be legible in the corner."""
    text = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(
        text, f"2026-05-01 08:00:{second:02d}", (10, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 255, 1, cv2.LINE_AA
    )
    return text


def test_the_stamp_tells_the_second_of_the_clip() -> None:
    texts = [written(second).astype(float) for second in range(14)]
    reach = np.flatnonzero(texts[0].any(axis=0)).max() + 3
    stamped = sensor("night", stamp=True)
    for at, second in ((0.0, 0), (0.96, 0), (1.0, 1), (7.2, 7), (12.999, 12)):
        corner = stamped.expose(flat(30), at).mean(axis=2)[:30, :reach]
        unlike = [float(np.abs(corner - text[:30, :reach]).mean()) for text in texts]
        assert int(np.argmin(unlike)) == second


def test_without_a_stamp_the_corner_is_as_it_was() -> None:
    assert sensor("day").expose(flat(30), 0.0)[:30, :220].max() < 60
    assert sensor("day", stamp=True).expose(flat(30), 0.0)[:30, :220].max() > 200
