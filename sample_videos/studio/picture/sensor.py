"""What a surveillance camera does to a picture after its lens: glare, noise, sharpening, its clock.

The same seed and number of frame give the same picture, whatever was asked for before.
"""

import math
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.weather import Weather

Pixels = NDArray[np.uint8]

# Standard deviation of the noise, in steps of 256, on a good camera.
_NOISE = {"day": 1.2, "overcast": 1.8, "rain": 2.4, "dusk": 3.0, "night": 5.0, "infrared": 4.0}
_COLOUR_NOISE = 0.6  # of the noise in brightness
_GLARE = {"day": 0.4, "overcast": 0.3, "rain": 0.6, "dusk": 1.6, "night": 2.2, "infrared": 1.2}
_BRIGHT = 205.0
_SHEETS = 3
_SHEET_SPARE_PX = 64
_STAMP_PLACE = (10, 20)
# A thicker stroke would make wider letters: the dark edge is the same text, one pixel off to each side.
_EDGES_THEN_TEXT = ((-1, 0, 0), (1, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, 245))
_STAMP_AT = datetime(2026, 5, 1, 8, 0, 0, tzinfo=UTC)


class Sensor:
    """One camera's electronics. `quality` 1 is a good camera, 2 a noisy and shaky one."""

    def __init__(
        self, weather: Weather, seed: int, quality: float = 1.0, *, stamp: bool = True, shake_px: float = 0.0
    ) -> None:
        rng = np.random.default_rng((77, seed))
        self._weather = weather
        self._seed = seed
        self._stamp = f"CAM {int(rng.integers(1, 100)):02d}" if stamp else ""
        self._shake_px = shake_px
        self._phase = rng.uniform(0, 2 * math.pi, 4)
        self._softness = float(rng.uniform(0.35, 0.7)) * quality
        self._sharpening = float(rng.uniform(0.2, 0.8))
        self._vignette = _vignette(float(rng.uniform(0.1, 0.32)))
        deviation = _NOISE[weather.condition] * float(rng.uniform(0.6, 1.3)) * quality
        colour = 0.0 if weather.condition == "infrared" else _COLOUR_NOISE
        self._sheets = [_noise(rng, deviation, colour) for _ in range(_SHEETS)]

    def shake(self, at: float) -> tuple[float, float]:
        """By how many pixels the picture is moved at `at` seconds: a mast in the wind."""
        if self._shake_px == 0:
            return 0.0, 0.0
        a, b, c, d = self._phase
        x = math.sin(2 * math.pi * 0.9 * at + a) + 0.6 * math.sin(2 * math.pi * 2.3 * at + b)
        y = math.sin(2 * math.pi * 1.1 * at + c) + 0.6 * math.sin(2 * math.pi * 2.9 * at + d)
        return self._shake_px * x / 1.6, self._shake_px * y / 1.6

    def expose(self, picture: Pixels, at: float) -> Pixels:
        """The picture (360, 640, 3) RGB as the camera sends it at `at` seconds."""
        rng = np.random.default_rng((78, self._seed, round(at * 1000)))
        light = picture.astype(np.float32)
        light = self._moved(light, at)
        light *= self._vignette
        light += _glare(light, _GLARE[self._weather.condition])
        if self._weather.rain > 0:
            _rain(light, self._weather.rain, rng)
        self._take_colour(light)
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), self._softness), np.float32)
        light += self._noise_of(rng)
        edges = np.asarray(cv2.blur(light, (3, 3)), np.float32)
        np.subtract(light, edges, out=edges)
        edges *= self._sharpening
        light += edges
        exposed = np.clip(light, 0, 255, out=light).astype(np.uint8)
        if self._stamp:
            self._write(exposed, at)
        return exposed

    def _moved(self, light: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        shake = self.shake(at)
        if shake == (0.0, 0.0):
            return light
        move = np.array(((1, 0, shake[0]), (0, 1, shake[1])), np.float32)
        moved = cv2.warpAffine(light, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.float32)

    def _take_colour(self, light: NDArray[np.float32]) -> None:
        """By infrared there is no colour; at night there is little."""
        grey_share = {"infrared": 1.0, "night": 0.45, "dusk": 0.15}.get(self._weather.condition, 0.0)
        if grey_share == 0:
            return
        grey = ((light[..., :1] + light[..., 1:2]) + light[..., 2:]) / 3  # a mean along an axis is slow
        light *= 1 - grey_share
        light += grey * grey_share

    def _noise_of(self, rng: np.random.Generator) -> NDArray[np.float32]:
        sheet = self._sheets[int(rng.integers(_SHEETS))]
        y, x = rng.integers(0, _SHEET_SPARE_PX, 2)
        piece = sheet[y : y + HEIGHT, x : x + WIDTH]
        return np.asarray(cv2.flip(piece, 1), np.float32) if rng.random() < 0.5 else piece

    def _write(self, picture: Pixels, at: float) -> None:
        moment = (_STAMP_AT + timedelta(seconds=at)).strftime("%Y-%m-%d %H:%M:%S")
        text = f"{moment}  {self._stamp}"
        for x, y, shade in _EDGES_THEN_TEXT:
            place = (_STAMP_PLACE[0] + x, _STAMP_PLACE[1] + y)
            cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (shade,) * 3, 1, cv2.LINE_AA)


def _vignette(amount: float) -> NDArray[np.float32]:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    radius = (columns / WIDTH - 0.5) ** 2 + (rows / HEIGHT - 0.5) ** 2
    kept = np.asarray((1 - 2 * amount * radius)[..., None], np.float32)
    return np.repeat(kept, 3, axis=2)  # the same for each colour: shapes that agree multiply faster


def _noise(rng: np.random.Generator, deviation: float, colour: float) -> NDArray[np.float32]:
    """A sheet of noise larger than the picture: fine in brightness, coarse in colour."""
    height, width = HEIGHT + _SHEET_SPARE_PX, WIDTH + _SHEET_SPARE_PX
    fine = rng.standard_normal((height, width, 1), dtype=np.float32)
    coarse = rng.standard_normal((height // 2, width // 2, 3), dtype=np.float32)
    return np.asarray(deviation * (fine + colour * cv2.resize(coarse, (width, height))), np.float32)


def _glare(light: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """What bright spots spill around them; computed on a quarter of the size."""
    small = cv2.resize(light, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
    spilt = cv2.GaussianBlur(np.maximum(small - _BRIGHT, 0), (0, 0), 2.2)
    wide = np.asarray(cv2.resize(spilt, (WIDTH, HEIGHT)), np.float32)
    wide *= strength
    return wide


def _rain(light: NDArray[np.float32], strength: float, rng: np.random.Generator) -> None:
    """Streaks of falling drops, longer and brighter the nearer they are."""
    veil = np.zeros((HEIGHT, WIDTH), np.uint8)
    slant = float(rng.normal(0.08, 0.02))
    drops = rng.integers((-20, -30, 6, 18), (WIDTH, HEIGHT, 26, 60), size=(int(260 * strength), 4))
    for x, y, length, brightness in drops.tolist():
        cv2.line(veil, (x, y), (x + int(slant * length), y + length), brightness, 1, cv2.LINE_AA)
    light += cv2.cvtColor(veil, cv2.COLOR_GRAY2RGB)
