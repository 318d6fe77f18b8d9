"""Coachwork: a body lofted from the drawings of its side and its plan, and the skin upon it.

A cross-section, right half (the left mirrors it), with the bands between its points:

             ROOF
        9────────8── ROOF_EDGE
                     ╲7
                       ╲ RAIL
                        6
                         ╲ WINDOW
                          5  ← belt
                 SHOULDER  4
                    UPPER   │
                            3  ← widest
                    LOWER   │
        0─────────────────1 2  SILL
            UNDERSIDE
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Vector

Curve = tuple[tuple[float, float], ...]  # (x, value) with rising x, metres
Skin = tuple[Material, Colour]

_HALF_POINTS = 10
_RING = 2 * (_HALF_POINTS - 1)
_CIRCLE = (-1.01, -1.0, -0.87, -0.5, 0.0, 0.5, 0.87, 1.0, 1.01)  # where an arch has ribs, in radii
_NO_AREA = 1e-9  # twice the square metres of a face that is none
_UNDERSIDE: Skin = (Material.PLAIN, (0.008, 0.008, 0.008))


class Band(IntEnum):
    """A strip of the skin that runs along the body."""

    UNDERSIDE = 0
    SILL = 1
    LOWER = 2
    UPPER = 3
    SHOULDER = 4
    WINDOW = 5
    RAIL = 6
    ROOF_EDGE = 7
    ROOF = 8


@dataclass(frozen=True, slots=True)
class Arch:
    """The opening in the flank over a wheel."""

    x: float
    z: float
    radius: float


@dataclass(frozen=True, slots=True)
class Patch:
    """Skin between two places along the body, on the bands from `first` to `last`, both sides."""

    start: float
    end: float
    first: Band
    last: Band
    skin: Skin


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A body's drawings. Side view: top, belt, sill; plan: half widths at the waist and at the roof.

    `bow` is by how much the middle of a cross-section lies ahead of its flanks. `rail` is the height
    that side windows end at, `edge` the width of the curve from there to the roof.
    """

    top: Curve
    belt: Curve
    sill: Curve
    half: Curve
    roof_half: Curve
    bow: Curve
    rail: float
    edge: float
    arches: tuple[Arch, ...] = ()

    @property
    def reach(self) -> tuple[float, float]:
        """The x of the stern and of the nose on the middle line."""
        first, last = self.top[0][0], self.top[-1][0]
        return first + at(self.bow, first), last + at(self.bow, last)

    def stretched(self, length: float, width: float, height: float) -> "Blueprint":
        """The same style in another size, centred; arches stay for the caller to set."""
        stern, nose = self.reach
        along, shift = length / (nose - stern), (nose + stern) / 2
        wide = width / (2 * max(value for _, value in self.half))
        tall = height / max(value for _, value in self.top)

        def drawn(curve: Curve, factor: float) -> Curve:
            return tuple(((x - shift) * along, value * factor) for x, value in curve)

        return replace(
            self,
            top=drawn(self.top, tall),
            belt=drawn(self.belt, tall),
            sill=drawn(self.sill, tall),
            half=drawn(self.half, wide),
            roof_half=drawn(self.roof_half, wide),
            bow=drawn(self.bow, along),
            rail=self.rail * tall,
        )

    def loft(self, paint: Skin, patches: Sequence[Patch] = ()) -> Mesh:
        """The closed body; where patches overlap, the later one is seen."""
        ribs = self._ribs(patches)
        rings = np.array([self._ring(x) for x in ribs])
        faces, skins = [], []
        for level, (start, end) in enumerate(pairwise(ribs)):
            for i in range(_RING):
                a, b = level * _RING + i, level * _RING + (i + 1) % _RING
                skin = _skin((start + end) / 2, Band(min(i, _RING - 1 - i)), paint, patches)
                faces += [(a, b, a + _RING), (b, b + _RING, a + _RING)]
                skins += [skin, skin]
        lofted = creased(rings.reshape(-1, 3), np.array(faces), skins)
        return merged((lofted, self._end(ribs[0], paint, patches), self._end(ribs[-1], paint, patches)))

    def _end(self, x: float, paint: Skin, patches: Sequence[Patch]) -> Mesh:
        """The face that closes the body at x; it is bowed as the cross-section is."""
        half, bow = at(self.half, x), at(self.bow, x)
        heights = self._ring(x)[1:_HALF_POINTS]
        shares = (1.0, 0.5, 0.0, -0.5, -1.0)
        positions = [
            (x + bow * (1 - min(1.0, share * y / half) ** 2), share * y, z)
            for _, y, z in heights
            for share in shares
        ]
        faces, skins = [], []
        for row in range(len(heights) - 1):
            for column in range(len(shares) - 1):
                a, b = row * len(shares) + column, (row + 1) * len(shares) + column
                faces += [(a, b, b + 1), (a, b + 1, a + 1)]
                skins += [_skin(x, Band(row + 1), paint, patches)] * 2
        ahead = x > self.top[0][0]
        return creased(np.array(positions), np.array(faces)[:, :: 1 if ahead else -1], skins)

    def _ribs(self, patches: Sequence[Patch]) -> list[float]:
        """Where the body has cross-sections."""
        first, last = self.top[0][0], self.top[-1][0]
        curves = (self.top, self.belt, self.sill, self.half, self.roof_half, self.bow)
        places = {x for curve in curves for x, _ in curve}
        places |= {x for patch in patches for x in (patch.start, patch.end)}
        places |= {arch.x + share * arch.radius for arch in self.arches for share in _CIRCLE}
        ribs: list[float] = []
        for x in sorted(places):
            if first <= x <= last and (not ribs or x - ribs[-1] > 2e-3):
                ribs.append(x)
        return ribs

    def _ring(self, x: float) -> list[tuple[float, float, float]]:
        """The cross-section at x, counter-clockwise seen from ahead."""
        top, belt, sill = at(self.top, x), at(self.belt, x), at(self.sill, x)
        half, roof_half, bow = at(self.half, x), at(self.roof_half, x), at(self.bow, x)
        low = max([sill, *(_arch_height(arch, x) for arch in self.arches)])
        belt = min(belt, top - 0.01)
        shoulder = 0.3 * min(0.2, belt - sill)
        rail = min(self.rail, belt + 0.86 * (top - belt))
        roof_edge = max(0.6 * roof_half, roof_half - self.edge)
        points = [
            (0.0, low),
            (0.9 * half, low),
            (0.965 * half, low + 0.03),
            (half, max(low + 0.05, sill + 0.5 * (belt - sill))),
            (0.99 * half, max(low + 0.07, belt - shoulder)),
            (max(roof_half, half - 0.06), max(low + 0.08, belt)),
            (roof_half, max(low + 0.09, rail)),
            (roof_edge, max(low + 0.095, rail + 0.75 * (top - rail))),
            (0.5 * roof_half, top - 0.08 * (top - rail)),
            (0.0, top),
        ]
        right = [(x + bow * (1 - min(1.0, y / half) ** 2), y, z) for y, z in points]
        return right + [(ahead, -y, z) for ahead, y, z in right[-2:0:-1]]


