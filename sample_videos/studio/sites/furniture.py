"""What stands about: masts, benches, bins, fences, shelters, signs; each about the origin."""

import math
from itertools import pairwise

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels, poles, tinted, upright
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Vector, scale, standing

STEEL: Colour = (0.32, 0.33, 0.34)
DARK: Colour = (0.06, 0.065, 0.07)
WOOD: Colour = (0.28, 0.17, 0.09)
SIGNAL_COLOURS: tuple[Colour, ...] = (
    (0.55, 0.05, 0.04),
    (0.03, 0.14, 0.42),
    (0.02, 0.25, 0.12),
    (0.7, 0.42, 0.03),
    (0.5, 0.5, 0.48),
    (0.3, 0.05, 0.18),
)


def signal_colour(rng: np.random.Generator) -> Colour:
    """One of the colours that signs, awnings, containers and bins come in."""
    return SIGNAL_COLOURS[int(rng.integers(len(SIGNAL_COLOURS)))]


def lamp_mast(height: float, arm: float, light: Colour) -> tuple[Mesh, Vector]:
    """A street lamp whose arm reaches `arm` metres along +x, and where its light comes from."""
    post = poles([((0, 0, 0), (0, 0, height))], (0.085, 0.05), Material.METAL, STEEL, sides=8)
    bar = poles([((0, 0, height - 0.05), (arm, 0, height + 0.15))], (0.04, 0.035), Material.METAL, STEEL)
    foot = blocks([(-0.14, -0.14, 0, 0.14, 0.14, 0.5)], Material.METAL, STEEL)
    head = blocks([(arm - 0.1, -0.14, height + 0.12, arm + 0.55, 0.14, height + 0.22)], Material.METAL, DARK)
    glass = blocks([(arm - 0.02, -0.1, height + 0.08, arm + 0.48, 0.1, height + 0.12)], Material.LAMP, light)
    return merged((post, bar, foot, head, glass)), (arm + 0.2, 0.0, height)


def litter_bin(colour: Colour) -> Mesh:
    """A litter bin with a hood on a post."""
    drum = upright(0, 0, 0.12, 0.8, 0.24, Material.METAL, colour)
    hood = upright(0, 0, 0.92, 1.0, 0.26, Material.METAL, DARK)
    legs = poles(
        [((s * 0.2, 0, 0), (s * 0.2, 0, 0.95)) for s in (-1, 1)], (0.025, 0.025), Material.METAL, DARK
    )
    return merged((drum, hood, legs))


def wheeled_bin(colour: Colour) -> Mesh:
    """A large refuse container on castors, 1.3 × 1.0 × 1.2 m."""
    body = blocks(
        [(-0.62, -0.45, 0.15, 0.62, 0.45, 1.05), (-0.68, -0.5, 0.95, 0.68, 0.5, 1.05)], Material.PAINT, colour
    )
    lid = blocks(
        [(-0.66, -0.48, 1.05, 0.66, 0.4, 1.14), (-0.5, -0.4, 1.14, 0.5, 0.25, 1.2)], Material.PLAIN, DARK
    )
    feet = [(x - 0.06, y - 0.04, 0.0, x + 0.06, y + 0.04, 0.16) for x in (-0.5, 0.5) for y in (-0.36, 0.36)]
    return merged((body, lid, blocks(feet, Material.PLAIN, DARK)))


def bench(colour: Colour = WOOD, *, back: bool = True) -> Mesh:
    """A bench of 1.8 m along x that looks towards −y."""
    slats: list[Bounds] = [(-0.9, y, 0.42, 0.9, y + 0.09, 0.46) for y in (-0.25, -0.13, -0.01, 0.11)]
    legs: list[Bounds] = [(x, -0.22, 0.0, x + 0.06, 0.2, 0.42) for x in (-0.75, 0.69)]
    if back:
        slats += [(-0.9, 0.24, z, 0.9, 0.28, z + 0.1) for z in (0.55, 0.7, 0.85)]
        legs += [(x, 0.2, 0.0, x + 0.06, 0.25, 0.92) for x in (-0.75, 0.69)]
    return merged((blocks(slats, Material.PLAIN, colour), blocks(legs, Material.METAL, DARK)))


def bollard(height: float = 0.9, colour: Colour = DARK) -> Mesh:
    """A post with a bright band."""
    band = upright(0, 0, height - 0.22, height - 0.12, 0.085, Material.PLAIN, (0.7, 0.7, 0.7))
    return merged((upright(0, 0, 0, height, 0.08, Material.METAL, colour), band))


