"""A site: the ground and buildings before a camera, and where people and vehicles go on it."""

from dataclasses import dataclass

from sample_videos.studio.camera import Camera
from sample_videos.studio.shapes.mesh import Mesh
from sample_videos.studio.shapes.transform import Vector

Place = tuple[float, float]  # metres on the floor


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light that shines downwards from a mast or a ceiling: its position and linear colour."""

    position: Vector
    colour: Vector


@dataclass(frozen=True, slots=True)
class Lane:
    """A way for vehicles, driven from its first point to its last; `speed` in metres per second."""

    points: tuple[Place, ...]
    speed: float


@dataclass(frozen=True, slots=True)
class Bay:
    """A place to park: its middle and the direction in which a car looks out."""

    x: float
    y: float
    yaw: float


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What does not move, and the ways upon it.

    `walks` are lines that people walk in both directions; `lanes` those of vehicles; `open_floor`
    rectangles (x0, y0, x1, y1) are free of obstacles and in the camera's sight: zones are laid there,
    people stand there and bags are left there.
    """

    layout: str
    mesh: Mesh
    camera: Camera
    walks: tuple[tuple[Place, ...], ...]
    lanes: tuple[Lane, ...]
    bays: tuple[Bay, ...]
    open_floor: tuple[tuple[float, float, float, float], ...]
    lamps: tuple[Lamp, ...]
    indoors: bool = False
