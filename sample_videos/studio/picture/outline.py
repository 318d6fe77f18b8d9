"""The box of a figure in a picture, from the few vertices that can lie at its edge."""

import math
from functools import lru_cache

import numpy as np

from sample_videos.studio.actor import Figure, Stance
from sample_videos.studio.camera import Camera, Points
from sample_videos.studio.shapes.transform import Floats, standing

NEAREST_M = 0.3  # the renderer's near plane
_COUNT = 120
_STEPS = np.arange(_COUNT) + 0.5
_POLAR, _AROUND = np.arccos(1 - 2 * _STEPS / _COUNT), math.pi * (1 + math.sqrt(5)) * _STEPS
# Directions spread evenly over a sphere along Fibonacci's spiral: within each bone the vertices that
# lie furthest in one of them stand for all; a box comes out right to half a hundredth of its size.
_DIRECTIONS = np.stack(
    (np.cos(_AROUND) * np.sin(_POLAR), np.sin(_AROUND) * np.sin(_POLAR), np.cos(_POLAR)), axis=1
)


@lru_cache(maxsize=2048)
def outline_of(figure: Figure) -> "Outline":
    """The outline of a figure, made once."""
    return Outline(figure)


class Outline:
    """The outermost vertices of a figure."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        mesh = figure.mesh
        chosen: list[int] = []
        for bone in np.unique(mesh.bones):
            members = np.flatnonzero(mesh.bones == bone)
            furthest = np.argmax(mesh.positions[members] @ _DIRECTIONS.T, axis=0)
            chosen += np.unique(members[furthest]).tolist()
        self._bones = mesh.bones[chosen].astype(np.int64)
        ones = np.ones((len(chosen), 1))
        self._positions = np.concatenate((mesh.positions[chosen], ones), axis=1).astype(np.float32)

    def points(self, stance: Stance) -> Points:
        """The outermost points in the world, (n, 3) metres."""
        return self.on(bones_in_world(self._figure, stance))

    def on(self, bones: Floats) -> Points:
        """The outermost points, (n, 3) metres, where the bones (n, 4, 4) are in the world."""
        moved = bones[self._bones] @ self._positions[:, :, None]
        return np.asarray(moved[:, :3, 0], np.float64)


def bones_in_world(figure: Figure, stance: Stance) -> Floats:
    """The matrices (n, 4, 4) from each bone's frame to the world."""
    return standing(stance.x, stance.y, stance.yaw, stance.z) @ figure.bones(stance)


def box_of(camera: Camera, points: Points) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom in pixels around points (n, 3); None if any of them is behind the eye."""
    pixels, depth = camera.project(points)
    if depth.min() <= NEAREST_M:
        return None
    left, top = pixels.min(axis=0)
    right, bottom = pixels.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