def fence(length: float, height: float, colour: Colour, spacing: float = 0.13) -> Mesh:
    """Upright bars between two rails and posts every 2.5 m, along +x."""
    count = max(2, int(length / spacing))
    xs = (np.arange(count) + 0.5) * length / count
    bars = blocks(
        [(x - 0.012, -0.012, 0.08, x + 0.012, 0.012, height) for x in xs.tolist()], Material.METAL, colour
    )
    rails = [(0.0, -0.02, z, length, 0.02, z + 0.05) for z in (0.14, height - 0.2)]
    posts = [
        (x - 0.04, -0.04, 0.0, x + 0.04, 0.04, height + 0.05)
        for x in np.linspace(0, length, max(2, round(length / 2.5) + 1)).tolist()
    ]
    return merged((bars, blocks(rails + posts, Material.METAL, colour)))


def mesh_fence(length: float, height: float, colour: Colour) -> Mesh:
    """A fence of wire in diamonds of 0.2 m between posts every 3 m, along +x."""
    steps = np.arange(-height, length, 0.3)
    ends: list[tuple[Vector, Vector]] = []
    for start in steps.tolist():
        low, high = max(0.0, -start), min(height, length - start)
        if high - low > 0.05:
            ends.append(((start + low, 0.0, low), (start + high, 0.0, high)))
            ends.append(((start + low, 0.0, height - low), (start + high, 0.0, height - high)))
    wires = poles(ends, (0.011, 0.011), Material.METAL, colour, sides=3)
    xs = np.linspace(0, length, max(2, round(length / 3) + 1)).tolist()
    posts = poles(
        [((x, 0.0, 0.0), (x, 0.0, height + 0.1)) for x in xs], (0.035, 0.035), Material.METAL, colour
    )
    rail = poles([((0, 0, height), (length, 0, height))], (0.02, 0.02), Material.METAL, colour)
    return merged((wires, posts, rail))


def gate(width: float, height: float, colour: Colour, opened: float) -> Mesh:
    """Two leaves of bars at x = 0 and x = `width`, both opened by radians towards +y."""
    leaf = fence(width / 2 - 0.1, height, colour)
    left = leaf.placed(standing(0.05, 0.0, opened))
    right = leaf.placed(standing(width - 0.05, 0.0, -opened) @ scale(-1.0, 1.0, 1.0))
    posts = [(x - 0.15, -0.15, 0.0, x + 0.15, 0.15, height + 0.25) for x in (-0.15, width + 0.15)]
    return merged((left, right, blocks(posts, Material.BRICK, (0.35, 0.3, 0.26))))


def sign(rng: np.random.Generator, height: float = 2.5) -> Mesh:
    """A traffic sign that looks along +x: a disc, a triangle or a board."""
    post = upright(0, 0, 0, height, 0.03, Material.METAL, STEEL)
    corners = int(rng.choice((3, 4, 16)))
    colour = signal_colour(rng)
    start = math.pi / 2 if corners == 3 else math.pi / corners
    angles = [start + 2 * math.pi * i / corners for i in range(corners)]
    faces = []
    for depth, radius, tint in ((0.035, 0.36, colour), (0.045, 0.26, (0.7, 0.7, 0.68))):
        ring = [(depth, radius * math.cos(a), height - 0.35 + radius * math.sin(a)) for a in angles]
        fan = [(ring[0], ring[i], ring[i + 1], ring[i + 1]) for i in range(1, corners - 1)]
        faces.append(panels(np.array(fan, np.float32), Material.PLAIN, tint))
    back = blocks([(0.0, -0.25, height - 0.6, 0.03, 0.25, height - 0.1)], Material.METAL, STEEL)
    return merged((post, back, *faces))


def board(width: float, height: float, colour: Colour) -> Mesh:
    """A notice board on two posts, its face towards −y."""
    top = 0.7 + height
    legs = [(x - 0.03, -0.03, 0.0, x + 0.03, 0.03, top) for x in (-width / 2, width / 2)]
    face = blocks([(-width / 2, -0.06, 0.7, width / 2, -0.03, top)], Material.PLAIN, colour)
    sheet = blocks(
        [(0.06 - width / 2, -0.07, 0.76, width / 2 - 0.06, -0.06, top - 0.3)],
        Material.PLAIN,
        (0.6, 0.6, 0.57),
    )
    return merged((blocks(legs, Material.METAL, DARK), face, sheet))


def bus_shelter(colour: Colour) -> Mesh:
    """A glazed shelter of 3.6 m along x, open towards −y, with a bench and a lit poster."""
    frame: list[Bounds] = [(x, y, 0.0, x + 0.07, y + 0.07, 2.4) for x in (-1.8, 1.73) for y in (-0.7, 0.63)]
    frame += [(-1.95, -0.95, 2.4, 1.95, 0.75, 2.52), (-1.75, 0.64, 0.25, 1.75, 0.68, 0.32)]
    panes = blocks(
        [(-1.7, 0.65, 0.32, 1.7, 0.67, 2.2), (-1.78, -0.6, 0.32, -1.75, 0.6, 2.2)],
        Material.GLASS,
        (0.1, 0.13, 0.14),
    )
    poster = blocks([(1.74, -0.6, 0.3, 1.86, 0.6, 2.2)], Material.PLAIN, DARK)
    lit = blocks(
        [(1.7, -0.55, 0.4, 1.74, 0.55, 2.1), (1.86, -0.55, 0.4, 1.9, 0.55, 2.1)], Material.LAMP, colour
    )
    seat = blocks(
        [
            (-1.4, 0.2, 0.42, 1.2, 0.55, 0.47),
            (-1.2, 0.35, 0, -1.1, 0.45, 0.42),
            (0.9, 0.35, 0, 1.0, 0.45, 0.42),
        ],
        Material.METAL,
        STEEL,
    )
    return merged((blocks(frame, Material.METAL, DARK), panes, poster, lit, seat))


