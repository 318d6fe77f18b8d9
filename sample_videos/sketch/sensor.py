"""What the camera adds to the scene: light that drifts, lens shading, grain."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.lens import HEIGHT, WIDTH

_MARGIN = 64


@dataclass(frozen=True, slots=True)
class Grain:
    """A sheet of grain; each frame takes another piece of it."""

    sheet: NDArray[np.int16]

    def on(self, picture: Picture, gain: float, rng: np.random.Generator) -> Picture:
        """Give the picture under `gain` of light, with grain."""
        top, left = (int(value) for value in rng.integers(0, _MARGIN, 2))
        piece = self.sheet[top : top + HEIGHT, left : left + WIDTH]
        lit = cv2.addWeighted(picture, gain, piece, 1.0, 0.0, dtype=cv2.CV_8U)
        return np.asarray(lit, dtype=np.uint8)


def grain(rng: np.random.Generator, deviation: float) -> Grain:
    """Grain of a standard deviation in levels of 255, partly shared by the colours."""
    shape = (HEIGHT + _MARGIN, WIDTH + _MARGIN)
    luma = rng.standard_normal((*shape, 1)) * deviation
    chroma = rng.standard_normal((*shape, 3)) * deviation * 0.4
    return Grain(np.rint(luma + chroma).astype(np.int16))
