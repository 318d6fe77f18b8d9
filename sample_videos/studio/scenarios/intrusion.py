"""Intrusion: somebody is in a zone for the dwell; others pass beside it, or are in it for a moment."""

from functools import partial

import shapely

from sample_videos.studio.path import Way
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import passers_by
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import patch, zone_in
from sample_videos.studio.scenarios.passing import across_a_corner, beside, lingering, turning_back, visit

DWELL_SECONDS = 2.0
RULE = RuleWish(
    name="nobody-in-the-zone",
    kind="intrusion",
    place="zone",
    labels=("person",),
    severity=2,
    thresholds=(("dwell_seconds", DWELL_SECONDS), ("exit_grace_seconds", 1.0), ("cooldown_seconds", 60.0)),
)


def play(draft: Draft) -> None:
    """One or two go in; two to four only come near."""
    rng = draft.rng
    shape = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(RULE)
    comings = 1 + int(rng.random() < 0.35 * draft.level)
    for at in draft.moments(comings, 2.0, draft.seconds - 4.0):
        comes_in(draft, shape, at)
    ways = {
        "beside the zone": lambda at: beside(draft, shape, at, float(rng.uniform(0.55, 0.95))),
        "over a corner": lambda at: across_a_corner(draft, shape, at, float(rng.uniform(1.5, 2.0))),
        "turns back in the zone": lambda at: turning_back(draft, shape, at, float(rng.uniform(0.15, 0.4))),
        "turns back before the zone": lambda at: turning_back(
            draft, shape, at, -float(rng.uniform(0.5, 0.8))
        ),
        "stands beside the zone": lambda at: lingering(draft, shape, at, float(rng.uniform(0.6, 1.0)), 3.0),
    }
    draft.near_misses(ways, 2 + draft.level)
    passers_by(draft)


def comes_in(draft: Draft, shape: shapely.Polygon, at: float) -> None:
    """Let somebody go in at about `at` and stay for the dwell. Raises NoRoomError where nobody can."""
    draft.act([draft.cast.person(draft.rng)], partial(_into, draft, shape, at), {RULE.name: 1})


def _into(draft: Draft, shape: shapely.Polygon, at: float) -> Way:
    return visit(draft, shape, at + float(draft.rng.uniform(-0.5, 0.5)), float(draft.rng.uniform(2.4, 4.5)))