def barrier(length: float) -> Mesh:
    """A raised boom with red bands beside its motor box; the boom points along +x and upwards."""
    box = blocks([(-0.2, -0.2, 0, 0.2, 0.2, 1.1)], Material.PAINT, (0.65, 0.4, 0.03))
    count = max(2, int(length / 0.5))
    steps = np.linspace(0, length, count + 1)
    slope = math.radians(72)
    spots = [(0.1 + s * math.cos(slope), 0.0, 1.0 + s * math.sin(slope)) for s in steps.tolist()]
    boom = poles(list(pairwise(spots)), (0.05, 0.05), Material.PLAIN, (0.7, 0.7, 0.7))
    bands = np.where(np.arange(count)[:, None] % 2, (0.7, 0.7, 0.7), (0.6, 0.04, 0.03)).astype(np.float32)
    return merged((box, tinted(boom, bands)))


def trolley_shelter(length: float, rng: np.random.Generator) -> Mesh:
    """A roof on hoops along x with a queue of shopping trolleys."""
    hoops: list[tuple[Vector, Vector]] = []
    for x in np.arange(0, length + 0.1, 1.5).tolist():
        hoops += [((x, s * 0.9, 0), (x, s * 0.9, 2.0)) for s in (-1, 1)]
        hoops += [((x, s * 0.9, 2.0), (x, 0, 2.35)) for s in (-1, 1)]
    hoops += [((0, s * 0.9, z), (length, s * 0.9, z)) for s in (-1, 1) for z in (0.6, 1.0, 2.0)]
    roof = [(0.0, -1.0, 2.3, length, 1.0, 2.36)]
    baskets: list[Bounds] = []
    for x in np.arange(0.4, length * rng.uniform(0.4, 0.9), 0.32).tolist():
        baskets += [(x, -0.28, 0.45, x + 0.03, 0.28, 1.0), (x, -0.28, 0.9, x + 0.6, -0.25, 0.95)]
        baskets += [(x, 0.25, 0.9, x + 0.6, 0.28, 0.95), (x, -0.26, 0.1, x + 0.5, 0.26, 0.14)]
    return merged(
        (
            poles(hoops, (0.03, 0.03), Material.METAL, STEEL),
            blocks(roof, Material.GLASS, (0.2, 0.23, 0.24)),
            blocks(baskets, Material.METAL, (0.4, 0.4, 0.42)),
        )
    )


def bike_rack(count: int) -> Mesh:
    """Hoops to lock bicycles to, 0.8 m apart along x."""
    ends: list[tuple[Vector, Vector]] = []
    for x in (0.8 * np.arange(count)).tolist():
        ends += [
            ((x, -0.35, 0), (x, -0.35, 0.8)),
            ((x, 0.35, 0), (x, 0.35, 0.8)),
            ((x, -0.35, 0.8), (x, 0.35, 0.8)),
        ]
    return poles(ends, (0.025, 0.025), Material.METAL, STEEL)


def cabinet(colour: Colour) -> Mesh:
    """A street cabinet of 1.1 × 0.4 × 1.3 m with two doors."""
    body = blocks(
        [(-0.55, -0.2, 0.0, 0.55, 0.2, 1.25), (-0.6, -0.25, 1.25, 0.6, 0.25, 1.32)], Material.PLAIN, colour
    )
    seams = blocks(
        [(-0.012, -0.212, 0.1, 0.012, -0.2, 1.2), (0.06, -0.23, 0.6, 0.1, -0.2, 0.75)], Material.PLAIN, DARK
    )
    return merged((body, seams))


def planter(colour: Colour, length: float = 1.4) -> Mesh:
    """A trough of earth along x; what grows in it is put there by others."""
    half = length / 2
    walls: list[Bounds] = [(-half, y, 0, half, y + 0.08, 0.55) for y in (-0.35, 0.27)]
    walls += [(x, -0.35, 0, x + 0.08, 0.35, 0.55) for x in (-half, half - 0.08)]
    earth = blocks([(0.05 - half, -0.3, 0, half - 0.05, 0.3, 0.48)], Material.PLAIN, (0.07, 0.05, 0.035))
    return merged((blocks(walls, Material.CONCRETE, colour), earth))
