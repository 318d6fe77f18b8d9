"""What all vehicles share: wheels that turn with the way, headlights, plates and struts.

Bone 0 is the body; bones 1, 2, … are the wheels, each in a frame whose origin is its hub.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.actor import Beam, Stance
from sample_videos.studio.figures.coachwork import creased, welded
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.solids import tube
from sample_videos.studio.shapes.transform import Floats, Vector, turn

BLACK: Colour = (0.012, 0.012, 0.013)
RUBBER: Colour = (0.018, 0.018, 0.019)
PLASTIC: Colour = (0.03, 0.03, 0.032)
STEEL: Colour = (0.42, 0.43, 0.45)
CHROME: Colour = (0.6, 0.61, 0.63)
LENS: Colour = (0.68, 0.7, 0.72)
RED_LENS: Colour = (0.32, 0.012, 0.01)
PLATE_BLUE: Colour = (0.02, 0.08, 0.36)
PLATE_GREEN: Colour = (0.3, 0.55, 0.36)
PLATE_YELLOW: Colour = (0.65, 0.42, 0.03)

_WARM = np.array((1.0, 0.95, 0.8))
_SIDE = (0.0, 1.0, 0.0)
_UP = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Wheel:
    """A wheel: its hub in the vehicle's frame, its radius in metres, its mesh about the hub."""

    hub: Vector
    radius: float
    mesh: Mesh


@dataclass(frozen=True, slots=True, eq=False)
class Vehicle:
    """Something that rolls; a Figure."""

    label: str
    mesh: Mesh
    beams: tuple[Beam, ...]
    size: Vector
    hubs: Floats  # (wheels, 3)
    radii: Floats  # (wheels,)

    def bones(self, stance: Stance) -> Floats:
        """The body's matrix and one for each wheel, (1 + wheels, 4, 4)."""
        matrices = np.tile(np.eye(4, dtype=np.float32), (1 + len(self.hubs), 1, 1))
        angles = stance.travelled / self.radii
        matrices[1:, :3, 3] = self.hubs
        matrices[1:, 0, 0] = matrices[1:, 2, 2] = np.cos(angles)
        matrices[1:, 0, 2] = np.sin(angles)
        matrices[1:, 2, 0] = -matrices[1:, 0, 2]
        return matrices


@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """The parts of a vehicle, put together."""

    mesh: Mesh
    size: Vector
    hubs: Floats
    radii: Floats


def assembled(body: Sequence[Mesh], wheels: Sequence[Wheel]) -> Assembly:
    """One mesh of all parts; length, width and height are those of the whole, mirrors included."""
    shell = merged(body).on_bone(0)
    turning = [wheel.mesh.on_bone(bone) for bone, wheel in enumerate(wheels, 1)]
    lowest = [shell.positions.min(axis=0), *(np.array(w.hub) + w.mesh.positions.min(axis=0) for w in wheels)]
    highest = [shell.positions.max(axis=0), *(np.array(w.hub) + w.mesh.positions.max(axis=0) for w in wheels)]
    length, width, _ = np.max(highest, axis=0) - np.min(lowest, axis=0)
    return Assembly(
        welded(merged((shell, *turning))),
        (float(length), float(width), float(np.max(highest, axis=0)[2])),
        np.array([wheel.hub for wheel in wheels], np.float32),
        np.array([wheel.radius for wheel in wheels], np.float32),
    )


def vehicle(label: str, body: Sequence[Mesh], wheels: Sequence[Wheel], beams: tuple[Beam, ...]) -> Vehicle:
    """A vehicle of these parts."""
    whole = assembled(body, wheels)
    return Vehicle(label, whole.mesh, beams, whole.size, whole.hubs, whole.radii)


def headlights(x: float, y: float, z: float, strength: float = 6.0) -> tuple[Beam, Beam]:
    """Dipped beams at (x, ±y, z): they meet the road about 25 lamp heights ahead."""
    return headlight((x, -y, z), strength), headlight((x, y, z), strength)


def headlight(position: Vector, strength: float) -> Beam:
    """One dipped beam; `strength` scales its colour."""
    slant = math.hypot(1.0, 0.04)
    red, green, blue = (float(part) for part in _WARM * strength)
    return Beam(position, (1.0 / slant, 0.0, -0.04 / slant), (red, green, blue))


def axle(x: float, track: float, radius: float, width: float, rim: Colour = STEEL) -> tuple[Wheel, Wheel]:
    """Two wheels; `track` metres lie between their outer faces."""
    y = (track - width) / 2
    left = _road_wheel(radius, width, rim)
    return (
        Wheel((x, y, radius), radius, left),
        Wheel((x, -y, radius), radius, left.placed(turn("z", math.pi))),
    )


def lathe(
    profile: Sequence[tuple[float, float]],
    skins: Sequence[tuple[Material, Colour]],
    segments: int,
    spokes: int = 0,
    gap: Colour = BLACK,
) -> Mesh:
    """A body about the y axis: `profile` is (y, radius) towards +y, `skins` one for each stretch between.

    With `spokes`, the last stretch shows that many, and the colour `gap` between them.
    """
    angles = np.arange(segments) * (2 * math.pi / segments)
    across = np.stack((np.sin(angles), np.zeros(segments), np.cos(angles)), axis=1)
    rings = np.array([radius * across + (0, y, 0) for y, radius in profile])
    middles = np.array([(0, profile[0][0], 0), (0, profile[-1][0], 0)])
    faces, paints = [], []
    for level, skin in enumerate(skins):
        for i in range(segments):
            a, b = level * segments + i, level * segments + (i + 1) % segments
            open_here = spokes and level == len(skins) - 1 and (i * spokes * 3 // segments) % 3
            faces += [(a, b, a + segments), (b, b + segments, a + segments)]
            paints += [(Material.PLAIN, gap) if open_here else skin] * 2
    first, last, top = len(profile) * segments, len(profile) * segments + 1, (len(profile) - 1) * segments
    for i in range(segments):
        j = (i + 1) % segments
        faces += [(first, j, i), (last, top + i, top + j)]
        paints += [skins[0], skins[-1]]
    return creased(np.concatenate((rings.reshape(-1, 3), middles)), np.array(faces), paints, degrees=40)


def strut(start: Vector, end: Vector, radius: float, radius_end: float | None = None, sides: int = 6) -> Mesh:
    """A round bar from point to point."""
    towards = np.array(end, np.float64) - np.array(start)
    length = float(np.linalg.norm(towards))
    towards /= length
    beside = np.cross(_SIDE if abs(towards[1]) < 0.9 else _UP, towards)
    beside /= np.linalg.norm(beside)
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = beside, np.cross(towards, beside), towards
    matrix[:3, 3] = start
    tip = radius if radius_end is None else radius_end
    return tube(((0.0, radius, radius), (length, tip, tip)), sides).placed(matrix)


def _road_wheel(radius: float, width: float, rim: Colour) -> Mesh:
    """A tyre on a five-spoked rim; its outer face looks to +y."""
    rubber, metal = (Material.PLAIN, RUBBER), (Material.METAL, rim)
    half = width / 2
    profile = (
        (-half, 0.9 * radius), (-0.7 * half, radius), (0.7 * half, radius), (half, 0.92 * radius),
        (half, 0.7 * radius), (0.72 * half, 0.6 * radius), (0.8 * half, 0.2 * radius),
    )  # fmt: skip
    return lathe(profile, (*[rubber] * 4, metal, metal), segments=15, spokes=5)
