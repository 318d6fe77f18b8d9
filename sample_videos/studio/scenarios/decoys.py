"""Decoys: shadows, headlights and half-hidden people beside a place, and somebody who really is there.

What a rule may take for somebody is light, or a box that jumps because it is half hidden; each play has
one incident of its rule, so that silence alone does not pass.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import shapely

from sample_videos.studio.actor import Figure, Track
from sample_videos.studio.path import Way, Waypoint
from sample_videos.studio.picture.weather import weather_of
from sample_videos.studio.scenarios import intrusion, line
from sample_videos.studio.scenarios.background import along_a_lane
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import (
    TALL_ENOUGH,
    NoRoomError,
    WrongSiteError,
    patch,
    person_pixels,
    zone_in,
)
from sample_videos.studio.scenarios.lanes import FOUR_WHEELS, HALF_WIDTH, Stretch, stretch
from sample_videos.studio.scenarios.passing import on_foot, outside, pace
from sample_videos.studio.scenarios.passing_a_line import Frame, crossing
from sample_videos.studio.sites.site import Place

SUNNY = ("day", "dusk")
DARK = ("dusk", "night")
_TALL_M = 1.7
_LINES = 12  # that are drawn until shadows fall over one
_OVER_M = 0.3  # by which a shadow reaches beyond the line
_ASIDE_M = (0.6, 1.0)  # how far people keep from the place
_KERB_M = (0.35, 0.6)  # between a lane and a zone beside it
_DEEP_M = (2.2, 3.2)  # such a zone
_ROADSIDES = 40  # that are drawn until one is well in sight
_FREE_SHARE = 0.3  # of such a zone that is known to be in sight
_BEFORE_M = (0.6, 0.8)  # between somebody and who is half hidden behind


def shadow(draft: Draft) -> None:
    """Somebody crosses a line; others go along it so that their shadows cross it and they do not."""
    rng = draft.rng
    fence, side, reach = _shaded_line(draft)
    draft.line("line", fence.start, fence.end)
    draft.rule(line.RULE)
    at = draft.moments(1, 1.6, draft.seconds - 1.9)[0]
    draft.act([draft.cast.person(rng)], partial(crossing, draft, fence, at), {line.RULE.name: 1})
    most = min(_ASIDE_M[1], reach - _OVER_M)
    ways = {
        "a shadow moves along over the line": partial(_along, draft, fence, side, most),
        "a shadow lies over the line": partial(_standing, draft, fence, side, most),
    }
    draft.near_misses(ways, 2 + draft.level)


def _shaded_line(draft: Draft) -> tuple[Frame, float, float]:
    """A line, the side of it from which shadows fall over it, and how far from there.

    Raises NoRoomError where the sun stands so that they fall over none.
    """
    x, y, z = weather_of(draft.condition, draft.seed, indoors=draft.site.indoors).sun_towards
    for _ in range(_LINES):
        fence = line.line_in(patch(draft.site, draft.rng), draft.rng)
        ahead, aside = (a - b for a, b in zip(fence.place(0.0, 1.0), fence.start, strict=True))
        towards_sun = (x * ahead + y * aside) * _TALL_M / z
        if abs(towards_sun) >= _ASIDE_M[0] + _OVER_M + 0.1:
            return fence, math.copysign(1.0, towards_sun), abs(towards_sun)
    raise NoRoomError("the sun stands too high, or shadows fall along every line")


def _along(draft: Draft, fence: Frame, side: float, most: float, at: float) -> Way:
    """Along the line on the sunny side, halfway at `at`."""
    aside = side * float(draft.rng.uniform(_ASIDE_M[0], most))
    ends = [-0.8, fence.length / 2, fence.length + 0.8]
    points = [Waypoint(fence.place(u, aside)) for u in (ends if draft.rng.random() < 0.5 else ends[::-1])]
    return on_foot(draft, points, at, 1)


def _standing(draft: Draft, fence: Frame, side: float, most: float, at: float) -> Way:
    """To the sunny side of the line; somebody stands there for some seconds from `at` on."""
    rng = draft.rng
    aside = side * float(rng.uniform(_ASIDE_M[0], most))
    where = float(rng.uniform(0.2, 0.8)) * fence.length
    return on_foot(draft, [Waypoint(fence.place(where, aside), pause=float(rng.uniform(2.0, 4.0)))], at)


def headlights(draft: Draft) -> None:
    """Somebody goes into a zone beside a lane; vehicles drive past, and their light falls into it."""
    rng = draft.rng
    piece, corners = _well_seen_roadside(draft)
    shape = shapely.Polygon(draft.zone("zone", corners).floor)
    draft.rule(intrusion.RULE)
    intrusion.comes_in(draft, shape, draft.moments(1, 2.5, draft.seconds - 4.0)[0])
    decoys = []
    for then in draft.moments(2 + draft.level, 1.0, draft.seconds - 1.0):
        label = str(rng.choice(FOUR_WHEELS, p=(0.7, 0.2, 0.04, 0.06)))
        decoys.append(([draft.cast.vehicle(label, rng)], partial(_drives_past, draft, piece, label, then)))
    _as_many_as_fit(draft, decoys, "headlights shine into the zone")


def _well_seen_roadside(draft: Draft) -> tuple[Stretch, list[Place]]:
    """A stretch of a lane and a zone beside it, where people are tall enough and open floor is in sight.

    Raises WrongSiteError where none of many is like that: to miss whom nobody can see is no mistake.
    """
    free = shapely.union_all([shapely.box(*rectangle) for rectangle in draft.site.open_floor])
    for _ in range(_ROADSIDES):
        piece = stretch(draft, 5.0, 9.0, 0.08)
        with suppress(NoRoomError):
            corners = _roadside(draft, piece)
            zone = shapely.Polygon(corners)
            seen = shapely.intersection(zone, free).area >= _FREE_SHARE * zone.area
            if seen and person_pixels(draft.site.camera, corners).min() >= TALL_ENOUGH:
                return piece, corners
    raise WrongSiteError("beside its lanes people are small, or hidden")


def _roadside(draft: Draft, piece: Stretch) -> list[Place]:
    """A rectangle along a stretch of a lane, on the side where people walk."""
    rng = draft.rng
    (x0, y0), (x1, y1) = piece.place(0.1), piece.place(0.9)
    length = math.dist((x0, y0), (x1, y1))
    ahead = ((x1 - x0) / length, (y1 - y0) / length)
    near = HALF_WIDTH + float(rng.uniform(*_KERB_M))
    far = near + float(rng.uniform(*_DEEP_M))

    def beside(side: float) -> list[Place]:
        out = (-ahead[1] * side, ahead[0] * side)
        corners = ((x0, y0, near), (x1, y1, near), (x1, y1, far), (x0, y0, far))
        return [(x + away * out[0], y + away * out[1]) for x, y, away in corners]

    walks = shapely.MultiLineString([list(walk) for walk in draft.site.walks])
    lanes = shapely.MultiLineString([list(lane.points) for lane in draft.site.lanes])
    sides = [beside(side) for side in (1.0, -1.0)]
    free = [corners for corners in sides if lanes.distance(shapely.Polygon(corners)) > HALF_WIDTH]
    if not free:
        raise NoRoomError("lanes lie on both sides of this one")
    return min(free, key=lambda corners: walks.distance(shapely.Polygon(corners)))


def _drives_past(draft: Draft, piece: Stretch, label: str, at: float) -> Way:
    """Along the lane, in the middle of the stretch at about `at`."""
    late = (piece.path.length / 2 - (piece.begin + piece.end) / 2) / piece.lane.speed
    return along_a_lane(draft, label, at + late + float(draft.rng.uniform(-0.5, 0.5)), piece.lane)


def half_hidden(draft: Draft) -> None:
    """Somebody goes into a zone; two stand beside it, one before the other as the camera sees them."""
    rng = draft.rng
    shape = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(intrusion.RULE)
    intrusion.comes_in(draft, shape, draft.moments(1, 2.0, draft.seconds - 4.0)[0])
    decoys = [
        (
            [draft.cast.person(rng), draft.cast.person(rng)],
            partial(_before_one_another, draft, shape, then),
        )
        for then in draft.moments(1 + draft.level, 1.5, draft.seconds - 4.0)
    ]
    _as_many_as_fit(draft, decoys, "half hidden beside the zone")


def _before_one_another(draft: Draft, zone: shapely.Polygon, at: float) -> tuple[Track, Track]:
    """Both come together, stand beside the zone for some seconds from `at` on, and part."""
    rng = draft.rng
    behind = outside(zone, rng, float(rng.uniform(*_ASIDE_M)))
    x, y = draft.site.camera.eye[0] - behind[0], draft.site.camera.eye[1] - behind[1]
    share = float(rng.uniform(*_BEFORE_M)) / math.hypot(x, y)
    before = (behind[0] + share * x, behind[1] + share * y)
    if zone.distance(shapely.Point(before)) < _ASIDE_M[0] - 0.1:
        raise NoRoomError("who stands before would be too near to the zone")
    stay = float(rng.uniform(2.5, 4.0))
    speed = pace(rng)
    first = on_foot(draft, [Waypoint(behind, pause=stay)], at, speed=speed)
    return first, on_foot(
        draft, [Waypoint(before, pause=stay)], at + float(rng.uniform(0.3, 0.9)), speed=speed
    )


def _as_many_as_fit(
    draft: Draft,
    decoys: Sequence[tuple[Sequence[Figure], Callable[[], Track | Sequence[Track]]]],
    reason: str,
) -> None:
    """Let these figures go these ways where there is room. Raises NoRoomError where there is none at all."""
    gone = 0
    for figures, drawn in decoys:
        with suppress(NoRoomError):
            draft.act(figures, drawn, reason=reason)
            gone += 1
    if not gone:
        raise NoRoomError(f"no room for: {reason}")
