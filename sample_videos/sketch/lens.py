"""The camera's geometry: points of the world, in metres, to pixels of the picture.

The lens is a pinhole with a shifted sensor, as on a building: verticals stay vertical and a
person's height in pixels is linear in how far below the horizon the feet are.

    up                       picture
    |   / depth              +-----------------+  horizon at `horizon` pixels from the top
    |  /                     |        .        |
    | /                      |      person     |
    +------ right            +-----------------+
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTH = 640
HEIGHT = 360


@dataclass(frozen=True, slots=True)
class Lens:
    """A fixed camera `height` metres above flat ground."""

    focal: float
    height: float
    horizon: float
    centre: float = WIDTH / 2

    def pixels(self, points: Floats) -> Floats:
        """Project (n, 3) points right, depth, up in metres to (n, 2) pixels."""
        scale = self.focal / points[:, 1]
        u = self.centre + scale * points[:, 0]
        v = self.horizon + scale * (self.height - points[:, 2])
        return np.stack((u, v), axis=1)

    def scale(self, depth: float) -> float:
        """Pixels per metre at a depth."""
        return self.focal / depth

    def ground(self, u: float, v: float) -> tuple[float, float]:
        """Right and depth, in metres, of the ground seen at a pixel below the horizon."""
        depth = self.focal * self.height / (v - self.horizon)
        return (u - self.centre) * depth / self.focal, depth
