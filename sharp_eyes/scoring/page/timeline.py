"""What a camera's timeline shows: every truth and event with its verdict, in bands by type.

truth    ─◆──────◇─────▨▨▨▨──     ◆ found   ◇ missed   ▨ a stretch that must be silent
events   ──●───────────▲─────     ● found   ▲ extra
         0:00        1:00
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from sharp_eyes.scoring.matching import EventLine, NoRuleYet, Outcome
from sharp_eyes.scoring.page.moments import FURTHEST_SECONDS
from sharp_eyes.scoring.summary import JudgedClip
from sharp_eyes.scoring.truth import TruthEntry

Verdict = Literal["found", "missed", "extra", "kept", "broken", "waiting"]


@dataclass(frozen=True, slots=True)
class Item:
    """One verdict: on an event, on an entry of the truth, or on both that belong together.

    Found has both; missed, kept and broken (stretches of silence) have the entry, extra has the event;
    what waits for its rule has either.
    """

    verdict: Verdict
    type: str
    camera: str
    event: EventLine | None = None
    entry: TruthEntry | None = None

    def seconds(self, *, absolute: bool) -> list[float]:
        """The moments that a timeline must reach to show it."""
        said = [self.event.seconds(absolute=absolute)] if self.event else []
        due = [self.entry.starts_at, self.entry.ends_at] if self.entry else []
        return due + said

    @property
    def silent(self) -> bool:
        """Whether it is a stretch of silence."""
        return self.entry is not None and self.entry.must_be_silent


@dataclass(frozen=True, slots=True)
class Timeline:
    """One camera from `start` to `end`, seconds of the clip or, when absolute, of UTC."""

    camera: str
    absolute: bool
    start: float
    end: float
    bands: tuple[tuple[str, tuple[Item, ...]], ...]  # per type of event, in order of time

    @property
    def items(self) -> Iterator[Item]:
        """All verdicts of all bands."""
        for _, items in self.bands:
            yield from items

    def rows(self, most: int) -> list["Timeline"]:
        """The same in rows of one length, as many as give each band `most` verdicts a row on average."""
        count = max(math.ceil(len(items) / most) for _, items in self.bands)
        edges = [self.start + (self.end - self.start) * n / count for n in range(count)] + [self.end]
        return [replace(self, start=start, end=end) for start, end in pairwise(edges)]

    def reaches(self, seconds: float) -> bool:
        """Whether a moment lies on it; on the edge of two rows it is on both."""
        return self.start <= seconds <= self.end

    def share(self, seconds: float) -> float:
        """Where a moment lies: 0 at the start, 1 at the end."""
        inside = min(max(seconds, self.start), self.end)
        return (inside - self.start) / (self.end - self.start)


def timelines(judged: JudgedClip) -> list[Timeline]:
    """One per camera, in order; two where its truth counts in seconds and in moments both."""
    items = list(_items(judged))
    of_clip = {item.camera for item in items if item.entry and not item.entry.absolute}
    grouped: dict[tuple[str, bool], list[Item]] = {}
    for item in items:
        grouped.setdefault((item.camera, _absolute(item, of_clip)), []).append(item)
    observed = judged.clip.observed_seconds or 0.0
    return [_timeline(*sort, grouped[sort], observed) for sort in sorted(grouped)]


def _absolute(item: Item, of_clip: set[str]) -> bool:
    """Whether it is shown by moments: as its truth counts, else as its camera's truth does."""
    if item.entry is not None:
        return item.entry.absolute
    return item.camera not in of_clip or item.event is None or item.event.offset_seconds is None


def _items(judged: JudgedClip) -> Iterator[Item]:
    for kind, outcome in judged.score.by_type.items():
        yield from _judged(kind, outcome)
    for kind, waiting in judged.score.no_rule_yet.items():
        yield from _waiting(kind, waiting)


def _judged(kind: str, outcome: Outcome) -> Iterator[Item]:
    for event, entry in outcome.matched:
        yield Item("found", kind, entry.camera, event, entry)
    for event in outcome.extra:
        yield Item("extra", kind, event.camera, event)
    alone: tuple[tuple[Verdict, list[TruthEntry]], ...] = (
        ("missed", outcome.missed),
        ("kept", outcome.kept),
        ("broken", outcome.broken),
    )
    for verdict, entries in alone:
        for entry in entries:
            yield Item(verdict, kind, entry.camera, entry=entry)


def _waiting(kind: str, waiting: NoRuleYet) -> Iterator[Item]:
    for entry in waiting.truth:
        yield Item("waiting", kind, entry.camera, entry=entry)
    for event in waiting.events:
        yield Item("waiting", kind, event.camera, event)


def _timeline(camera: str, absolute: bool, items: list[Item], observed_seconds: float) -> Timeline:
    moments = [one for item in items for one in item.seconds(absolute=absolute)]
    if not absolute:
        moments = [one for one in moments if abs(one) <= FURTHEST_SECONDS] + [0.0, observed_seconds]
    start, end = min(moments), max(moments)
    kinds = sorted({item.type for item in items})
    return Timeline(
        camera,
        absolute,
        start,
        max(end, start + 1),
        tuple((kind, _in_order((i for i in items if i.type == kind), absolute)) for kind in kinds),
    )


def _in_order(items: Iterable[Item], absolute: bool) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.seconds(absolute=absolute)[0]))
