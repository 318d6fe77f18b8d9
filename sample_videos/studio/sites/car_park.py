"""A car park before a store: an apron for people, aisles along x, rows of bays, hedges.

────────── store ──────────
  apron (people)
──────────────────────────
  aisle   ◄──   ──►
  row ▯▯▯▯▯   island   ▯▯▯▯
  row ▯▯▯▯▯            ▯▯▯▯
  aisle
  row …
"""

from dataclasses import dataclass

import numpy as np

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.transform import move, standing
from sample_videos.studio.sites import furniture, markings
from sample_videos.studio.sites.building import skyline, store, town_house
from sample_videos.studio.sites.ground import ground_colour, kerb, plates, repairs, surroundings
from sample_videos.studio.sites.planting import foliage_colour, hedge, plant_tree, tufts
from sample_videos.studio.sites.plot import Plot
from sample_videos.studio.sites.site import Bay, Lamp, Lane, Place, Site
from sample_videos.studio.sites.viewpoint import Outlook, Ways, light_colour, seen_site

_END_M = 100.0
_BAY_WIDTH, _BAY_DEPTH = 2.5, 5.0
_STORE_Y = 14.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """Metres. The island is a stretch of the first double row that is paved for people."""

    half_length: float
    apron: float
    aisle: float
    aisles: int
    island: tuple[float, float]
    hedged: bool

    @property
    def edge(self) -> float:
        """Where the apron ends."""
        return _STORE_Y - self.apron

    def aisle_y(self, number: int) -> float:
        """The middle of an aisle; they follow each other towards −y."""
        return self.edge - self.aisle / 2 - number * (self.aisle + 2 * _BAY_DEPTH)

    def rows(self) -> list[tuple[float, int]]:
        """The closed end of each row of bays, and towards which side (±1 along y) its bays open."""
        found = []
        for number in range(self.aisles):
            closed = self.aisle_y(number) - self.aisle / 2 - _BAY_DEPTH
            found += [(closed, 1), (closed, -1)] if number + 1 < self.aisles else [(closed, 1)]
        return found


def car_park(rng: np.random.Generator) -> Site:
    """The car park of a store."""
    left = float(rng.uniform(-12, 4))
    plan = _Plan(
        half_length=2.5 * float(rng.integers(10, 14)),
        apron=float(rng.uniform(6.5, 10.0)),
        aisle=float(rng.uniform(6.0, 7.0)),
        aisles=int(rng.integers(2, 4)),
        island=(left, left + float(rng.uniform(7.5, 12.5))),
        hedged=bool(rng.random() < 0.5),
    )
    plot = Plot()
    walks, lanes = _walks(plan), _lanes(plan, rng)
    for walk in walks:
        plot.keep_clear(walk)
    for number in range(plan.aisles):
        y = plan.aisle_y(number)
        plot.keep_for_vehicles(((-_END_M, y), (_END_M, y)), plan.aisle / 2)
    posts = _posts(plan)
    for x0, y0, x1, y1 in posts:
        plot.keep_clear(((x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)), 1.5)
    _lay_ground(plot, plan, rng)
    _mark(plot, plan, rng)
    _light(plot, plan, rng)
    _build(plot, plan, rng)
    _plant(plot, plan, rng)
    aim = (-20.0, plan.edge - plan.aisle - 9, 20.0, _STORE_Y - 1.5)
    return seen_site("car_park", plot, Ways(walks, lanes), Outlook(posts, (aim,), 3.5, 8.0), rng)


def _walks(plan: _Plan) -> tuple[tuple[Place, ...], ...]:
    """Along the apron, and from it across the aisle to the island and on between the bays."""
    near, far = _STORE_Y - 2.2, plan.edge + 1.6
    middle = sum(plan.island) / 2
    back = plan.aisle_y(0) - plan.aisle / 2 - 2 * _BAY_DEPTH + 1.0
    edge = plan.aisle_y(1) + plan.aisle / 2 - 0.4
    side, end = -1.0 if middle > 0 else 1.0, plan.half_length
    return (
        ((-plan.half_length, near), (plan.half_length, near)),
        ((-plan.half_length, far), (plan.half_length, far)),
        ((side * end, near), (middle, near - 1.0), (middle, back), (middle, edge), (side * end, edge)),
        ((-side * end, far), (middle - 9 * side, far), (middle + 9 * side, near), (side * end, near)),
    )


