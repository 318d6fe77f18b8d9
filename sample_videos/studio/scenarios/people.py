"""Crowd, gathering, running, occupancy: what several people do, or one of them, and what is nearly that."""

import math
from functools import partial

import shapely

from sample_videos.studio.path import Manner, Way, Waypoint, way
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import passers_by, traffic
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import Rectangle, middle, patch, zone_in
from sample_videos.studio.scenarios.passing import beside, on_foot, visit
from sample_videos.studio.sites.site import Place

_RUNNING = Manner(corner=0.6, acceleration=4.0, braking=3.5, sideways=5.0, turn_seconds=0.2)
_CROWD, _GATHERING = 4, 5


def crowd(draft: Draft) -> None:
    """A few stand in a zone; when some more come, and stay, they are a crowd."""
    rng = draft.rng
    shape = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(
        RuleWish(
            name="a-crowd",
            kind="crowd",
            place="zone",
            labels=("person",),
            severity=3,
            thresholds=(("people", float(_CROWD)), ("held_seconds", 3.0)),
        )
    )
    full = float(rng.uniform(0.4, 0.5)) * draft.seconds
    for number in range(_CROWD + int(rng.integers(0, 1 + draft.level))):
        early = number < _CROWD - 1
        at = float(rng.uniform(-2.0, 3.5)) if early else full + float(rng.uniform(-0.4, 0.6))
        stay = full + 5.0 - at + float(rng.uniform(0.0, 1.5))
        draft.act([draft.cast.person(rng)], partial(visit, draft, shape, at, stay))
    draft.near_misses(
        {"beside the zone": lambda at: beside(draft, shape, at, float(rng.uniform(0.5, 0.9)))}, 1
    )
    passers_by(draft)


def gathering(draft: Draft) -> None:
    """A few stand together; when some more come, and stay, they are a gathering."""
    rng = draft.rng
    centre = middle(patch(draft.site, rng))
    draft.rule(
        RuleWish(
            name="a-gathering",
            kind="gathering",
            place="",
            labels=("person",),
            severity=3,
            thresholds=(("people", float(_GATHERING)), ("body_heights", 3.0), ("held_seconds", 5.0)),
        )
    )
    count = _GATHERING + int(rng.integers(0, 2 + draft.level))
    full = float(rng.uniform(0.42, 0.5)) * draft.seconds
    turn = float(rng.uniform(0, 2 * math.pi))
    for number in range(count):
        late = number >= _GATHERING - 1
        at = full + float(rng.uniform(-0.5, 0.5)) if late else float(rng.uniform(-3.0, 1.5))
        draft.act(
            [draft.cast.person(rng)],
            partial(_joins, draft, centre, turn + number * 2 * math.pi / count, at),
        )
    passers_by(draft) if draft.level else traffic(draft)


def _joins(draft: Draft, centre: Place, angle: float, at: float) -> Way:
    """To a place in a ring of people, who stand there and talk."""
    ring = float(draft.rng.uniform(0.9, 1.5))
    angle += float(draft.rng.uniform(-0.2, 0.2))
    spot = (centre[0] + ring * math.cos(angle), centre[1] + ring * math.sin(angle))
    return on_foot(draft, [Waypoint(spot, pause=draft.seconds - at)], at, stays=True)


def running(draft: Draft) -> None:
    """Somebody runs; others walk briskly, jog, or sprint for a few steps."""
    rng = draft.rng
    floor = patch(draft.site, rng)
    rule = RuleWish(
        name="nobody-runs",
        kind="running",
        place="",
        labels=("person",),
        severity=3,
        thresholds=(("metres_per_second", 3.5), ("held_seconds", 1.0)),
    )
    draft.rule(rule)
    at = draft.moments(1, 3.0, draft.seconds - 2.5)[0]
    draft.act(
        [draft.cast.person(rng)],
        lambda: _hurries(draft, floor, at + float(rng.uniform(-0.8, 0.8)), float(rng.uniform(4.2, 5.6))),
        {rule.name: 1},
    )
    draft.near_misses(
        {
            "walks briskly": lambda then: _hurries(draft, floor, then, float(rng.uniform(1.8, 2.2))),
            "jogs": lambda then: _hurries(draft, floor, then, float(rng.uniform(2.5, 2.9))),
        },
        2 + draft.level,
    )
    passers_by(draft)


def _hurries(draft: Draft, floor: Rectangle, at: float, speed: float) -> Way:
    """Along a walk or over the open floor at this speed, halfway at `at`."""
    rng = draft.rng
    x0, y0, x1, y1 = floor
    half = [(float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1)))]
    walked = on_foot(draft, [Waypoint(half[0])], 0.0, 0, speed)
    places = list(zip(walked.x[::10].tolist(), walked.y[::10].tolist(), strict=True))
    nearest = min(range(len(places)), key=lambda i: math.dist(places[i], half[0]))
    return way([Waypoint(places[0], speed=speed), *map(Waypoint, places[1:])], _RUNNING, at, nearest)


def occupancy(draft: Draft) -> None:
    """People come into a zone and go; every five seconds they are counted."""
    rng = draft.rng
    shape = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(
        RuleWish(
            name="how-many",
            kind="occupancy",
            place="zone",
            labels=("person",),
            severity=4,
            thresholds=(("every_seconds", 5.0),),
        )
    )
    for at in draft.moments(3 + 2 * draft.level, -1.0, draft.seconds - 3.0):
        draft.act([draft.cast.person(rng)], partial(_looks_in, draft, shape, at))
    passers_by(draft)


def _looks_in(draft: Draft, shape: shapely.Polygon, at: float) -> Way:
    """Into the zone for a while."""
    return visit(draft, shape, at, float(draft.rng.uniform(1.5, 6.0)))
