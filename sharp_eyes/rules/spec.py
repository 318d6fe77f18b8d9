"""What a rule is told: the part common to all kinds, and the settings of each kind.

Defaults are those of the incident catalogue (`docs/design/rules.md`). All times are seconds
of frame time, never numbers of frames.
"""

from dataclasses import dataclass
from typing import Literal

from sharp_eyes.domain import EvidenceWish
from sharp_eyes.geometry import Polygon, Segment, Side
from sharp_eyes.rules.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Zone:
    """A named polygon on the picture."""

    name: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Line:
    """A named directed line on the picture."""

    name: str
    segment: Segment


@dataclass(frozen=True, slots=True)
class StaySettings:
    """How long is too long in a zone, and what interrupts a stay.

    A stay survives `exit_grace_seconds` outside the zone and `lost_seconds` unseen. Within
    `lost_seconds` a new track goes on with it if it first appears within one box width of where the
    old one vanished, away from the picture's edge (`sharp_eyes/rules/kinship.py`).
    """

    zone: Zone
    dwell_seconds: float
    exit_grace_seconds: float = 3.0
    lost_seconds: float = 6.0


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Which crossings count, and how long a side must be held to be believed."""

    line: Line
    directions: frozenset[Side]
    settle_seconds: float = 0.4


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One rule of one camera, resolved: zones and lines are shapes, not names.

    `min_height` is a share of the picture's height; `cooldown_seconds` holds per rule and track,
    of stays also for the track that goes on as another.
    """

    name: str
    kind: Literal["intrusion", "line", "loitering"]
    settings: StaySettings | LineSettings
    labels: frozenset[str]
    severity: int
    evidence: EvidenceWish
    min_confidence: float = 0.0
    min_height: float = 0.0
    cooldown_seconds: float = 60.0
    schedule: Schedule | None = None
    enabled: bool = True

    @property
    def place(self) -> str:
        """The name of the zone or line that the rule watches."""
        return self.settings.line.name if isinstance(self.settings, LineSettings) else self.settings.zone.name
