"""The truth of a scenario: what each rule has to say of each trail, by the definitions of the rules.

Nothing here looks at pixels, and nothing of the programs that are judged is used: two readings of the
same definitions check one another.

enters        dwell reached          leaves      grace over
──┼────────────────┼────────────────────┼─────────────┼──► seconds of the clip
                   due                  end
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from sample_videos.studio.scenario import Line, RuleWish, Side, Zone
from sample_videos.studio.truth.trail import RATE, SIZE, Samples, Trail

Place = Zone | Line | None  # None: the whole picture
Flags = NDArray[np.bool_]

_GAP_SECONDS = 1.5 / RATE  # moments further apart are not one stretch


@dataclass(frozen=True, slots=True)
class Finding:
    """When something is due, until when it lasts, and to which side it went."""

    start: float
    end: float
    direction: Side | None = None


def findings(rule: RuleWish, place: Place, trail: Trail) -> list[Finding]:
    """What a rule about single objects has to say of one trail, in order. Labels are looked at."""
    if trail.label not in rule.labels or len(trail.seconds) < 2:
        return []
    if isinstance(place, Line):
        return _crossings(rule, place, trail)
    if isinstance(place, Zone):
        return _IN_ZONES[rule.kind](rule, place, trail)
    return _fast(rule, place, trail)


def single(kind: str) -> bool:
    """Whether rules of this kind are about one object at a time."""
    return kind == "line" or kind in _IN_ZONES


def runs(seconds: Samples, on: Flags, gap: float = _GAP_SECONDS) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch where `on` holds but for gaps shorter than `gap` seconds."""
    indices = np.flatnonzero(on)
    if len(indices) == 0:
        return
    breaks = np.flatnonzero(np.diff(seconds[indices]) >= gap)
    firsts = np.concatenate((indices[:1], indices[breaks + 1]))
    lasts = np.concatenate((indices[breaks], indices[-1:]))
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def inside(zone: Zone, trail: Trail) -> Flags:
    """At which moments the reference point lies in the zone as the picture shows it, (n,)."""
    polygon = shapely.Polygon(np.array(zone.points) * SIZE)
    return np.asarray(shapely.intersects_xy(polygon, *trail.feet.T), np.bool_)


def _stays(rule: RuleWish, place: Zone, trail: Trail) -> list[Finding]:
    """A stay is due at the first moment inside when the dwell is over; a cool-down may put it off."""
    within = inside(place, trail)
    dwell, grace = rule.threshold("dwell_seconds"), rule.threshold("exit_grace_seconds")
    found: list[Finding] = []
    quiet_until = -math.inf
    for first, last in runs(trail.seconds, within, grace):
        due_from = max(float(trail.seconds[first]) + dwell, quiet_until)
        late = np.flatnonzero(within[first : last + 1] & (trail.seconds[first : last + 1] >= due_from - 1e-6))
        if len(late):
            end = float(trail.seconds[last])
            found.append(Finding(float(trail.seconds[first + late[0]]), end))
            quiet_until = end + rule.threshold("cooldown_seconds")
    return found


def _crossings(rule: RuleWish, place: Line, trail: Trail) -> list[Finding]:
    """Settled changes of side where the path met the line between its ends."""
    start, end = np.array(place.points) * SIZE
    along = end - start
    away = trail.feet - start
    offset = along[0] * away[:, 1] - along[1] * away[:, 0]  # positive on the walker's right: y points down
    share = (away @ along) / float(along @ along)
    settled: list[tuple[int, Side]] = []
    for side, beyond in (("right", offset > 0), ("left", offset < 0)):
        settled += [
            (first, side)  # type: ignore[misc]  # the literals of the tuple above
            for first, last in runs(trail.seconds, beyond)
            if trail.seconds[last] - trail.seconds[first] >= rule.threshold("settle_seconds")
        ]
    settled.sort()
    found = []
    for before, (first, side) in pairwise(settled):
        if before[1] == side or side not in rule.directions:
            continue
        last = first - 1  # interpolate between the moments on either side of the line
        part = float(offset[last] / (offset[last] - offset[first])) if offset[last] != offset[first] else 1.0
        if 0 <= share[last] + part * (share[first] - share[last]) <= 1:
            at = float(trail.seconds[last] + part * (trail.seconds[first] - trail.seconds[last]))
            found.append(Finding(at, at, side))
    return found


