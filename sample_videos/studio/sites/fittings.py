"""What is found in halls: columns, ceilings with lamps, machines, turnstiles, kiosks, posters, boards."""

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels, poles
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.solids import tube
from sample_videos.studio.shapes.transform import Vector
from sample_videos.studio.sites.furniture import DARK, STEEL, signal_colour


def ceiling(
    rng: np.random.Generator, half_length: float, half_depth: float, height: float, light: Vector
) -> Mesh:
    """A ceiling seen from below, with beams and rows of lamp panels."""
    x, y = half_length + 0.4, half_depth + 0.7
    cover = np.array((((-x, -y, height), (-x, y, height), (x, y, height), (x, -y, height)),), np.float32)
    shade = float(rng.uniform(0.45, 0.7))
    beams: list[Bounds] = [
        (a - 0.15, -half_depth, height - 0.22, a + 0.15, half_depth, height - 0.001)
        for a in np.arange(-half_length + 2, half_length, 4.0).tolist()
    ]
    long = float(rng.choice((0.6, 1.2, 2.4)))
    lamps: list[Bounds] = [
        (a, b - 0.15, height - 0.1, a + long, b + 0.15, height - 0.02)
        for a in np.arange(-half_length + 2.4, half_length - 2.4, 4.0).tolist()
        for b in np.linspace(-0.8, 0.8, 6) * half_depth
    ]
    colour = (light[0] / 1.5, light[1] / 1.5, light[2] / 1.5)
    return merged(
        (
            panels(cover, Material.PLAIN, (shade, shade, shade)),
            blocks(beams, Material.PLAIN, (shade * 0.8, shade * 0.8, shade * 0.8)),
            blocks(lamps, Material.LAMP, colour),
        )
    )


def column(height: float, radius: float, material: Material, colour: Colour) -> Mesh:
    """A round column with a plinth and a capital."""
    shaft = tube([(0.0, radius, radius), (height, radius, radius)], 18).made_of(material, colour)
    plinth = tube([(0.0, radius + 0.06, radius + 0.06), (0.25, radius + 0.06, radius + 0.06)], 18)
    head = tube([(height - 0.3, radius + 0.08, radius + 0.08), (height, radius + 0.16, radius + 0.16)], 18)
    return merged(
        (shaft, plinth.made_of(Material.PLAIN, DARK), head.made_of(Material.PLAIN, (0.5, 0.5, 0.5)))
    )


def poster(rng: np.random.Generator, width: float) -> Mesh:
    """A framed poster in the plane y = 0, seen from −y, from x = 0."""
    foot, top = 0.9, float(rng.uniform(2.1, 2.7))
    parts = [
        blocks([(0.0, -0.05, foot, width, 0.0, top)], Material.METAL, DARK),
        blocks(
            [(0.05, -0.06, foot + 0.05, width - 0.05, -0.05, top - 0.05)], Material.PLAIN, signal_colour(rng)
        ),
    ]
    for _ in range(4):
        left = float(rng.uniform(0.1, 0.55)) * width
        low = float(rng.uniform(foot + 0.1, top - 0.6))
        spot = (
            left,
            -0.065,
            low,
            left + float(rng.uniform(0.15, 0.38)) * width,
            -0.06,
            low + float(rng.uniform(0.1, 0.45)),
        )
        red, green, blue = rng.uniform(0.1, 0.7, 3).tolist()
        parts.append(blocks([spot], Material.PLAIN, (red, green, blue)))
    return merged(parts)


def ticket_machine(colour: Colour) -> Mesh:
    """A machine of 0.9 × 0.6 × 1.9 m with a lit screen, its face towards −y."""
    return merged(
        (
            blocks([(-0.45, -0.3, 0.0, 0.45, 0.3, 1.9)], Material.PAINT, colour),
            blocks(
                [(-0.35, -0.33, 0.85, 0.35, -0.3, 1.3), (-0.2, -0.34, 0.45, 0.2, -0.3, 0.65)],
                Material.METAL,
                DARK,
            ),
            blocks([(-0.3, -0.32, 1.32, 0.3, -0.3, 1.7)], Material.LAMP, (0.15, 0.3, 0.4)),
        )
    )


def turnstiles(count: int) -> Mesh:
    """Gates side by side along x, 0.95 m apart, with glass flaps."""
    cases: list[Bounds] = [(0.95 * i, -0.75, 0.0, 0.95 * i + 0.28, 0.75, 1.0) for i in range(count + 1)]
    flaps: list[Bounds] = [(0.95 * i + 0.28, -0.02, 0.3, 0.95 * i + 0.95, 0.02, 1.2) for i in range(count)]
    tops: list[Bounds] = [(0.95 * i - 0.02, -0.8, 1.0, 0.95 * i + 0.3, 0.8, 1.05) for i in range(count + 1)]
    return merged(
        (
            blocks(cases, Material.METAL, STEEL),
            blocks(tops, Material.PLAIN, DARK),
            blocks(flaps, Material.GLASS, (0.3, 0.1, 0.08)),
        )
    )


def kiosk(rng: np.random.Generator, colour: Colour) -> Mesh:
    """A stall of 3 × 2 m with a counter all around and a lit fascia."""
    goods: list[Bounds] = [
        (x, -0.95, 1.05, x + 0.24, -0.75, 1.05 + float(rng.uniform(0.1, 0.4)))
        for x in np.arange(-1.3, 1.2, 0.32).tolist()
    ]
    posts: list[Bounds] = [
        (x - 0.05, y - 0.05, 0.0, x + 0.05, y + 0.05, 2.5) for x in (-1.45, 1.45) for y in (-0.95, 0.95)
    ]
    return merged(
        (
            blocks([(-1.5, -1.0, 0.0, 1.5, 1.0, 1.0)], Material.PLAIN, colour),
            blocks([(-1.55, -1.05, 1.0, 1.55, 1.05, 1.05), *posts], Material.METAL, STEEL),
            blocks([(-1.0, -0.4, 1.05, 1.0, 0.4, 2.5)], Material.PLAIN, (0.3, 0.27, 0.24)),
            blocks([(-1.6, -1.1, 2.5, 1.6, 1.1, 2.9)], Material.PLAIN, colour),
            blocks(
                [(-1.0, -1.13, 2.58, 1.0, -1.1, 2.82), (-1.0, 1.1, 2.58, 1.0, 1.13, 2.82)],
                Material.LAMP,
                (0.4, 0.38, 0.33),
            ),
            blocks(goods, Material.PLAIN, signal_colour(rng)),
        )
    )


def departures(height: float) -> Mesh:
    """A board that hangs from the ceiling along x, readable from both sides."""
    foot = max(2.7, height - 1.9)
    rods = poles(
        [((x, 0, foot + 0.8), (x, 0, height)) for x in (-1.2, 1.2)], (0.03, 0.03), Material.METAL, STEEL
    )
    lines: list[Bounds] = [
        (-1.4, y, foot + 0.12 + 0.16 * row, 1.1 - 0.2 * (row % 3), y + 0.01, foot + 0.2 + 0.16 * row)
        for row in range(4)
        for y in (-0.12, 0.11)
    ]
    return merged(
        (
            rods,
            blocks([(-1.6, -0.11, foot, 1.6, 0.11, foot + 0.85)], Material.PLAIN, (0.03, 0.04, 0.07)),
            blocks(lines, Material.LAMP, (0.5, 0.36, 0.06)),
        )
    )
