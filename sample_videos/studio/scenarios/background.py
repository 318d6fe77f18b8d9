"""Who else is about: people on the walks and vehicles on the lanes, who have nothing to do with any rule."""

from contextlib import suppress

import numpy as np
import shapely

from sample_videos.studio.actor import Figure
from sample_videos.studio.path import ON_A_CYCLE, ON_FOOT, ON_WHEELS, Way, Waypoint, way
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import NoRoomError, around, corners_of
from sample_videos.studio.scenarios.passing import pace
from sample_videos.studio.sites.site import Lane

_PEOPLE = ((0, 1), (2, 4), (6, 10))  # fewest and most, by difficulty
_VEHICLES = ((0, 1), (1, 2), (2, 4))
_MIX = {"car": 0.5, "van": 0.1, "bus": 0.06, "truck": 0.08, "bicycle": 0.13, "motorcycle": 0.13}
CYCLES = frozenset(("bicycle", "motorcycle"))


def passers_by(draft: Draft) -> None:
    """People who go along the walks, and vehicles that drive through, as many as fit."""
    rng = draft.rng
    fewest, most = _PEOPLE[draft.level]
    for _ in range(int(rng.integers(fewest, most + 1))):
        someone(draft)
    traffic(draft, _VEHICLES)


def someone(draft: Draft) -> None:
    """One person goes along a walk, if there is room."""
    with suppress(NoRoomError):
        draft.act([draft.cast.person(draft.rng)], lambda: along_a_walk(draft))


def traffic(draft: Draft, numbers: tuple[tuple[int, int], ...] = _VEHICLES) -> None:
    """Vehicles that drive through on the lanes, as many as fit; `numbers` by difficulty."""
    if not draft.site.lanes:
        return
    fewest, most = numbers[draft.level]
    for _ in range(int(draft.rng.integers(fewest, most + 1))):
        with suppress(NoRoomError):
            drive_by(draft)


def drive_by(draft: Draft) -> None:
    """One vehicle of any sort drives along a lane. Raises NoRoomError where none can."""
    rng = draft.rng
    label = str(rng.choice(list(_MIX), p=np.array(list(_MIX.values())) / sum(_MIX.values())))
    figures = vehicle_with_rider(draft, label)
    draft.act(figures, lambda: along_a_lane(draft, label, float(rng.uniform(0.5, draft.seconds - 0.5))))


def vehicle_with_rider(draft: Draft, label: str) -> list[Figure]:
    """A vehicle, and who rides it where it is a cycle."""
    figures = [draft.cast.vehicle(label, draft.rng)]
    if label in CYCLES:
        figures.append(draft.cast.rider(label, draft.rng))
    return figures


def along_a_walk(draft: Draft) -> Way:
    """From one end of a walk to the other, or back, around zones and lines."""
    rng = draft.rng
    walk = list(draft.site.walks[int(rng.integers(len(draft.site.walks)))])
    aside = rng.uniform(-0.7, 0.7, 2)
    places = [(x + float(aside[0]), y + float(aside[1])) for x, y in walk[:: int(rng.choice((-1, 1)))]]
    points = around(places, draft.fences)
    length = shapely.LineString(points).length
    speed = pace(rng)
    start = float(rng.uniform(-0.8 * length / speed, draft.seconds - 2.0))
    return way([Waypoint(points[0], speed=speed), *map(Waypoint, points[1:])], ON_FOOT, start)


def along_a_lane(draft: Draft, label: str, at: float, lane: Lane | None = None) -> Way:
    """Along a lane, in the middle of it at `at` seconds; cycles keep to its right edge."""
    rng = draft.rng
    lane = lane or draft.site.lanes[int(rng.integers(len(draft.site.lanes)))]
    speed = lane.speed * float(rng.uniform(0.8, 1.1))
    line = shapely.LineString(lane.points)
    manner = ON_WHEELS
    if label in CYCLES:
        line = shapely.LineString(corners_of(shapely.offset_curve(line, -0.8)))
        manner, speed = ON_A_CYCLE, min(speed, 4.5 if label == "bicycle" else 8.0)
    points = corners_of(line)
    if len(points) < 2:
        raise NoRoomError("a lane is too short")
    half = line.length / 2 / speed
    return way([Waypoint(points[0], speed=speed), *map(Waypoint, points[1:])], manner, at - half)
