"""How things move: timed waypoints on the picture made into smooth motion over the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_videos.sketch.lens import HEIGHT, WIDTH, Floats, Lens

Waypoint = tuple[float, float, float]
_SMOOTH_SECONDS = 0.35
_TURN_SECONDS = 0.2
_STILL = 0.15  # metres a second below which the heading is kept
_RATE = 50  # samples a second


@dataclass(frozen=True, slots=True)
class Motion:
    """A path sampled `_RATE` times a second from `start`: metres, radians, metres walked."""

    start: float
    right: Floats
    depth: Floats
    heading: Floats
    walked: Floats
    speed: Floats

    def at(self, seconds: float) -> tuple[float, float, float, float, float] | None:
        """Right, depth, heading, metres walked, metres a second; None before and after."""
        index = (seconds - self.start) * _RATE
        if index < 0 or index > len(self.right) - 1:
            return None
        low = min(int(index), len(self.right) - 2)
        share = index - low
        values = [
            float(row[low] + share * (row[low + 1] - row[low]))
            for row in (self.right, self.depth, self.heading, self.walked, self.speed)
        ]
        return values[0], values[1], values[2], values[3], values[4]


def motion(lens: Lens, waypoints: Sequence[Waypoint]) -> Motion:
    """Walk through waypoints (seconds, x, y in fractions of the picture), rounding the corners."""
    times = np.array([point[0] for point in waypoints])
    ground = np.array([lens.ground(x * WIDTH, y * HEIGHT) for _, x, y in waypoints])
    clock = np.arange(times[0], times[-1], 1 / _RATE)
    right = _blurred(np.interp(clock, times, ground[:, 0]), _SMOOTH_SECONDS)
    depth = _blurred(np.interp(clock, times, ground[:, 1]), _SMOOTH_SECONDS)
    steps = np.hypot(np.diff(right, prepend=right[0]), np.diff(depth, prepend=depth[0]))
    speed = _blurred(steps * _RATE, _TURN_SECONDS)
    return Motion(float(times[0]), right, depth, _headings(right, depth, speed), np.cumsum(steps), speed)


def _headings(right: Floats, depth: Floats, speed: Floats) -> Floats:
    """Give the direction of movement, kept while standing and turned smoothly."""
    raw = np.arctan2(np.gradient(depth), np.gradient(right))
    moving = np.flatnonzero(speed > _STILL)
    if len(moving) == 0:
        return np.zeros_like(raw)
    last = np.maximum.accumulate(np.where(speed > _STILL, np.arange(len(raw)), 0))
    last[: moving[0]] = moving[0]
    return _blurred(np.unwrap(raw[last]), _TURN_SECONDS)


def _blurred(values: Floats, seconds: float) -> Floats:
    """Take a Gaussian mean over time; the ends go on straight."""
    reach = int(3 * seconds * _RATE)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (seconds * _RATE)) ** 2)
    padded = np.pad(values, reach, mode="reflect", reflect_type="odd")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
