"""What light, lenses, sensors and compression do to a picture beyond what the studio did already."""

import cv2
import numpy as np

from sample_videos.training.shard import Picture

_BANK_MARGIN = 96  # pixels by which the noise is larger than the picture, so that it can be shifted


class Damage:
    """Draws another damage each time; `area` is the largest picture (width, height)."""

    def __init__(self, area: tuple[int, int], rng: np.random.Generator) -> None:
        self._rng = rng
        width, height = area[0] + _BANK_MARGIN, area[1] + _BANK_MARGIN
        # Drawing fresh noise costs more than all the rest: one sheet is shifted about instead.
        self._noise = rng.standard_normal((height, width, 3), dtype=np.float32)

    def on(self, picture: Picture) -> Picture:
        """The picture in other light, and sometimes grey, blurred, noisy, compressed."""
        picture = self._lit(picture)
        if self._rng.random() < 0.06:
            picture = _bytes(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
        if self._rng.random() < 0.12:
            picture = _bytes(cv2.GaussianBlur(picture, (5, 5), float(self._rng.uniform(0.4, 1.3))))
        if self._rng.random() < 0.15:
            picture = self._noisy(picture)
        if self._rng.random() < 0.25:
            picture = _compressed(picture, int(self._rng.integers(30, 90)))
        return picture

    def _lit(self, picture: Picture) -> Picture:
        """Another gamma, gain and tint, and a little more or less black."""
        levels = np.arange(256) / 255
        gamma = float(np.exp(self._rng.normal(0, 0.2)))
        gains = float(self._rng.normal(1, 0.12)) * self._rng.normal(1, 0.05, 3)
        table = 255 * gains * levels[:, None] ** gamma + self._rng.normal(0, 6)
        return _bytes(cv2.LUT(picture, np.clip(table, 0, 255).astype(np.uint8)[None]))

    def _noisy(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        top = int(self._rng.integers(self._noise.shape[0] - height + 1))
        left = int(self._rng.integers(self._noise.shape[1] - width + 1))
        grain = self._noise[top : top + height, left : left + width] * np.float32(self._rng.uniform(1, 8))
        return _bytes(cv2.add(picture, grain, dtype=cv2.CV_8U))


def _compressed(picture: Picture, quality: int) -> Picture:
    # Red and blue change places on both ways.
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return _bytes(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def _bytes(picture: object) -> Picture:
    return np.asarray(picture, np.uint8)
