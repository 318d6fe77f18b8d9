"""The rule `line`: an object's path crosses a line in a counted direction.

A side is believed only once it was held for a while, so that
jitter on the line counts once:

    left  ●──●──●            ●  ●──●──●     settled left; each brief visit to the right is forgotten
    ──────────────╲────╱──╲─╱──────────────  the line
    right          ●──●     ●                settled right after `settle_seconds` → one crossing
"""

from dataclasses import dataclass, field
from itertools import pairwise

from sharp_eyes.clock import microseconds
from sharp_eyes.domain import Ending, EventRecord, Observation, Reason, Scene, TrackedObject
from sharp_eyes.geometry import Side
from sharp_eyes.rules.rule import Author, observe
from sharp_eyes.rules.spec import LineSettings

# A track unseen for this long is forgotten: no tracker remembers it for longer.
FORGET_AFTER = microseconds(60.0)

# A path that jitters on the line for longer than this many observations starts again from nothing.
LONGEST_JITTER = 2_000


@dataclass(slots=True)
class Path:
    """One object's way: the side it holds, and every observation since it was last sure there."""

    begun: Observation  # confident enough to begin the path
    observations: list[Observation] = field(default_factory=list)
    settled: Side | None = None
    side: Side | None = None  # the side of the newest observation that was off the line …
    side_from: int = 0  # … and the index in `observations` where it came there

    def newest_run(self) -> int:
        """For how long (microseconds) the newest side has been held."""
        return self.observations[-1].at - self.observations[self.side_from].at

    def forget_before(self, index: int) -> None:
        """Drop the observations before `index`, which lies within the newest run."""
        del self.observations[:index]
        self.side_from = max(0, self.side_from - index)


class LineRule:
    """Fires on each settled crossing in a counted direction. State: one `Path` per track."""

    def __init__(self, author: Author, settings: LineSettings) -> None:
        self._author = author
        self._settings = settings
        self._settle = microseconds(settings.settle_seconds)
        self._cooldown = microseconds(author.spec.cooldown_seconds)
        self._paths: dict[int, Path] = {}
        self._quiet_until: dict[int, int] = {}

    def step(self, scene: Scene) -> list[EventRecord]:
        """Follow every path; a crossing is dated at the first observation beyond the line."""
        records: list[EventRecord] = []
        if scene.looked:
            for seen in scene.objects:
                if self._author.wants(seen):
                    records += self._follow(seen, scene.at)
        self._forget(scene.at)
        return records

    def finish(self, because: Ending) -> list[EventRecord]:  # noqa: ARG002 - a crossing is a moment: nothing is open
        """Forget every path."""
        self._paths.clear()
        self._quiet_until.clear()
        return []

    def _follow(self, seen: TrackedObject, at: int) -> list[EventRecord]:
        path = self._paths.get(seen.track)
        if path is None:
            if seen.confidence < self._author.spec.min_confidence:
                return []
            path = self._paths[seen.track] = Path(observe(seen, at))
        observation = observe(seen, at)
        path.observations.append(observation)
        side = self._settings.line.segment.side(observation.foot)
        if side is not None and side != path.side:
            path.side, path.side_from = side, len(path.observations) - 1
        if len(path.observations) > LONGEST_JITTER:
            self._paths[seen.track] = Path(path.begun, path.observations[-1:], side=side)
        elif path.side is not None and path.newest_run() >= self._settle:
            return self._believe(path, path.side)
        return []

    def _believe(self, path: Path, side: Side) -> list[EventRecord]:
        """The newest side is believed: an event if another was held and the line was met."""
        first_beyond = path.observations[path.side_from]
        crossed = path.settled not in {None, side} and self._met_line(path)
        consumed = self._consumed(path) if crossed else ()
        path.settled = side
        path.forget_before(self._needed_from(path))
        if not crossed or side not in self._settings.directions:
            return []
        if first_beyond.at < self._quiet_until.get(first_beyond.track, first_beyond.at):
            return []
        self._quiet_until[first_beyond.track] = first_beyond.at + self._cooldown
        return [self._author.raised(first_beyond, self._reason(consumed), side)]

    def _consumed(self, path: Path) -> tuple[Observation, ...]:
        """What raises the event again: a path that faded needs the observation that began it."""
        faded = path.observations[0].confidence < self._author.spec.min_confidence
        return (path.begun, *path.observations) if faded else tuple(path.observations)

    def _needed_from(self, path: Path) -> int:
        """Where the shortest stretch of the newest run begins that still makes its side believed."""
        newest = path.observations[-1].at
        for start in range(len(path.observations) - 1, path.side_from, -1):
            seen = path.observations[start]
            held = newest - seen.at >= self._settle
            if held and self._settings.line.segment.side(seen.foot) == path.side:
                return start
        return path.side_from

    def _met_line(self, path: Path) -> bool:
        """Whether the way from the last point on the old side passed between the line's ends."""
        way = [seen.foot for seen in path.observations[: path.side_from + 1]]
        return any(self._settings.line.segment.crossed_by(a, b) for a, b in pairwise(way))

    def _forget(self, at: int) -> None:
        for track, path in list(self._paths.items()):
            if at - path.observations[-1].at > FORGET_AFTER:
                del self._paths[track]
        for track, until in list(self._quiet_until.items()):
            if until <= at and track not in self._paths:
                del self._quiet_until[track]

    def _reason(self, observations: tuple[Observation, ...]) -> Reason:
        spec = self._author.spec
        thresholds = (
            ("settle_seconds", self._settings.settle_seconds),
            ("min_confidence", spec.min_confidence),
            ("min_height", spec.min_height),
        )
        return Reason(thresholds, observations)