def _against(rule: RuleWish, place: Zone, trail: Trail) -> list[Finding]:
    """Wrong way: in the zone two box widths of path, of which 60 % lie within 45° of the arrow."""
    if rule.arrow is None:
        return []
    arrow = (np.array(rule.arrow[1]) - np.array(rule.arrow[0])) * SIZE
    arrow /= np.linalg.norm(arrow)
    found = []
    for first, last in runs(trail.seconds, inside(place, trail), rule.threshold("exit_grace_seconds")):
        steps = np.diff(trail.feet[first : last + 1], axis=0)
        lengths = np.hypot(*steps.T)
        with_arrow = steps @ arrow >= math.cos(math.pi / 4) * lengths
        path, share = np.cumsum(lengths), np.cumsum(lengths * with_arrow)
        widths = (trail.boxes[:, 2] - trail.boxes[:, 0])[first + 1 : last + 1]
        due = np.flatnonzero(
            (path >= rule.threshold("box_widths") * widths) & (share >= rule.threshold("share") * path)
        )
        if len(due):
            found.append(Finding(float(trail.seconds[first + 1 + due[0]]), float(trail.seconds[last])))
    return found


def _standing(rule: RuleWish, place: Zone, trail: Trail) -> list[Finding]:
    """Stopped: stands still in the zone for `stopped_seconds`; once for each stay."""
    still = inside(place, trail) & (trail.speed < 0.1)
    return _held(rule.threshold("stopped_seconds"), trail, still)


def _fast(rule: RuleWish, place: Zone | None, trail: Trail) -> list[Finding]:
    """Running and speeding: over the limit for `held_seconds` on end, in the zone if there is one."""
    fast = (trail.speed >= rule.threshold("metres_per_second")) & trail.in_picture
    if isinstance(place, Zone):
        fast &= inside(place, trail)
    return _held(rule.threshold("held_seconds"), trail, fast)


def _held(seconds: float, trail: Trail, on: Flags) -> list[Finding]:
    return [
        Finding(float(trail.seconds[first]) + seconds, float(trail.seconds[last]))
        for first, last in runs(trail.seconds, on)
        if trail.seconds[last] - trail.seconds[first] >= seconds
    ]


_IN_ZONES: dict[str, Callable[[RuleWish, Zone, Trail], list[Finding]]] = {
    "intrusion": _stays,
    "loitering": _stays,
    "wrong_way": _against,
    "stopped": _standing,
    "running": _fast,
    "speeding": _fast,
}


def nearness(place: Zone | Line, trail: Trail) -> Samples:
    """How far the actor stands from a place on the floor, less half its own width, (n,) metres."""
    shape = shapely.Polygon(place.floor) if isinstance(place, Zone) else shapely.LineString(place.floor)
    return np.asarray(shapely.distance(shape, shapely.points(trail.floor)) - trail.width / 2)


def passages(place: Zone | Line, trail: Trail, near: float) -> Sequence[tuple[float, float]]:
    """The spans of seconds in which the actor is nearer to the place than `near` metres."""
    close = (nearness(place, trail) < near) & trail.in_picture
    return [
        (float(trail.seconds[first]), float(trail.seconds[last]))
        for first, last in runs(trail.seconds, close, 1.0)
    ]


def appearances(trail: Trail) -> Sequence[tuple[float, float]]:
    """The spans of seconds in which the actor stands in the picture."""
    return [
        (float(trail.seconds[first]), float(trail.seconds[last]))
        for first, last in runs(trail.seconds, trail.in_picture)
    ]
