"""Loitering: somebody stays in a zone; others cross it, wait there briefly, or wait just outside it."""

from functools import partial

import shapely

from sample_videos.studio.path import Way
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import passers_by
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import patch, zone_in
from sample_videos.studio.scenarios.passing import beside, lingering, pace, stroll_through, visit

RULE = RuleWish(
    name="nobody-waits-here",
    kind="loitering",
    place="zone",
    labels=("person",),
    severity=3,
    thresholds=(("dwell_seconds", 5.0), ("exit_grace_seconds", 1.5), ("cooldown_seconds", 60.0)),
)


def play(draft: Draft) -> None:
    """One or two wait; two to four do not, or not there, or not for long."""
    rng = draft.rng
    shape = shapely.Polygon(draft.zone("zone", zone_in(patch(draft.site, rng), rng)).floor)
    draft.rule(RULE)
    waiting = 1 + int(rng.random() < 0.35 * draft.level)
    for at in draft.moments(waiting, 0.8, max(1.5, draft.seconds - 7.5)):
        draft.act([draft.cast.person(rng)], partial(_waits, draft, shape, at), {RULE.name: 1})
    ways = {
        "walks through": lambda at: stroll_through(draft, shape, at - 1.0, pace(rng)),
        "has a short rest": lambda at: visit(draft, shape, at - 1.0, float(rng.uniform(0.8, 2.0))),
        "waits beside the zone": lambda at: lingering(
            draft, shape, at - 2.5, float(rng.uniform(0.6, 1.0)), float(rng.uniform(5.0, 7.0))
        ),
        "beside the zone": lambda at: beside(draft, shape, at, float(rng.uniform(0.55, 0.95))),
    }
    draft.near_misses(ways, 2 + draft.level)
    passers_by(draft)


def _waits(draft: Draft, shape: shapely.Polygon, at: float) -> Way:
    stay = float(draft.rng.uniform(5.5, 8.0))
    return visit(draft, shape, at, stay, for_good=draft.rng.random() < 0.3)
