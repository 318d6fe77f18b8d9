"""Which parts of the picture headlights reach: the site is drawn anew only there."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.lighting import Headlight
from sample_videos.studio.picture.programs import HEADLIGHT_EDGE
from sample_videos.studio.picture.regions import Rectangle, merged
from sample_videos.studio.shapes.transform import Floats

_BLOCK_PX = 20  # divides both sides of the picture
_ROWS, _COLUMNS = HEIGHT // _BLOCK_PX, WIDTH // _BLOCK_PX
_SPARE_M = 0.05  # the shader counts in single precision


class Reach:
    """The site in blocks of pixels, each within a sphere around all places that it shows.

    `place` (360, 640, 4) are the pixels' places in the world in metres, from the top, as the shader knows
    them; the fourth is 0 where there is none, as in the sky.
    """

    def __init__(self, place: Floats) -> None:
        blocks = place.reshape(_ROWS, _BLOCK_PX, _COLUMNS, _BLOCK_PX, 4).astype(np.float64)
        there = blocks[..., 3] > 0.5
        self._shown: NDArray[np.bool_] = np.asarray(there.any(axis=(1, 3)))
        some = self._shown[:, :, None]
        low = np.where(some, np.where(there[..., None], blocks[..., :3], np.inf).min(axis=(1, 3)), 0.0)
        high = np.where(some, np.where(there[..., None], blocks[..., :3], -np.inf).max(axis=(1, 3)), 0.0)
        self._middle = (low + high) / 2
        self._radius = np.linalg.norm(high - low, axis=2) / 2 + _SPARE_M

    def rectangles(self, lights: Sequence[Headlight]) -> list[Rectangle]:
        """Rectangles in which lies every pixel of the site that any of the lights reaches."""
        reached = np.zeros((_ROWS, _COLUMNS), bool)
        for light in lights:
            reached |= self._reached(light)
        rows = []
        for row in np.flatnonzero(reached.any(axis=1)).tolist():
            columns = np.flatnonzero(reached[row])
            left, right = int(columns[0]) * _BLOCK_PX, (int(columns[-1]) + 1) * _BLOCK_PX
            rows.append((left, row * _BLOCK_PX, right, (row + 1) * _BLOCK_PX))
        return merged(rows)

    def _reached(self, light: Headlight) -> NDArray[np.bool_]:
        """Blocks whose sphere meets the light's cone: it is not further from its side than its radius."""
        away = self._middle - np.array(light.at)
        along = away @ np.array(light.towards)
        beside = np.sqrt(np.maximum((away**2).sum(axis=2) - along**2, 0.0))
        outside = beside * HEADLIGHT_EDGE - along * math.sqrt(1 - HEADLIGHT_EDGE**2)
        return np.asarray(self._shown & (outside <= self._radius) & (along >= -self._radius))
