"""Cameras as the pipeline needs them: resolved, checked, frozen."""

from dataclasses import dataclass

from sharp_eyes.geometry import Polygon
from sharp_eyes.rules.spec import RuleSpec


@dataclass(frozen=True, slots=True)
class Source:
    """Where a camera's video comes from: a `file` or a `url` (with its credential by name)."""

    file: str | None = None
    url: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera. `division` is its place in the administrative tree; rules carry their shapes.

    `mask` is painted before anything looks and never stored; in `ignore` no motion is counted.
    """

    id: str
    name: tuple[tuple[str, str], ...]  # (language, text)
    division: str
    source: Source | None
    evidence: Source | None
    analyse_fps: float
    model: str
    gate: bool
    tier: int
    location: tuple[float, float] | None  # longitude, latitude in degrees
    pre_roll_seconds: float
    post_roll_seconds: float
    mask: tuple[Polygon, ...]
    ignore: tuple[Polygon, ...]
    rules: tuple[RuleSpec, ...]
