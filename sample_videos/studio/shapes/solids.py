"""The solids that everything is built of, in unit or stated size, centred unless said otherwise.

Faces are counter-clockwise seen from outside.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from sample_videos.studio.shapes.mesh import Mesh, faceted, smooth
from sample_videos.studio.shapes.transform import Vector


def box(x: float, y: float, z: float, chamfer: float = 0.0) -> Mesh:
    """A box of these sizes in metres; `chamfer` metres are cut off its edges."""
    cut = min(max(chamfer, 1e-4), 0.24 * min(x, y), 0.49 * z)
    half_x, half_y, half_z = x / 2, y / 2, z / 2
    rings = []
    for height, inset in ((-half_z, cut), (cut - half_z, 0.0), (half_z - cut, 0.0), (half_z, cut)):
        a, b = half_x - inset, half_y - inset
        right = [(a, cut - b), (a, b - cut), (a - cut, b), (cut - a, b)]
        left = [(-a, b - cut), (-a, cut - b), (cut - a, -b), (a - cut, -b)]
        rings.append([(px, py, height) for px, py in right + left])
    return faceted(*_stacked(rings))


def tube(rings: Sequence[tuple[float, ...]], segments: int = 12) -> Mesh:
    """A closed smooth body along z; rings are (z, radius x, radius y[, centre x, centre y]) upwards."""
    angles = [2 * math.pi * i / segments for i in range(segments)]
    stacked = []
    for z, radius_x, radius_y, *centre in rings:
        cx, cy = centre or (0.0, 0.0)
        stacked.append([(cx + radius_x * math.cos(a), cy + radius_y * math.sin(a), z) for a in angles])
    return smooth(*_stacked(stacked))


def sphere(radius: float = 1.0, segments: int = 10) -> Mesh:
    """A ball."""
    steps = np.linspace(-math.pi / 2, math.pi / 2, max(5, segments * 3 // 4))
    rings = [(radius * math.sin(t), radius * math.cos(t) + 1e-3, radius * math.cos(t) + 1e-3) for t in steps]
    return tube(rings, segments)


def limb(radius_start: float, radius_end: float, length: float, segments: int = 8) -> Mesh:
    """A rounded bone from the origin along +z, thicker in its first third."""
    a, b = radius_start, radius_end
    rings = [
        (-0.6 * a, 0.4 * a, 0.4 * a),
        (0.0, a, a),
        (0.3 * length, a, a),
        (0.7 * length, 0.4 * a + 0.6 * b, 0.4 * a + 0.6 * b),
        (length, b, b),
        (length + 0.6 * b, 0.4 * b, 0.4 * b),
    ]
    return tube(rings, segments)


def wheel(radius: float, width: float, segments: int = 16) -> Mesh:
    """A disc about the y axis with rounded shoulders."""
    rings = []
    for y, share in ((-width / 2, 0.88), (-0.42 * width, 1.0), (0.42 * width, 1.0), (width / 2, 0.88)):
        angles = [2 * math.pi * i / segments for i in range(segments)]
        rings.append([(share * radius * math.sin(a), y, share * radius * math.cos(a)) for a in angles])
    return faceted(*_stacked(rings))


def torus(radius: float, thickness: float, segments: int = 20, sides: int = 6) -> Mesh:
    """A ring about the y axis: `radius` to the middle of a tube of radius `thickness`."""
    positions = []
    for i in range(segments):
        a = 2 * math.pi * i / segments
        for j in range(sides):
            b = 2 * math.pi * j / sides
            reach = radius + thickness * math.cos(b)
            positions.append((reach * math.cos(a), thickness * math.sin(b), reach * math.sin(a)))
    faces = []
    for i in range(segments):
        for j in range(sides):
            p, q = i * sides + j, i * sides + (j + 1) % sides
            r, s = (i + 1) % segments * sides + j, (i + 1) % segments * sides + (j + 1) % sides
            faces += [(p, q, r), (q, s, r)]
    return smooth(np.array(positions, np.float32), np.array(faces, np.int32))


def shell(
    outline: Sequence[tuple[float, float]], half_width: Callable[[float], float], bevel: float = 0.07
) -> Mesh:
    """A car's body: an outline (x, z), clockwise seen from its right (−y), drawn out to both sides.

    `half_width` gives metres by height; the outline shrinks by `bevel` metres at the flanks.
    """
    middle = np.mean(np.array(outline), axis=0)
    rings = []
    for side, inset in ((-1, True), (-1, False), (1, False), (1, True)):
        ring = []
        for x, z in outline:
            wide = half_width(z) - (0.0 if inset else bevel)
            towards = np.array((x, z)) - middle
            pulled = bevel * towards / (np.linalg.norm(towards) + 1e-9) if inset else (0.0, 0.0)
            ring.append((x - float(pulled[0]), side * wide, z - float(pulled[1])))
        rings.append(ring)
    return faceted(*_stacked(rings))


def plate(corners: Sequence[Vector]) -> Mesh:
    """A flat convex face, seen from where its corners run counter-clockwise."""
    faces = [(0, i, i + 1) for i in range(1, len(corners) - 1)]
    return faceted(np.array(corners, np.float32), np.array(faces, np.int32))


def floor(x0: float, y0: float, x1: float, y1: float, z: float = 0.0) -> Mesh:
    """A level rectangle, seen from above."""
    return plate(((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)))


def _stacked(rings: Sequence[Sequence[Vector]]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of rings of equal length, one upon the other, closed at both ends."""
    count = len(rings[0])
    positions = [point for ring in rings for point in ring]
    faces = []
    for level in range(len(rings) - 1):
        for i in range(count):
            a, b = level * count + i, level * count + (i + 1) % count
            faces += [(a, b, a + count), (b, b + count, a + count)]
    for ring, first, upwards in ((rings[0], 0, False), (rings[-1], len(positions) - count, True)):
        positions.append(tuple(np.mean(np.array(ring), axis=0).tolist()))
        centre = len(positions) - 1
        for i in range(count):
            a, b = first + i, first + (i + 1) % count
            faces.append((centre, a, b) if upwards else (centre, b, a))
    return np.array(positions, np.float32), np.array(faces, np.int32)
