"""A street: carriageway along x, a pavement on either side, houses, shops, trees and lamps.

     houses
─────────────────── facade
  pavement (+y side)   ┆ side street
═══════════════════ kerb
  ◄── lanes           ║║ zebra
  lanes ──►           ║║
═══════════════════ kerb
  pavement (−y side)
"""

from dataclasses import dataclass

import numpy as np

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh
from sample_videos.studio.shapes.transform import standing
from sample_videos.studio.sites import furniture, markings
from sample_videos.studio.sites.building import skyline, town_house
from sample_videos.studio.sites.ground import ground_colour, kerb, plates, repairs, surroundings
from sample_videos.studio.sites.planting import foliage_colour, hedge, plant_tree, tufts
from sample_videos.studio.sites.plot import Plot
from sample_videos.studio.sites.site import Bay, Lamp, Lane, Place, Site
from sample_videos.studio.sites.viewpoint import Outlook, Ways, light_colour, seen_site

_END_M = 115.0
_SIGHT_M = 7.0  # trees keep this far from the camera, and half as far on the other side
_HOUSES_M = 62.0  # houses are modelled so far along the street


@dataclass(frozen=True, slots=True)
class _Plan:
    """Widths in metres from the middle of the carriageway; each pair is for the sides −1 and +1."""

    lanes_each_way: int
    lane_width: float
    parking: tuple[float, float]  # width of the parking strip, 0 for none
    pavement: tuple[float, float]
    zebra_x: float
    mouth: tuple[float, float] | None  # from where to where the side street opens on the +y side
    square: tuple[float, float] | None  # where the houses of the −y side stand back
    square_depth: float
    mast_side: int  # on which pavement the camera hangs, near x = 0

    def kerb(self, side: int) -> float:
        """How far the kerb is from the middle."""
        return self.lanes_each_way * self.lane_width + self.parking[side > 0]

    def facade(self, side: int) -> float:
        """How far the houses are from the middle."""
        return self.kerb(side) + self.pavement[side > 0]


def street(rng: np.random.Generator) -> Site:
    """A street in a town."""
    plan = _plan(rng)
    plot = Plot()
    walks = _walks(plan)
    for walk in walks:
        plot.keep_clear(walk)
    lanes = _lanes(plan, rng)
    middle = (plan.kerb(1) - plan.kerb(-1)) / 2
    plot.keep_for_vehicles(((-_END_M, middle), (_END_M, middle)), (plan.kerb(-1) + plan.kerb(1)) / 2)
    mast_y = plan.mast_side * plan.kerb(plan.mast_side)
    plot.keep_clear(((-3.5, mast_y), (3.5, mast_y)), 1.5)
    _lay_ground(plot, plan, rng)
    _build_houses(plot, plan, rng)
    _furnish(plot, plan, rng)
    near, far = -plan.facade(-1), plan.facade(1)
    ends = (
        plan.mast_side * (plan.kerb(plan.mast_side) - 0.3),
        plan.mast_side * (plan.facade(plan.mast_side) - 1.5),
    )
    post = (-2.5, min(ends), 2.5, max(ends))
    outlook = Outlook((post,), ((-24.0, near + 1.0, 24.0, far - 1.0),), 3.2, 8.0)
    return seen_site("street", plot, Ways(walks, lanes), outlook, rng)


def _plan(rng: np.random.Generator) -> _Plan:
    wide = [float(rng.uniform(4.4, 6.0)), float(rng.uniform(6.2, 8.5))]
    rng.shuffle(wide)
    parking = (float(rng.choice((0.0, 2.2))), float(rng.choice((0.0, 2.2))))
    mouth_x = float(rng.uniform(6, 22)) * float(rng.choice((-1, 1)))
    square_x = float(rng.uniform(-12, 4))
    return _Plan(
        lanes_each_way=int(rng.choice((1, 1, 2))),
        lane_width=float(rng.uniform(2.9, 3.5)),
        parking=parking,
        pavement=(wide[0], wide[1]),
        zebra_x=float(rng.uniform(-14, 14)),
        mouth=(mouth_x, mouth_x + float(rng.uniform(6, 9))) if rng.random() < 0.5 else None,
        square=(square_x, square_x + float(rng.uniform(10, 18))) if rng.random() < 0.5 else None,
        square_depth=float(rng.uniform(6, 11)),
        mast_side=int(rng.choice((-1, 1))),
    )


