"""How people go across, along and past a line: ways in the line's own frame."""

import math
from dataclasses import dataclass

from sample_videos.studio.path import Way, Waypoint
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.passing import on_foot
from sample_videos.studio.sites.site import Place


@dataclass(frozen=True, slots=True)
class Frame:
    """A line's own frame: metres along it from its start, and metres to one side of it."""

    start: Place
    end: Place

    @property
    def length(self) -> float:
        """Metres."""
        return math.dist(self.start, self.end)

    def place(self, along: float, aside: float) -> Place:
        """Where that is on the floor."""
        x, y = ((b - a) / self.length for a, b in zip(self.start, self.end, strict=True))
        return self.start[0] + along * x - aside * y, self.start[1] + along * y + aside * x


def crossing(draft: Draft, line: Frame, at: float) -> Way:
    """From one side to the other between the ends, crossing at about `at`; some stop behind it."""
    rng = draft.rng
    side = float(rng.choice((-1.0, 1.0)))
    where = float(rng.uniform(0.2, 0.8)) * line.length
    slant = float(rng.uniform(-0.5, 0.5))
    pause = float(rng.uniform(1.5, 3.0)) if rng.random() < 0.25 else 0.0
    points = [
        Waypoint(line.place(where - slant, -1.5 * side)),
        Waypoint(line.place(where, 0.0)),
        Waypoint(line.place(where + slant, 1.5 * side), pause=pause),
    ]
    return on_foot(draft, points, at, 1)


def along(draft: Draft, line: Frame, at: float) -> Way:
    """Along the line on one side of it without crossing, halfway at `at`."""
    rng = draft.rng
    aside = float(rng.choice((-1.0, 1.0)) * rng.uniform(0.6, 1.0))
    ends = [-0.8, line.length / 2, line.length + 0.8]
    points = [Waypoint(line.place(u, aside)) for u in (ends if rng.random() < 0.5 else ends[::-1])]
    return on_foot(draft, points, at, 1)


def turning_back(draft: Draft, line: Frame, at: float) -> Way:
    """Towards the line and back before it, nearest at `at`."""
    rng = draft.rng
    side = float(rng.choice((-1.0, 1.0)))
    where = float(rng.uniform(0.2, 0.8)) * line.length
    shift = float(rng.uniform(-0.9, 0.9))
    points = [
        Waypoint(line.place(where, 2.2 * side)),
        Waypoint(line.place(where, float(rng.uniform(0.5, 0.9)) * side), pause=float(rng.uniform(0.2, 1.0))),
        Waypoint(line.place(where + shift, 2.2 * side)),
    ]
    return on_foot(draft, points, at, 1)


def past_the_end(draft: Draft, line: Frame, at: float) -> Way:
    """From one side to the other beyond one of the ends, there at `at`."""
    rng = draft.rng
    beyond = float(rng.uniform(0.6, 1.0))
    where = line.length + beyond if rng.random() < 0.5 else -beyond
    sides = (-1.5, 0.0, 1.5) if rng.random() < 0.5 else (1.5, 0.0, -1.5)
    return on_foot(draft, [Waypoint(line.place(where, aside)) for aside in sides], at, 1)


def standing_by(draft: Draft, line: Frame, at: float) -> Way:
    """To a place beside the line; somebody stands there for some seconds from `at` on."""
    rng = draft.rng
    aside = float(rng.choice((-1.0, 1.0)) * rng.uniform(0.6, 1.0))
    where = float(rng.uniform(0.1, 0.9)) * line.length
    return on_foot(draft, [Waypoint(line.place(where, aside), pause=float(rng.uniform(2.0, 4.0)))], at)
