"""Buildings: town houses with set-back windows and shops, works halls, and towers far away.

Each stands with its front on y = 0 looking towards −y, from x = 0 to its width, and reaches back along +y.
"""

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels, poles
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Vector, standing
from sample_videos.studio.sites.facade import (
    GLAZING,
    REVEAL_M,
    STONE,
    Windows,
    extras,
    glazing,
    house_doors,
    screen,
    shop_fronts,
    upright_panes,
    window_grid,
)
from sample_videos.studio.sites.furniture import DARK, STEEL, signal_colour

_WALLS: tuple[Colour, ...] = (
    (0.62, 0.58, 0.5),
    (0.55, 0.46, 0.33),
    (0.6, 0.42, 0.3),
    (0.42, 0.44, 0.46),
    (0.66, 0.66, 0.64),
    (0.35, 0.4, 0.36),
    (0.55, 0.36, 0.32),
    (0.28, 0.27, 0.26),
)
_LIT_SHOP: Colour = (0.17, 0.16, 0.13)
_BRICKS: tuple[Colour, ...] = ((0.36, 0.13, 0.08), (0.42, 0.24, 0.15), (0.28, 0.16, 0.12), (0.45, 0.38, 0.28))


def wall_colour(rng: np.random.Generator) -> tuple[Material, Colour]:
    """Plaster or brick in a usual colour."""
    if rng.random() < 0.35:
        return Material.BRICK, _BRICKS[int(rng.integers(len(_BRICKS)))]
    return Material.PLASTER, _WALLS[int(rng.integers(len(_WALLS)))]


def town_house(rng: np.random.Generator, width: float, depth: float, floors: int, *, shop: bool) -> Mesh:
    """A house of some floors with windows, perhaps balconies, and shops or doors and garages below."""
    material, colour = wall_colour(rng)
    ground = float(rng.uniform(3.5, 4.2) if shop else rng.uniform(2.9, 3.3))
    storey = float(rng.uniform(2.8, 3.3))
    top = ground + (floors - 1) * storey + 0.5
    grid = window_grid(rng, width, ground, storey, floors - 1)
    parts = [
        blocks([(0.0, REVEAL_M, 0.0, width, depth, top)], material, colour),
        screen(width, ground, top, grid, material, colour),
        _crown(rng, width, top, depth, colour),
        _drain(width, top),
    ]
    if grid.rows:
        parts += [glazing(rng, grid), *extras(rng, grid)]
    if shop:
        parts += shop_fronts(rng, width, ground, material, colour)
    else:
        parts += house_doors(rng, width, ground, material, colour)
    return merged(parts)


def works_hall(rng: np.random.Generator, width: float, depth: float, height: float) -> Mesh:
    """A hall clad with ribbed sheets: roll doors, a band of windows, a low gable roof."""
    colour = _WALLS[int(rng.integers(len(_WALLS)))]
    door_colour = signal_colour(rng)
    count = max(1, int(width / 9))
    pitch = width / count
    doors = [(pitch * (i + 0.5) - 1.9, pitch * (i + 0.5) + 1.9) for i in range(count) if rng.random() < 0.75]
    ribs: list[Bounds] = []
    for x in np.arange(0.0, width - 0.1, 0.3).tolist():
        foot = 4.3 if any(left - 0.3 < x < right + 0.2 for left, right in doors) else 0.6
        ribs.append((x, -0.04, foot, x + 0.15, 0.02, height))
    slats: list[Bounds] = []
    frames: list[Bounds] = []
    for left, right in doors:
        slats += [(left, -0.02, z, right, 0.03, z + 0.14) for z in np.arange(0.05, 4.0, 0.17).tolist()]
        frames += [(left - 0.2, -0.1, 0, left, 0.05, 4.2), (right, -0.1, 0, right + 0.2, 0.05, 4.2)]
        frames.append((left - 0.2, -0.12, 4.1, right + 0.2, 0.05, 4.35))
    band = Windows(
        tuple((x, x + 1.5) for x in np.arange(1.0, width - 2.0, 1.8).tolist()),
        ((height - 1.9, height - 0.8),),
    )
    gable = np.array(
        (
            (
                (0, 0, height),
                (width, 0, height),
                (width, depth / 2, height + 1.6),
                (0, depth / 2, height + 1.6),
            ),
            (
                (width, depth, height),
                (0, depth, height),
                (0, depth / 2, height + 1.6),
                (width, depth / 2, height + 1.6),
            ),
            ((0, depth, height), (0, 0, height), (0, depth / 2, height + 1.6), (0, depth / 2, height + 1.6)),
            (
                (width, 0, height),
                (width, depth, height),
                (width, depth / 2, height + 1.6),
                (width, depth / 2, height + 1.6),
            ),
        ),
        np.float32,
    )
    base = [
        (-0.03, -0.06, 0.0, width + 0.03, depth, 0.6),
        (-0.1, -0.2, height - 0.08, width + 0.1, 0.0, height + 0.1),
    ]
    parts = [
        blocks([(0.0, 0.0, 0.0, width, depth, height)], Material.PLASTER, colour),
        blocks(ribs, Material.PLAIN, colour),
        blocks(base, Material.CONCRETE, STONE),
        panels(gable, Material.PLAIN, (0.2, 0.2, 0.21)),
        panels(upright_panes(band.cells(), -0.06), Material.GLASS, GLAZING),
        _drain(width, height),
    ]
    if doors:
        parts += [blocks(slats, Material.METAL, door_colour), blocks(frames, Material.PLAIN, DARK)]
    return merged(parts)


