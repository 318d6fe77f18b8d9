"""The fronts of buildings: set-back windows, balconies, shops with awnings, doors and garages.

A front lies in the plane y = 0 and looks towards −y; what is set back goes to y = REVEAL_M.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Floats
from sample_videos.studio.sites.furniture import DARK, STEEL, signal_colour

REVEAL_M = 0.22  # how far windows are set back
GLAZING: Colour = (0.05, 0.06, 0.07)
STONE: Colour = (0.45, 0.43, 0.4)
_LIT: Colour = (0.3, 0.22, 0.12)
_FRAME: Colour = (0.6, 0.6, 0.58)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a front: edges (left, right) of columns and (foot, top) of rows, in metres."""

    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]

    def cells(self) -> list[tuple[float, float, float, float]]:
        """Left, foot, right and top of every window."""
        return [(left, foot, right, top) for foot, top in self.rows for left, right in self.columns]


def window_grid(rng: np.random.Generator, width: float, ground: float, storey: float, floors: int) -> Windows:
    """Windows for so many floors above a ground floor of height `ground`, in even columns."""
    count = max(1, round(width / float(rng.uniform(2.4, 3.6))))
    pitch = width / count
    half = pitch * float(rng.uniform(0.22, 0.36))
    foot = float(rng.uniform(0.5, 1.0))
    tall = storey - foot - 0.45
    return Windows(
        tuple((pitch * (i + 0.5) - half, pitch * (i + 0.5) + half) for i in range(count)),
        tuple((ground + storey * i + foot, ground + storey * i + foot + tall) for i in range(floors)),
    )


def screen(width: float, foot: float, top: float, grid: Windows, material: Material, colour: Colour) -> Mesh:
    """The outer layer of a wall around its windows: bands between the rows, piers between the columns."""
    edges = [foot, *(edge for row in grid.rows for edge in row), top]
    bands = [
        (0.0, 0.0, low, width, REVEAL_M, high) for low, high in zip(edges[::2], edges[1::2], strict=True)
    ]
    sides = [0.0, *(edge for column in grid.columns for edge in column), width]
    piers = [
        (left, 0.0, low, right, REVEAL_M, high)
        for low, high in grid.rows
        for left, right in zip(sides[::2], sides[1::2], strict=True)
    ]
    return blocks(bands + piers, material, colour)


def glazing(rng: np.random.Generator, grid: Windows) -> Mesh:
    """Panes, some of them with light behind, with frames and sills."""
    cells = grid.cells()
    lit = rng.random(len(cells)) < 0.12
    dark_panes = [cell for cell, is_lit in zip(cells, lit, strict=True) if not is_lit]
    lit_panes = [cell for cell, is_lit in zip(cells, lit, strict=True) if is_lit]
    bars: list[Bounds] = []
    sills: list[Bounds] = []
    for left, foot, right, top in cells:
        middle = (left + right) / 2
        bars += [
            (middle - 0.03, 0.12, foot, middle + 0.03, 0.18, top),
            (left, 0.12, foot, left + 0.06, 0.2, top),
            (right - 0.06, 0.12, foot, right, 0.2, top),
            (left, 0.12, top - 0.06, right, 0.2, top),
            (left, 0.13, foot + 0.68 * (top - foot), right, 0.18, foot + 0.68 * (top - foot) + 0.05),
        ]
        sills.append((left - 0.08, -0.07, foot - 0.07, right + 0.08, 0.18, foot))
    parts = [blocks(bars, Material.PLAIN, _FRAME), blocks(sills, Material.PLAIN, STONE)]
    for panes, material, colour in ((dark_panes, Material.GLASS, GLAZING), (lit_panes, Material.LAMP, _LIT)):
        if panes:
            parts.append(panels(upright_panes(panes, 0.19), material, colour))
    return merged(parts)


