"""Which parts of the picture change between two moments: the rest of it is drawn once."""

from collections.abc import Sequence

import numpy as np

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera, Points
from sample_videos.studio.outline import NEAREST_M
from sample_videos.studio.weather import Weather

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom in pixels
WHOLE: Rectangle = (0, 0, WIDTH, HEIGHT)
_AROUND_PX = 4
_SOFT_REACH_M = 0.9  # how far a shadow without sun reaches beyond what throws it


def changed(camera: Camera, weather: Weather, outline: Points) -> Rectangle | None:
    """The part of the picture with a figure (points (n, 3)) and its shadow; None if neither shows."""
    points = np.concatenate((outline, _shadow(outline, weather)))
    pixels, depth = camera.project(points)
    before = depth > NEAREST_M
    if not before.any():
        return None
    low, high = pixels[before].min(axis=0), pixels[before].max(axis=0)
    if not before.all():  # it reaches behind the eye: its end in the picture cannot be told from points
        near = (low < (WIDTH, HEIGHT)).all() and (high > 0).all()
        return WHOLE if near else None
    left, top = max(0, int(low[0]) - _AROUND_PX), max(0, int(low[1]) - _AROUND_PX)
    right, bottom = min(WIDTH, int(high[0]) + _AROUND_PX + 1), min(HEIGHT, int(high[1]) + _AROUND_PX + 1)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _shadow(points: Points, weather: Weather) -> Points:
    """Where the key light's rays through the points meet the floor."""
    towards = np.array(weather.sun_towards)
    fallen = points - towards * (points[:, 2:] / towards[2])
    if weather.soft_share == 0:
        return np.asarray(fallen)
    reach = _SOFT_REACH_M
    around = ((reach, reach, 0), (reach, -reach, 0), (-reach, reach, 0), (-reach, -reach, 0))
    return np.concatenate([fallen + np.array(step) for step in around])


def merged(rectangles: Sequence[Rectangle]) -> list[Rectangle]:
    """Fewer rectangles that cover the same: two become one where that does not cost more area."""
    kept: list[Rectangle] = []
    for rectangle in rectangles:
        grown = rectangle
        while other := next(
            (one for one in kept if _area(_around(one, grown)) <= _area(one) + _area(grown)), None
        ):
            kept.remove(other)
            grown = _around(other, grown)
        kept.append(grown)
    return kept


def _around(one: Rectangle, other: Rectangle) -> Rectangle:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(rectangle: Rectangle) -> int:
    return (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])
