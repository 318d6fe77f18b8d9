"""A yard behind a fence: of works or of a school, with one drive through it.

  ┌── building ──────────────────┐
──┴──────────────────────────────┴── +y
│  walks          ┌──────────────►══ side gate
│  store places   │ drive            │
────── fence ───══╧══── fence ────── −y
            front gate
"""

from dataclasses import dataclass

import numpy as np

from sample_videos.studio.shapes.masonry import blocks
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.transform import move, standing
from sample_videos.studio.sites import furniture, markings, storage
from sample_videos.studio.sites.building import skyline, town_house, works_hall
from sample_videos.studio.sites.ground import ground_colour, plates, repairs, surroundings
from sample_videos.studio.sites.planting import conifer, foliage_colour, hedge, plant_tree, tufts
from sample_videos.studio.sites.plot import Plot
from sample_videos.studio.sites.site import Bay, Lamp, Lane, Place, Site
from sample_videos.studio.sites.viewpoint import Outlook, Ways, light_colour, seen_site

_END_M = 100.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """Metres; `side` (±1) is that of the side gate along x."""

    half_length: float
    half_depth: float
    school: bool
    side: int
    gate_x: float
    drive_y: float
    drive_width: float
    green: float  # width of the planted strip on the side without a gate
    ground: Material
    fence_height: float


def yard(rng: np.random.Generator) -> Site:
    """A yard of works or of a school."""
    plan = _plan(rng)
    plot = Plot()
    walks, lane = _walks(plan, rng), _lane(plan, rng)
    for walk in walks:
        plot.keep_clear(walk)
    plot.keep_for_vehicles(lane.points, plan.drive_width / 2)
    posts = _posts(plan)
    for x0, y0, x1, y1 in posts:
        plot.keep_clear(((x0, (y0 + y1) / 2), (x1 + 0.1, (y0 + y1) / 2)), 3.0)
    _lay_ground(plot, plan, rng)
    _enclose(plot, plan, rng)
    _light(plot, plan, rng)
    _fill(plot, plan, rng)
    inner = (-plan.half_length + 2, -plan.half_depth + 2, plan.half_length - 2, plan.half_depth - 2)
    return seen_site("yard", plot, Ways(walks, (lane,)), Outlook(posts, (inner,), 3.2, 8.0), rng)


def _plan(rng: np.random.Generator) -> _Plan:
    half_length, half_depth = float(rng.uniform(17, 25)), float(rng.uniform(12, 17))
    side = int(rng.choice((-1, 1)))
    school = bool(rng.random() < 0.4)
    materials = (Material.PAVING, Material.ASPHALT) if school else (Material.CONCRETE, Material.ASPHALT)
    return _Plan(
        half_length=half_length,
        half_depth=half_depth,
        school=school,
        side=side,
        gate_x=side * float(rng.uniform(-0.1, 0.55)) * half_length,
        drive_y=float(rng.uniform(-0.5, 0.1)) * half_depth,
        drive_width=float(rng.uniform(3.6, 5.0)),
        green=float(rng.uniform(2.5, 5.0)) if rng.random() < 0.7 else 0.0,
        ground=materials[int(rng.integers(2))],
        fence_height=float(rng.uniform(1.6, 2.4)),
    )


def _walks(plan: _Plan, rng: np.random.Generator) -> tuple[tuple[Place, ...], ...]:
    """From the gate to the door, along the building, across the yard, and past it outside."""
    length, depth = plan.half_length, plan.half_depth
    entrance = plan.gate_x - plan.side * (plan.drive_width / 2 - 0.7)
    door = -plan.side * float(rng.uniform(0.2, 0.6)) * length
    front = depth - 2.0
    far = -plan.side * (length - plan.green - 3.5)
    edge = plan.drive_y - plan.drive_width / 2 + 0.5
    return (
        ((entrance, -depth - 9), (entrance, -depth + 4), (door, front - 1.0), (door, depth - 0.8)),
        ((-length + 2.5 + plan.green, front), (length - 2.5 - plan.green, front)),
        ((far, depth - 0.8), (far, -depth + 4.0), (entrance, -depth + 4.0), (entrance, -depth - 9)),
        (
            (far, depth - 0.8),
            (far, 0.1 * depth),
            (plan.side * (length - 4.0), edge),
            (plan.side * 45.0, edge),
        ),
        ((-60.0, -depth - 2.0), (60.0, -depth - 2.0)),
    )


