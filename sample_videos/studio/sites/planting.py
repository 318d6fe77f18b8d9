"""What grows: trees of thousands of leaves, hedges and tufts of grass."""

import math
from dataclasses import replace

import numpy as np

from sample_videos.studio.camera import Points
from sample_videos.studio.shapes.masonry import blocks, panels, poles, tinted
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Floats, move
from sample_videos.studio.sites.plot import Plot

_BARK: Colour = (0.13, 0.1, 0.075)
_GREENS = np.array(((0.07, 0.13, 0.03), (0.1, 0.16, 0.04), (0.05, 0.1, 0.03), (0.13, 0.17, 0.05)))
_AUTUMN = np.array(((0.35, 0.2, 0.03), (0.3, 0.1, 0.03), (0.28, 0.24, 0.05)))


def foliage_colour(rng: np.random.Generator) -> Floats:
    """The mean colour of a plant's leaves (3,); one in eight is autumnal."""
    palette = _AUTUMN if rng.random() < 0.12 else _GREENS
    return np.asarray(palette[rng.integers(len(palette))], np.float32)


def tree(rng: np.random.Generator, height: float, colour: Floats, leaves: int = 1100) -> tuple[Mesh, Mesh]:
    """A broad or slender tree at the origin: its trunk with branches, and its crown above head height."""
    crown_foot = max(2.9, height * rng.uniform(0.28, 0.4))
    half_height = (height - crown_foot) / 2
    radius = half_height * rng.choice((0.45, 0.8, 0.95, 1.1))
    middle = np.array((0.0, 0.0, crown_foot + half_height))
    extent = np.array((radius, radius, half_height))
    boughs = 16
    tips = middle + _in_ball(rng, boughs) * extent * 0.85
    thick = 0.018 * height
    bend = rng.normal(0, 0.06, 2)
    fork = (float(bend[0]), float(bend[1]), crown_foot)
    top = (0.0, 0.0, crown_foot + half_height)
    starts = np.linspace(0.75, 1.3, boughs)[:, None] * np.array(((*bend, crown_foot),))
    ends = [((0.0, 0.0, -0.05), fork), (fork, top)]
    radii = [(1.3 * thick, 0.8 * thick), (0.8 * thick, 0.3 * thick)]
    for start, tip in zip(starts.tolist(), tips.tolist(), strict=True):
        foot = (start[0] * 0.5, start[1] * 0.5, min(start[2], tip[2] - 0.2))
        ends.append((foot, tuple(tip)))
        radii.append((0.4 * thick, 0.12 * thick))
    wood = poles(ends, radii, Material.PLAIN, _BARK, sides=7)
    clumps = np.concatenate((tips, middle + _in_ball(rng, 30) * extent))
    spread = rng.normal(0, 0.24, (leaves, 3)) * extent.mean()
    places = clumps[rng.integers(len(clumps), size=leaves)] + spread
    places[:, 2] = np.maximum(places[:, 2], 2.4)
    size = 0.42 * math.sqrt(extent.prod() ** (2 / 3) * 400 / leaves) * 0.42
    outwards = (places - middle) / extent
    return wood, _leaves(rng, places, outwards, size, colour)


def plant_tree(
    plot: Plot,
    rng: np.random.Generator,
    place: tuple[float, float],
    height: float,
    colour: Floats,
    leaves: int,
) -> bool:
    """Put a tree on the plot where it is in nobody's way; False if there was no room."""
    wood, crown = (part.placed(move(*place, 0.0)) for part in tree(rng, height, colour, leaves))
    if not plot.put_if_free(wood, opaque=False):
        return False
    plot.lay(crown)
    x0, y0, z0 = np.quantile(crown.positions, 0.06, axis=0).tolist()
    x1, y1, z1 = np.quantile(crown.positions, 0.94, axis=0).tolist()
    plot.bodies.append((x0, y0, z0, x1, y1, z1))  # through its outermost leaves one sees
    return True


