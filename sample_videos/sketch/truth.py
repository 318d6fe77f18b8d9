"""What happens in a clip, computed from the boxes that were painted.

The foot point of an object is the bottom centre of its visible box. A stay may be interrupted
for `GRACE_SECONDS`; a crossing counts when the object stays on the other side for a moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

import cv2
import numpy as np

from sample_videos.sketch.lens import HEIGHT, WIDTH, Floats
from sample_videos.sketch.street import CAMERA, RULES, Rule

GRACE_SECONDS = 1.0
SETTLED_SECONDS = 0.4
NEAR = 0.075  # heights of the picture within which a passer-by is a near miss


@dataclass(frozen=True, slots=True)
class Shown:
    """One object in one frame; `xyxy` in fractions of the picture."""

    id: int
    label: str
    xyxy: tuple[float, float, float, float]
    visible: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The objects of one frame."""

    frame: int
    seconds: float
    objects: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that must be raised, or a span in which a rule must be silent."""

    camera: str
    type: str
    rule: str
    start: float
    end: float
    tolerance_seconds: float | None
    direction: str | None
    label: str
    objects: tuple[int, ...]
    must_be_silent: bool

    def row(self) -> dict[str, object]:
        """Give the keys and values of a line of truth.jsonl."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Trail:
    """The foot points of one object: seconds (n,) and pixels (n, 2)."""

    identity: int
    label: str
    seconds: Floats
    feet: Floats


def trails(frames: Iterable[Frame]) -> list[Trail]:
    """Give the way of every object through the clip."""
    points: dict[tuple[int, str], list[tuple[float, float, float]]] = {}
    for frame in frames:
        for shown in frame.objects:
            left, _, right, bottom = shown.xyxy
            foot = (frame.seconds, (left + right) / 2 * WIDTH, bottom * HEIGHT)
            points.setdefault((shown.id, shown.label), []).append(foot)
    tables = {key: np.array(rows) for key, rows in points.items()}
    return [Trail(*key, rows[:, 0], rows[:, 1:]) for key, rows in sorted(tables.items())]


def truths(frames: list[Frame]) -> list[Truth]:
    """Everything that the rules must raise or must not raise, by start."""
    found: list[Truth] = []
    for rule in RULES:
        for trail in trails(frames):
            if trail.label in rule.labels:
                found += _crossings(rule, trail) if rule.dwell_seconds is None else _stays(rule, trail)
    return sorted(found, key=lambda truth: (truth.start, truth.rule, truth.objects))


def _entry(rule: Rule, trail: Trail, span: tuple[float, float], direction: str | None, silent: bool) -> Truth:
    return Truth(
        CAMERA,
        rule.kind,
        rule.name,
        round(span[0], 3),
        round(span[1], 3),
        None if silent else rule.tolerance_seconds,
        direction,
        trail.label,
        (trail.identity,),
        silent,
    )


def _runs(seconds: Floats, on: np.ndarray, gap: float) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch where `on` holds but for gaps of some seconds."""
    indices = np.flatnonzero(on)
    if len(indices) == 0:
        return
    breaks = np.flatnonzero(np.diff(seconds[indices]) > gap)
    firsts = np.concatenate((indices[:1], indices[breaks + 1]))
    lasts = np.concatenate((indices[breaks], indices[-1:]))
    for first, last in zip(firsts, lasts, strict=True):
        yield int(first), int(last)


def _stays(rule: Rule, trail: Trail) -> list[Truth]:
    """Raise a stay of the dwell or longer when the dwell is over; anything less is silent."""
    outline = (np.array(rule.points) * (WIDTH, HEIGHT)).astype(np.float32)
    depth = np.array([cv2.pointPolygonTest(outline, (float(x), float(y)), True) for x, y in trail.feet])
    dwell = rule.dwell_seconds or 0.0
    found = []
    for first, last in _runs(trail.seconds, depth > -NEAR * HEIGHT, GRACE_SECONDS):
        piece = slice(first, last + 1)
        stays = [
            (float(trail.seconds[first + a]) + dwell, float(trail.seconds[first + b]))
            for a, b in _runs(trail.seconds[piece], depth[piece] >= 0, GRACE_SECONDS)
        ]
        raised = [stay for stay in stays if stay[1] >= stay[0]]
        found += [_entry(rule, trail, stay, None, False) for stay in raised]
        if not raised:
            span = (float(trail.seconds[first]), float(trail.seconds[last]))
            found.append(_entry(rule, trail, span, None, True))
    return found


def _crossings(rule: Rule, trail: Trail) -> list[Truth]:
    """Settled changes of side between the line's ends; coming near without one is silent."""
    start, end = np.array(rule.points) * (WIDTH, HEIGHT)
    along = end - start
    length = float(np.hypot(*along))
    away = trail.feet - start
    side = (along[0] * away[:, 1] - along[1] * away[:, 0]) / length
    place = (away @ along) / length**2
    found = [
        _entry(rule, trail, (at, at), direction, False)
        for at, where, direction in _changes(trail.seconds, side, place)
        if 0 <= where <= 1
    ]
    beyond = np.maximum(0.0, np.maximum(-place, place - 1)) * length
    near = np.hypot(side, beyond) < NEAR * HEIGHT
    for first, last in _runs(trail.seconds, near, GRACE_SECONDS):
        span = (float(trail.seconds[first]), float(trail.seconds[last]))
        if not any(span[0] - GRACE_SECONDS <= one.start <= span[1] + GRACE_SECONDS for one in found):
            found.append(_entry(rule, trail, span, None, True))
    return found


def _changes(seconds: Floats, side: Floats, place: Floats) -> Iterator[tuple[float, float, str]]:
    """When, where along the line, and to which side; a positive side is the walker's right.

    On a picture y grows downwards: for a line drawn downwards, the picture's left is `right`.
    """
    if len(seconds) < 2:
        return
    gap = 1.5 * float(np.median(np.diff(seconds)))
    settled: list[tuple[int, int, float]] = []
    signs = np.sign(side)
    for sign in (-1.0, 1.0):
        for first, last in _runs(seconds, signs == sign, gap):
            if seconds[last] - seconds[first] >= SETTLED_SECONDS:
                settled.append((first, last, sign))
    settled.sort()
    for before, after in pairwise(settled):
        if before[2] == after[2]:
            continue
        index = after[0]
        step = float(side[index - 1] - side[index])
        share = float(np.clip(side[index - 1] / step, 0.0, 1.0)) if step else 0.0
        at = float(seconds[index - 1] + share * (seconds[index] - seconds[index - 1]))
        where = float(place[index - 1] + share * (place[index] - place[index - 1]))
        yield at, where, "right" if after[2] > 0 else "left"
