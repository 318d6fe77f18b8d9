"""From entries to cameras: names become shapes, defaults become values."""

from pathlib import Path

from sharp_eyes.cameras import Camera, Source
from sharp_eyes.config.entries import AnyRule, CameraEntry, CrossingEntry, Settings, SourceEntry, polygon
from sharp_eyes.domain import EvidenceWish
from sharp_eyes.errors import Problem
from sharp_eyes.geometry import Segment
from sharp_eyes.labels import closest
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec, StaySettings, Zone

# The evidence an event leaves when its rule does not say: by severity.
_EVIDENCE: dict[int, EvidenceWish] = {1: "clip", 2: "clip", 3: "snapshot", 4: "none"}

# A 20-digit camera code begins with the eight digits of its division.
_CODE_DIGITS, _DIVISION_DIGITS = 20, 8


def resolve(entry: CameraEntry, folder: Path) -> tuple[Camera | None, list[Problem]]:
    """The camera an entry describes, or what is wrong with its references.

    `folder` is where relative file sources begin. Paths in problems are relative to the camera.
    """
    zones = {zone.name: Zone(zone.name, polygon(zone.points)) for zone in entry.zone}
    lines = {line.name: Line(line.name, _segment(line.points)) for line in entry.line}
    problems = repeated_names(entry)
    specs: list[RuleSpec] = []
    for index, rule in enumerate(entry.rule):
        spec, problem = _rule(rule, zones, lines, f"rule[{index}]")
        specs += [spec] if spec else []
        problems += [problem] if problem else []
    if problems:
        return None, problems
    camera = Camera(
        id=entry.id,
        name=_names(entry.name, entry.id),
        division=entry.division or _division(entry.id),
        source=_source(entry.source, folder),
        evidence=_source(entry.evidence, folder),
        analyse_fps=entry.analyse_fps,
        model=entry.model,
        gate=entry.gate,
        tier=entry.tier,
        location=(entry.location.lon, entry.location.lat) if entry.location else None,
        pre_roll_seconds=entry.pre_roll_seconds,
        post_roll_seconds=entry.post_roll_seconds,
        mask=tuple(map(polygon, entry.mask)),
        ignore=tuple(map(polygon, entry.ignore)),
        rules=tuple(specs),
    )
    return camera, []


def _rule(
    rule: AnyRule, zones: dict[str, Zone], lines: dict[str, Line], path: str
) -> tuple[RuleSpec | None, Problem | None]:
    place = rule.line if isinstance(rule, CrossingEntry) else rule.zone
    known = lines if isinstance(rule, CrossingEntry) else zones
    word = "line" if isinstance(rule, CrossingEntry) else "zone"
    if place not in known:
        hint = f"{closest(place, known)} Draw it with a [[camera.{word}]] table"
        return None, Problem("", f"{path}.{word}", f'this camera has no {word} "{place}"', hint)
    settings: LineSettings | StaySettings
    if isinstance(rule, CrossingEntry):
        settings = LineSettings(lines[place], frozenset(rule.directions), rule.settle_seconds)
    else:
        settings = StaySettings(zones[place], rule.dwell_seconds, rule.exit_grace_seconds)
    spec = RuleSpec(
        name=rule.name,
        kind=rule.kind,
        settings=settings,
        labels=frozenset(rule.labels),
        severity=rule.severity,
        evidence=rule.evidence or _EVIDENCE[rule.severity],
        min_confidence=rule.min_confidence,
        min_height=rule.min_height,
        cooldown_seconds=rule.cooldown_seconds,
        schedule=rule.schedule.resolved() if rule.schedule else None,
        enabled=rule.enabled,
    )
    return spec, None


def repeated_names(entry: Settings) -> list[Problem]:
    """The zones, lines and rules that bear a name which an earlier one has."""
    return [
        *_repeated("zone", [zone.name for zone in entry.zone]),
        *_repeated("line", [line.name for line in entry.line]),
        *_repeated("rule", [rule.name for rule in entry.rule]),
    ]


def _repeated(word: str, names: list[str]) -> list[Problem]:
    return [
        Problem(
            "", f"{word}[{index}].name", f'there is another {word} "{name}"', "names are used once per camera"
        )
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def _segment(points: list[list[float]]) -> Segment:
    (ax, ay), (bx, by) = points
    return Segment((ax, ay), (bx, by))


def _source(entry: SourceEntry | None, folder: Path) -> Source | None:
    if entry is None:
        return None
    file = str(folder / entry.file) if entry.file is not None else None
    return Source(file=file, url=entry.url, credential=entry.credential)


def _names(name: str | dict[str, str] | None, camera_id: str) -> tuple[tuple[str, str], ...]:
    if isinstance(name, dict):
        return tuple(sorted(name.items()))
    return (("en", name or camera_id),)


def _division(camera_id: str) -> str:
    if len(camera_id) == _CODE_DIGITS and camera_id.isdigit():
        return camera_id[:_DIVISION_DIGITS]
    return "00"
