"""How people go past, into and out of a zone or a line: ways on the floor with a random part."""

import math
from collections.abc import Sequence

import numpy as np
import shapely

from sample_videos.studio.path import ON_FOOT, Way, Waypoint, way
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import NoRoomError, corners_of
from sample_videos.studio.sites.site import Place

_STROLL, _BRISK = 1.15, 1.65  # metres per second


def pace(rng: np.random.Generator) -> float:
    """How fast somebody walks, in metres per second."""
    return float(rng.uniform(_STROLL, _BRISK))


def on_foot(
    draft: Draft,
    middle: Sequence[Waypoint],
    at: float,
    where: int = 0,
    speed: float | None = None,
    *,
    stays: bool = False,
) -> Way:
    """From afar through the waypoints, coming to number `where` of them at `at` seconds, and away again.

    Whoever `stays` does not go away. The ways in and out keep off all zones and lines.
    """
    rng, fences = draft.rng, draft.fences
    speed = speed or pace(rng)
    come = [Waypoint(place) for place in draft.walks.to(middle[0].place, rng, fences)[:-1]]
    gone = draft.walks.to(middle[-1].place, rng, fences)[-2::-1]
    leave = [] if stays else [Waypoint(place) for place in gone]
    points = [*come, *middle, *leave]
    first = Waypoint(points[0].place, points[0].pause, points[0].speed or speed)
    return way([first, *points[1:]], ON_FOOT, at, len(come) + where)


def outside(shape: shapely.Polygon, rng: np.random.Generator, away: float) -> Place:
    """A place `away` metres outside a shape, in a random direction from it."""
    ring = shape.buffer(away, join_style="round").exterior
    spot = ring.interpolate(float(rng.uniform(0, ring.length)))
    return float(spot.x), float(spot.y)


def within(shape: shapely.Polygon, rng: np.random.Generator, deep: float) -> Place:
    """A random place at least `deep` metres inside a convex shape, or its middle where it is too small."""
    core = shape.buffer(-deep)
    if core.is_empty:
        return float(shape.centroid.x), float(shape.centroid.y)
    x0, y0, x1, y1 = core.bounds
    for _ in range(30):
        spot = (float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1)))
        if core.contains(shapely.Point(spot)):
            return spot
    return float(core.centroid.x), float(core.centroid.y)


def visit(draft: Draft, zone: shapely.Polygon, at: float, stay: float, *, for_good: bool = False) -> Way:
    """Into the zone to a place where somebody stands for `stay` seconds from `at` on, and out again."""
    rng = draft.rng
    spot = within(zone, rng, min(0.9, 0.36 * math.sqrt(zone.area)))
    points = [
        Waypoint(outside(zone, rng, 1.5)),
        Waypoint(spot, pause=stay),
        Waypoint(outside(zone, rng, 1.5)),
    ]
    return on_foot(draft, points[:2] if for_good else points, at, 1, stays=for_good)


def stroll_through(draft: Draft, zone: shapely.Polygon, at: float, speed: float) -> Way:
    """Across the zone by its middle without a stop, at `speed` metres per second, entering at `at`."""
    rng = draft.rng
    centre = (float(zone.centroid.x), float(zone.centroid.y))
    start = outside(zone, rng, 1.3)
    end = (2 * centre[0] - start[0], 2 * centre[1] - start[1])
    points = [Waypoint(start, speed=speed), Waypoint(centre), Waypoint(end)]
    return on_foot(draft, points, at, 0, speed)


def beside(draft: Draft, zone: shapely.Polygon, at: float, away: float) -> Way:
    """Along one side of the zone, `away` metres outside it, halfway at `at`."""
    corners = corners_of(zone)
    lengths = [math.dist(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    side = int(draft.rng.choice(len(corners), p=np.array(lengths) / sum(lengths)))
    start, end = _parallel(zone, corners[side], corners[(side + 1) % len(corners)], away)
    half = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    points = [Waypoint(start), Waypoint(half), Waypoint(end)]
    return on_foot(draft, points if draft.rng.random() < 0.5 else points[::-1], at, 1)


def lingering(draft: Draft, zone: shapely.Polygon, at: float, away: float, stay: float) -> Way:
    """To a place `away` metres outside the zone, where somebody stands for `stay` seconds from `at` on."""
    return on_foot(draft, [Waypoint(outside(zone, draft.rng, away), pause=stay)], at)


def across_a_corner(draft: Draft, zone: shapely.Polygon, at: float, speed: float) -> Way:
    """Over a corner of the zone: in for a moment only, entering at about `at`."""
    rng = draft.rng
    corners = corners_of(zone)
    number = int(rng.integers(len(corners)))
    here, before, after = corners[number], corners[number - 1], corners[(number + 1) % len(corners)]
    deep = float(rng.uniform(0.6, 1.1))
    ends = [_towards(here, other, min(deep, 0.5 * math.dist(here, other))) for other in (before, after)]
    far = math.dist(*ends) + 1.6
    start, end = _towards(ends[1], ends[0], far), _towards(ends[0], ends[1], far)
    points = [Waypoint(start, speed=speed), Waypoint(end)]
    return on_foot(draft, points if rng.random() < 0.5 else points[::-1], at, 0, speed)


def turning_back(draft: Draft, zone: shapely.Polygon, at: float, deep: float) -> Way:
    """To `deep` metres inside the zone (outside, where it is negative) and back at once, there at `at`."""
    ring = zone.exterior
    reach = float(draft.rng.uniform(0, ring.length))
    on_edge = ring.interpolate(reach)
    ahead = ring.interpolate((reach + 0.01) % ring.length)
    along = math.atan2(ahead.y - on_edge.y, ahead.x - on_edge.x)
    outwards = along - math.pi / 2 if ring.is_ccw else along + math.pi / 2
    turn, start = (
        (float(on_edge.x) + far * math.cos(outwards), float(on_edge.y) + far * math.sin(outwards))
        for far in (-deep, 2.0)
    )
    back = (start[0] + float(draft.rng.uniform(-0.9, 0.9)), start[1] + float(draft.rng.uniform(-0.9, 0.9)))
    return on_foot(draft, [Waypoint(start), Waypoint(turn), Waypoint(back)], at, 1)


def _parallel(zone: shapely.Polygon, start: Place, end: Place, away: float) -> tuple[Place, Place]:
    """A side of the zone, moved outwards, and a metre longer at both ends."""
    length = math.dist(start, end)
    ahead = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    out = (ahead[1], -ahead[0])
    if zone.contains(
        shapely.Point((start[0] + end[0]) / 2 + 0.05 * out[0], (start[1] + end[1]) / 2 + 0.05 * out[1])
    ):
        out = (-out[0], -out[1])
    first = (start[0] + away * out[0] - ahead[0], start[1] + away * out[1] - ahead[1])
    last = (end[0] + away * out[0] + ahead[0], end[1] + away * out[1] + ahead[1])
    return first, last


def _towards(start: Place, end: Place, metres: float) -> Place:
    length = math.dist(start, end)
    if length < 1e-6:
        raise NoRoomError("two places are the same")
    return start[0] + (end[0] - start[0]) * metres / length, start[1] + (end[1] - start[1]) * metres / length
