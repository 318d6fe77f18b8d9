"""The ground of a site: large plates by material, one a hair above the other, and kerb stones."""

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels, tinted
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.sites.plot import Rectangle

REACH_M = 125.0
_COLOURS: dict[Material, tuple[Colour, ...]] = {
    Material.ASPHALT: ((0.1, 0.1, 0.105), (0.14, 0.14, 0.14), (0.19, 0.185, 0.18)),
    Material.PAVING: ((0.34, 0.33, 0.31), (0.42, 0.38, 0.33), (0.28, 0.28, 0.29), (0.4, 0.29, 0.24)),
    Material.CONCRETE: ((0.36, 0.355, 0.34), (0.42, 0.41, 0.38), (0.28, 0.28, 0.275)),
    Material.GRASS: ((0.09, 0.15, 0.04), (0.13, 0.17, 0.06), (0.16, 0.15, 0.07)),
    Material.TILES: ((0.5, 0.48, 0.44), (0.4, 0.4, 0.41), (0.56, 0.55, 0.53), (0.34, 0.31, 0.28)),
}


def ground_colour(rng: np.random.Generator, material: Material) -> Colour:
    """One of the colours a ground comes in, a little lighter or darker."""
    palette = _COLOURS[material]
    red, green, blue = palette[int(rng.integers(len(palette)))]
    shade = float(rng.uniform(0.85, 1.15))
    return (red * shade, green * shade, blue * shade)


def plates(rectangles: list[Rectangle], material: Material, colour: Colour, layer: int = 0) -> Mesh:
    """Level plates seen from above; a plate of a higher `layer` (−3 to 3) covers those below it.

    Layers are 4 mm apart, so that all of them are floor: z is 0 within 12 mm.
    """
    z = 0.004 * layer
    corners = [((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)) for x0, y0, x1, y1 in rectangles]
    return panels(np.array(corners, np.float32), material, colour)


def surroundings(material: Material, colour: Colour) -> Mesh:
    """The ground up to 125 m around, under everything else."""
    z = -0.05
    corners = ((-REACH_M, -REACH_M, z), (REACH_M, -REACH_M, z), (REACH_M, REACH_M, z), (-REACH_M, REACH_M, z))
    return panels(np.array((corners,), np.float32), material, colour)


def repairs(rng: np.random.Generator, within: Rectangle, count: int) -> Mesh:
    """What happened to a road: mended patches of other asphalt, and covers of manholes and gullies."""
    x0, y0, x1, y1 = within
    size = rng.uniform((0.5, 0.5), (4.5, 1.8), (count, 2))
    size = np.minimum(size, (0.3 * (x1 - x0), 0.3 * (y1 - y0)))
    low = rng.uniform((x0, y0), np.array((x1, y1)) - size)
    spots: list[Rectangle] = [(*a, *b) for a, b in zip(low.tolist(), (low + size).tolist(), strict=True)]
    shades = rng.uniform(0.07, 0.2, (count, 1)).astype(np.float32) * np.ones(3, np.float32)
    mended = tinted(plates(spots, Material.ASPHALT, (0.1, 0.1, 0.1), layer=1), shades)
    middles = rng.uniform((x0 + 0.5, y0 + 0.5), (x1 - 0.5, y1 - 0.5), (count, 2))
    steps = np.arange(8) * np.pi / 4
    ring = 0.33 * np.stack((np.cos(steps), np.sin(steps)), axis=1)
    rounds = middles[:, None] + ring
    fan = rounds[:, [[0, 1, 2, 3], [0, 3, 4, 7], [4, 5, 6, 7]]].reshape(-1, 4, 2)
    level = np.concatenate((fan, np.full((*fan.shape[:2], 1), 0.01)), axis=2)
    return merged((mended, panels(level.astype(np.float32), Material.METAL, (0.07, 0.07, 0.07))))


def kerb(x0: float, x1: float, y: float, gaps: list[tuple[float, float]], colour: Colour) -> Mesh:
    """Kerb stones of a metre along x, 0.12 m high, lowered to the ground within `gaps`."""
    stones: list[Bounds] = []
    for x in np.arange(x0, x1, 1.0).tolist():
        lowered = any(low - 0.5 < x + 0.5 < high + 0.5 for low, high in gaps)
        stones.append((x + 0.008, y - 0.09, 0.0, x + 0.992, y + 0.09, 0.02 if lowered else 0.12))
    return blocks(stones, Material.CONCRETE, colour)
