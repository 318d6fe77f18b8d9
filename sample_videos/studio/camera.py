"""The camera: where it hangs, what its lens does, and where things appear in its picture.

world (m) ─ view, projection ─► ideal picture ─ lens distortion ─► picture (640 × 360)
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.shapes.transform import Floats, Vector, look_at, perspective

WIDTH, HEIGHT = 640, 360
Points = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom
_NEWTON_STEPS = 8


@dataclass(frozen=True, slots=True)
class Camera:
    """An eye on a mast. `fov_y` in radians; `barrel` is the share by which a corner moves inwards."""

    eye: Vector
    target: Vector
    fov_y: float
    barrel: float = 0.0

    def view(self) -> Floats:
        """The 4×4 matrix from the world to the eye."""
        return look_at(self.eye, self.target)

    def projection(self) -> Floats:
        """The 4×4 matrix from the eye to OpenGL's clip space, before distortion."""
        return perspective(self.fov_y, WIDTH / HEIGHT)

    def project(self, points: Points) -> tuple[Points, Points]:
        """Where points (n, 3) appear: pixels (n, 2), distorted, and depth (n,) in metres before the eye.

        What lies behind the eye has no place: its pixels are meaningless where depth ≤ 0.
        """
        pixels, depth = self.ideal(points)
        return self.distorted(pixels), depth

    def ideal(self, points: Points) -> tuple[Points, Points]:
        """The same before the lens bends anything: straight edges are straight."""
        homogeneous = np.concatenate((points, np.ones((len(points), 1))), axis=1)
        clip = homogeneous @ _to_clip(self).T
        depth = clip[:, 3]
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        ideal = clip[:, :2] / safe[:, None]
        pixels = np.stack(((ideal[:, 0] + 1) / 2 * WIDTH, (1 - ideal[:, 1]) / 2 * HEIGHT), axis=1)
        return pixels, depth

    def distorted(self, pixels: Points) -> Points:
        """Ideal pixels (n, 2) to where the lens puts them.

        The radius r, in half diagonals, becomes r·(1 − barrel·r²): the first term of Brown's model.
        Beyond one and a half diagonals r grows on without a bend.
        """
        centre = np.array((WIDTH / 2, HEIGHT / 2))
        away = (pixels - centre) / math.hypot(WIDTH / 2, HEIGHT / 2)
        radius_squared = np.minimum((away**2).sum(axis=1, keepdims=True), 2.25)
        return np.asarray(centre + (pixels - centre) * (1 - self.barrel * radius_squared))

    def around(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The box in the picture around a box of ideal pixels, whose edges the lens bends.

        An edge reaches furthest at its ends, or where it passes the picture's middle.
        """
        middle = np.clip((WIDTH / 2, HEIGHT / 2), (left, top), (right, bottom))
        across, down = np.meshgrid((left, middle[0], right), (top, middle[1], bottom))
        pixels = self.distorted(np.stack((across.ravel(), down.ravel()), axis=1))
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def source_map(self) -> tuple[Floats, Floats]:
        """For each pixel of the picture the ideal x and y it shows, (height, width) each.

        The inverse of `distorted` by Newton's steps; exact to 0.01 pixels for a barrel from −0.2 to 0.14.
        From 4/27 on no ideal radius reaches the corners.
        """
        columns, rows = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
        right, down = columns - WIDTH / 2, rows - HEIGHT / 2
        bend = self.barrel * (right**2 + down**2) / ((WIDTH / 2) ** 2 + (HEIGHT / 2) ** 2)
        stretch = np.ones_like(bend)
        for _ in range(_NEWTON_STEPS):
            stretch -= (stretch * (1 - bend * stretch**2) - 1) / (1 - 3 * bend * stretch**2)
        x, y = WIDTH / 2 + stretch * right, HEIGHT / 2 + stretch * down
        return x.astype(np.float32), y.astype(np.float32)

    def on_floor(self, pixels: Points, z: float = 0.0) -> Points:
        """Where the rays of ideal pixels (n, 2) meet the floor: (n, 2) metres; NaN above the horizon."""
        inverse = np.linalg.inv(_to_clip(self))
        ideal = np.stack((pixels[:, 0] / WIDTH * 2 - 1, 1 - pixels[:, 1] / HEIGHT * 2), axis=1)
        far = np.concatenate((ideal, np.ones((len(ideal), 2))), axis=1) @ inverse.T
        towards = far[:, :3] / far[:, 3:] - np.array(self.eye)
        down = np.where(towards[:, 2] < -1e-9, towards[:, 2], np.nan)
        reach = (z - self.eye[2]) / down
        return np.asarray(np.array(self.eye)[:2] + towards[:, :2] * reach[:, None])


@lru_cache(maxsize=64)
def _to_clip(camera: Camera) -> NDArray[np.float64]:
    """The 4×4 matrix from the world to OpenGL's clip space, made once."""
    matrix = np.asarray(camera.projection().astype(np.float64) @ camera.view())
    matrix.setflags(write=False)
    return matrix
