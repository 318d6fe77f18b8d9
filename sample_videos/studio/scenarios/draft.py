"""A scenario in the making: places, rules and actors are added one by one, each checked against the rest.

A way is drawn at random until it does what it is meant to do, without doubt (`firmness`): an incident of
the rule it is for, or nothing but coming near; and until nobody walks through anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import shapely

from sample_videos.studio.actor import Actor, Figure, Track
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.faults import Fault
from sample_videos.studio.scenario import Corner, Line, RuleWish, Zone
from sample_videos.studio.scenarios.cast import Cast
from sample_videos.studio.scenarios.ground import NoRoomError, Shape, Walks
from sample_videos.studio.sites.site import Place, Site
from sample_videos.studio.truth.encounters import collide, overlap
from sample_videos.studio.truth.firmness import firm_findings, firm_group
from sample_videos.studio.truth.incidents import passages, single
from sample_videos.studio.truth.trail import Trail, trail
from sample_videos.studio.truth.verdicts import NEAR_M

_DRAWS = 40
_OFF = 0.16  # share of a box's height by which the boxes of a draft may be off
_BENDS = 6  # parts into which the sides of a zone are cut where the lens bends them
_EDGE = 0.01


@dataclass(slots=True)
class Draft:
    """What there is of a scenario so far. Times are seconds of the clip."""

    site: Site
    cast: Cast
    seconds: float
    difficulty: str
    condition: str
    rng: np.random.Generator
    seed: int
    walks: Walks
    zones: list[Zone] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    rules: list[RuleWish] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    trails: list[Trail] = field(default_factory=list)

    @property
    def level(self) -> int:
        """0, 1 or 2: easy, medium, hard."""
        return ("easy", "medium", "hard").index(self.difficulty)

    @property
    def fences(self) -> list[Shape]:
        """All zones and lines as shapes on the floor."""
        shapes: list[Shape] = [shapely.Polygon(zone.floor) for zone in self.zones]
        return [*shapes, *(shapely.LineString(line.floor) for line in self.lines)]

    def zone(self, name: str, floor: Sequence[Place]) -> Zone:
        """Lay a zone. Raises NoRoomError where it is not wholly in the picture."""
        parts = _BENDS if self.site.camera.barrel > 0.005 else 1
        ends = [*floor[1:], floor[0]]
        dense = [
            (a[0] + (b[0] - a[0]) * step / parts, a[1] + (b[1] - a[1]) * step / parts)
            for a, b in zip(floor, ends, strict=True)
            for step in range(parts)
        ]
        zone = Zone(name, tuple(floor), self._on_picture(dense))
        self.zones.append(zone)
        return zone

    def line(self, name: str, start: Place, end: Place) -> Line:
        """Lay a line. Raises NoRoomError where it is not wholly in the picture."""
        first, last = self._on_picture([start, end])
        line = Line(name, (start, end), (first, last))
        self.lines.append(line)
        return line

    def rule(self, rule: RuleWish) -> RuleWish:
        """Wish for a rule."""
        self.rules.append(rule)
        return rule

    def place_of(self, rule: RuleWish) -> Zone | Line | None:
        """Where a rule holds; None for the whole picture."""
        places: list[Zone | Line] = [*self.zones, *self.lines]
        return next((place for place in places if place.name == rule.place), None)

    def act(
        self,
        figures: Sequence[Figure],
        draw: Callable[[], Track | Sequence[Track]],
        raising: Mapping[str, int] | None = None,
        reason: str = "",
    ) -> tuple[Actor, ...]:
        """Let figures go the ways that are drawn: one way for all of them, or one for each.

        `raising` says how many incidents each rule has to find in the first of them (none if left out);
        `reason` why somebody might see one where there is none. Raises NoRoomError where no way of many
        does that.
        """
        for _ in range(_DRAWS):
            try:
                drawn = draw()
            except NoRoomError:
                continue
            tracks = drawn if isinstance(drawn, Sequence) else [drawn] * len(figures)
            actors = [
                Actor(len(self.actors) + 1 + number, figure, track)
                for number, (figure, track) in enumerate(zip(figures, tracks, strict=True))
            ]
            trails = [trail(actor, self.site.camera, self.seconds) for actor in actors]
            if self._does(trails, raising or {}, reason) and not self._in_the_way(actors, trails):
                self.actors += actors
                self.trails += trails
                self.reasons |= {actor.identity: reason for actor in actors if reason}
                return tuple(actors)
        raise NoRoomError(f"no way was found for: {reason or dict(raising or {}) or 'passing by'}")

    def moments(self, count: int, first: float, last: float) -> list[float]:
        """So many times from `first` to `last`, spread out, with chance in them."""
        span = (last - first) / max(count, 1)
        return [first + span * (number + float(self.rng.uniform(0.1, 0.9))) for number in range(count)]

    def near_misses(self, ways: Mapping[str, Callable[[float], Track]], count: int) -> None:
        """Let people go `count` of the ways, each drawn for a time at which it is near; reason → way.

        A way for which there is no room is left out for another. Raises NoRoomError where fewer than
        half can be gone.
        """
        reasons = [str(reason) for reason in self.rng.permutation(list(ways))]
        gone = 0
        for number, at in enumerate(self.moments(count, 1.2, self.seconds - 1.8)):
            person = self.cast.person(self.rng)
            for reason in reasons[number % len(reasons) :] + reasons[: number % len(reasons)]:
                try:
                    self.act([person], partial(ways[reason], at), reason=reason)
                except NoRoomError:
                    continue
                gone += 1
                break
        if 2 * gone < count:
            raise NoRoomError(f"only {gone} of {count} near misses have room")

    def _on_picture(self, places: Sequence[Place]) -> tuple[Corner, ...]:
        pixels, depth = self.site.camera.project(np.array([(x, y, 0.0) for x, y in places]))
        corners = pixels / (WIDTH, HEIGHT)
        if depth.min() <= 0.3 or corners.min() < _EDGE or corners.max() > 1 - _EDGE:
            raise NoRoomError("the place is not wholly in the picture")
        return tuple((round(x, 4), round(y, 4)) for x, y in corners.tolist())

    def _does(self, trails: Sequence[Trail], raising: Mapping[str, int], reason: str) -> bool:
        """Whether the first raises what it is to raise, the others nothing, and a near miss comes near."""
        for number, one in enumerate(trails):
            if not len(one.seconds):
                return False
            for rule in self.rules:
                if not single(rule.kind):
                    if self._counts_in_doubt(rule, one):
                        return False
                    continue
                said = firm_findings(rule, self.place_of(rule), one, _OFF)
                wanted = raising.get(rule.name, 0) if number == 0 else 0
                if said is None or len(said) != wanted:
                    return False
        return not reason or any(self._comes_near(one) for one in trails)

    def _counts_in_doubt(self, rule: RuleWish, one: Trail) -> bool:
        """Whether somebody stands on the edge of the zone as people in it are counted."""
        place = self.place_of(rule)
        return rule.kind == "occupancy" and firm_group(rule, place, [one], self.seconds, _OFF) is None

    def _comes_near(self, one: Trail) -> bool:
        places = [self.place_of(rule) for rule in self.rules]
        return any(place is None or passages(place, one, NEAR_M) for place in places)

    def _in_the_way(self, actors: Sequence[Actor], trails: Sequence[Trail]) -> bool:
        """Whether somebody walks through somebody, or, where it is easy, hides somebody who matters."""
        own = {actor.identity for actor in actors}
        nobody_hidden = self.level == 0 and any(single(rule.kind) for rule in self.rules)
        for actor, one in zip(actors, trails, strict=True):
            for earlier, other in zip(self.actors, self.trails, strict=True):
                if earlier.identity in own:
                    continue
                if collide(actor, one, earlier, other):
                    return True
                if nobody_hidden and overlap(one, other):
                    return True
        return False