def extras(rng: np.random.Generator, grid: Windows) -> list[Mesh]:
    """Balconies, and boxes of air conditioners under windows."""
    slabs: list[Bounds] = []
    rails: list[Bounds] = []
    boxes: list[Bounds] = []
    with_balconies = rng.random() < 0.45
    for column, (left, right) in enumerate(grid.columns):
        for foot, _ in grid.rows:
            if with_balconies and column % 2 == 0:
                slabs.append((left - 0.3, -1.0, foot - 0.35, right + 0.3, 0.0, foot - 0.2))
                rails += _railing(left - 0.3, right + 0.3, foot - 0.2)
            elif rng.random() < 0.22:
                boxes.append((left, -0.38, foot - 0.75, left + 0.8, -0.05, foot - 0.2))
    colour = DARK if rng.random() < 0.6 else _FRAME
    parts = []
    for bounds, material, tint in (
        (slabs, Material.CONCRETE, STONE),
        (rails, Material.METAL, colour),
        (boxes, Material.PLAIN, _FRAME),
    ):
        if bounds:
            parts.append(blocks(bounds, material, tint))
    return parts


def _railing(left: float, right: float, foot: float) -> list[Bounds]:
    xs = np.arange(left, right, 0.16).tolist()
    bars: list[Bounds] = [(x, -0.98, foot, x + 0.025, -0.955, foot + 0.95) for x in xs]
    return [*bars, (left, -1.0, foot + 0.95, right, -0.94, foot + 1.0)]


def shop_fronts(
    rng: np.random.Generator, width: float, ground: float, material: Material, colour: Colour
) -> list[Mesh]:
    """Shops of 4 to 6 m: glass over a low wall, a door, a sign board, perhaps an awning."""
    count = max(1, round(width / 5))
    pitch = width / count
    piers: list[Bounds] = [
        (max(0.0, pitch * i - 0.22), 0.0, 0.0, min(width, pitch * i + 0.22), REVEAL_M, ground)
        for i in range(count + 1)
    ]
    piers.append((0.0, 0.0, ground - 0.35, width, REVEAL_M, ground))
    parts = [blocks(piers, material, colour)]
    for number in range(count):
        left, right = pitch * number + 0.22, pitch * (number + 1) - 0.22
        parts += _shop(rng, left, right, ground)
    return parts


def _shop(rng: np.random.Generator, left: float, right: float, ground: float) -> list[Mesh]:
    brand = signal_colour(rng)
    head = ground - 1.05
    door = left + 0.1 if rng.random() < 0.5 else right - 1.2
    if rng.random() < 0.15:  # closed: the shutter is down
        slats: list[Bounds] = [
            (left, 0.02, z, right, 0.1, z + 0.09) for z in np.arange(0.05, head, 0.11).tolist()
        ]
        front = [blocks(slats, Material.METAL, STEEL)]
    else:
        panes = panels(upright_panes([(left, 0.45, right, head)], 0.16), Material.GLASS, GLAZING)
        wall = blocks(
            [(left, 0.05, 0.0, door, REVEAL_M, 0.45), (door + 1.1, 0.05, 0.0, right, REVEAL_M, 0.45)],
            Material.PLAIN,
            brand,
        )
        leaf = panels(upright_panes([(door + 0.1, 0.05, door + 1.0, 2.3)], 0.14), Material.GLASS, GLAZING)
        bars: list[Bounds] = [
            (x, 0.06, 0.0, x + 0.07, 0.18, head) for x in (left, door, door + 1.05, right - 0.07)
        ]
        bars += [(left, 0.06, 2.35, right, 0.18, 2.42), (left, 0.06, head - 0.07, right, 0.18, head)]
        display = blocks(
            [(left + 0.3, 0.14, 0.5, (left + right) / 2 - 0.2, 0.155, float(rng.uniform(0.9, 1.7)))],
            Material.LAMP,
            (0.25, 0.22, 0.17),
        )
        front = [
            panes,
            wall,
            leaf,
            display,
            blocks(bars, Material.METAL, DARK if rng.random() < 0.5 else STEEL),
        ]
    board = blocks([(left, -0.12, head + 0.05, right, 0.1, ground - 0.38)], Material.PLAIN, brand)
    middle, reach = (left + right) / 2, (right - left) * float(rng.uniform(0.15, 0.35))
    letters: list[Bounds] = [
        (x, -0.15, head + 0.18, x + 0.2, -0.12, ground - 0.5)
        for x in np.arange(middle - reach, middle + reach, 0.3).tolist()
    ]
    front += [board, blocks(letters, Material.LAMP, (0.4, 0.38, 0.32))]
    if rng.random() < 0.4:
        front.append(_awning(left, right, head, brand))
    return front


