"""The cameras.toml that goes with the demo clip."""

from sample_videos.sketch.street import CAMERA, RULES, Points, Rule


def _points(points: Points) -> str:
    return "[" + ", ".join(f"[{x}, {y}]" for x, y in points) + "]"


def _place(rule: Rule) -> list[str]:
    kind = "line" if rule.kind == "line" else "zone"
    return ["", f"[[camera.{kind}]]", f'name = "{rule.where}"', f"points = {_points(rule.points)}"]


def _rule(rule: Rule) -> list[str]:
    labels = ", ".join(f'"{label}"' for label in rule.labels)
    lines = ["", "[[camera.rule]]", f'name = "{rule.name}"', f'kind = "{rule.kind}"']
    if rule.dwell_seconds is None:
        lines += [f'line = "{rule.where}"', 'directions = ["left", "right"]']
    else:
        lines += [f'zone = "{rule.where}"', f"dwell_seconds = {rule.dwell_seconds:g}"]
    return [*lines, f"labels = [{labels}]", f"severity = {rule.severity}", 'evidence = "clip"']


def cameras_toml(video: str, camera: str = CAMERA, number: int | None = None) -> str:
    """One camera that plays a video file, with its zones, its line and its rules.

    `number` is written behind its name, where there are several.
    """
    behind = "" if number is None else f" {number}"
    lines = [
        "[[profile]]",
        'name = "street"',
        "analyse_fps = 5",
        "",
        "[[camera]]",
        f'id = "{camera}"',
        f'name = {{ en = "Street sketch{behind}", zh = "街景示例{behind}" }}',
        'division = "330802001"',
        'profile = "street"',
        f'source = {{ file = "{video}" }}',
        "location = { lon = 118.87, lat = 28.94 }",
        "tier = 1",
    ]
    for rule in RULES:
        lines += _place(rule)
    for rule in RULES:
        lines += _rule(rule)
    return "\n".join(lines) + "\n"
