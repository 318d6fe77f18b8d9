"""Cameras and divisions as they are answered; never where a camera's video comes from."""

from typing import Literal

from pydantic import BaseModel

from api.parameters import Moment

State = Literal["starting", "watching", "degraded", "lost", "stopped", "refused", "unknown", "disabled"]
Point = tuple[float, float]


class LocationAnswer(BaseModel):
    """Degrees, WGS 84."""

    lon: float
    lat: float


class CameraAnswer(BaseModel):
    """One camera of a list. `state` is "unknown" where no living node speaks of it."""

    id: str
    name: dict[str, str]
    division: str
    location: LocationAnswer | None
    tier: int
    enabled: bool
    state: State


class CamerasAnswer(BaseModel):
    """Cameras in the order of their ids. `next` is the cursor of the page after it."""

    cameras: list[CameraAnswer]
    next: str | None
    revision: int


class ShapeAnswer(BaseModel):
    """A zone or line: points in fractions of the picture."""

    name: str
    points: list[Point]


class RuleAnswer(BaseModel):
    """One rule: its kind, where it looks (a zone's or line's name) and for what."""

    name: str
    kind: str
    place: str
    labels: list[str]
    severity: int
    enabled: bool


class CameraDetail(CameraAnswer):
    """One camera with its rules, shapes, and how it does."""

    revision: int
    model: str
    analyse_fps: float
    zones: list[ShapeAnswer]
    lines: list[ShapeAnswer]
    rules: list[RuleAnswer]
    worker: str | None
    fps_in: float | None
    fps_analysed: float | None
    lag_seconds: float | None
    watched_until: Moment | None
    message: str


class DivisionAnswer(BaseModel):
    """A place of the administrative tree: its code, of which those below it begin, and its names."""

    code: str
    name: dict[str, str]


class DivisionsAnswer(BaseModel):
    """The divisions in the order of their codes."""

    divisions: list[DivisionAnswer]
