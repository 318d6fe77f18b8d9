"""Pieces of lanes that are well in the picture, and how vehicles drive and stop on them."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.ops import substring

from sample_videos.studio.path import ON_WHEELS, Way, Waypoint, way
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import WrongSiteError, corners_of, in_picture, person_pixels
from sample_videos.studio.sites.site import Lane, Place, Site
from sample_videos.studio.truth.incidents import runs

_TALL_PX = 18.0  # people who stood on the lane there
_WHEELS_M = 0.8  # from the middle of a car to its nearest wheels
_BESIDE_M = 4.0  # from the middle of one lane to that of the next
HALF_WIDTH = 1.8  # metres to either side of a lane's middle
FOUR_WHEELS = ("car", "van", "bus", "truck")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a lane, from `begin` to `end` metres along it."""

    lane: Lane
    begin: float
    end: float

    @property
    def path(self) -> shapely.LineString:
        """The whole lane."""
        return shapely.LineString(self.lane.points)

    def place(self, share: float) -> Place:
        """The place at this share of the stretch."""
        spot = self.path.interpolate(self.begin + share * (self.end - self.begin))
        return float(spot.x), float(spot.y)

    def outline(self, site: Site) -> tuple[Place, ...]:
        """The polygon of the stretch, as wide as a lane, where the feet of boxes are."""
        piece = substring(self.path, self.begin, self.end)
        wide = shapely.buffer(piece, HALF_WIDTH, cap_style="flat", join_style="mitre")
        shape = shapely.simplify(wide, 0.05)
        x, y = before_wheels(site, self.place(0.5))
        return tuple((a + x, b + y) for a, b in corners_of(shape))


def before_wheels(site: Site, place: Place) -> Place:
    """By how much the foot of a vehicle's box lies nearer to the camera than its middle, as x and y.

    Boxes end below the nearest wheels: who draws a zone for vehicles draws it there.
    """
    x, y = site.camera.eye[0] - place[0], site.camera.eye[1] - place[1]
    far = math.hypot(x, y)
    return _WHEELS_M * x / far, _WHEELS_M * y / far


def stretch(draft: Draft, least: float, most: float, margin: float = 0.05) -> Stretch:
    """A stretch of a lane in the picture with both its sides, `least` to `most` metres long.

    Raises WrongSiteError where there is none.
    """
    options = []
    for lane in draft.site.lanes:
        spots = lane_spots(draft.site, lane, margin)
        if spots and spots[-1] - spots[0] >= least:
            options.append((lane, spots))
    if not options:
        raise WrongSiteError(f"no lane of this {draft.site.layout} is in the picture for {least:g} m")
    lane, spots = options[int(draft.rng.integers(len(options)))]
    longest = min(most, spots[-1] - spots[0])
    length = float(draft.rng.uniform(max(least, 0.7 * longest), longest))
    begin = float(draft.rng.uniform(spots[0], spots[-1] - length))
    return Stretch(lane, begin, begin + length)


def neighbours(draft: Draft, piece: Stretch) -> list[Stretch]:
    """The stretch itself, and those of the lanes beside it, each in its own direction."""
    here = shapely.Point(piece.place(0.5))
    found = []
    for lane in draft.site.lanes:
        path = shapely.LineString(lane.points)
        if path.distance(here) < _BESIDE_M:
            middle = path.project(here)
            half = (piece.end - piece.begin) / 2
            found.append(Stretch(lane, middle - half, middle + half))
    return found


def driving(piece: Stretch, at: float, speed: float, *, against: bool = False) -> Way:
    """Along the whole lane, in the middle of the stretch at `at` seconds; against it where wanted."""
    path = piece.path
    middle = (piece.begin + piece.end) / 2
    points = corners_of(path)
    before = path.length - middle if against else middle
    points = points[::-1] if against else points
    return way([Waypoint(points[0], speed=speed), *map(Waypoint, points[1:])], ON_WHEELS, at - before / speed)


def stopping(piece: Stretch, share: float, at: float, stay: float, speed: float) -> Way:
    """Along the lane to a place in the stretch, there for `stay` seconds from `at` on, and further."""
    path = piece.path
    reach = piece.begin + share * (piece.end - piece.begin)
    before = corners_of(substring(path, 0.0, reach))
    after = corners_of(substring(path, reach, path.length))
    points = [*map(Waypoint, before[:-1]), Waypoint(before[-1], pause=stay), *map(Waypoint, after[1:])]
    first = Waypoint(points[0].place, speed=speed)
    return way([first, *points[1:]], ON_WHEELS, at, len(before) - 1)


def label_on_four_wheels(rng: np.random.Generator) -> str:
    """Mostly a car."""
    return str(rng.choice(FOUR_WHEELS, p=(0.6, 0.2, 0.08, 0.12)))


def lane_spots(site: Site, lane: Lane, margin: float) -> list[float]:
    """How far along a lane (metres) it is in the picture with both its sides, one place every half metre.

    Only the longest run of such places; `margin` is a share of the picture.
    """
    line = shapely.LineString(lane.points)
    good = np.ones(int(line.length / 0.5), np.bool_)
    reaches = np.arange(len(good), dtype=np.float64) / 2
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, reaches))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, reaches + 0.4)) - here
    aside = np.stack((-ahead[:, 1], ahead[:, 0]), axis=1) / (np.hypot(*ahead.T)[:, None] + 1e-9)
    for side in (-HALF_WIDTH, 0.0, HALF_WIDTH):
        places = [(x, y) for x, y in (here + side * aside).tolist()]
        good &= in_picture(site.camera, places, margin)
        good &= person_pixels(site.camera, places) >= _TALL_PX
    stretches = [(last - first, first, last) for first, last in runs(reaches, good, 0.75)]
    if not stretches:
        return []
    _, first, last = max(stretches)
    return [float(reach) for reach in reaches[first : last + 1]]