def _lanes(plan: _Plan, rng: np.random.Generator) -> tuple[Lane, ...]:
    """Both ways along each aisle, keeping to the right."""
    lanes = []
    for number in range(plan.aisles):
        y, speed = plan.aisle_y(number), float(rng.uniform(3.0, 5.5))
        lanes.append(Lane(((-_END_M, y - 1.55), (_END_M, y - 1.55)), speed))
        lanes.append(Lane(((_END_M, y + 1.55), (-_END_M, y + 1.55)), speed))
    return tuple(lanes)


def _posts(plan: _Plan) -> tuple[tuple[float, float, float, float], ...]:
    """On the store's front, and on masts between the rows."""
    between = plan.aisle_y(0) - plan.aisle / 2 - _BAY_DEPTH
    return (
        (-14.0, _STORE_Y - 1.2, -4.0, _STORE_Y - 0.8),
        (4.0, _STORE_Y - 1.2, 14.0, _STORE_Y - 0.8),
        (-9.0, between - 0.2, -4.0, between + 0.2),
        (4.0, between - 0.2, 9.0, between + 0.2),
        (-9.0, plan.edge + 0.2, 9.0, plan.edge + 0.6),
    )


def _lay_ground(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    length = plan.half_length
    low = plan.aisle_y(plan.aisles - 1) - plan.aisle / 2 - _BAY_DEPTH
    plot.lay(surroundings(Material.GRASS, ground_colour(rng, Material.GRASS)))
    asphalt = ground_colour(rng, Material.ASPHALT)
    drives = [
        (x0, plan.aisle_y(number) - plan.aisle / 2, x1, plan.aisle_y(number) + plan.aisle / 2)
        for number in range(plan.aisles)
        for x0, x1 in ((-_END_M, -length - 5), (length + 5, _END_M))
    ]
    plot.lay(plates([(-length - 5, low, length + 5, plan.edge), *drives], Material.ASPHALT, asphalt))
    plot.lay(repairs(rng, (-length, low, length, plan.edge), int(rng.integers(4, 20))))
    paving = Material.PAVING if rng.random() < 0.7 else Material.CONCRETE
    colour = ground_colour(rng, paving)
    plot.lay(plates([(-length - 12, plan.edge, length + 12, _STORE_Y + 20)], paving, colour))
    gap = (plan.island[0] + 0.5, plan.island[1] - 0.5)
    plot.lay(kerb(-length - 12, length + 12, plan.edge, [gap], ground_colour(rng, Material.CONCRETE)))
    plot.squares.append((-length, plan.edge + 0.3, length, _STORE_Y - 0.5))
    left, right = plan.island
    top = plan.aisle_y(0) - plan.aisle / 2
    plot.squares.append((left + 0.3, top - 2 * _BAY_DEPTH + 0.3, right - 0.3, top - 0.3))
    plot.lay(plates([(left, top - 2 * _BAY_DEPTH, right, top)], paving, colour, layer=2))


def _mark(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Bays, arrows in the aisles, and a crossing from the apron to the island."""
    colour = markings.WHITE if rng.random() < 0.75 else markings.YELLOW
    for row, (closed, side) in enumerate(plan.rows()):
        spans = [(-plan.half_length, plan.half_length)]
        if row < 2:
            spans = [(-plan.half_length, plan.island[0] - 0.1), (plan.island[1] + 0.1, plan.half_length)]
        for left, right in spans:
            count = int((right - left) / _BAY_WIDTH)
            start = left if left == -plan.half_length else right - count * _BAY_WIDTH
            if count < 1:
                continue
            plot.lay(markings.row_of_bays((start, closed), count, _BAY_WIDTH, side * _BAY_DEPTH, colour))
            for i in range(count):
                yaw = side * np.pi / 2 * float(rng.choice((-1, 1)))
                plot.bays.append(Bay(start + (i + 0.5) * _BAY_WIDTH, closed + side * _BAY_DEPTH / 2, yaw))
    middle = sum(plan.island) / 2
    for number in range(plan.aisles):
        y = plan.aisle_y(number)
        for x in (-22.0, -15.0, -6.0, 1.0, 9.0, 16.0):
            if abs(x - middle) > 4.0:
                towards = 1 if x % 2 else -1
                plot.lay(markings.arrow(x, y - 1.55 * towards, 0.0 if towards > 0 else np.pi, colour))
    half = plan.aisle / 2
    plot.lay(markings.zebra(middle, plan.aisle_y(0) - half, plan.aisle_y(0) + half, 3.0))


def _light(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    light = light_colour(rng)
    glow = (light[0] / 1.5, light[1] / 1.5, light[2] / 1.5)
    height = float(rng.uniform(5.0, 8.0))
    for y in (
        plan.edge + 0.5,
        plan.aisle_y(0) - plan.aisle / 2 - _BAY_DEPTH,
        plan.aisle_y(1) - plan.aisle / 2 - _BAY_DEPTH,
    ):
        for x in (-20.0, -11.5, 1.5, 12.5, 21.0):
            if y < plan.edge and plan.island[0] < x < plan.island[1]:
                continue
            mast, at = furniture.lamp_mast(height, 0.9, glow)
            free = plot.put_if_free(mast.placed(standing(x, y, -np.pi / 2)), opaque=False, gap=0.02)
            if free and len(plot.lamps) < 12:
                plot.lamps.append(Lamp((x, y - at[0], at[2]), light))


def _build(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """The store with what stands before it; the trolleys' shelter on the island."""
    length = plan.half_length
    plot.lay(skyline(rng))
    front = store(rng, 2 * length, 18.0, float(rng.uniform(5, 8)))
    plot.put(front.placed(move(-length, _STORE_Y, 0.0)))
    colour = furniture.signal_colour(rng)
    for x in np.arange(-length + 2, length - 2, float(rng.uniform(4, 7))).tolist():
        things = (furniture.bench(), furniture.litter_bin(colour), furniture.planter((0.35, 0.34, 0.32)))
        thing = things[int(rng.integers(3))]
        plot.put_if_free(thing.placed(move(x, _STORE_Y - 0.6, 0.0)), opaque=False, gap=0.05)
    for x in np.arange(-length, length, 1.6).tolist():
        if not plan.island[0] < x < plan.island[1]:
            post = furniture.bollard(0.8, furniture.DARK)
            plot.put_if_free(post.placed(move(x, plan.edge + 0.35, 0.0)), opaque=False, gap=0.02)
    left, right = plan.island
    top = plan.aisle_y(0) - plan.aisle / 2
    shelter = furniture.trolley_shelter(float(rng.choice((3.0, 4.5))), rng)
    x = left + 1.3 if rng.random() < 0.5 else right - 1.3
    plot.put_if_free(shelter.placed(standing(x, top - 2 * _BAY_DEPTH + 2.4, np.pi / 2)), gap=0.0)
    guide = furniture.sign(rng)
    plot.put_if_free(guide.placed(standing(left + 0.4, top - 0.6, np.pi / 2)), opaque=False, gap=0.02)
    rack = furniture.bike_rack(int(rng.integers(3, 7)))
    plot.put_if_free(rack.placed(move(float(rng.uniform(-18, 14)), _STORE_Y - 1.0, 0.0)), opaque=False)


def _plant(plot: Plot, plan: _Plan, rng: np.random.Generator) -> None:
    """Hedges around and between the rows, trees at the rows' ends and outside."""
    length = plan.half_length
    colour = foliage_colour(rng)
    low = plan.aisle_y(plan.aisles - 1) - plan.aisle / 2 - _BAY_DEPTH
    border = hedge(rng, 2 * length + 10, 0.9, float(rng.uniform(0.9, 1.6)), colour)
    plot.put_if_free(border.placed(move(-length - 5, low - 0.8, 0.0)), gap=0.0)
    size = float(rng.uniform(5, 8))
    for row, (closed, side) in enumerate(plan.rows()):
        for end in (-1, 1):
            x = end * (length + 2.5)
            y0, y1 = sorted((closed + side * 0.2, closed + side * (_BAY_DEPTH - 0.3)))
            bed = (x - 2.0, y0, x + 2.0, y1)
            plot.lay(plates([bed], Material.GRASS, (0.09, 0.14, 0.05), layer=2), tufts(rng, *bed, 120))
            plant_tree(plot, rng, (x, closed + side * _BAY_DEPTH / 2), size, colour, 700)
        if plan.hedged and side > 0 and row < 2:
            for start, end_x in ((-length, plan.island[0] - 0.3), (plan.island[1] + 0.3, length)):
                if end_x - start > 3:
                    green = hedge(rng, end_x - start, 0.6, 0.75, colour)
                    plot.put_if_free(green.placed(move(start, closed, 0.0)), gap=0.0)
    for x in np.arange(-50.0, 40.0, 16.0).tolist():
        if rng.random() < 0.6:
            house = town_house(rng, float(rng.uniform(9, 14)), 10.0, int(rng.integers(2, 5)), shop=False)
            plot.put(house.placed(standing(x + 14, low - 15.0, np.pi)))
    for x in np.arange(-50.0, 51.0, 11.0).tolist():
        spot = (x + float(rng.normal(0, 2)), low - float(rng.uniform(4, 12)))
        plant_tree(plot, rng, spot, float(rng.uniform(6, 10)), colour, 700)
