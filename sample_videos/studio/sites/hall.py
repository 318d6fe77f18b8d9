"""A hall indoors: of a station or a shopping centre, with columns, shops, benches and machines."""

from dataclasses import dataclass

import numpy as np

from sample_videos.studio.shapes.masonry import blocks
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh, merged
from sample_videos.studio.shapes.transform import move, standing
from sample_videos.studio.sites import furniture
from sample_videos.studio.sites.building import wall_colour
from sample_videos.studio.sites.facade import shop_fronts
from sample_videos.studio.sites.fittings import (
    ceiling,
    column,
    departures,
    kiosk,
    poster,
    ticket_machine,
    turnstiles,
)
from sample_videos.studio.sites.ground import ground_colour, plates
from sample_videos.studio.sites.planting import foliage_colour, hedge
from sample_videos.studio.sites.plot import Plot
from sample_videos.studio.sites.site import Lamp, Place, Site
from sample_videos.studio.sites.viewpoint import Outlook, Ways, seen_site

_SHOP_M = 3.7  # height of shop fronts


@dataclass(frozen=True, slots=True)
class _Plan:
    """Metres; columns stand in two rows along x."""

    half_length: float
    half_depth: float
    height: float
    row_y: float
    column_spacing: float
    column_radius: float
    station: bool


def hall(rng: np.random.Generator) -> Site:
    """A hall of a station or of a shopping centre."""
    plan = _Plan(
        half_length=float(rng.uniform(16, 23)),
        half_depth=float(rng.uniform(9, 14)),
        height=float(rng.uniform(4.8, 6.8)),
        row_y=float(rng.uniform(0.5, 0.68)),
        column_spacing=float(rng.uniform(6.5, 9.5)),
        column_radius=float(rng.uniform(0.25, 0.45)),
        station=bool(rng.random() < 0.55),
    )
    plot = Plot()
    walks = _walks(plan, rng)
    for walk in walks:
        plot.keep_clear(walk)
    _enclose(plot, plan, rng)
    _light(plot, plan, rng)
    _furnish(plot, plan, rng)
    length, depth = plan.half_length, plan.half_depth
    plot.squares.append((-length + 0.8, -depth + 0.8, length - 0.8, depth - 0.8))
    posts = (
        (-length + 0.6, -depth + 0.6, -length + 2.0, depth - 0.6),
        (length - 2.0, -depth + 0.6, length - 0.6, depth - 0.6),
        (-length + 1, -depth + 0.5, length - 1, -depth + 1.2),
        (-length + 1, depth - 1.2, length - 1, depth - 0.5),
    )
    aims = ((-0.8 * length, -0.8 * depth, 0.8 * length, 0.8 * depth),)
    highest = min(4.5, plan.height - 0.5)
    return seen_site("hall", plot, Ways(walks), Outlook(posts, aims, 3.0, highest), rng, indoors=True)


def _walks(plan: _Plan, rng: np.random.Generator) -> tuple[tuple[Place, ...], ...]:
    """Along the hall on three lines, across it on two, and from corner to corner."""
    length, depth = plan.half_length - 0.4, plan.half_depth - 0.4
    row = plan.row_y * plan.half_depth
    lines: list[tuple[Place, ...]] = [
        ((-length, y), (length, y)) for y in (-0.45 * row, 0.5 * row, row + 1.6)
    ]
    shares = rng.uniform(-0.7, 0.7, 2).tolist()
    lines += [((share * length, -depth), (share * length, depth)) for share in shares]
    lines.append(((-0.8 * length, -depth), (0.8 * length, depth)))
    return tuple(lines)


