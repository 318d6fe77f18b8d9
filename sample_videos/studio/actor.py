"""Who is in a scene: a figure of some look, its place at each moment, and its identity."""

from dataclasses import dataclass
from typing import Protocol

from sample_videos.studio.shapes.mesh import Mesh
from sample_videos.studio.shapes.transform import Floats, Vector


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a figure stands and how it moves: metres, radians, metres per second.

    `travelled` metres turn wheels and swing legs; `at` seconds sway who stands still.
    """

    x: float
    y: float
    yaw: float
    z: float = 0.0
    speed: float = 0.0
    travelled: float = 0.0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Beam:
    """A headlight: where it sits and looks in its figure's frame (metres), and its colour."""

    position: Vector
    towards: Vector
    colour: Vector


class Figure(Protocol):
    """A look: a mesh with bones, which looks along +x and stands on z = 0 at the origin."""

    def __hash__(self) -> int:
        """Figures are told apart by being different, however alike."""

    @property
    def label(self) -> str:
        """One of LABELS."""

    @property
    def mesh(self) -> Mesh:
        """The figure in its rest pose: each vertex in the frame of its bone."""

    @property
    def beams(self) -> tuple[Beam, ...]:
        """The headlights that are on when it is dark."""

    @property
    def size(self) -> Vector:
        """Length, width and height in metres."""

    def bones(self, stance: Stance) -> Floats:
        """The bones' 4×4 matrices (n, 4, 4), from each bone's frame to the figure's, at most 20."""


class Track(Protocol):
    """The way of an actor."""

    def stance(self, at: float) -> Stance | None:
        """Where it is at `at` seconds; None while it is not in the scene."""


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A figure with an identity on its way. Identities count from 1, at most 250 in a scene."""

    identity: int
    figure: Figure
    track: Track


@dataclass(frozen=True, slots=True)
class Still:
    """The way of what never moves."""

    place: Stance

    def stance(self, at: float) -> Stance | None:  # noqa: ARG002 (it is everywhere the same)
        """Always its place."""
        return self.place
