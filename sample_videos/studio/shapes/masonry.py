"""Many blocks, panels and poles at once: what walls, fences and furniture are put together from.

A scene has tens of thousands of them, so all are made by arrays, without loops over elements.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Floats, Vector

Bounds = tuple[float, float, float, float, float, float]  # x0, y0, z0, x1, y1, z1 in metres

_CORNERS = np.array(
    ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)), np.float32
)
_SIDES = np.array(((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)))


def panels(corners: Floats, material: Material, colour: Colour) -> Mesh:
    """Flat quadrangles (n, 4, 3), each seen from where its corners run counter-clockwise."""
    across = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    count = 4 * len(corners)
    faces = np.arange(count, dtype=np.int32).reshape(-1, 4)[:, (0, 1, 2, 0, 2, 3)].reshape(-1, 3)
    return Mesh(
        corners.reshape(count, 3).astype(np.float32),
        np.repeat(across, 4, axis=0).astype(np.float32),
        np.tile(np.array(colour, np.float32), (count, 1)),
        np.full(count, float(material), np.float32),
        np.zeros(count, np.float32),
        faces,
    )


def blocks(bounds: Sequence[Bounds], material: Material, colour: Colour) -> Mesh:
    """Sharp-edged boxes along the axes: 24 vertices each."""
    limits = np.array(bounds, np.float32).reshape(-1, 2, 3)
    corners = limits[:, :1] + _CORNERS * (limits[:, 1:] - limits[:, :1])
    return panels(corners[:, _SIDES].reshape(-1, 4, 3), material, colour)


def poles(
    ends: Sequence[tuple[Vector, Vector]],
    radii: Sequence[tuple[float, float]] | tuple[float, float],
    material: Material,
    colour: Colour,
    sides: int = 6,
) -> Mesh:
    """Round bars from foot to top, open at both ends; `radii` are those of foot and top, each or all."""
    places = np.array(ends, np.float32).reshape(-1, 2, 3)
    reach = np.broadcast_to(np.array(radii, np.float32), (len(places), 2))
    along = places[:, 1] - places[:, 0]
    along = along / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
    steep = np.abs(along[:, 2:]) > 0.9
    beside = np.cross(along, np.where(steep, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))
    beside /= np.linalg.norm(beside, axis=1, keepdims=True)
    third = np.cross(along, beside)
    angles = np.arange(sides) * (2 * np.pi / sides)
    ring = np.cos(angles)[None, :, None] * beside[:, None] + np.sin(angles)[None, :, None] * third[:, None]
    positions = places[:, :, None] + reach[:, :, None, None] * ring[:, None]
    normals = np.broadcast_to(ring[:, None], positions.shape)
    step = np.arange(sides)
    after = (step + 1) % sides
    faces = np.concatenate(
        (np.stack((step, after, step + sides), 1), np.stack((after, after + sides, step + sides), 1))
    )
    starts = 2 * sides * np.arange(len(places))
    count = 2 * sides * len(places)
    return Mesh(
        positions.reshape(count, 3).astype(np.float32),
        normals.reshape(count, 3).astype(np.float32),
        np.tile(np.array(colour, np.float32), (count, 1)),
        np.full(count, float(material), np.float32),
        np.zeros(count, np.float32),
        (faces[None] + starts[:, None, None]).reshape(-1, 3).astype(np.int32),
    )


def tinted(mesh: Mesh, colours: Floats) -> Mesh:
    """The mesh with one colour (n, 3) for each of its n equal elements."""
    return replace(mesh, colours=np.repeat(colours, len(mesh.positions) // len(colours), axis=0))


def upright(
    x: float, y: float, foot: float, top: float, radius: float, material: Material, colour: Colour
) -> Mesh:
    """One round post with a flat cap."""
    post = poles([((x, y, foot), (x, y, top))], (radius, radius), material, colour, sides=10)
    cap = poles([((x, y, top), (x, y, top + 1e-3))], (radius, 1e-3), material, colour, sides=10)
    up = np.zeros_like(cap.normals)
    up[:, 2] = 1.0
    return merged((post, replace(cap, normals=up)))
