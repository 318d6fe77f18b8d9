"""What the index is asked, and what it answers. Times are microseconds UTC; stretches exclude their end."""

from dataclasses import dataclass
from typing import Literal

from sharp_eyes.domain import Ending, EvidenceKind, Loss, Notes, Watching
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.geometry import Side, Xyxy
from sharp_eyes.store.rows import Kind

EVERYWHERE = ("",)  # the prefixes of somebody who may see every division
LARGEST_PAGE = 1_000
LONGEST_SCAN = 24 * 3600 * 1_000_000  # microseconds that may be counted without a rollup


class WrongQueryError(ConfigError, ValueError):
    """A question that cannot be answered as it is put."""

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__([Problem("query", path, message, hint)])


class WrongCursorError(WrongQueryError):
    """What was given as the place to go on from is no event id."""

    def __init__(self, cursor: str) -> None:
        super().__init__("before", f"{cursor[:50]!r} is no event id", "take `next_before` of the page before")


class WrongPositionError(WrongQueryError):
    """What was given as a position is none of this index: another's, or one from before it was rebuilt."""

    def __init__(self, position: str) -> None:
        hint = "begin at `position()` and ask for the list again"
        super().__init__("after", f"{position[:80]!r} is no position in this index", hint)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events, newest first.

    `cameras`, where given, are the only ones; an event's division begins with one of `divisions` (what
    the asker may see) and with `division` (what was asked for). An empty `types`, `labels` or
    `severities` asks for all. `before` is an event id: older events only.
    """

    from_at: int
    to_at: int
    cameras: tuple[str, ...] | None = None
    divisions: tuple[str, ...] = EVERYWHERE
    division: str = ""
    types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    min_confidence: float | None = None
    limit: int = 50
    before: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One body of an event. Pending: it is to come, and nothing but its kind is known."""

    kind: EvidenceKind
    state: Literal["stored", "lost", "pending"]
    key: str = ""
    sha256: str = ""
    bytes: int = 0
    first_frame_at: int | None = None
    because: Loss | None = None
    notes: Notes = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as it is shown: its records folded into one."""

    event_id: str
    camera: str
    division: str
    rule: str
    rule_revision: str
    type: str
    at: int
    severity: int
    run: str
    label: str
    track: int | None
    confidence: float | None
    xyxy: Xyxy | None
    place: str
    direction: Side | None
    model: str
    notes: Notes
    ended_at: int | None
    ended_because: Ending | None
    evidence: tuple[EvidenceView, ...]
    visible_at: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, newest first; `next_before` asks for the next page, None where there is none."""

    events: tuple[EventView, ...]
    next_before: str | None


@dataclass(frozen=True, slots=True)
class CountQuery:
    """How many events were raised. Hours or days (UTC) that the stretch touches are counted as a whole."""

    from_at: int
    to_at: int
    by: Literal["hour", "day"]
    divisions: tuple[str, ...] = EVERYWHERE
    division: str = ""
    cameras: tuple[str, ...] | None = None
    types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """So many events in the hour or day that begins at `start_at`.

    By hour: of a township (or the division above, where that is all that is known), type and label;
    by day: of a camera and type.
    """

    start_at: int
    division: str | None
    camera: str | None
    type: str
    label: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """A record became visible; `position` lies right after it."""

    position: str
    kind: Kind
    event_id: str
    camera: str
    division: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What came after a position, in the order of becoming visible; go on from `position`."""

    items: tuple[Change, ...]
    position: str


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """Asks when these cameras were watched."""

    from_at: int
    to_at: int
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch in which a camera was watched; spans of one answer do not overlap."""

    from_at: int
    to_at: int
    watching: Watching
