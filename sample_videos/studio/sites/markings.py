"""Paint on the ground: lines, crossings, arrows and bays, as thin plates just above it."""

import math
from itertools import pairwise

import numpy as np

from sample_videos.studio.shapes.masonry import panels
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh
from sample_videos.studio.sites.site import Place

WHITE: Colour = (0.72, 0.72, 0.7)
YELLOW: Colour = (0.68, 0.47, 0.06)
_HEIGHT_M = 0.014  # over the ground: high enough for the depth buffer, too low to be seen


def line(start: Place, end: Place, width: float = 0.12, colour: Colour = WHITE) -> Mesh:
    """A solid line."""
    return _stripes([(start, end)], width, colour)


def dashes(start: Place, end: Place, dash: float, gap: float, colour: Colour = WHITE) -> Mesh:
    """A broken line: dashes and gaps in metres."""
    length = math.dist(start, end)
    (ax, ay), (bx, by) = start, end
    ux, uy = (bx - ax) / length, (by - ay) / length
    pieces = []
    for near in np.arange(0.0, length - dash, dash + gap):
        far = near + dash
        pieces.append(((ax + near * ux, ay + near * uy), (ax + far * ux, ay + far * uy)))
    return _stripes(pieces, 0.12, colour)


def zebra(x: float, y0: float, y1: float, length: float = 4.0, colour: Colour = WHITE) -> Mesh:
    """A crossing of a road that runs along x: bars of 0.5 m from y0 to y1, centred on x."""
    middles = np.arange(y0 + 0.5, y1 - 0.3, 1.0)
    return _stripes([((x - length / 2, y), (x + length / 2, y)) for y in middles.tolist()], 0.5, colour)


def arrow(x: float, y: float, yaw: float, colour: Colour = WHITE) -> Mesh:
    """An arrow of 4 m that points towards `yaw`."""
    flat = np.array(
        (
            ((-2.0, -0.09), (0.6, -0.09), (0.6, 0.09), (-2.0, 0.09)),
            ((0.6, -0.35), (2.0, 0.0), (2.0, 0.0), (0.6, 0.35)),
        )
    )
    return _laid(flat @ _turned(yaw) + np.array((x, y)), colour)


def row_of_bays(start: Place, count: int, width: float, depth: float, colour: Colour = WHITE) -> Mesh:
    """Lines between `count` bays along +x from `start`; they open towards −y for negative depth."""
    x, y = start
    sides = [((x + i * width, y), (x + i * width, y + depth)) for i in range(count + 1)]
    return _stripes([*sides, ((x, y), (x + count * width, y))], 0.1, colour)


def hatching(x0: float, y0: float, x1: float, y1: float, colour: Colour = YELLOW) -> Mesh:
    """A framed rectangle with slanting stripes: keep free."""
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    strokes = [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    depth = y1 - y0
    for x in np.arange(x0 - depth, x1, 1.4).tolist():
        low, high = max(0.0, x0 - x), min(depth, x1 - x)
        if high - low > 0.3:
            strokes.append(((x + low, y0 + low), (x + high, y0 + high)))
    return _stripes(strokes, 0.12, colour)


def court(x0: float, y0: float, x1: float, y1: float, colour: Colour = WHITE) -> Mesh:
    """The lines of a ball court along x."""
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    strokes = [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    strokes.append(((middle_x, y0), (middle_x, y1)))
    ring = [
        (middle_x + 1.8 * math.cos(a), middle_y + 1.8 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 25)
    ]
    strokes += pairwise(ring)
    for end, inwards in ((x0, 1.0), (x1, -1.0)):
        far = end + 5.8 * inwards
        strokes += [
            ((end, middle_y - 2.4), (far, middle_y - 2.4)),
            ((end, middle_y + 2.4), (far, middle_y + 2.4)),
        ]
        strokes.append(((far, middle_y - 2.4), (far, middle_y + 2.4)))
    return _stripes(strokes, 0.06, colour)


def _stripes(strokes: list[tuple[Place, Place]], width: float, colour: Colour) -> Mesh:
    ends = np.array(strokes, np.float64).reshape(-1, 2, 2)
    along = ends[:, 1] - ends[:, 0]
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    beside = width / 2 * np.stack((-along[:, 1], along[:, 0]), axis=1)
    flat = np.stack(
        (ends[:, 0] - beside, ends[:, 1] - beside, ends[:, 1] + beside, ends[:, 0] + beside), axis=1
    )
    return _laid(flat, colour)


def _laid(flat: np.ndarray, colour: Colour) -> Mesh:
    height = np.full((*flat.shape[:2], 1), _HEIGHT_M)
    return panels(np.concatenate((flat, height), axis=2).astype(np.float32), Material.MARKING, colour)


def _turned(yaw: float) -> np.ndarray:
    """A matrix for row vectors."""
    return np.array(((math.cos(yaw), math.sin(yaw)), (-math.sin(yaw), math.cos(yaw))))
