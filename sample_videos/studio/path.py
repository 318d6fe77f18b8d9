"""How things go: waypoints on the floor made into smooth motion, and bags that go with somebody.

waypoints ─ corners rounded ─► curve ─ pace: cruise, bends, pauses ─► places at each moment
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Stance, Track
from sample_videos.studio.sites.site import Place

Samples = NDArray[np.float64]

_RATE = 50  # samples a second
_STEP = 0.05  # metres between the points of a curve
_PUT_DOWN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place on the way; how long it is paused there, and how fast it goes on from there.

    `pause` in seconds, `speed` in metres per second; without a speed it goes on as before.
    """

    place: Place
    pause: float = 0.0
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How something moves: how wide it rounds corners (metres), how it speeds up, brakes and leans (m/s²).

    `turn_seconds` is about how long it takes to turn on the spot.
    """

    corner: float
    acceleration: float
    braking: float
    sideways: float
    turn_seconds: float


ON_FOOT = Manner(corner=0.2, acceleration=1.6, braking=2.0, sideways=2.5, turn_seconds=0.2)
ON_WHEELS = Manner(corner=2.2, acceleration=1.8, braking=2.8, sideways=2.5, turn_seconds=0.1)
ON_A_CYCLE = Manner(corner=1.2, acceleration=1.2, braking=2.2, sideways=2.5, turn_seconds=0.15)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way, sampled from `starts_at` on: metres, radians, metres per second, metres travelled, each (n,)."""

    starts_at: float
    x: Samples
    y: Samples
    yaw: Samples
    speed: Samples
    travelled: Samples

    @property
    def ends_at(self) -> float:
        """When it leaves the scene, in seconds."""
        return self.starts_at + (len(self.x) - 1) / _RATE

    def stance(self, at: float) -> Stance | None:
        """Where it is at `at` seconds; None before and after."""
        index = (at - self.starts_at) * _RATE
        if index < 0 or index > len(self.x) - 1:
            return None
        low = min(int(index), len(self.x) - 2)
        x, y, yaw, speed, travelled = (
            float(row[low] + (index - low) * (row[low + 1] - row[low]))
            for row in (self.x, self.y, self.yaw, self.speed, self.travelled)
        )
        return Stance(x, y, yaw, 0.0, speed, travelled, at)

    def places(self, moments: Samples) -> Samples:
        """Seconds, x, y, z, yaw and speed at those of the moments at which it is in the scene, (n, 6)."""
        index = (moments - self.starts_at) * _RATE
        there = (index >= 0) & (index <= len(self.x) - 1)
        whole, index = np.arange(len(self.x)), index[there]
        x, y, yaw, speed = (np.interp(index, whole, row) for row in (self.x, self.y, self.yaw, self.speed))
        return np.stack((moments[there], x, y, np.zeros(len(index)), yaw, speed), axis=1)


def way(waypoints: Sequence[Waypoint], manner: Manner, at: float, where: int = 0) -> Way:
    """The way through the waypoints that comes to number `where` of them at `at` seconds.

    It is in full motion at its first and last waypoint unless it pauses there. Raises ValueError for
    fewer than two places, or where the first has no speed.
    """
    places = np.array([point.place for point in waypoints])
    if len(places) < 2 or waypoints[0].speed is None:
        raise ValueError("a way needs two places and a speed to begin with")
    corners, marks = _resampled(places)
    curve = np.stack([_blurred(row, manner.corner / _STEP) for row in corners.T], axis=1)
    steps = np.hypot(*np.diff(curve, axis=0).T)
    along = np.concatenate(((0.0,), np.cumsum(steps)))
    clock = _clock(along, _pace(curve, along, waypoints, marks, manner))
    pauses = [point.pause for point in waypoints]
    waited = np.concatenate(((0.0,), np.cumsum(pauses)))
    times, indices = _with_pauses(clock, marks, pauses)
    now = np.arange(times[0], times[-1], 1 / _RATE)
    index = np.interp(now, times, indices)
    whole = np.arange(len(curve))
    yaw = np.unwrap(np.arctan2(np.gradient(curve[:, 1]), np.gradient(curve[:, 0])))
    travelled = np.interp(index, whole, along)
    return Way(
        starts_at=at - float(clock[marks[where]] + waited[where]),
        x=np.interp(index, whole, curve[:, 0]),
        y=np.interp(index, whole, curve[:, 1]),
        yaw=_blurred(np.interp(index, whole, yaw), manner.turn_seconds * _RATE),
        speed=np.gradient(travelled) * _RATE,
        travelled=travelled,
    )


