"""Where on a site something can happen, and how people come there and go away again."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from shapely.ops import substring

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.scenario import ScenarioError
from sample_videos.studio.sites.site import Place, Site

Shape: TypeAlias = shapely.Polygon | shapely.LineString
Rectangle = tuple[float, float, float, float]

TALL_ENOUGH = 48.0  # pixels: people whom every detector ought to find
_HEIGHT_M = 1.7
_CLEAR_M = 0.9  # by which detours keep off
_REACH_M = 34.0  # further ways than this are not walked within a clip
_APPEARS_M = 12.0  # the detour that is worth not to appear from nowhere
_ANOTHER_M = 5.0  # a walk that is further by no more than this may be chosen instead
_ASIDE_M = 0.4  # people do not walk in the footsteps of one another


class NoRoomError(ScenarioError):
    """This draw of the dice does not fit the site; another may."""


class WrongSiteError(NoRoomError):
    """This site lacks what is needed, whatever is drawn; another may have it."""


def person_pixels(camera: Camera, places: Sequence[Place]) -> np.ndarray:
    """How high somebody of 1.7 m appears at each of the places, (n,) pixels."""
    feet = np.array([(x, y, 0.0) for x, y in places])
    below, _ = camera.project(feet)
    above, _ = camera.project(feet + np.array((0.0, 0.0, _HEIGHT_M)))
    return np.asarray(below[:, 1] - above[:, 1])


def in_picture(camera: Camera, places: Sequence[Place], margin: float = 0.0) -> np.ndarray:
    """Which places on the floor show, at least `margin` of the picture's size from its edges, (n,)."""
    pixels, depth = camera.project(np.array([(x, y, 0.0) for x, y in places]))
    shares = pixels / (WIDTH, HEIGHT)
    return np.asarray((depth > 0.3) & (shares > margin).all(axis=1) & (shares < 1 - margin).all(axis=1))


def patch(site: Site, rng: np.random.Generator, least: float = 3.0) -> Rectangle:
    """A piece of the open floor, `least` metres or more either way, where people are tall enough if any is.

    Raises WrongSiteError where the site has none.
    """
    fits = [r for r in site.open_floor if min(r[2] - r[0], r[3] - r[1]) >= least - 0.01]
    if not fits:
        raise WrongSiteError(f"this {site.layout} has no open floor of {least:g} by {least:g} m")
    tall = [r for r in fits if person_pixels(site.camera, [middle(r)])[0] >= TALL_ENOUGH]
    chosen = (tall or fits)[int(rng.integers(len(tall or fits)))]
    return _tall_part(site.camera, chosen, least)


def _tall_part(camera: Camera, rectangle: Rectangle, least: float) -> Rectangle:
    """The rectangle without those of its edges where people are small, as far as it stays large enough."""
    x0, y0, x1, y1 = rectangle
    for _ in range(40):
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        short = person_pixels(camera, corners) < TALL_ENOUGH + 4
        if not short.any():
            break
        cut_x = x1 - x0 > least + 0.5 and (short[[0, 3]].all() or short[[1, 2]].all())
        cut_y = y1 - y0 > least + 0.5 and (short[[0, 1]].all() or short[[2, 3]].all())
        if cut_x:
            x0, x1 = (x0 + 0.5, x1) if short[[0, 3]].all() else (x0, x1 - 0.5)
        elif cut_y:
            y0, y1 = (y0 + 0.5, y1) if short[[0, 1]].all() else (y0, y1 - 0.5)
        else:
            break
    return x0, y0, x1, y1


