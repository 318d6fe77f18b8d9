"""4×4 matrices for column vectors: places, turns, and the two projections of OpenGL."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Vector = tuple[float, float, float]


def move(x: float, y: float, z: float) -> Floats:
    """Shift by metres."""
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, 3] = (x, y, z)
    return matrix


def scale(x: float, y: float, z: float) -> Floats:
    """Stretch along the axes."""
    return np.diag(np.array((x, y, z, 1.0), np.float32))


def turn(axis: str, radians: float) -> Floats:
    """Turn about "x", "y" or "z", counter-clockwise when the axis points at the viewer."""
    cosine, sine = math.cos(radians), math.sin(radians)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(4, dtype=np.float32)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def standing(x: float, y: float, yaw: float, z: float = 0.0) -> Floats:
    """Put something that looks along +x at (x, y, z), looking towards `yaw`."""
    return np.asarray(move(x, y, z) @ turn("z", yaw), np.float32)


def look_at(eye: Vector, target: Vector) -> Floats:
    """World to eye, as OpenGL has it: the eye looks along −z, the world's z is up."""
    position = np.array(eye, np.float64)
    forward = np.array(target, np.float64) - position
    forward /= np.linalg.norm(forward)
    beside = np.cross(forward, (0.0, 0.0, 1.0))
    length = np.linalg.norm(beside)
    beside = beside / length if length > 1e-6 else np.array((1.0, 0.0, 0.0))
    matrix = np.eye(4)
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = beside, np.cross(beside, forward), -forward
    matrix[:3, 3] = -matrix[:3, :3] @ position
    return matrix.astype(np.float32)


def perspective(fov_y: float, aspect: float, near: float = 0.3, far: float = 180.0) -> Floats:
    """Project as a lens with the vertical field of view `fov_y` (radians) does."""
    reach = 1 / math.tan(fov_y / 2)
    matrix = np.zeros((4, 4), np.float32)
    matrix[0, 0], matrix[1, 1] = reach / aspect, reach
    matrix[2, 2], matrix[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
    matrix[3, 2] = -1.0
    return matrix


def orthographic(half_width: float, half_height: float, near: float, far: float) -> Floats:
    """Project along parallel rays, as the sun does."""
    matrix = np.eye(4, dtype=np.float32)
    matrix[0, 0], matrix[1, 1] = 1 / half_width, 1 / half_height
    matrix[2, 2], matrix[2, 3] = -2 / (far - near), -(far + near) / (far - near)
    return matrix
