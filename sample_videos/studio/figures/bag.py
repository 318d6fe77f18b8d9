"""Bags that stand by themselves: what people put down, leave behind and carry away."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

import numpy as np

from sample_videos.studio.actor import Beam, Stance
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.solids import box, plate, sphere, torus, tube
from sample_videos.studio.shapes.transform import Floats, Vector, move, scale, turn

_STILL = np.eye(4, dtype=np.float32)[None]
_DARK: Colour = (0.015, 0.015, 0.017)
_STEEL: Colour = (0.45, 0.45, 0.47)


class BagKind(Enum):
    """What sort of bag it is."""

    SPORTS_BAG = "sports bag"
    SUITCASE = "suitcase"
    BACKPACK = "backpack"
    SHOPPING_BAG = "shopping bag"


class Bag:
    """A bag on the floor, its front towards +x. `length_m` is its longest side, handles left out."""

    def __init__(self, kind: BagKind, length_m: float, colour: Colour) -> None:
        self.kind = kind
        self._mesh = _grounded(_CUTS[kind](length_m, colour))
        extent = self._mesh.positions.max(axis=0) - self._mesh.positions.min(axis=0)
        self._size = (float(extent[0]), float(extent[1]), float(extent[2]))

    @property
    def label(self) -> str:
        """Always "bag"."""
        return "bag"

    @property
    def mesh(self) -> Mesh:
        """150 to 500 vertices on one bone."""
        return self._mesh

    @property
    def beams(self) -> tuple[Beam, ...]:
        """A bag does not shine."""
        return ()

    @property
    def size(self) -> Vector:
        """Length, width and height in metres, handles included."""
        return self._size

    def bones(self, stance: Stance) -> Floats:  # noqa: ARG002 (it does not move in itself)
        """The one bone, which is where the figure is: (1, 4, 4)."""
        return _STILL


_COLOURS: tuple[Colour, ...] = (
    (0.02, 0.02, 0.022), (0.02, 0.02, 0.022), (0.02, 0.03, 0.08), (0.12, 0.12, 0.13), (0.35, 0.03, 0.03),
    (0.03, 0.12, 0.3), (0.16, 0.08, 0.035), (0.07, 0.1, 0.04), (0.5, 0.42, 0.3), (0.6, 0.3, 0.04),
)  # fmt: skip
_LENGTHS = {
    BagKind.SPORTS_BAG: (0.42, 0.72),
    BagKind.SUITCASE: (0.48, 0.75),
    BagKind.BACKPACK: (0.38, 0.55),
    BagKind.SHOPPING_BAG: (0.32, 0.45),
}


def bag(rng: np.random.Generator) -> Bag:
    """Any bag: its kind, its size of 0.32–0.75 m and its colour by chance."""
    kind = tuple(BagKind)[int(rng.choice(4, p=(0.3, 0.3, 0.25, 0.15)))]
    base = np.array(_COLOURS[int(rng.integers(len(_COLOURS)))]) * rng.uniform(0.8, 1.4)
    red, green, blue = (float(channel) for channel in base)
    return Bag(kind, float(rng.uniform(*_LENGTHS[kind])), (red, green, blue))


def _sports_bag(length: float, colour: Colour) -> list[Mesh]:
    """A roll that lies across, flattened below, with webbing and two arched handles."""
    radius = 0.27 * length
    shares = ((-0.5, 0.55), (-0.485, 0.82), (-0.4, 0.96), (-0.2, 1.0), (0.0, 0.97), (0.2, 1.0), (0.4, 0.96),
              (0.485, 0.82), (0.5, 0.55))  # fmt: skip
    roll = tube([(z * length, radius * wide, radius * wide) for z, wide in shares], 14).placed(
        turn("x", np.pi / 2)
    )
    roll = _flattened(roll, -0.62 * radius).made_of(Material.CLOTH, colour)
    ends = np.abs(roll.positions[:, 1]) > 0.45 * length
    roll = replace(roll, colours=np.where(ends[:, None], 0.6 * roll.colours, roll.colours))
    parts = [roll]
    for side in (1, -1):
        arch = torus(0.5 * radius, 0.011, 12, 4).placed(turn("z", np.pi / 2))
        arch = arch.placed(scale(1, 1.1, 0.9)).placed(turn("y", 0.5 * side))
        parts.append(arch.placed(move(0.42 * side * radius, 0, 0.85 * radius)).made_of(Material.CLOTH, _DARK))
        band = tube([(z * length, 1.02 * radius, 1.02 * radius) for z in (0.19, 0.24)], 14)
        band = band.placed(turn("x", side * np.pi / 2))
        parts.append(_flattened(band, -0.62 * radius).made_of(Material.CLOTH, _DARK))
    return parts


def _suitcase(length: float, colour: Colour) -> list[Mesh]:
    """A shell on two pairs of wheels, with ribs, a grip, and a drawn-out handle on longer ones."""
    width, depth = 0.66 * length, 0.38 * length
    shell = box(depth, width, 0.92 * length, 0.035).placed(move(0, 0, 0.54 * length))
    parts = [shell.made_of(Material.CLOTH if length < 0.55 else Material.PAINT, colour)]
    red, green, blue = colour
    for y in (-0.25 * width, 0.0, 0.25 * width):
        for x, side in ((0.503 * depth, 1), (-0.503 * depth, -1)):
            groove = [(x, y - side * 0.012, 0.14 * length), (x, y + side * 0.012, 0.14 * length),
                      (x, y + side * 0.012, 0.94 * length), (x, y - side * 0.012, 0.94 * length)]  # fmt: skip
            parts.append(plate(groove).made_of(Material.PLAIN, (0.5 * red, 0.5 * green, 0.5 * blue)))
    for x in (-0.35 * depth, 0.35 * depth):
        for y in (-0.38 * width, 0.38 * width):
            roller = sphere(0.045 * length, 5).placed(move(x, y, 0.045 * length))
            parts.append(roller.made_of(Material.PLAIN, _DARK))
    drawn = 1.45 * length if length > 0.6 else length + 0.05
    x, y = -0.35 * depth, 0.25 * width
    for side in (1, -1):
        rod = tube([(length, 0.01, 0.01, x, side * y), (drawn, 0.01, 0.01, x, side * y)], 5)
        parts.append(rod.made_of(Material.METAL, _STEEL))
    grip = tube([(-1.15 * y, 0.016, 0.016), (1.15 * y, 0.016, 0.016)], 6).placed(turn("x", np.pi / 2))
    parts.append(grip.placed(move(x, 0, drawn)).made_of(Material.PLAIN, _DARK))
    return parts


def _backpack(length: float, colour: Colour) -> list[Mesh]:
    """A pack that stands, a little slumped, with a pocket, straps behind and a loop on top."""
    shares = ((0.0, 0.8), (0.03, 0.98), (0.25, 1.03), (0.55, 1.0), (0.8, 0.86), (0.94, 0.62), (1.0, 0.3))
    pack = [
        (z * length, 0.2 * length * wide, 0.31 * length * wide, -0.05 * z * length, 0.0) for z, wide in shares
    ]
    pocket = [
        (z * length, 0.1 * length * wide, 0.22 * length * wide, 0.15 * length, 0.0)
        for z, wide in ((0.04, 0.8), (0.1, 1.0), (0.4, 1.0), (0.46, 0.7))
    ]
    red, green, blue = colour
    parts = [
        tube(pack, 14).made_of(Material.CLOTH, colour),
        tube(pocket, 10).made_of(Material.CLOTH, (0.6 * red, 0.6 * green, 0.6 * blue)),
    ]
    for side in (1, -1):
        strap = torus(0.34 * length, 0.02, 10, 4).placed(scale(0.45, 1.6, 1.1))
        strap = strap.placed(move(-0.16 * length, side * 0.17 * length, 0.45 * length))
        parts.append(strap.made_of(Material.CLOTH, _DARK))
    loop = torus(0.05 * length, 0.008, 8, 4).placed(move(-0.08 * length, 0, 1.0 * length))
    return [*parts, loop.made_of(Material.CLOTH, _DARK)]


def _shopping_bag(length: float, colour: Colour) -> list[Mesh]:
    """A tall sack, wider above than below, with two loops."""
    shares = ((0.0, 0.8, 0.9), (0.02, 0.95, 1.0), (0.35, 1.05, 1.05), (0.7, 0.95, 1.03), (0.92, 0.6, 1.0),
              (1.0, 0.5, 1.0))  # fmt: skip
    sack = [(z * length, 0.2 * length * dx, 0.36 * length * dy) for z, dx, dy in shares]
    parts = [tube(sack, 16).made_of(Material.CLOTH, colour)]
    for side in (1, -1):
        handle = (
            torus(0.17 * length, 0.009, 12, 4).placed(turn("z", np.pi / 2)).placed(turn("y", 0.25 * side))
        )
        handle = handle.placed(move(side * 0.08 * length, 0, 1.0 * length))
        parts.append(handle.made_of(Material.CLOTH, _DARK))
    return parts


_CUTS = {
    BagKind.SPORTS_BAG: _sports_bag,
    BagKind.SUITCASE: _suitcase,
    BagKind.BACKPACK: _backpack,
    BagKind.SHOPPING_BAG: _shopping_bag,
}


def _flattened(mesh: Mesh, height: float) -> Mesh:
    """The mesh, its part below a height pressed flat."""
    positions = mesh.positions.copy()
    positions[:, 2] = np.maximum(positions[:, 2], height)
    return replace(mesh, positions=positions)


def _grounded(parts: Sequence[Mesh]) -> Mesh:
    """The parts as one mesh whose lowest vertex is on the floor."""
    whole = merged(parts)
    return whole.placed(move(0.0, 0.0, -float(whole.positions[:, 2].min())))
