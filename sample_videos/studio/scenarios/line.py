"""Line: people or vehicles cross a line; others go along it, turn back before it, or pass its end."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import shapely

from sample_videos.studio.path import ON_FOOT, Way, Waypoint, way
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import along_a_lane, passers_by, vehicle_with_rider
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import Rectangle, WrongSiteError, middle, patch
from sample_videos.studio.scenarios.lanes import FOUR_WHEELS, before_wheels, lane_spots
from sample_videos.studio.scenarios.passing import pace
from sample_videos.studio.scenarios.passing_a_line import (
    Frame,
    along,
    crossing,
    past_the_end,
    standing_by,
    turning_back,
)
from sample_videos.studio.sites.site import Lane

RULE = RuleWish(
    name="over-the-line",
    kind="line",
    place="line",
    labels=("person",),
    severity=3,
    thresholds=(("settle_seconds", 0.4), ("cooldown_seconds", 0.0)),
    directions=("left", "right"),
)
_BESIDE_A_LANE = 1.9  # metres from a lane's middle to the ends of a line across it


def play(draft: Draft) -> None:
    """Across the open floor for people, or across a lane for vehicles where there is one."""
    if draft.site.lanes and draft.rng.random() < 0.35:
        _across_a_lane(draft)
    else:
        _across_the_floor(draft)
    passers_by(draft)


def _across_the_floor(draft: Draft) -> None:
    rng = draft.rng
    line = line_in(patch(draft.site, rng), rng)
    draft.line("line", line.start, line.end)
    draft.rule(RULE)
    for at in draft.moments(1 + int(rng.integers(0, 2 + draft.level)), 1.6, draft.seconds - 1.9):
        draft.act([draft.cast.person(rng)], partial(crossing, draft, line, at), {RULE.name: 1})
    ways = {
        "along the line": partial(along, draft, line),
        "turns back before the line": partial(turning_back, draft, line),
        "past the line's end": partial(past_the_end, draft, line),
        "stands at the line": partial(standing_by, draft, line),
    }
    draft.near_misses(ways, 2 + draft.level)


def line_in(rectangle: Rectangle, rng: np.random.Generator) -> Frame:
    """A line through the middle of a piece of open floor, with room past its ends and before it."""
    sizes = (rectangle[2] - rectangle[0], rectangle[3] - rectangle[1])
    lengthwise = rng.random() < sizes[0] / (sizes[0] + sizes[1])
    angle = float(rng.uniform(-0.35, 0.35)) + (0.0 if lengthwise else math.pi / 2)
    room = sizes[0] if lengthwise else sizes[1]
    half = float(rng.uniform(0.85, 1.0)) * min(2.6, max(0.34 * room, room / 2 - 1.0))
    x, y = middle(rectangle)
    towards = (half * math.cos(angle), half * math.sin(angle))
    if rng.random() < 0.5:
        towards = (-towards[0], -towards[1])
    return Frame((x - towards[0], y - towards[1]), (x + towards[0], y + towards[1]))


def _across_a_lane(draft: Draft) -> None:
    """Vehicles cross; one waits before the line, and people walk over it: they do not count."""
    rng = draft.rng
    options = [(lane, spots) for lane in draft.site.lanes if (spots := lane_spots(draft.site, lane, 0.22))]
    if not options:
        raise WrongSiteError(f"no lane of this {draft.site.layout} is well in the picture")
    lane, spots = options[int(rng.integers(len(options)))]
    reach = spots[int(rng.integers(len(spots)))]
    line = _line_across(draft, lane, reach)
    draft.line("line", line.start, line.end)
    draft.rule(replace(RULE, name="vehicles-over-the-line", labels=(*FOUR_WHEELS, "bicycle", "motorcycle")))
    for at in draft.moments(1 + int(rng.integers(0, 2 + draft.level)), 1.6, draft.seconds - 2.0):
        label = str(rng.choice(("car", "car", "car", "van", "bus", "truck", "bicycle", "motorcycle")))
        figures = vehicle_with_rider(draft, label)
        draft.act(
            figures,
            partial(_drives_over, draft, lane, label, at, reach),
            {"vehicles-over-the-line": 1},
        )
    ways = {"walks over a line for vehicles": partial(_walks_over, draft, line)}
    draft.near_misses(ways, 1 + draft.level)


def _line_across(draft: Draft, lane: Lane, reach: float) -> Frame:
    """A line at right angles over a lane, `reach` metres along it."""
    path = shapely.LineString(lane.points)
    here, ahead = (path.interpolate(at).coords[0] for at in (reach, reach + 0.3))
    yaw = math.atan2(ahead[1] - here[1], ahead[0] - here[0])
    out = (-_BESIDE_A_LANE * math.sin(yaw), _BESIDE_A_LANE * math.cos(yaw))
    x, y = before_wheels(draft.site, (float(here[0]), float(here[1])))
    x, y = x + float(here[0]), y + float(here[1])
    ends = ((x - out[0], y - out[1]), (x + out[0], y + out[1]))
    return Frame(*(ends if draft.rng.random() < 0.5 else ends[::-1]))


def _drives_over(draft: Draft, lane: Lane, label: str, at: float, reach: float) -> Way:
    """Along the lane, at the line at about `at`."""
    half = shapely.LineString(lane.points).length / 2
    late = (half - reach) / lane.speed
    return along_a_lane(draft, label, at + late + float(draft.rng.uniform(-0.8, 0.8)), lane)


def _walks_over(draft: Draft, line: Frame, at: float) -> Way:
    """Along the lane on foot, over the line at `at`."""
    rng = draft.rng
    where = float(rng.uniform(0.25, 0.75)) * line.length
    side = float(rng.choice((-1.0, 1.0)))
    reach = float(rng.uniform(4.0, 9.0))
    points = [Waypoint(line.place(where, aside * side)) for aside in (-reach, 0.0, reach)]
    first = Waypoint(points[0].place, speed=pace(rng))
    return way([first, *points[1:]], ON_FOOT, at, 1)