def _enclose(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Floor, ceiling and four walls with shops, posters and doors."""
    length, depth, height = plan.half_length, plan.half_depth, plan.height
    plot.lay(plates([(-length, -depth, length, depth)], Material.TILES, ground_colour(rng, Material.TILES)))
    material, colour = wall_colour(rng)
    walls = [
        (-length - 0.4, -depth - 0.4, 0.0, length + 0.4, -depth, height),
        (-length - 0.4, depth + 0.25, 0.0, length + 0.4, depth + 0.65, height),
        (-length - 0.4, -depth - 0.4, 0.0, -length, depth + 0.4, height),
        (length, -depth - 0.4, 0.0, length + 0.4, depth + 0.4, height),
    ]
    for wall in walls:
        plot.put(blocks([wall], material, colour))
    fronts = merged(shop_fronts(rng, 2 * length, _SHOP_M, material, colour))
    plot.put(fronts.placed(move(-length, depth, 0.0)))
    above = (-length, depth, _SHOP_M, length, depth + 0.3, height)
    plot.lay(blocks([above], material, colour))
    for x, yaw in ((-length, np.pi / 2), (length, -np.pi / 2)):
        side = _end_wall(rng, plan)
        plot.lay(side.placed(standing(x, 0.0, yaw)))
    for x in np.arange(-length + 2, length - 3, float(rng.uniform(3.5, 6))).tolist():
        picture = poster(rng, float(rng.uniform(1.0, 2.4)))
        plot.lay(picture.placed(standing(x, -depth, np.pi)))
    stripe = furniture.signal_colour(rng)
    plot.lay(blocks([(-length, -depth, 0.0, length, -depth + 0.02, 0.15)], Material.PLAIN, furniture.DARK))
    if plan.station:
        plot.lay(plates([(-length, -0.15, length, 0.15)], Material.TILES, (0.55, 0.42, 0.08), layer=1))
    else:
        plot.lay(plates([(-length, -1.0, length, 1.0)], Material.TILES, _paled(stripe), layer=1))


def _end_wall(rng: np.random.Generator, plan: _Plan) -> Mesh:
    """Doors and posters of a short wall, in the plane y = 0, seen from −y."""
    half = plan.half_depth - 1.0
    parts = []
    for x in np.arange(-half, half - 2.5, float(rng.uniform(3.2, 4.5))).tolist():
        if rng.random() < 0.5:
            parts.append(poster(rng, 1.8).placed(move(x + 1, 0.0, 0.0)))
            continue
        frame = [
            (x, -0.06, 0.0, x + 0.1, 0.0, 2.5),
            (x + 2.1, -0.06, 0.0, x + 2.2, 0.0, 2.5),
            (x, -0.06, 2.4, x + 2.2, 0.0, 2.5),
        ]
        frame.append((x + 1.06, -0.06, 0.0, x + 1.14, 0.0, 2.4))
        glass = rng.random() < 0.6
        leaf = blocks(
            [(x + 0.1, -0.03, 0.0, x + 2.1, 0.0, 2.4)],
            Material.GLASS if glass else Material.METAL,
            (0.08, 0.1, 0.11) if glass else furniture.STEEL,
        )
        lit = blocks([(x + 0.6, -0.08, 2.6, x + 1.6, 0.0, 2.9)], Material.LAMP, (0.05, 0.4, 0.12))
        parts += [blocks(frame, Material.METAL, furniture.DARK), leaf, lit]
    return merged(parts)


def _light(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Twelve lamps over the floor, among many more panels that only shine."""
    warm = rng.random() < 0.4
    light = (1.5, 1.32, 1.08) if warm else (1.4, 1.45, 1.5)
    plot.lay(ceiling(rng, plan.half_length, plan.half_depth, plan.height, light))
    for x in np.linspace(-0.78, 0.78, 4).tolist():
        for y in (-0.66, 0.0, 0.66):
            place = (x * plan.half_length, y * plan.half_depth, plan.height - 0.1)
            plot.lamps.append(Lamp(place, light))


def _furnish(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    length, depth = plan.half_length, plan.half_depth
    material, colour = wall_colour(rng)
    for row in (-1, 1):
        for x in np.arange(-length + 3, length - 2, plan.column_spacing).tolist():
            post = column(plan.height, plan.column_radius, material, colour)
            plot.put_if_free(post.placed(move(x, row * plan.row_y * depth, 0.0)), gap=0.05)
    brand = furniture.signal_colour(rng)
    if plan.station:
        for x in np.arange(-length + 2, length - 2, 1.15).tolist():
            if rng.random() < 0.3:
                machine = ticket_machine(brand)
                plot.put_if_free(machine.placed(standing(x, -depth + 0.45, np.pi)), opaque=False, gap=0.0)
        gates = turnstiles(int(rng.integers(3, 6)))
        plot.put_if_free(
            gates.placed(standing(float(rng.choice((-1, 1))) * (length - 2.6), -depth + 3.5, np.pi / 2)),
            gap=0.0,
        )
        plot.lay(
            departures(plan.height).placed(
                standing(float(rng.uniform(-6, 6)), 0.0, float(rng.choice((0.0, np.pi / 2))))
            )
        )
    if rng.random() < 0.6:
        stand = kiosk(rng, brand)
        plot.put_if_free(stand.placed(move(float(rng.uniform(-9, 9)), float(rng.uniform(-2, 2)), 0.0)))
    for _ in range(int(rng.integers(5, 11))):
        x, y = float(rng.uniform(-length + 2, length - 2)), float(rng.choice((-1, 1))) * plan.row_y * depth
        _put_seat(plot, rng, x, y)
    for x in np.arange(-length + 1, length, 6.0).tolist():
        barrel = furniture.litter_bin(furniture.STEEL)
        plot.put_if_free(barrel.placed(move(x, -depth + 0.5, 0.0)), opaque=False, gap=0.0)


def _put_seat(plot: Plot, rng: np.random.Generator, x: float, y: float) -> None:
    """Two benches back to back, or a trough of plants."""
    if rng.random() < 0.6:
        seat = furniture.bench(furniture.STEEL if rng.random() < 0.5 else furniture.WOOD)
        pair = merged((seat.placed(move(0.0, -0.35, 0.0)), seat.placed(standing(0.0, 0.35, np.pi))))
        plot.put_if_free(pair.placed(move(x, y, 0.0)), opaque=False, gap=0.1)
        return
    trough = furniture.planter((0.4, 0.4, 0.4))
    bush = hedge(rng, 1.2, 0.5, float(rng.uniform(0.5, 1.0)), foliage_colour(rng)).placed(
        move(-0.6, 0.0, 0.48)
    )
    plot.put_if_free(merged((trough, bush)).placed(move(x, y, 0.0)), gap=0.1)


def _paled(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """A colour as floor tiles have it."""
    red, green, blue = (0.35 + 0.35 * part for part in colour)
    return (red, green, blue)
