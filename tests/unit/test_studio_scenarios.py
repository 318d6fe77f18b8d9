"""Scenarios of boxes on bare ground: composed quickly, and true to the same definitions."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from sample_videos.studio.actor import Actor
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.declaration import (
    boxes_line,
    camera_id,
    cameras_toml,
    truth_lines,
    write_declaration,
)
from sample_videos.studio.picture.outline import Outline, box_of
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.scenario import Line, Scenario, ScenarioError, Zone
from sample_videos.studio.scenarios.composition import compose
from sample_videos.studio.scenarios.plain_cast import PlainCast
from sample_videos.studio.scenarios.plays import PLAYS
from sample_videos.studio.truth.trail import trail
from sharp_eyes import catalogue
from sharp_eyes.config.reading import load_cameras
from sharp_eyes.scoring.truth import TruthEntry

LATER = (
    "wrong_way",
    "stopped",
    "speeding",
    "abandoned",
    "removed",
    "crowd",
    "gathering",
    "running",
    "occupancy",
)
SEEDS = range(4)


def composed(
    kind: str, seed: int = 0, layout: str = "street", difficulty: str = "easy", fps: int = 5
) -> Scenario:
    return compose(kind, layout, "day", seed, 15.0, fps, difficulty, PlainCast())


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    """Four of each of the first three kinds, of all difficulties and on all layouts."""
    return [
        composed(
            kind, seed, ("street", "yard", "car_park", "hall")[seed], ("easy", "medium", "hard")[seed % 3]
        )
        for kind in ("intrusion", "line", "loitering")
        for seed in SEEDS
    ]


def zone_of(scenario: Scenario) -> Zone:
    return scenario.zones[0]


def actor(scenario: Scenario, identity: int) -> Actor:
    return scenario.actors[identity - 1]


def foot_at(scenario: Scenario, who: Actor, at: float) -> tuple[float, float] | None:
    """The reference point in fractions of the picture, by the box that is drawn around a figure alone."""
    stance = who.track.stance(at)
    box = None if stance is None else box_of(scenario.site.camera, Outline(who.figure).points(stance))
    return None if box is None else ((box[0] + box[2]) / 2 / WIDTH, box[3] / HEIGHT)


def moments_inside(scenario: Scenario, who: Actor, first: float, last: float) -> Iterator[bool]:
    """Whether the reference point is in the zone, ten times a second: by turning angles, not by shapely."""
    for at in np.arange(first, last, 0.1).tolist():
        foot = foot_at(scenario, who, at)
        yield foot is not None and abs(_winding(zone_of(scenario), foot)) > math.pi


def _winding(zone: Zone, point: tuple[float, float]) -> float:
    corners = np.array(zone.points) - point
    angles = np.arctan2(corners[:, 1], corners[:, 0])
    turns = np.diff(np.append(angles, angles[0]))
    return float(((turns + math.pi) % (2 * math.pi) - math.pi).sum())


def test_whoever_intrudes_or_loiters_is_in_the_zone_for_the_dwell_before_it_is_due(
    scenarios: list[Scenario],
) -> None:
    checked = 0
    for scenario in scenarios:
        if scenario.kind == "line":
            continue
        dwell = scenario.rules[0].threshold("dwell_seconds")
        for incident in scenario.incidents:
            who = actor(scenario, incident.objects[0])
            assert all(moments_inside(scenario, who, incident.start - dwell + 0.05, incident.start))
            checked += 1
    assert checked >= 8


def test_whoever_comes_near_without_an_incident_is_inside_for_a_second_less_than_the_dwell(
    scenarios: list[Scenario],
) -> None:
    checked = 0
    for scenario in scenarios:
        if scenario.kind == "line":
            continue
        dwell = scenario.rules[0].threshold("dwell_seconds")
        for miss in scenario.near_misses:
            who = actor(scenario, miss.objects[0])
            if who.figure.label != "person":
                continue
            inside = list(moments_inside(scenario, who, miss.start, miss.end))
            assert sum(inside) * 0.1 <= dwell - 0.9
            checked += 1
    assert checked >= 16


def test_whoever_passes_beside_a_zone_keeps_a_distance_on_the_floor(scenarios: list[Scenario]) -> None:
    checked = 0
    for scenario in scenarios:
        for miss in scenario.near_misses:
            if miss.reason not in {"beside the zone", "stands beside the zone", "waits beside the zone"}:
                continue
            shape = shapely.Polygon(zone_of(scenario).floor)
            for at in np.arange(miss.start, miss.end, 0.1).tolist():
                stance = actor(scenario, miss.objects[0]).track.stance(at)
                assert stance is None or shape.distance(shapely.Point(stance.x, stance.y)) >= 0.3
            checked += 1
    assert checked >= 4


def test_whoever_crosses_a_line_is_on_either_side_of_it_before_and_after(scenarios: list[Scenario]) -> None:
    checked = 0
    for scenario in scenarios:
        for incident in scenario.incidents:
            if incident.kind != "line":
                continue
            who, line = actor(scenario, incident.objects[0]), scenario.lines[0]
            before, after = (foot_at(scenario, who, incident.start + late) for late in (-0.3, 0.3))
            assert before is not None
            assert after is not None
            assert _right_of(line, before) == (incident.direction == "left")
            assert _right_of(line, after) == (incident.direction == "right")
            checked += 1
    assert checked >= 4


def _right_of(line: Line, point: tuple[float, float]) -> bool:
    """Whether a point lies at the right hand of who walks along the line; y points down."""
    (ax, ay), (bx, by) = line.points
    along = np.array(((bx - ax) * WIDTH, (by - ay) * HEIGHT))
    right = np.array((-along[1], along[0]))  # a quarter turn clockwise as one sees it
    return bool(np.array(((point[0] - ax) * WIDTH, (point[1] - ay) * HEIGHT)) @ right > 0)


def test_every_scenario_has_incidents_and_near_misses_within_its_clip(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        assert scenario.incidents
        assert scenario.near_misses
        for one in (*scenario.incidents, *scenario.near_misses):
            assert 0 <= one.start <= one.end <= scenario.seconds
        assert all(incident.start <= scenario.seconds - 0.5 for incident in scenario.incidents)


def test_who_has_a_part_in_an_incident_is_in_no_near_miss(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        involved = {identity for incident in scenario.incidents for identity in incident.objects}
        assert not involved & {identity for miss in scenario.near_misses for identity in miss.objects}


def test_nobody_walks_through_anybody(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        people = [one for one in scenario.actors if one.figure.label == "person"]
        alone = [one for one in people if not any(_rides(one, other) for other in scenario.actors)]
        for at in np.arange(0.0, scenario.seconds, 0.2).tolist():
            places = [
                (s.x, s.y) for one in alone if (s := one.track.stance(at)) and _shown(scenario, (s.x, s.y))
            ]
            for number, place in enumerate(places):
                assert all(math.dist(place, other) > 0.4 for other in places[:number])


def _rides(one: Actor, other: Actor) -> bool:
    return one is not other and one.track is other.track


def _shown(scenario: Scenario, place: tuple[float, float]) -> bool:
    pixels, depth = scenario.site.camera.project(np.array([(*place, 0.0)]))
    return bool(depth[0] > 1 and (pixels > 0).all() and (pixels < (WIDTH, HEIGHT)).all())


def test_difficulty_brings_people() -> None:
    numbers = [len(composed("intrusion", 1, difficulty=level).actors) for level in ("easy", "medium", "hard")]
    assert numbers[0] < numbers[1] < numbers[2]


def test_the_same_parameters_give_the_same_scenario_and_another_seed_another() -> None:
    first, second, other = (composed("line", seed) for seed in (3, 3, 4))
    assert first.incidents == second.incidents
    assert first.near_misses == second.near_misses
    assert [one.track.stance(5.0) for one in first.actors] == [one.track.stance(5.0) for one in second.actors]
    assert first.lines != other.lines


def test_a_scenario_is_the_same_at_any_frame_rate_but_for_its_name() -> None:
    slow, fast = composed("intrusion", 2), composed("intrusion", 2, fps=25)
    assert slow.incidents == fast.incidents
    assert (slow.name, fast.name) == ("intrusion-street-day-easy-2", "intrusion-street-day-easy-2-25fps")


@pytest.mark.parametrize("kind", LATER)
def test_kinds_to_come_have_their_incident_too(kind: str) -> None:
    scenario = composed(kind)
    assert {incident.kind for incident in scenario.incidents} == {kind}
    assert all(1.0 <= incident.start <= scenario.seconds for incident in scenario.incidents)


def test_every_kind_of_rule_that_has_no_need_of_another_model_has_a_scenario() -> None:
    known = {*catalogue.BUILT, *catalogue.TO_COME} - {"fall", "fire_smoke"}
    assert known <= set(PLAYS)


def test_a_camera_that_is_not_well_has_a_fault_and_no_rule() -> None:
    kinds = {composed("health", seed).faults[0].kind for seed in range(6)}
    assert kinds == {"frozen", "dark", "bright", "blurred", "covered", "scene_moved"}
    scenario = composed("health", 1)
    assert not scenario.rules
    assert scenario.faults[0].end - scenario.faults[0].start >= 8


@pytest.mark.parametrize(
    ("kind", "layout", "says"),
    [
        ("intrusion", "beach", "street, yard, car_park, hall"),
        ("burglary", "street", "intrusion, line"),
        ("speeding", "hall", "street or yard or car_park suits it"),
    ],
)
def test_what_cannot_be_composed_says_what_would_be_right(kind: str, layout: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        composed(kind, layout=layout)


def test_a_clip_too_short_for_anything_is_refused() -> None:
    with pytest.raises(ScenarioError, match="10 to 120 seconds"):
        compose("intrusion", "street", "day", 0, 3.0, cast=PlainCast())


def test_the_camera_file_holds_the_built_rules_and_can_be_loaded(
    scenarios: list[Scenario], tmp_path: Path
) -> None:
    for scenario in scenarios:
        write_declaration(scenario, tmp_path)
        (camera,) = load_cameras(tmp_path / "cameras.toml")
        assert [rule.kind for rule in camera.rules] == [scenario.kind]
        assert len(camera.id) == 20
        assert camera.source is not None


@pytest.mark.parametrize("kind", LATER)
def test_rules_to_come_stand_in_the_scenario_and_not_in_the_camera_file(kind: str, tmp_path: Path) -> None:
    scenario = composed(kind)
    write_declaration(scenario, tmp_path)
    (camera,) = load_cameras(tmp_path / "cameras.toml")
    document = json.loads((tmp_path / "scenario.json").read_text(encoding="utf-8"))
    assert camera.rules == ()
    assert [rule["kind"] for rule in document["rules"]] == [kind]
    assert document["passages"] == len(scenario.incidents) + document["near_misses"]


def test_every_line_of_truth_is_one_that_scoring_reads(scenarios: list[Scenario]) -> None:
    for scenario in (*scenarios, *(composed(kind) for kind in ("crowd", "abandoned"))):
        entries = [TruthEntry.model_validate_json(line) for line in truth_lines(scenario)]
        assert {entry.camera for entry in entries} == {camera_id(scenario)}
        assert sum(not entry.must_be_silent for entry in entries) == len(scenario.incidents)
        assert [entry.starts_at for entry in entries] == sorted(entry.starts_at for entry in entries)


def test_another_camera_id_is_written_everywhere(tmp_path: Path) -> None:
    scenario, given = composed("intrusion"), "33080200001310000042"
    write_declaration(scenario, tmp_path, camera=given)
    assert f'id = "{given}"' in cameras_toml(scenario, camera=given)
    for name in ("cameras.toml", "truth.jsonl", "scenario.json"):
        assert given in (tmp_path / name).read_text(encoding="utf-8")


def test_a_line_of_boxes_has_what_the_format_asks_for() -> None:
    seen = Seen(3, "person", (0.1, 0.2, 0.3, 0.4), (0.1, 0.2, 0.3, 0.35), 0.9, (1.5, 2.5))
    assert json.loads(boxes_line(7, 1.4, [seen])) == {
        "frame": 7,
        "seconds": 1.4,
        "objects": [
            {
                "id": 3,
                "label": "person",
                "xyxy": [0.1, 0.2, 0.3, 0.4],
                "seen_xyxy": [0.1, 0.2, 0.3, 0.35],
                "visible": 0.9,
                "floor": [1.5, 2.5],
            }
        ],
    }


def test_a_decoy_is_refused_in_a_light_that_does_not_make_it() -> None:
    with pytest.raises(ScenarioError, match="shadow cannot be seen in overcast; day or dusk suits it"):
        compose("shadow", "street", "overcast", 0, cast=PlainCast())


def test_every_truth_says_how_tall_the_lowest_of_those_involved_appears(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        for said in (*scenario.incidents, *scenario.near_misses):
            heights = []
            for identity in said.objects:
                one = trail(scenario.actors[identity - 1], scenario.site.camera, scenario.seconds)
                near = (one.seconds >= said.start - 0.02) & (one.seconds <= said.end + 0.02) & one.in_picture
                heights.append(float(np.median(one.heights[near])) / HEIGHT)
            assert said.height == pytest.approx(min(heights), rel=0.1)
        rows = [json.loads(line) for line in truth_lines(scenario)]
        assert sorted(row["height"] for row in rows) == sorted(
            said.height for said in (*scenario.incidents, *scenario.near_misses) if said.height
        )
