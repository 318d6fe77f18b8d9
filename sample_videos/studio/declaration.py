"""The files that go with a scenario's clip: its camera, its truth, its boxes and what it is."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path

from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.scenario import Incident, Line, NearMiss, RuleWish, Scenario, Zone
from sharp_eyes import catalogue

TOLERANCE_SECONDS = 2.0
_MIN_HEIGHT = 0.04  # of the picture: what is smaller is nobody who stands in a zone
_CODE = "3308020000131"  # division, industry, camera; seven digits of serial number follow
_CHINESE = {
    "street": "街道",
    "yard": "院落",
    "car_park": "停车场",
    "hall": "大厅",
    "day": "白天",
    "overcast": "阴天",
    "dusk": "黄昏",
    "night": "夜间",
    "infrared": "红外",
    "rain": "雨天",
    "intrusion": "区域入侵",
    "line": "越线",
    "loitering": "徘徊",
}
_JUDGED = frozenset(catalogue.BUILT + catalogue.TO_COME)


def camera_id(scenario: Scenario) -> str:
    """The 20-digit code of a scenario's camera, from its name."""
    return f"{_CODE}{zlib.crc32(scenario.name.encode()) % 10**7:07d}"


def cameras_toml(scenario: Scenario, video: str = "clip.mp4", camera: str | None = None) -> str:
    """One camera that plays the clip, with its zones and lines and the rules of kinds that are built."""
    built = [rule for rule in scenario.rules if rule.kind in catalogue.BUILT]
    used = {rule.place for rule in built}
    lines = [
        "[[camera]]",
        f'id = "{camera or camera_id(scenario)}"',
        f'name = {{ en = "{_title(scenario)}", zh = "{_title_in_chinese(scenario)}" }}',
        f'source = {{ file = "{video}" }}',
        "location = { lon = 118.87, lat = 28.94 }",
        "analyse_fps = 5",
        'model = "default"',
    ]
    for zone in scenario.zones:
        lines += _place("zone", zone) if zone.name in used else []
    for line in scenario.lines:
        lines += _place("line", line) if line.name in used else []
    for rule in built:
        lines += _rule(rule)
    return "\n".join(lines) + "\n"


def _title(scenario: Scenario) -> str:
    place = f"{scenario.layout}, {scenario.condition}: {scenario.kind} {scenario.seed}"
    return place.replace("_", " ").capitalize()


def _title_in_chinese(scenario: Scenario) -> str:
    words = (_CHINESE.get(word, word) for word in (scenario.layout, scenario.condition, scenario.kind))
    return f"{'·'.join(words)} {scenario.seed}"


def _place(table: str, place: Zone | Line) -> list[str]:
    points = ", ".join(f"[{x}, {y}]" for x, y in place.points)
    return ["", f"[[camera.{table}]]", f'name = "{place.name}"', f"points = [{points}]"]


def _rule(rule: RuleWish) -> list[str]:
    lines = [
        "",
        "[[camera.rule]]",
        f'name = "{rule.name}"',
        f'kind = "{rule.kind}"',
        f'{"line" if rule.kind == "line" else "zone"} = "{rule.place}"',
        f"labels = {json.dumps(rule.labels)}",
        f"severity = {rule.severity}",
        f"min_height = {_MIN_HEIGHT}",
        'evidence = "clip"',
    ]
    if rule.directions:
        lines.append(f"directions = {json.dumps(rule.directions)}")
    return [*lines, *(f"{name} = {value:g}" for name, value in rule.thresholds)]


def truth_lines(scenario: Scenario, camera: str | None = None) -> list[str]:
    """The lines of truth.jsonl, by their start: incidents, and stretches that must be silent."""
    camera = camera or camera_id(scenario)
    said = [(one.start, _incident(one, camera)) for one in scenario.incidents if one.kind in _JUDGED]
    said += [(one.start, _silence(one, camera)) for one in scenario.near_misses if one.kind in _JUDGED]
    return [json.dumps(row) for _, row in sorted(said, key=lambda timed: timed[0])]


def _incident(incident: Incident, camera: str) -> dict[str, object]:
    return {
        "camera": camera,
        "type": incident.kind,
        "rule": incident.rule,
        "start": incident.start,
        "end": incident.end,
        "tolerance_seconds": TOLERANCE_SECONDS,
        "direction": incident.direction,
        "label": incident.label,
        "objects": list(incident.objects),
        "height": incident.height,
        "must_be_silent": False,
    }


def _silence(miss: NearMiss, camera: str) -> dict[str, object]:
    return {
        "camera": camera,
        "type": miss.kind,
        "rule": miss.rule,
        "start": miss.start,
        "end": miss.end,
        "tolerance_seconds": None,
        "direction": None,
        "label": None,
        "objects": list(miss.objects),
        "height": miss.height,
        "must_be_silent": True,
    }


def boxes_line(frame: int, seconds: float, objects: Sequence[Seen]) -> str:
    """One line of boxes.jsonl: what is in a frame."""
    rows = [
        {
            "id": seen.identity,
            "label": seen.label,
            "xyxy": [round(part, 5) for part in seen.xyxy],
            "seen_xyxy": [round(part, 5) for part in seen.seen_xyxy],
            "visible": round(seen.visible, 3),
            "floor": [round(part, 3) for part in seen.floor],
        }
        for seen in objects
    ]
    return json.dumps({"frame": frame, "seconds": round(seconds, 4), "objects": rows})


def scenario_json(scenario: Scenario, camera: str | None = None) -> str:
    """What the scenario is, and every rule that it means, whether or not its kind is built."""
    reasons = sorted({miss.reason for miss in scenario.near_misses})
    document = {
        "name": scenario.name,
        "kind": scenario.kind,
        "layout": scenario.layout,
        "condition": scenario.condition,
        "seed": scenario.seed,
        "fps": scenario.fps,
        "seconds": scenario.seconds,
        "difficulty": scenario.difficulty,
        "passages": len(scenario.incidents) + len(scenario.near_misses),
        "near_misses": len(scenario.near_misses),
        "near_miss_reasons": reasons,
        "camera": camera or camera_id(scenario),
        "rules": [_wish(rule, scenario) for rule in scenario.rules],
        "faults": [{"kind": fault.kind, "start": fault.start, "end": fault.end} for fault in scenario.faults],
    }
    return json.dumps(document, indent=2) + "\n"


def _wish(rule: RuleWish, scenario: Scenario) -> dict[str, object]:
    places: list[Zone | Line] = [*scenario.zones, *scenario.lines]
    place = next((place for place in places if place.name == rule.place), None)
    wish: dict[str, object] = {
        "name": rule.name,
        "kind": rule.kind,
        "labels": rule.labels,
        "severity": rule.severity,
        **dict(rule.thresholds),
    }
    if place is not None:
        wish |= {"place": rule.place, "points": place.points, "floor": place.floor}
    if rule.directions:
        wish["directions"] = rule.directions
    if rule.arrow is not None:
        wish["arrow"] = rule.arrow
    return wish


def write_declaration(
    scenario: Scenario, folder: Path, video: str = "clip.mp4", camera: str | None = None
) -> None:
    """Write cameras.toml, truth.jsonl and scenario.json beside the clip; `camera` overrides its id."""
    texts = {
        "cameras.toml": cameras_toml(scenario, video, camera),
        "truth.jsonl": "".join(f"{line}\n" for line in truth_lines(scenario, camera)),
        "scenario.json": scenario_json(scenario, camera),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