def corners_of(shape: shapely.Geometry) -> list[Place]:
    """The points of a line, or the corners of a polygon each once."""
    points = [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
    return points[:-1] if points[0] == points[-1] else points


def middle(rectangle: Rectangle) -> Place:
    """The middle of a rectangle."""
    return (rectangle[0] + rectangle[2]) / 2, (rectangle[1] + rectangle[3]) / 2


def zone_in(
    rectangle: Rectangle, rng: np.random.Generator, largest: tuple[float, float] = (6.0, 4.5)
) -> tuple[Place, ...]:
    """A convex polygon on a piece of open floor which leaves room to pass beside it; `largest` in metres."""
    spans = []
    for low, high, most in (
        (rectangle[0], rectangle[2], largest[0]),
        (rectangle[1], rectangle[3], largest[1]),
    ):
        room = high - low
        length = float(rng.uniform(0.75, 1.0)) * min(most, max(0.62 * room, room - 2.4))
        start = low + float(rng.uniform(0.35, 0.65)) * (room - length)
        spans.append((start, start + length))
    (x0, x1), (y0, y1) = spans
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    if rng.random() < 0.5:
        corners = _bevelled(corners, int(rng.integers(4)), float(rng.uniform(0.2, 0.4)))
    return tuple(corners)


def _bevelled(corners: list[Place], number: int, share: float) -> list[Place]:
    """The polygon with one of its corners cut off."""
    here, before, after = corners[number], corners[number - 1], corners[(number + 1) % len(corners)]
    cut = [
        (here[0] + share * (other[0] - here[0]), here[1] + share * (other[1] - here[1]))
        for other in (before, after)
    ]
    return corners[:number] + cut + corners[number + 1 :]


@dataclass(frozen=True, slots=True)
class Walks:
    """The walks of a site as lines, and whether their first and last ends are hidden from the camera."""

    layout: str
    lines: tuple[shapely.LineString, ...]
    hidden: tuple[tuple[bool, bool], ...]

    @classmethod
    def of(cls, site: Site) -> "Walks":
        """Those of a site."""
        lines = tuple(shapely.LineString(walk) for walk in site.walks)
        shown = [in_picture(site.camera, [walk[0], walk[-1]]).tolist() for walk in site.walks]
        return cls(site.layout, lines, tuple((not first, not last) for first, last in shown))

    def to(self, place: Place, rng: np.random.Generator, off: Sequence[Shape] = ()) -> list[Place]:
        """A way from afar to a place, along one of the nearest walks, around the places in `off`.

        Raises WrongSiteError where there are no walks.
        """
        here = shapely.Point(place)
        options = []
        for line, hidden in zip(self.lines, self.hidden, strict=True):
            joins, aside = line.project(here), line.distance(here)
            for last, length in ((False, joins), (True, line.length - joins)):
                if length > 1.0:
                    options.append((aside + (0.0 if hidden[last] else _APPEARS_M), line, joins, last))
        if not options:
            raise WrongSiteError(f"this {self.layout} has no walks")
        nearest = min(option[0] for option in options)
        likely = [option for option in options if option[0] < nearest + _ANOTHER_M]
        _, line, joins, last = likely[int(rng.integers(len(likely)))]
        piece = substring(line, line.length, joins) if last else substring(line, 0.0, joins)
        x, y = rng.uniform(-_ASIDE_M, _ASIDE_M, 2).tolist()
        return around(_last_metres([*((a + x, b + y) for a, b in corners_of(piece)), place]), off)


def _last_metres(points: list[Place]) -> list[Place]:
    """The end of a way, no longer than anybody walks in a clip."""
    line = shapely.LineString(points)
    if line.length <= _REACH_M:
        return points
    return corners_of(substring(line, line.length - _REACH_M, line.length))


def around(points: list[Place], off: Sequence[Shape]) -> list[Place]:
    """The way with detours around places, as far as its own points are clear of them."""
    for shape in off:
        fence = corners_of(shapely.convex_hull(shapely.buffer(shape, _CLEAR_M, join_style="mitre")))
        legs = [points[0]]
        for start, end in pairwise(points):
            legs += [*_detour(start, end, fence), end]
        points = legs
    return points


def _detour(start: Place, end: Place, fence: list[Place]) -> list[Place]:
    """The corners by which the shorter way around a fence goes; none where nothing is in the way."""
    leg = shapely.LineString((start, end))
    inner = shapely.buffer(shapely.Polygon(fence), -0.02)
    if (
        not shapely.intersects(leg, inner)
        or shapely.contains_xy(inner, *start)
        or shapely.contains_xy(inner, *end)
    ):
        return []
    ring = corners_of(shapely.convex_hull(shapely.MultiPoint([start, end, *fence])))
    if start not in ring or end not in ring:
        return []
    sides = []
    for corners in (ring, ring[::-1]):
        first, last = corners.index(start), corners.index(end)
        count = (last - first) % len(corners)
        sides.append([corners[(first + i) % len(corners)] for i in range(1, count)])
    return min(sides, key=lambda side: shapely.LineString([start, *side, end]).length)