def _awning(left: float, right: float, head: float, colour: Colour) -> Mesh:
    """Striped cloth that slopes 1.2 m out over the pavement, above everybody's head."""
    count = max(2, int((right - left) / 0.4))
    xs = np.linspace(left, right, count + 1)
    out, low = -1.2, max(2.3, head - 0.55)
    corners = [
        ((a, 0.0, head + 0.05), (a, out, low), (b, out, low), (b, 0.0, head + 0.05)) for a, b in pairwise(xs)
    ]
    hems = [
        ((a, out, low), (a, out, low - 0.08), (b, out, low - 0.08), (b, out, low)) for a, b in pairwise(xs)
    ]
    even = panels(np.array(corners[::2] + hems[::2], np.float32), Material.CLOTH, colour)
    odd = panels(np.array(corners[1::2] + hems[1::2], np.float32), Material.CLOTH, (0.62, 0.6, 0.55))
    return merged((even, odd))


def house_doors(
    rng: np.random.Generator, width: float, ground: float, material: Material, colour: Colour
) -> list[Mesh]:
    """The ground floor of dwellings: a door, garages, windows behind bars."""
    count = max(2, round(width / 3.2))
    pitch = width / count
    openings, leaves, bars = [], [], []
    door = int(rng.integers(count))
    for number in range(count):
        left, right = pitch * number + 0.45, pitch * (number + 1) - 0.45
        if number == door:
            middle = (left + right) / 2
            openings.append((middle - 0.55, 0.0, middle + 0.55, 2.2))
            leaves.append(
                blocks(
                    [(middle - 0.55, 0.12, 0.0, middle + 0.55, 0.18, 2.2)], Material.PAINT, signal_colour(rng)
                )
            )
        elif rng.random() < 0.35 and pitch > 2.9:
            openings.append((left, 0.0, right, 2.3))
            slats: list[Bounds] = [
                (left, 0.08, z, right, 0.16, z + 0.2) for z in np.arange(0.02, 2.2, 0.225).tolist()
            ]
            leaves.append(blocks(slats, Material.METAL, _FRAME))
        else:
            openings.append((left + 0.2, 1.0, right - 0.2, 2.2))
            leaves.append(panels(upright_panes([openings[-1]], 0.19), Material.GLASS, GLAZING))
            bars += [
                (x, 0.03, 1.0, x + 0.02, 0.05, 2.2)
                for x in np.arange(left + 0.25, right - 0.2, 0.14).tolist()
            ]
    edges = [0.0, *(edge for left, _, right, _ in openings for edge in (left, right)), width]
    wall: list[Bounds] = [
        (a, 0.0, 0.0, b, REVEAL_M, ground) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    for left, foot, right, top in openings:
        wall.append((left, 0.0, top, right, REVEAL_M, ground))
        wall.append((left, 0.0, 0.0, right, REVEAL_M, max(foot, 0.01)))
    parts = [blocks(wall, material, colour), *leaves]
    return [*parts, blocks(bars, Material.METAL, DARK)] if bars else parts


def upright_panes(cells: list[tuple[float, float, float, float]], y: float) -> Floats:
    """Quadrangles in the plane y that look towards −y, from (left, foot, right, top)."""
    return np.array(
        [
            ((left, y, foot), (right, y, foot), (right, y, top), (left, y, top))
            for left, foot, right, top in cells
        ],
        np.float32,
    )
