"""Decoys: what is light, or half hidden, comes near; and somebody who really is there makes the incident."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from sample_videos.studio.picture.weather import weather_of
from sample_videos.studio.scenario import Scenario, ScenarioError
from sample_videos.studio.scenarios.composition import compose
from sample_videos.studio.scenarios.ground import TALL_ENOUGH, person_pixels
from sample_videos.studio.scenarios.plain_cast import PlainCast
from sample_videos.studio.scenarios.plays import PLAYS
from sample_videos.studio.sites.site import Lane, Site

DECOYS = {
    "shadow": ("line", {"a shadow moves along over the line", "a shadow lies over the line"}),
    "headlights": ("intrusion", {"headlights shine into the zone"}),
    "half_hidden": ("intrusion", {"half hidden beside the zone"}),
}


class NearRoad(PlainCast):
    """The road is before the camera: people beside it are 48 px and taller."""

    def site(self, layout: str, rng: np.random.Generator) -> Site:
        site = super().site(layout, rng)
        y = site.camera.target[1] + 0.5
        lanes = (Lane(((-40.0, y), (40.0, y)), 8.0),)
        near = site.walks[1:]  # zones are laid on the side where people walk
        return replace(site, lanes=lanes, walks=near, open_floor=((-5.0, y - 6.0, 5.0, y - 1.8),))


def decoy(kind: str, seed: int = 0) -> Scenario:
    cast = NearRoad() if kind == "headlights" else PlainCast()
    return compose(kind, "street", PLAYS[kind].conditions[0], seed, 15.0, 5, "medium", cast)


def test_headlights_fall_where_people_are_tall_enough_or_nowhere() -> None:
    scenario = decoy("headlights")
    tall = person_pixels(scenario.site.camera, list(scenario.zones[0].floor))
    assert tall.min() >= TALL_ENOUGH
    with pytest.raises(ScenarioError, match="small, or hidden"):
        compose("headlights", "street", "dusk", 0, 15.0, 5, "medium", PlainCast())


@pytest.mark.parametrize("kind", DECOYS)
def test_decoys_come_near_a_place_of_which_somebody_else_really_makes_an_incident(kind: str) -> None:
    rule, reasons = DECOYS[kind]
    scenario = decoy(kind)
    assert {incident.kind for incident in scenario.incidents} == {rule}
    meant = [miss for miss in scenario.near_misses if miss.reason != "passes by"]
    assert {miss.reason for miss in meant} <= reasons
    assert meant
    raised = {identity for incident in scenario.incidents for identity in incident.objects}
    assert raised.isdisjoint(identity for miss in meant for identity in miss.objects)


def test_the_shadow_of_a_decoy_falls_over_the_line_and_its_feet_stay_on_the_sunny_side() -> None:
    scenario = decoy("shadow")
    light = weather_of(scenario.condition, scenario.seed, indoors=False)
    x, y, z = light.sun_towards
    fence = shapely.LineString(scenario.lines[0].floor)
    for miss in scenario.near_misses:
        actor = scenario.actors[miss.objects[0] - 1]
        over = []
        for at in np.arange(miss.start, miss.end, 0.1):
            if stance := actor.track.stance(float(at)):
                tip = (stance.x - 1.7 * x / z, stance.y - 1.7 * y / z)
                over.append(shapely.LineString([(stance.x, stance.y), tip]).crosses(fence))
        assert any(over)


def test_of_two_who_stand_beside_a_zone_one_hides_half_of_the_other() -> None:
    scenario = decoy("half_hidden")
    hidden = {miss.objects[0] for miss in scenario.near_misses if miss.reason.startswith("half hidden")}
    behind, before = scenario.actors[min(hidden) - 1], scenario.actors[min(hidden)]
    moments = np.arange(0.0, scenario.seconds, 0.2)
    stances = [(behind.track.stance(float(at)), before.track.stance(float(at))) for at in moments]
    apart = [math.hypot(a.x - b.x, a.y - b.y) for a, b in stances if a and b and a.speed == b.speed == 0]
    assert apart
    assert max(apart) < 0.9
