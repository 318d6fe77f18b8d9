"""Whether two actors get into one another on the floor, or before one another in the picture."""

import numpy as np

from sample_videos.studio.actor import Actor
from sample_videos.studio.truth.trail import RATE, Trail

_ELBOW_ROOM = 0.55  # metres between the middles of two people who pass
_BERTH = 0.45  # metres between a vehicle's side and somebody's middle
_HIDDEN = 0.35  # share of a box that may lie behind another


def collide(one: Actor, one_trail: Trail, other: Actor, other_trail: Trail) -> bool:
    """Whether the two are ever in the same place. A bag and somebody who carries it never are."""
    if "bag" in {one.figure.label, other.figure.label}:
        return False
    first, second = _together(one_trail, other_trail)
    if len(first) == 0:
        return False
    between = other_trail.floor[second] - one_trail.floor[first]
    if one.figure.label == other.figure.label == "person":
        return bool((np.hypot(*between.T) < _ELBOW_ROOM).any())
    large, small = (one, other) if one.figure.size[0] >= other.figure.size[0] else (other, one)
    if large is other:
        between = -between
    moments = (one_trail.seconds[first]).tolist()
    return _in_rectangle(large, small, moments, between)


def _in_rectangle(large: Actor, small: Actor, moments: list[float], between: np.ndarray) -> bool:
    """Whether the ends or the middle of the smaller one come into the larger one's rectangle."""
    length, width, _ = large.figure.size
    reach = small.figure.size[0] / 2
    for at, (dx, dy) in zip(moments[::3], between[::3].tolist(), strict=True):
        if abs(dx) + abs(dy) > length + reach + 3.0:
            continue
        stance, towards = large.track.stance(at), small.track.stance(at)
        if stance is None or towards is None:
            continue
        for share in (-1.0, 0.0, 1.0):
            x = dx + share * reach * float(np.cos(towards.yaw))
            y = dy + share * reach * float(np.sin(towards.yaw))
            cosine, sine = float(np.cos(stance.yaw)), float(np.sin(stance.yaw))
            ahead, aside = cosine * x + sine * y, cosine * y - sine * x
            room = small.figure.size[1] / 2 + (_BERTH if small.figure.label == "person" else 0.2)
            if abs(ahead) < length / 2 + room + 0.3 and abs(aside) < width / 2 + room:
                return True
    return False


def overlap(one: Trail, other: Trail) -> bool:
    """Whether one of the two, seen in the picture, ever hides much of the other."""
    first, second = _together(one, other)
    if len(first) == 0:
        return False
    a, b = one.boxes[first], other.boxes[second]
    shared = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0.0).prod(axis=1)
    smaller = np.minimum((a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1))
    return bool(((shared > _HIDDEN * smaller) & one.in_picture[first]).any())


def _together(one: Trail, other: Trail) -> tuple[np.ndarray, np.ndarray]:
    """The places in both trails of the moments that both have."""
    first, second = (np.rint(trail.seconds * RATE).astype(np.int64) for trail in (one, other))
    _, rows, others = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    return rows, others