def conifer(rng: np.random.Generator, height: float, leaves: int = 900) -> tuple[Mesh, Mesh]:
    """A fir at the origin: its stem, and its cone of drooping twigs from 0.5 m upwards."""
    stem = poles(
        [((0, 0, -0.05), (0, 0, height * 0.95))], (0.02 * height, 0.02), Material.PLAIN, _BARK, sides=7
    )
    share = 1 - np.sqrt(rng.random(leaves))  # more below, where the cone is wide
    angle = rng.uniform(0, 2 * math.pi, leaves)
    tier = 0.75 + 0.25 * np.cos(share * 40)
    reach = 0.24 * height * (1 - share) * tier * np.sqrt(rng.uniform(0.3, 1, leaves))
    places = np.stack((reach * np.cos(angle), reach * np.sin(angle), 0.5 + share * (height - 0.5)), axis=1)
    outwards = places * (1, 1, 0) / (0.2 * height) + (0, 0, 0.35)
    return stem, _leaves(
        rng, places, outwards, 0.028 * height + 0.06, np.array((0.035, 0.075, 0.04), np.float32)
    )


def hedge(rng: np.random.Generator, length: float, width: float, height: float, colour: Floats) -> Mesh:
    """A clipped hedge along +x from the origin, its middle on y = 0: leaves about a dark core."""
    core = blocks(
        [(0.05, 0.07 - width / 2, 0.0, length - 0.05, width / 2 - 0.07, height - 0.07)],
        Material.FOLIAGE,
        (0.02, 0.035, 0.012),
    )
    count = int(45 * length * (2 * height + width))
    along = rng.uniform(0, length, count)
    around = rng.uniform(0, 2 * height + width, count)
    y = np.clip(around - height, 0, width) - width / 2
    z = np.where(
        around < height, around, np.where(around < height + width, height, 2 * height + width - around)
    )
    places = np.stack((along, y, z), axis=1) + rng.normal(0, 0.035, (count, 3))
    outwards = np.stack((np.zeros(count), 2 * y / width, np.where(z > height - 0.05, 1.0, 0.2)), axis=1)
    return merged((core, _leaves(rng, places, outwards, 0.11, colour)))


def tufts(rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float, count: int) -> Mesh:
    """Blades of long grass and weeds scattered over a rectangle, up to 0.3 m high."""
    clumps = rng.uniform((x0, y0), (x1, y1), (max(1, count // 12), 2))
    feet = clumps[rng.integers(len(clumps), size=count)] + rng.normal(0, 0.08, (count, 2))
    feet = np.clip(feet, (x0, y0), (x1, y1))
    lean = rng.normal(0, 0.06, (count, 2))
    tall = rng.uniform(0.08, 0.28, count)
    side = 0.012 * _unit(rng.normal(size=(count, 2)))
    ground, top = np.zeros((count, 1)), tall[:, None]
    left, right = np.hstack((feet - side, ground)), np.hstack((feet + side, ground))
    tip = np.hstack((feet + lean, top))
    mesh = panels(
        np.stack((left, right, tip, tip), axis=1).astype(np.float32), Material.FOLIAGE, (0.1, 0.15, 0.04)
    )
    up = np.tile(np.array((0.0, 0.0, 1.0), np.float32), (4 * count, 1))
    shade = rng.uniform(0.6, 1.3, (count, 1)).astype(np.float32)
    return replace(tinted(mesh, shade * np.array((0.1, 0.15, 0.04), np.float32)), normals=up)


def _leaves(rng: np.random.Generator, places: Points, outwards: Points, size: float, colour: Floats) -> Mesh:
    """Small quadrangles about `places` (n, 3), lit as the surface that looks `outwards` (n, 3)."""
    count = len(places)
    first = _unit(rng.normal(size=(count, 3)))
    second = _unit(np.cross(first, rng.normal(size=(count, 3))))
    reach = size * rng.uniform(0.6, 1.25, (count, 1))
    along, across = first * reach, second * reach * 0.6
    corners = np.stack((places - along, places - across, places + along, places + across), axis=1)
    mesh = panels(corners.astype(np.float32), Material.FOLIAGE, (0.1, 0.1, 0.1))
    depth = np.clip(np.linalg.norm(outwards, axis=1, keepdims=True), 0.35, 1.1)
    shade = depth * rng.uniform(0.65, 1.3, (count, 1))
    hue = colour + rng.normal(0, 0.008, (count, 3))
    normals = _unit(_unit(outwards) + 0.5 * rng.normal(size=(count, 3)) * 0.6 + (0, 0, 0.25))
    return replace(
        tinted(mesh, np.clip(hue * shade, 0.004, 1).astype(np.float32)),
        normals=np.repeat(normals, 4, axis=0).astype(np.float32),
    )


def _in_ball(rng: np.random.Generator, count: int) -> Points:
    """Points (count, 3) spread evenly in the unit ball."""
    return np.asarray(_unit(rng.normal(size=(count, 3))) * rng.random((count, 1)) ** (1 / 3))


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9))
