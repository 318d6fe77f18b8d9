"""What a clip shows and what is to be said about it: the nouns that scenarios are composed of."""

from dataclasses import dataclass
from typing import Literal

from sample_videos.studio.actor import Actor
from sample_videos.studio.picture.faults import Fault
from sample_videos.studio.sites.site import Place, Site

Corner = tuple[float, float]  # fractions of the picture
Side = Literal["left", "right"]

LAYOUTS = ("street", "yard", "car_park", "hall")
DIFFICULTIES = ("easy", "medium", "hard")


class ScenarioError(Exception):
    """What was asked for cannot be composed; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the floor (metres), and on the picture, with more corners where the lens bends."""

    name: str
    floor: tuple[Place, ...]
    points: tuple[Corner, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A directed line on the floor (metres), and on the picture."""

    name: str
    floor: tuple[Place, Place]
    points: tuple[Corner, Corner]


@dataclass(frozen=True, slots=True)
class RuleWish:
    """A rule that the scenario's truth is about, whether or not its kind is built.

    `place` is the name of a zone, or of a line where the kind is `line`; "" for the whole picture.
    `thresholds` are its settings by the names of the camera file; `directions` which crossings count;
    `arrow` the direction of travel that a kind is about, from a first point to a second on the picture.
    """

    name: str
    kind: str
    place: str
    labels: tuple[str, ...]
    severity: int = 3
    thresholds: tuple[tuple[str, float], ...] = ()
    directions: tuple[Side, ...] = ()
    arrow: tuple[Corner, Corner] | None = None

    def threshold(self, name: str) -> float:
        """The setting of this name. Raises KeyError where the rule has none."""
        return dict(self.thresholds)[name]


@dataclass(frozen=True, slots=True)
class Incident:
    """What a rule must say: when it is due, and until when it lasts, in seconds of the clip.

    `height` is that of the least tall of its objects, as a share of the picture's; None until it is known.
    """

    kind: str
    rule: str
    start: float
    end: float
    objects: tuple[int, ...]
    label: str | None = None
    direction: Side | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A passage of which a rule must say nothing, from `start` to `end`, and why somebody might.

    `height` is as that of an incident.
    """

    kind: str
    rule: str
    start: float
    end: float
    objects: tuple[int, ...]
    reason: str
    height: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """Everything of a clip but its light and its sensor. Times are seconds of the clip."""

    name: str
    kind: str
    layout: str
    condition: str
    seed: int
    seconds: float
    fps: int
    difficulty: str
    site: Site
    actors: tuple[Actor, ...]
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[RuleWish, ...] = ()
    incidents: tuple[Incident, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    faults: tuple[Fault, ...] = ()


def name_of(kind: str, layout: str, condition: str, difficulty: str, seed: int, fps: int = 5) -> str:
    """The name of a scenario; it is unique in a suite."""
    name = f"{kind}-{layout}-{condition}-{difficulty}-{seed}"
    return name if fps == 5 else f"{name}-{fps}fps"