def _lane(plan: _Plan, rng: np.random.Generator) -> Lane:
    """In by the front gate, round the corner, out by the side gate."""
    points = ((plan.gate_x, -_END_M), (plan.gate_x, plan.drive_y), (plan.side * _END_M, plan.drive_y))
    return Lane(points, float(rng.uniform(2.8, 5.0)))


def _posts(plan: _Plan) -> tuple[tuple[float, float, float, float], ...]:
    """On the building's front, and at the corners by the fence."""
    length, depth = plan.half_length, plan.half_depth
    far = -plan.side * (length - 1.2)
    return (
        (-0.5 * length, depth - 1.4, -0.3 * length, depth - 1.0),
        (0.3 * length, depth - 1.4, 0.5 * length, depth - 1.0),
        (far - 0.4, -depth + 0.8, far + 0.4, -depth + 1.4),
        (far - 0.4, depth - 2.0, far + 0.4, depth - 1.2),
    )


def _lay_ground(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    length, depth, half = plan.half_length, plan.half_depth, plan.drive_width / 2
    plot.lay(surroundings(Material.GRASS, ground_colour(rng, Material.GRASS)))
    plot.lay(plates([(-length, -depth, length, depth + 15)], plan.ground, ground_colour(rng, plan.ground)))
    asphalt = ground_colour(rng, Material.ASPHALT)
    drive = [(plan.gate_x - half, -_END_M, plan.gate_x + half, plan.drive_y + half)]
    start, end = sorted((plan.gate_x - plan.side * half, plan.side * _END_M))
    drive.append((start, plan.drive_y - half, end, plan.drive_y + half))
    if plan.ground != Material.ASPHALT:
        plot.lay(plates(drive, Material.ASPHALT, asphalt, layer=1))
    else:
        outside = [(plan.gate_x - half, -_END_M, plan.gate_x + half, -depth)]
        x0, x1 = sorted((plan.side * length, plan.side * _END_M))
        outside.append((x0, plan.drive_y - half, x1, plan.drive_y + half))
        plot.lay(plates(outside, Material.ASPHALT, asphalt))
        left, right = plan.gate_x - half, plan.gate_x + half
        plot.lay(markings.line((left, -depth), (left, plan.drive_y - half), colour=markings.YELLOW))
        plot.lay(markings.line((right, -depth), (right, plan.drive_y - half), colour=markings.YELLOW))
    plot.lay(
        plates(
            [(-_END_M, -depth - 3.5, _END_M, -depth - 0.4)],
            Material.PAVING,
            ground_colour(rng, Material.PAVING),
        )
    )
    plot.lay(plates([(-_END_M, -depth - 11, _END_M, -depth - 3.5)], Material.ASPHALT, asphalt))
    plot.lay(markings.dashes((-_END_M, -depth - 7.2), (_END_M, -depth - 7.2), 3.0, 4.5))
    if plan.ground == Material.ASPHALT:
        plot.lay(repairs(rng, (-length, -depth, length, depth), int(rng.integers(3, 14))))
    green = _green(plan)
    if green:
        plot.lay(plates([green], Material.GRASS, ground_colour(rng, Material.GRASS), layer=2))
    inner = length - max(0.8, plan.green + 0.3)
    x0, x1 = sorted((-plan.side * inner, plan.side * (length - 0.8)))
    plot.squares.append((x0, -depth + 0.8, x1, depth - 0.6))


def _green(plan: _Plan) -> tuple[float, float, float, float] | None:
    """The planted strip opposite the side gate."""
    if not plan.green:
        return None
    x0, x1 = sorted((-plan.side * plan.half_length, -plan.side * (plan.half_length - plan.green)))
    return (x0, -plan.half_depth, x1, plan.half_depth)


def _enclose(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """The building at the back, fences with gates on the other sides, trees and towers beyond."""
    length, depth, half = plan.half_length, plan.half_depth, plan.drive_width / 2 + 0.3
    plot.lay(skyline(rng))
    wide = length * float(rng.uniform(1.3, 2.0))
    left = float(rng.uniform(-length, length - wide))
    if plan.school:
        building = town_house(rng, wide, 12.0, int(rng.integers(2, 5)), shop=False)
    else:
        building = works_hall(rng, wide, 14.0, float(rng.uniform(5.5, 8.5)))
    plot.put(building.placed(move(left, depth, 0.0)))
    colour = furniture.signal_colour(rng) if rng.random() < 0.4 else furniture.STEEL
    spans = [
        ((-length, -depth), 0.0, plan.gate_x - half + length),
        ((plan.gate_x + half, -depth), 0.0, length - plan.gate_x - half),
        ((-plan.side * length, -depth), np.pi / 2, 2 * depth),
        ((plan.side * length, -depth), np.pi / 2, depth + plan.drive_y - half),
        ((plan.side * length, plan.drive_y + half), np.pi / 2, depth - plan.drive_y - half),
        ((-length, depth), 0.0, max(0.0, left + length)),
        ((left + wide, depth), 0.0, max(0.0, length - left - wide)),
    ]
    sort = rng.random()
    for (x, y), yaw, span in spans:
        if span > 0.5:
            barrier = _barrier(sort, span, plan.fence_height, colour)
            plot.put(barrier.placed(standing(x, y, yaw)), opaque=sort > 0.8)
    opened = float(rng.uniform(1.48, 1.65))
    front = furniture.gate(2 * half, plan.fence_height, colour, opened)
    plot.put(front.placed(standing(plan.gate_x - half, -depth, 0.0)), opaque=False)
    boom = furniture.barrier(2 * half - 0.5)
    plot.put(
        boom.placed(standing(plan.side * (length + 0.8), plan.drive_y + half + 0.2, -np.pi / 2)), opaque=False
    )
    for x in np.arange(-44.0, 40.0, 15.0).tolist():
        if abs(x + 6 - plan.gate_x) > 12 and rng.random() < 0.8:
            house = town_house(rng, float(rng.uniform(9, 14)), 10.0, int(rng.integers(2, 5)), shop=False)
            plot.put(house.placed(standing(x + 12, -depth - 25.0, np.pi)))
    green = foliage_colour(rng)
    for x in np.arange(-45.0, 46.0, 9.0).tolist():
        spot = (x + float(rng.normal(0, 2)), -depth - float(rng.uniform(14, 21)))
        plant_tree(plot, rng, spot, float(rng.uniform(6, 11)), green, 650)


def _barrier(sort: float, length: float, height: float, colour: Colour) -> Mesh:
    """One of the ways to close a yard: bars, wire, or a wall."""
    if sort < 0.5:
        return furniture.fence(length, height, colour)
    if sort < 0.8:
        return furniture.mesh_fence(length, height, colour)
    return blocks([(0.0, -0.12, 0.0, length, 0.12, height)], Material.BRICK, (0.34, 0.2, 0.15))


def _light(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    light = light_colour(rng)
    glow = (light[0] / 1.5, light[1] / 1.5, light[2] / 1.5)
    height = float(rng.uniform(4.5, 7.0))
    for share in (-0.8, -0.3, 0.25, 0.75):
        for y, yaw in ((plan.half_depth - 0.4, -np.pi / 2), (-plan.half_depth + 0.5, np.pi / 2)):
            mast, at = furniture.lamp_mast(height, 1.0, glow)
            x = share * plan.half_length
            if plot.put_if_free(mast.placed(standing(x, y, yaw)), opaque=False, gap=0.05):
                plot.lamps.append(Lamp((x, y + float(np.sign(yaw)) * at[0], at[2]), light))


def _fill(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    _plant(plot, plan, rng)
    if plan.school:
        _fill_school(plot, plan, rng)
    else:
        _fill_works(plot, plan, rng)


def _plant(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    strip = _green(plan)
    if strip is None:
        return
    x0, y0, x1, y1 = strip
    colour = foliage_colour(rng)
    plot.lay(tufts(rng, x0 + 0.2, y0 + 0.2, x1 - 0.2, y1 - 0.2, 900))
    for y in np.arange(y0 + 3, y1 - 2, float(rng.uniform(4, 7))).tolist():
        spot = ((x0 + x1) / 2 + float(rng.normal(0, 0.3)), y)
        if rng.random() < 0.3:
            stem, cone = (part.placed(move(*spot, 0.0)) for part in conifer(rng, float(rng.uniform(3, 6))))
            if plot.put_if_free(cone):
                plot.lay(stem)
        else:
            plant_tree(plot, rng, spot, float(rng.uniform(4.5, 8)), colour, 1200)
    if rng.random() < 0.5:
        edge = x0 + 0.5 if plan.side > 0 else x1 - 0.5
        row = hedge(rng, 2 * plan.half_depth - 2, 0.7, float(rng.uniform(0.8, 1.4)), colour)
        plot.put_if_free(row.placed(standing(edge, y0 + 1, np.pi / 2)), gap=0.0)


def _fill_school(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """A ball court, benches, bicycle racks, a notice board and bins."""
    length, depth = plan.half_length, plan.half_depth
    x0 = -plan.side * (length - plan.green - 2.0)
    x1 = x0 + plan.side * float(rng.uniform(13, 17))
    low, high = min(x0, x1), max(x0, x1)
    colour = markings.WHITE if rng.random() < 0.5 else markings.YELLOW
    plot.lay(markings.court(low, -0.5 * depth, high, 0.55 * depth, colour))
    for x, yaw in ((low - 0.6, 0.0), (high + 0.6, np.pi)):
        plot.put_if_free(storage.basket().placed(standing(x, 0.02 * depth, yaw)), opaque=False)
    paint = furniture.signal_colour(rng)
    for x in np.arange(-length + 3, length - 2, float(rng.uniform(5, 8))).tolist():
        thing = furniture.bench(paint) if rng.random() < 0.6 else furniture.litter_bin(paint)
        plot.put_if_free(thing.placed(standing(x, depth - 0.6, 0.0)), opaque=False, gap=0.1)
    for x in rng.uniform(-length + 2, length - 6, 2).tolist():
        rack = furniture.bike_rack(int(rng.integers(4, 7)))
        plot.put_if_free(rack.placed(move(x, -depth + 1.2, 0.0)), opaque=False)
    notice = furniture.board(2.2, 1.3, paint)
    plot.put_if_free(
        notice.placed(standing(plan.gate_x - plan.side * 5.0, -depth + 0.8, np.pi)), opaque=False
    )
    house = storage.shed(3.2, 2.4, 2.4, (0.3, 0.2, 0.12))
    plot.put_if_free(house.placed(standing(plan.side * (length - 2.4), -depth + 2.0, np.pi)))


def _fill_works(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Containers, pallets, barrels, bins and a shed along the fences; bays for cars; a hatched area."""
    length, depth, side = plan.half_length, plan.half_depth, plan.side
    for _ in range(int(rng.integers(2, 5))):
        box = storage.container(float(rng.choice((6.06, 6.06, 12.19))), furniture.signal_colour(rng))
        spot = (float(rng.uniform(-length + 1, length - 8)), -depth + float(rng.uniform(1.6, 2.4)))
        plot.put_if_free(box.placed(standing(*spot, 0.0)))
    for x in np.arange(-length + 2, length - 2, 2.3).tolist():
        thing = _store(rng)
        edge = -depth + 1.1 if rng.random() < 0.6 else depth - 0.9
        plot.put_if_free(thing.placed(standing(x, edge, float(rng.normal(0, 0.1)))), gap=0.15)
    for _ in range(int(rng.integers(4, 12))):
        x, y = float(rng.uniform(-0.85, 0.85)) * length, float(rng.uniform(-0.8, 0.6)) * depth
        thing = merged([_store(rng), _store(rng).placed(move(1.7, 0.2, 0.0))])
        plot.put_if_free(thing.placed(standing(x, y, float(rng.choice((0.0, np.pi / 2))))), gap=0.5)
    for y in np.arange(-depth + 2, depth - 2, 2.2).tolist():
        thing = _store(rng)
        x = side * (length - 1.1) if rng.random() < 0.5 else -side * (length - plan.green - 1.0)
        plot.put_if_free(thing.placed(standing(x, y, np.pi / 2 + float(rng.normal(0, 0.1)))), gap=0.15)
    hut = storage.shed(float(rng.uniform(2.4, 4.5)), 2.4, 2.5, (0.33, 0.33, 0.3))
    plot.put_if_free(hut.placed(standing(side * (length - 3.2), depth - 2.2, 0.0)))
    count = int(rng.integers(3, 6))
    start = side * (length - 2.0) - (count * 2.5 if side > 0 else 0.0)
    if plan.drive_y + plan.drive_width / 2 + 9.5 < depth:
        y = depth - 3.6
        plot.lay(markings.row_of_bays((start, y), count, 2.5, -4.8))
        plot.bays.extend(Bay(start + 2.5 * (i + 0.5), y - 2.4, -np.pi / 2) for i in range(count))
    if rng.random() < 0.5:
        x = -side * 0.55 * length
        plot.lay(markings.hatching(x - 2.5, -0.2 * depth, x + 2.5, 0.25 * depth))


def _store(rng: np.random.Generator) -> Mesh:
    """Something that stands about in works."""
    sort = int(rng.integers(6))
    if sort < 2:
        return storage.pallets(rng, int(rng.integers(1, 9)))
    if sort == 2:
        return storage.barrels(rng, int(rng.integers(2, 6)), furniture.signal_colour(rng))
    if sort == 3:
        return furniture.wheeled_bin(furniture.signal_colour(rng))
    if sort == 4:
        return storage.loose_heap(rng, float(rng.uniform(0.8, 1.3)), (0.3, 0.27, 0.22))
    return furniture.cabinet((0.35, 0.36, 0.34))