def _resampled(places: Samples) -> tuple[Samples, list[int]]:
    """Points every `_STEP` metres along the straight legs, and which of them the waypoints are."""
    points = [places[:1]]
    marks = [0]
    for start, end in pairwise(places):
        count = max(1, math.ceil(math.dist(start, end) / _STEP))
        points.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, None])
        marks.append(marks[-1] + count)
    return np.concatenate(points), marks


def _pace(
    curve: Samples, along: Samples, waypoints: Sequence[Waypoint], marks: Sequence[int], manner: Manner
) -> Samples:
    """The speed at each point of the curve: cruise, slower in bends, nothing at pauses.

    In squares of speed a constant acceleration is a straight line over the metres, so that the fastest
    pace within the limits is a running minimum in each direction.
    """
    squares = np.zeros(len(curve))
    for number, (point, mark) in enumerate(zip(waypoints, marks, strict=True)):
        if point.speed is not None:
            squares[mark if number else 0 :] = point.speed**2
    forward = np.gradient(curve, axis=0)
    bent = np.gradient(forward, axis=0)
    turning = np.abs(forward[:, 0] * bent[:, 1] - forward[:, 1] * bent[:, 0])
    length = np.hypot(*forward.T) + 1e-9
    squares = np.minimum(squares, np.maximum(manner.sideways * length**3 / (turning + 1e-9), 0.25))
    for point, mark in zip(waypoints, marks, strict=True):
        if point.pause > 0:
            squares[mark] = 0.0
    gained, lost = 2 * manner.acceleration * along, 2 * manner.braking * (along[-1] - along)
    squares = np.minimum.accumulate(squares - gained) + gained
    squares = (np.minimum.accumulate((squares - lost)[::-1]))[::-1] + lost
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _clock(along: Samples, pace: Samples) -> Samples:
    """When each point is reached without any pause, in seconds from the first."""
    mean = np.maximum((pace[1:] + pace[:-1]) / 2, 1e-3)
    return np.concatenate(((0.0,), np.cumsum(np.diff(along) / mean)))


def _with_pauses(clock: Samples, marks: Sequence[int], pauses: Sequence[float]) -> tuple[Samples, Samples]:
    """Times and the points of the curve at these times; a paused point has two times."""
    times, indices = clock.copy(), np.arange(len(clock), dtype=np.float64)
    for mark, pause in sorted(zip(marks, pauses, strict=True), reverse=True):
        if pause > 0:
            later = np.concatenate(((clock[mark] + pause,), times[mark + 1 :] + pause))
            times = np.concatenate((times[: mark + 1], later))
            indices = np.concatenate((indices[: mark + 1], indices[mark:]))
    return times, indices


def _blurred(values: Samples, deviation: float) -> Samples:
    """A Gaussian mean over samples; the ends stay where they are and go on straight."""
    reach = min(int(3 * deviation), len(values) - 1)
    if reach < 1:
        return values
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    padded = np.pad(values, reach, mode="reflect", reflect_type="odd")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"))


@dataclass(frozen=True, slots=True)
class Carried:
    """The way of a bag: with its owner from `since` to `until`, else where it was taken or left.

    `beside` is where it hangs in its owner's frame: forwards, to the left, up; metres.
    """

    owner: Track
    since: float
    until: float
    beside: tuple[float, float, float]

    def stance(self, at: float) -> Stance | None:
        """Where it is at `at` seconds; None while its owner is not in the scene with it."""
        held = min(max(at, self.since), self.until)
        owner = self.owner.stance(held)
        if owner is None:
            return None
        forwards, left, up = self.beside
        lowering = min(1.0, (held - self.since) / _PUT_DOWN_SECONDS, (self.until - held) / _PUT_DOWN_SECONDS)
        cosine, sine = math.cos(owner.yaw), math.sin(owner.yaw)
        return Stance(
            x=owner.x + cosine * forwards - sine * left,
            y=owner.y + sine * forwards + cosine * left,
            yaw=owner.yaw,
            z=up * lowering,
            speed=owner.speed if self.since <= at <= self.until else 0.0,
            travelled=owner.travelled,
            at=at,
        )
