"""Abandoned and removed: bags that lose their owners, or are taken; and bags that are looked after."""

import math
from functools import partial

import shapely

from sample_videos.studio.actor import Figure, Stance, Still, Track
from sample_videos.studio.path import Carried, Waypoint
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import passers_by
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import patch, zone_in
from sample_videos.studio.scenarios.passing import on_foot, within

_IN_HAND = (0.05, -0.42, 0.12)
_HELD_SECONDS = 5.0


def abandoned(draft: Draft) -> None:
    """Somebody puts a bag down and goes; others keep theirs, or stay with it."""
    rng = draft.rng
    zone = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(
        RuleWish(
            name="left-behind",
            kind="abandoned",
            place="zone",
            labels=("bag",),
            severity=2,
            thresholds=(("away_metres", 3.0), ("held_seconds", _HELD_SECONDS)),
        )
    )
    at = float(rng.uniform(0.5, max(1.0, draft.seconds - 11.0)))
    draft.act(_with_bag(draft), lambda: _puts_down(draft, zone, at, 1.2))
    for _ in range(1 + draft.level // 2):
        early = float(rng.uniform(0.5, draft.seconds - 8.0))
        draft.act(
            _with_bag(draft),
            partial(_puts_down, draft, zone, early, draft.seconds - early),
            reason="stays with a bag",
        )
    passers_by(draft)


def removed(draft: Draft) -> None:
    """Somebody takes what lies there; others stop beside something, and leave it."""
    rng = draft.rng
    zone = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(
        RuleWish(
            name="still-there",
            kind="removed",
            place="zone",
            labels=("bag",),
            severity=2,
            thresholds=(("held_seconds", _HELD_SECONDS),),
        )
    )
    at = float(rng.uniform(2.0, max(2.5, draft.seconds - 7.5)))
    draft.act(_with_bag(draft), lambda: _takes(draft, zone, at))
    other = float(rng.uniform(1.0, draft.seconds - 3.0))
    draft.act(_with_bag(draft), lambda: _looks_at(draft, zone, other), reason="looks at a bag")
    passers_by(draft)


def _with_bag(draft: Draft) -> list[Figure]:
    return [draft.cast.bag(draft.rng), draft.cast.person(draft.rng)]


def _puts_down(draft: Draft, zone: shapely.Polygon, at: float, stay: float) -> tuple[Track, Track]:
    """To a place where a bag is put down at `at`; its owner stays for so long, or to the end of the clip."""
    to_the_end = at + stay >= draft.seconds
    spot = Waypoint(within(zone, draft.rng, 0.4), pause=stay)
    owner = on_foot(draft, [spot], at, stays=to_the_end)
    return Carried(owner, -math.inf, at + 0.6, _IN_HAND), owner


def _takes(draft: Draft, zone: shapely.Polygon, at: float) -> tuple[Track, Track]:
    """To a bag that lies there, which is taken along at about `at`."""
    taker = on_foot(draft, [Waypoint(within(zone, draft.rng, 0.4), pause=1.2)], at)
    return Carried(taker, at + 0.6, math.inf, _IN_HAND), taker


def _looks_at(draft: Draft, zone: shapely.Polygon, at: float) -> tuple[Track, Track]:
    """To the side of a bag that lies there, and on without it."""
    rng = draft.rng
    x, y = within(zone, rng, 0.4)
    angle = float(rng.uniform(0, 2 * math.pi))
    beside = (x + 0.6 * math.cos(angle), y + 0.6 * math.sin(angle))
    onlooker = on_foot(draft, [Waypoint(beside, pause=float(rng.uniform(1.0, 2.5)))], at)
    return Still(Stance(x, y, angle)), onlooker