def at(curve: Curve, x: float) -> float:
    """The curve's value at x; beyond its ends that of the end."""
    places, values = zip(*curve, strict=True)
    return float(np.interp(x, places, values))


def creased(
    positions: NDArray[np.float64], faces: NDArray[np.int_], skins: Sequence[Skin], degrees: float = 32
) -> Mesh:
    """A mesh that is smooth but for edges sharper than `degrees`; one skin for each face (m, 3)."""
    corners = positions[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(across, axis=1)
    solid = area > _NO_AREA
    faces, across, area = faces[solid], across[solid], area[solid]
    facing = across / area[:, None]
    meeting: dict[int, list[int]] = defaultdict(list)
    for corner, vertex in enumerate(faces.ravel().tolist()):
        meeting[vertex].append(corner)
    normals = np.empty((faces.size, 3))
    limit = np.cos(np.radians(degrees))
    for group in meeting.values():
        number = np.array(group) // 3
        alike = facing[number] @ facing[number].T > limit
        normals[group] = alike @ across[number]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    shown = [skin for skin, keep in zip(skins, solid.tolist(), strict=True) if keep]
    return Mesh(
        positions[faces].reshape(-1, 3).astype(np.float32),
        normals.astype(np.float32),
        np.repeat(np.array([colour for _, colour in shown], np.float32), 3, axis=0),
        np.repeat(np.array([float(material) for material, _ in shown], np.float32), 3),
        np.zeros(faces.size, np.float32),
        np.arange(faces.size, dtype=np.int32).reshape(-1, 3),
    )


def block(size: Vector, middle: Vector, skin: Skin, taper: float = 1.0) -> Mesh:
    """A plain cuboid about `middle`; `taper` narrows and shortens its upper face."""
    corners = np.array([(i, j, k) for k in (-0.5, 0.5) for i, j in ((1, -1), (1, 1), (-1, 1), (-1, -1))])
    shrink = np.where(corners[:, 2:] > 0, taper, 1.0)
    positions = (
        corners
        * np.array(size)
        * (0.5, 0.5, 1.0)
        * np.concatenate((shrink, shrink, np.ones_like(shrink)), axis=1)
    )
    quads = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))
    faces = [face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))]
    return creased(positions + np.array(middle), np.array(faces), [skin] * len(faces))


def welded(mesh: Mesh) -> Mesh:
    """The same surface with each vertex kept once, and without faces that have no area."""
    rows = np.column_stack((mesh.positions, mesh.normals, mesh.colours, mesh.materials, mesh.bones))
    _, first, place = np.unique(np.round(rows, 3), axis=0, return_index=True, return_inverse=True)
    faces = place.reshape(-1)[mesh.faces]
    corners = mesh.positions[first][faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return Mesh(
        mesh.positions[first],
        mesh.normals[first],
        mesh.colours[first],
        mesh.materials[first],
        mesh.bones[first],
        faces[np.linalg.norm(across, axis=1) > _NO_AREA].astype(np.int32),
    )


def _arch_height(arch: Arch, x: float) -> float:
    """How high the opening reaches at x; nothing outside."""
    share = (x - arch.x) / arch.radius
    return arch.z + arch.radius * float(np.sqrt(1 - min(1.0, share**2))) if abs(share) <= 1.001 else 0.0


def _skin(x: float, band: Band, paint: Skin, patches: Sequence[Patch]) -> Skin:
    """What is seen at x on this band."""
    for patch in reversed(patches):
        if patch.start <= x <= patch.end and patch.first <= band <= patch.last:
            return patch.skin
    return _UNDERSIDE if band is Band.UNDERSIDE else paint
