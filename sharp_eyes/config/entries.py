"""The shape of a camera file: every table, key, unit and default, strictly.

These entries exist only at the edge; `sharp_eyes.config.resolve` turns them into the nouns of the
kernel.
"""

from datetime import time
from functools import cache, lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sharp_eyes.config.addresses import check_text, check_url
from sharp_eyes.geometry import Point, Polygon, Segment
from sharp_eyes.labels import closest
from sharp_eyes.rules.schedule import Schedule, parse_days

# What would move a terminal's cursor, as in `errors.printable`; surrogates cannot come from TOML.
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
Name = Annotated[
    str,
    Field(pattern=rf"^[^\s/{_CONTROLS}][^/{_CONTROLS}]{{0,63}}$", description="1 to 64 characters"),
]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
PointEntry = Annotated[list[Fraction], Field(min_length=2, max_length=2)]
Seconds = Annotated[float, Field(ge=0.0, le=3_600.0, allow_inf_nan=False)]


class Entry(BaseModel):
    """Strict: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceEntry(Entry):
    """Where video comes from."""

    file: str | None = None
    url: str | None = None
    credential: str | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "SourceEntry":
        if (self.file is None) == (self.url is None):
            raise ValueError('a source has either "file" or "url"')
        if self.url is not None:
            check_url(self.url)
        if self.file is not None:
            check_text(self.file)
        return self


class LocationEntry(Entry):
    """Degrees, WGS 84."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


def polygon(points: list[PointEntry]) -> Polygon:
    """The polygon through these points. Raises ValueError where they do not make one."""
    return _polygon(tuple((x, y) for x, y in points))


@lru_cache(maxsize=64)  # those of a camera: they are made when it is checked, and wanted when it is resolved
def _polygon(points: tuple[Point, ...]) -> Polygon:
    return Polygon(points)


def _check_polygons(shapes: list[list[PointEntry]]) -> list[list[PointEntry]]:
    for shape in shapes:
        polygon(shape)
    return shapes


class ZoneEntry(Entry):
    """A named polygon, at least three points, sides that do not cross."""

    name: Name
    points: list[PointEntry]

    @field_validator("points")
    @classmethod
    def _simple(cls, points: list[PointEntry]) -> list[PointEntry]:
        polygon(points)
        return points


class LineEntry(Entry):
    """A named line between two points; its direction gives left and right."""

    name: Name
    points: Annotated[list[PointEntry], Field(min_length=2, max_length=2)]

    @field_validator("points")
    @classmethod
    def _two_points(cls, points: list[PointEntry]) -> list[PointEntry]:
        (ax, ay), (bx, by) = points
        Segment((ax, ay), (bx, by))
        return points


@cache
def _zones() -> frozenset[str]:
    """The time zones of this machine; finding them walks through hundreds of files."""
    return frozenset(available_timezones())


class ScheduleEntry(Entry):
    """Days, a stretch of the day, a time zone; an end at or before the start is on the next day."""

    days: str = "mon-sun"
    start: str = Field(default="00:00", alias="from")
    end: str = Field(default="00:00", alias="to")
    timezone: str = "UTC"

    @field_validator("days")
    @classmethod
    def _days(cls, days: str) -> str:
        parse_days(days)
        return days

    @field_validator("start", "end")
    @classmethod
    def _clock_time(cls, text: str) -> str:
        try:
            zoned = time.fromisoformat(text).tzinfo is not None
        except ValueError as error:
            raise ValueError(f'"{text}" is no time of day; write for example "22:00"') from error
        if zoned:
            raise ValueError(f'"{text}" names a zone; write for example "22:00", and the zone as "timezone"')
        return text

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if name not in _zones():
            raise ValueError(f'"{name}" is no time zone; {closest(name, _zones())[:200]}')
        return name

    def resolved(self) -> Schedule:
        """The schedule as rules use it."""
        return Schedule(
            days=parse_days(self.days),
            start=time.fromisoformat(self.start),
            end=time.fromisoformat(self.end),
            timezone=ZoneInfo(self.timezone),
        )


class RuleEntry(Entry):
    """What every rule has."""

    name: Name
    labels: Annotated[list[str], Field(min_length=1)]
    severity: Annotated[int, Field(ge=1, le=4)] = 3
    evidence: Literal["clip", "snapshot", "none"] | None = None
    min_confidence: Fraction = 0.0
    min_height: Fraction = 0.0
    schedule: ScheduleEntry | None = None
    enabled: bool = True


class IntrusionEntry(RuleEntry):
    """Somebody is in the zone for the dwell."""

    kind: Literal["intrusion"]
    zone: str
    dwell_seconds: Seconds = 2.0
    exit_grace_seconds: Seconds = 3.0
    cooldown_seconds: Seconds = 60.0


class LoiteringEntry(RuleEntry):
    """Somebody stays in the zone."""

    kind: Literal["loitering"]
    zone: str
    dwell_seconds: Seconds = 60.0
    exit_grace_seconds: Seconds = 3.0
    cooldown_seconds: Seconds = 60.0


class CrossingEntry(RuleEntry):
    """Somebody crosses the line in a counted direction."""

    kind: Literal["line"]
    line: str
    directions: Annotated[list[Literal["left", "right"]], Field(min_length=1)] = ["left", "right"]
    settle_seconds: Annotated[float, Field(gt=0, le=60)] = 0.4
    cooldown_seconds: Seconds = 0.0


AnyRule = Annotated[IntrusionEntry | LoiteringEntry | CrossingEntry, Field(discriminator="kind")]


class Settings(Entry):
    """What a profile may set for many cameras and a camera for itself."""

    analyse_fps: Annotated[float, Field(ge=0.1, le=60)] = 5.0
    model: str = "default"
    gate: bool = True
    tier: Annotated[int, Field(ge=1, le=9)] = 2
    pre_roll_seconds: Annotated[float, Field(ge=0, le=60)] = 5.0
    post_roll_seconds: Annotated[float, Field(ge=0, le=60)] = 5.0
    mask: list[list[PointEntry]] = []
    ignore: list[list[PointEntry]] = []
    zone: list[ZoneEntry] = []
    line: list[LineEntry] = []
    rule: list[AnyRule] = []

    @field_validator("mask", "ignore")
    @classmethod
    def _shapes(cls, shapes: list[list[PointEntry]]) -> list[list[PointEntry]]:
        return _check_polygons(shapes)


class ProfileEntry(Settings):
    """Settings under a name."""

    name: Name


class CameraEntry(Settings):
    """One camera."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    name: str | dict[str, str] | None = None
    division: Annotated[str, Field(pattern=r"^[0-9]{2,20}$")] | None = None
    profile: str | None = None
    source: SourceEntry | None = None
    evidence: SourceEntry | None = None
    location: LocationEntry | None = None


class DivisionEntry(Entry):
    """The names of one place of the administrative tree: language → text."""

    code: Annotated[str, Field(pattern=r"^[0-9]{2,20}$")]
    name: Annotated[dict[str, str], Field(min_length=1)]
