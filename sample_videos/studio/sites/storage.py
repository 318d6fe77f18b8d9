"""What yards are full of: containers, pallets, barrels, sheds and hoops."""

import numpy as np

from sample_videos.studio.shapes.masonry import Bounds, blocks, panels, poles, tinted, upright
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import Vector
from sample_videos.studio.sites.furniture import DARK, STEEL, WOOD


def container(length: float, colour: Colour) -> Mesh:
    """A shipping container along +x, 2.44 m wide and 2.59 m high, with ribs, posts and doors at x = 0."""
    ribs: list[Bounds] = []
    for x in np.arange(0.2, length - 0.2, 0.28).tolist():
        ribs += [(x, -1.22, 0.15, x + 0.14, -1.17, 2.45), (x, 1.17, 0.15, x + 0.14, 1.22, 2.45)]
    frame: list[Bounds] = [(0, -1.22, z, length, 1.22, z + 0.14) for z in (0.0, 2.45)]
    frame += [(x, y, 0, x + 0.14, y + 0.14, 2.59) for x in (0, length - 0.14) for y in (-1.22, 1.08)]
    bars: list[tuple[Vector, Vector]] = [((-0.03, y, 0.15), (-0.03, y, 2.4)) for y in (-0.8, -0.3, 0.3, 0.8)]
    return merged(
        (
            blocks([(0.05, -1.17, 0.1, length - 0.05, 1.17, 2.5)], Material.PAINT, colour),
            blocks(ribs + frame, Material.PAINT, (colour[0] * 0.9, colour[1] * 0.9, colour[2] * 0.9)),
            poles(bars, (0.02, 0.02), Material.METAL, STEEL),
        )
    )


def pallets(rng: np.random.Generator, levels: int) -> Mesh:
    """A stack of wooden pallets, 1.2 × 0.8 m, some with a load upon them."""
    wood: list[Bounds] = []
    for level in range(levels):
        z = 0.145 * level
        slip = float(rng.normal(0, 0.02))
        wood += [
            (-0.6 + slip, y, z + 0.12, 0.6 + slip, y + 0.12, z + 0.142)
            for y in (-0.4, -0.23, -0.06, 0.11, 0.28)
        ]
        wood += [(x + slip, -0.4, z, x + 0.12 + slip, 0.4, z + 0.12) for x in (-0.6, -0.06, 0.48)]
    stack = blocks(wood, Material.PLAIN, WOOD)
    stack = tinted(
        stack, np.array(WOOD, np.float32) * rng.uniform(0.7, 1.4, (len(wood), 1)).astype(np.float32)
    )
    if rng.random() < 0.5:
        return stack
    top = 0.145 * levels
    boxes: list[Bounds] = [
        (x, y, top, x + 0.56, y + 0.37, top + float(rng.uniform(0.3, 0.9)))
        for x in (-0.58, 0.01)
        for y in (-0.39, 0.01)
    ]
    return merged((stack, blocks(boxes, Material.PLAIN, (0.36, 0.25, 0.14))))


def barrels(rng: np.random.Generator, count: int, colour: Colour) -> Mesh:
    """Oil drums in a row of two along x."""
    drums = []
    for number in range(count):
        x, y = 0.66 * (number // 2), 0.66 * (number % 2)
        tint = float(rng.uniform(0.6, 1.2))
        shade = (colour[0] * tint, colour[1] * tint, colour[2] * tint)
        drums.append(upright(x, y, 0, 0.88, 0.29, Material.PAINT, shade))
        drums.append(upright(x, y, 0.3, 0.34, 0.305, Material.PAINT, shade))
        drums.append(upright(x, y, 0.58, 0.62, 0.305, Material.PAINT, shade))
    return merged(drums)


def shed(width: float, depth: float, height: float, colour: Colour) -> Mesh:
    """A boarded shed with a door towards −y and a sloping roof; its middle is the origin."""
    half, deep = width / 2, depth / 2
    boards: list[Bounds] = [
        (x, -deep - 0.02, 0.05, x + 0.16, -deep, height) for x in np.arange(-half, half - 0.1, 0.18).tolist()
    ]
    boards += [
        (half, y, 0.05, half + 0.02, y + 0.16, height) for y in np.arange(-deep, deep - 0.1, 0.18).tolist()
    ]
    boards += [
        (-half - 0.02, y, 0.05, -half, y + 0.16, height) for y in np.arange(-deep, deep - 0.1, 0.18).tolist()
    ]
    roof = [(-half - 0.25, -deep - 0.35, height, half + 0.25, deep + 0.2, height + 0.12)]
    door: list[Bounds] = [(-0.5, -deep - 0.05, 0.0, 0.5, -deep - 0.01, 2.05)]
    window: list[Bounds] = (
        [(0.25 * width, -deep - 0.04, 1.1, 0.25 * width + 0.7, -deep, 1.8)] if width > 3 else []
    )
    return merged(
        (
            blocks(
                [(-half, -deep, 0, half, deep, height)],
                Material.PLAIN,
                (colour[0] * 0.6, colour[1] * 0.6, colour[2] * 0.6),
            ),
            blocks(boards, Material.PLAIN, colour),
            blocks(roof + door, Material.PLAIN, DARK),
            *([blocks(window, Material.GLASS, DARK)] if window else []),
        )
    )


def basket(height: float = 3.05) -> Mesh:
    """A basketball hoop on a post at the origin; it hangs towards +x."""
    post = poles(
        [((0, 0, 0), (0, 0, height + 0.4)), ((0, 0, height), (1.0, 0, height + 0.3))],
        (0.07, 0.05),
        Material.METAL,
        STEEL,
    )
    back = blocks([(1.0, -0.9, height - 0.1, 1.04, 0.9, height + 0.95)], Material.PLAIN, (0.6, 0.6, 0.6))
    mark = blocks([(1.04, -0.3, height + 0.1, 1.05, 0.3, height + 0.5)], Material.PLAIN, (0.5, 0.06, 0.05))
    ring = blocks(
        [
            (1.05, -0.23, height, 1.5, -0.2, height + 0.03),
            (1.05, 0.2, height, 1.5, 0.23, height + 0.03),
            (1.48, -0.23, height, 1.51, 0.23, height + 0.03),
        ],
        Material.METAL,
        (0.5, 0.12, 0.02),
    )
    return merged((post, back, mark, ring))


def loose_heap(rng: np.random.Generator, radius: float, colour: Colour) -> Mesh:
    """A cone of gravel or sand with an uneven surface."""
    rings, segments = 6, 18
    corners = np.zeros((rings + 1, segments + 1, 3), np.float32)
    angles = np.linspace(0, 2 * np.pi, segments + 1)
    rough = rng.normal(1, 0.07, (rings + 1, segments))
    rough = np.concatenate((rough, rough[:, :1]), axis=1)
    for ring in range(rings + 1):
        share = 1 - ring / rings
        reach = radius * share * rough[ring]
        corners[ring] = np.stack(
            (
                reach * np.cos(angles),
                reach * np.sin(angles),
                0.55 * radius * (1 - share**1.3) * rough[ring, 0] + 0 * angles,
            ),
            axis=1,
        )
    corners[0, :, 2] = 0.0
    near, far = corners[:-1], corners[1:]
    quads = np.stack((near[:, :-1], near[:, 1:], far[:, 1:], far[:, :-1]), axis=2).reshape(-1, 4, 3)
    mesh = panels(quads, Material.PLAIN, colour)
    return tinted(
        mesh, np.array(colour, np.float32) * rng.uniform(0.8, 1.2, (len(quads), 1)).astype(np.float32)
    )