def store(rng: np.random.Generator, width: float, depth: float, height: float) -> Mesh:
    """A supermarket: a long flat building with a glazed entrance, a canopy and a coloured band."""
    material, colour = wall_colour(rng)
    brand = signal_colour(rng)
    entrance = width * float(rng.uniform(0.3, 0.7))
    panes = [(x, 0.25, x + 1.35, 3.0) for x in np.arange(entrance - 7.0, entrance + 6.0, 1.5).tolist()]
    bars: list[Bounds] = [(x - 0.15, -0.04, 0.0, x, 0.0, 3.1) for x, *_ in panes]
    poster_places = np.arange(1.0, width - 3.0, 4.5).tolist()
    posters = [
        blocks([(x, -0.05, 0.9, x + 2.0, 0.0, 2.6)], Material.PLAIN, signal_colour(rng))
        for x in poster_places
        if abs(x + 1 - entrance) > 9
    ]
    return merged(
        (
            blocks([(0.0, 0.0, 0.0, width, depth, height)], material, colour),
            blocks([(-0.1, -0.15, height - 1.2, width + 0.1, 0.0, height + 0.15)], Material.PLAIN, brand),
            blocks(
                [(entrance - 2.5, -0.3, height - 1.5, entrance + 2.5, -0.1, height + 0.5)],
                Material.LAMP,
                (0.45, 0.42, 0.36),
            ),
            blocks([(entrance - 8, -1.8, 3.2, entrance + 8, 0.0, 3.5)], Material.METAL, STEEL),
            panels(upright_panes(panes[::2], -0.02), Material.GLASS, GLAZING),
            panels(upright_panes(panes[1::2], -0.02), Material.LAMP, _LIT_SHOP),
            blocks(bars, Material.METAL, STEEL),
            *posters,
            _drain(width, height),
        )
    )


def tower(rng: np.random.Generator, width: float, depth: float, height: float) -> Mesh:
    """A building far away, about the origin: its windows are only painted."""
    colour = _WALLS[int(rng.integers(len(_WALLS)))]
    half, deep = width / 2, depth / 2
    roof = [(-0.3 * width, -0.3 * depth, height, 0.1 * width, 0.2 * depth, height + 2.5)]
    return merged(
        (
            blocks([(-half, -deep, 0.0, half, deep, height)], Material.FACADE, colour),
            blocks(roof, Material.PLASTER, STONE),
        )
    )


def skyline(rng: np.random.Generator, near: float = 82.0) -> Mesh:
    """Towers all around, 82 to 112 m away, with gaps of sky."""
    around = 0.0
    towers = []
    while around < 6.2:
        width = float(rng.uniform(12, 30))
        away = float(rng.uniform(near + 12, near + 30))
        around += width / away * float(rng.uniform(0.55, 1.2))
        body = tower(rng, width, float(rng.uniform(10, 18)), float(rng.uniform(7, 34)))
        x, y = away * np.cos(around), away * np.sin(around)
        towers.append(body.placed(standing(float(x), float(y), around + np.pi / 2)))
    return merged(towers)


def _crown(rng: np.random.Generator, width: float, top: float, depth: float, colour: Colour) -> Mesh:
    """A cornice with a parapet, or a cornice with a pitched roof."""
    cornice: list[Bounds] = [
        (-0.05, -0.3, top - 0.25, width + 0.05, 0.1, top),
        (-0.05, -0.18, top - 0.42, width + 0.05, 0.1, top - 0.25),
    ]
    parts = [blocks(cornice, Material.PLAIN, STONE)]
    if rng.random() < 0.5:
        parts.append(
            blocks(
                [
                    (0, 0, top, width, 0.25, top + 0.7),
                    (width * 0.3, depth * 0.4, top, width * 0.45, depth * 0.6, top + 1.8),
                ],
                Material.PLASTER,
                colour,
            )
        )
        return merged(parts)
    ridge = top + float(rng.uniform(1.5, 3.0))
    slopes = np.array(
        (
            (
                (-0.1, -0.35, top),
                (width + 0.1, -0.35, top),
                (width + 0.1, depth / 2, ridge),
                (-0.1, depth / 2, ridge),
            ),
            ((width, depth, top), (0, depth, top), (0, depth / 2, ridge), (width, depth / 2, ridge)),
            ((0, depth, top), (0, 0, top), (0, depth / 2, ridge), (0, depth / 2, ridge)),
            ((width, 0, top), (width, depth, top), (width, depth / 2, ridge), (width, depth / 2, ridge)),
        ),
        np.float32,
    )
    tiles: Colour = (0.3, 0.1, 0.06) if rng.random() < 0.5 else (0.12, 0.12, 0.13)
    return merged((*parts, panels(slopes, Material.PLAIN, tiles)))


def _drain(width: float, top: float) -> Mesh:
    ends: list[tuple[Vector, Vector]] = [
        ((x, -0.06, 0.2), (x, -0.06, top - 0.2)) for x in (0.15, width - 0.15)
    ]
    return poles(ends, (0.05, 0.05), Material.METAL, STEEL)