def _walks(plan: _Plan) -> tuple[tuple[Place, ...], ...]:
    """Two ways along each pavement, and one over the zebra that joins them."""
    walks: list[tuple[Place, ...]] = []
    for side in (-1, 1):
        for share in (0.42, 0.74):
            y = side * (plan.kerb(side) + share * plan.pavement[side > 0])
            walks.append(((-60.0, y), (60.0, y)))
    near, far = walks[0][0][1], walks[2][0][1]
    x = plan.zebra_x
    walks.append(((-60.0, near), (x, near), (x, far), (60.0, far)))
    return tuple(walks)


def _lanes(plan: _Plan, rng: np.random.Generator) -> tuple[Lane, ...]:
    """Vehicles keep to the right: towards +x where y is negative."""
    lanes = []
    for number in range(plan.lanes_each_way):
        y = (number + 0.5) * plan.lane_width
        speed = float(rng.uniform(7.5, 12.5))
        lanes.append(Lane(((-_END_M, -y), (_END_M, -y)), speed))
        lanes.append(Lane(((_END_M, y), (-_END_M, y)), speed))
    return tuple(lanes)


def _lay_ground(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    asphalt = ground_colour(rng, Material.ASPHALT)
    stone = ground_colour(rng, Material.CONCRETE)
    plot.lay(surroundings(Material.CONCRETE, ground_colour(rng, Material.CONCRETE)))
    plot.lay(plates([(-_END_M, -plan.kerb(-1), _END_M, plan.kerb(1))], Material.ASPHALT, asphalt))
    plot.lay(repairs(rng, (-45.0, -plan.kerb(-1), 45.0, plan.kerb(1)), int(rng.integers(6, 24))))
    zebra_gap = (plan.zebra_x - 2.3, plan.zebra_x + 2.3)
    for side in (-1, 1):
        inner, outer = side * plan.kerb(side), side * (plan.facade(side) + 14)
        low, high = min(inner, outer), max(inner, outer)
        material = Material.PAVING if rng.random() < 0.8 else Material.ASPHALT
        plot.lay(plates([(-_END_M, low, _END_M, high)], material, ground_colour(rng, material)))
        gaps = [zebra_gap, plan.mouth] if plan.mouth and side > 0 else [zebra_gap]
        plot.lay(kerb(-70.0, 70.0, inner, gaps, stone))
        inner = side * (plan.kerb(side) + 0.15)
        outer = side * plan.facade(side)
        plot.squares.append((-60.0, min(inner, outer), 60.0, max(inner, outer)))
    if plan.square:
        y = -plan.facade(-1)
        plot.squares.append((plan.square[0], y - plan.square_depth, plan.square[1], y + 0.5))
    if plan.mouth:
        left, right = plan.mouth
        y = plan.kerb(1)
        plot.lay(plates([(left, y, right, _END_M)], Material.ASPHALT, asphalt, layer=1))
        plot.keep_for_vehicles((((left + right) / 2, y), ((left + right) / 2, 80.0)), (right - left) / 2)
    _mark(plot, plan, rng)


def _mark(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Lines of lanes, the zebra, arrows, and bays along the kerb."""
    x = plan.zebra_x
    half = plan.lanes_each_way * plan.lane_width
    plot.lay(markings.zebra(x, -plan.kerb(-1), plan.kerb(1)))
    middle = markings.YELLOW if rng.random() < 0.6 else markings.WHITE
    for start, end in ((-_END_M, x - 3.5), (x + 3.5, _END_M)):
        if plan.lanes_each_way == 1 and rng.random() < 0.6:
            plot.lay(markings.dashes((start, 0), (end, 0), 3.0, 4.5, middle))
        else:
            plot.lay(markings.line((start, -0.12), (end, -0.12), colour=middle))
            plot.lay(markings.line((start, 0.12), (end, 0.12), colour=middle))
        for y in (-plan.lane_width, plan.lane_width) if plan.lanes_each_way > 1 else ():
            plot.lay(markings.dashes((start, y), (end, y), 2.0, 4.0))
    plot.lay(
        markings.line((x - 3.2, -half), (x - 3.2, -0.2), 0.3),
        markings.line((x + 3.2, 0.2), (x + 3.2, half), 0.3),
    )
    if rng.random() < 0.6:
        for number in range(plan.lanes_each_way):
            y = (number + 0.5) * plan.lane_width
            plot.lay(markings.arrow(x - 8, -y, 0.0), markings.arrow(x + 8, y, np.pi))
    for side in (-1, 1):
        if not plan.parking[side > 0]:
            plot.lay(markings.line((-_END_M, side * (half - 0.25)), (_END_M, side * (half - 0.25))))
            continue
        for start in np.arange(-48.0, 48.0, 6.0).tolist():
            middle_x = start + 3.0
            in_mouth = plan.mouth and side > 0 and plan.mouth[0] - 4 < middle_x < plan.mouth[1] + 4
            if abs(middle_x - x) < 8 or in_mouth:
                continue
            plot.lay(markings.row_of_bays((start, side * half), 1, 6.0, side * 2.1))
            plot.bays.append(Bay(middle_x, side * (half + 1.1), 0.0 if side < 0 else np.pi))


def _build_houses(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    plot.lay(skyline(rng))
    for side in (-1, 1):
        gap = plan.mouth if side > 0 else plan.square
        spans = [(-_HOUSES_M, _HOUSES_M)] if gap is None else [(-_HOUSES_M, gap[0]), (gap[1], _HOUSES_M)]
        for start, end in spans:
            _build_row(plot, rng, start, end, side, plan.facade(side))
    if plan.square:
        _build_row(plot, rng, *plan.square, -1, plan.facade(-1) + plan.square_depth)


def _build_row(
    plot: Plot, rng: np.random.Generator, start: float, end: float, side: int, away: float
) -> None:
    """Houses wall to wall from x = start to end, with now and then a hedged garden between them."""
    x = start
    while end - x > 4.5:
        width = min(float(rng.uniform(8, 17)), end - x)
        if end - x - width < 4.5:
            width = end - x
        depth = float(rng.uniform(9, 13))
        if rng.random() < 0.08 and width < 15:
            green = hedge(rng, width, 0.8, float(rng.uniform(1.1, 1.8)), foliage_colour(rng))
            plot.put(green.placed(standing(x, side * (away + 0.5), 0.0)))
        else:
            floors = int(rng.integers(2, 6))
            house = town_house(rng, width, depth, floors, shop=bool(rng.random() < 0.65))
            plot.put(_facing(house, x, width, side, away))
        x += width


def _facing(mesh: Mesh, x: float, width: float, side: int, away: float) -> Mesh:
    """A front turned to the street: on the +y side it looks towards −y as it is."""
    if side > 0:
        return mesh.placed(standing(x, away, 0.0))
    return mesh.placed(standing(x + width, -away, np.pi))


def _furnish(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    light = light_colour(rng)
    glow = (light[0] / 1.5, light[1] / 1.5, light[2] / 1.5)
    height, arm = float(rng.uniform(5.5, 8.5)), float(rng.uniform(1.0, 2.2))
    spacing = float(rng.uniform(18, 26))
    shift = float(rng.uniform(0, spacing))
    for number, x in enumerate(np.arange(-2.5 * spacing, 2.6 * spacing, spacing).tolist()):
        for side in (-1, 1):
            place = (
                x + shift + (spacing / 2 if side > 0 else 0) - spacing / 2,
                side * (plan.kerb(side) + 0.45),
            )
            mast, at = furniture.lamp_mast(height, arm, glow)
            if (
                plot.put_if_free(mast.placed(standing(*place, -side * np.pi / 2)), opaque=False)
                and number < 6
            ):
                plot.lamps.append(Lamp((place[0], place[1] - side * at[0], at[2]), light))
    plot.lamps[:] = sorted(plot.lamps, key=lambda lamp: abs(lamp.position[0]))[:12]
    for side in (-1, 1):
        _plant(plot, plan, side, rng)
        _equip(plot, plan, side, rng)
    if plan.square:
        _equip_square(plot, plan, rng)


def _plant(plot: Plot, plan: _Plan, side: int, rng: np.random.Generator) -> None:
    """Trees along the kerb, in pits of earth."""
    if rng.random() < 0.2:
        return
    colour, size = foliage_colour(rng), float(rng.uniform(5, 9))
    y = side * (plan.kerb(side) + 0.95)
    for x in np.arange(-46.0, 46.0, float(rng.uniform(8, 15))).tolist():
        spot = (x + float(rng.normal(0, 0.8)), y)
        if abs(spot[0]) < (_SIGHT_M if side == plan.mast_side else _SIGHT_M / 2):
            continue
        leaves = 1300 if abs(x) < 26 else 700
        if plant_tree(plot, rng, spot, size * float(rng.uniform(0.8, 1.2)), colour, leaves):
            pit = (spot[0] - 0.6, y - 0.6, spot[0] + 0.6, y + 0.6)
            plot.lay(plates([pit], Material.GRASS, (0.09, 0.07, 0.045), layer=2))
            plot.put(tufts(rng, *pit, 40), opaque=False)


def _equip(plot: Plot, plan: _Plan, side: int, rng: np.random.Generator) -> None:
    """Bins, benches, cabinets and signs near the kerb; a bus shelter; bollards; planters by the walls."""
    y = side * (plan.kerb(side) + 0.6)
    towards_walls = 0.0 if side > 0 else np.pi
    colour = furniture.signal_colour(rng)
    things = [
        furniture.litter_bin(furniture.DARK if rng.random() < 0.5 else colour),
        furniture.bench(),
        furniture.cabinet((0.3, 0.33, 0.3)),
        furniture.sign(rng),
        furniture.bench(furniture.STEEL, back=False),
        furniture.sign(rng),
    ]
    for thing in things:
        x = float(rng.uniform(-26, 26))
        plot.put_if_free(thing.placed(standing(x, y, towards_walls + np.pi)), opaque=False)
    if rng.random() < 0.4:
        shelter = furniture.bus_shelter((0.26, 0.26, 0.24))
        x = float(rng.uniform(10, 28)) * float(rng.choice((-1, 1)))
        deep = side * (plan.kerb(side) + 1.1)
        plot.put_if_free(shelter.placed(standing(x, deep, towards_walls)), gap=0.0)
    if rng.random() < 0.5:
        for x in np.arange(plan.zebra_x - 9, plan.zebra_x + 9.5, 1.5).tolist():
            if abs(x - plan.zebra_x) > 2.4:
                post = furniture.bollard().placed(standing(x, side * (plan.kerb(side) + 0.3), 0.0))
                plot.put_if_free(post, opaque=False, gap=0.1)
    elif rng.random() < 0.5:
        for start in (plan.zebra_x - 15.0, plan.zebra_x + 3.0):
            rail = furniture.fence(12.0, 1.05, furniture.signal_colour(rng))
            plot.put_if_free(
                rail.placed(standing(start, side * (plan.kerb(side) + 0.25), 0.0)), opaque=False, gap=0.05
            )
    for _ in range(int(rng.integers(0, 4))):
        trough = furniture.planter((0.35, 0.34, 0.32))
        bush = hedge(rng, 1.2, 0.5, 0.4, foliage_colour(rng)).placed(standing(-0.6, 0.0, 0.0, 0.48))
        place = standing(float(rng.uniform(-28, 28)), side * (plan.facade(side) - 0.45), towards_walls)
        if plot.put_if_free(trough.placed(place), opaque=False, gap=0.05):
            plot.lay(bush.placed(place))


def _equip_square(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Trees, benches and a kiosk's board at the back of the square; its middle stays free."""
    left, right = plan.square or (0.0, 0.0)
    back = -plan.facade(-1) - plan.square_depth
    colour = foliage_colour(rng)
    for x in np.arange(left + 2.0, right - 1.0, float(rng.uniform(4.5, 7))).tolist():
        if rng.random() < 0.6:
            plant_tree(plot, rng, (x, back + 1.8), float(rng.uniform(4.5, 7)), colour, 1000)
        else:
            plot.put_if_free(furniture.bench().placed(standing(x, back + 1.2, np.pi)), opaque=False)
    rack = furniture.bike_rack(int(rng.integers(3, 6)))
    plot.put_if_free(rack.placed(standing(left + 1.2, back + 2.5, np.pi / 2)), opaque=False)
    notice = furniture.board(1.8, 1.4, furniture.signal_colour(rng))
    plot.put_if_free(notice.placed(standing(right - 1.5, back + 2.0, np.pi)), opaque=False)
