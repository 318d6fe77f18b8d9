"""Which parts of the picture change between two moments: the rest of it is drawn once."""

from collections.abc import Sequence

import numpy as np

from sample_videos.studio.camera import HEIGHT, WIDTH, Box, Camera, Points
from sample_videos.studio.picture.outline import NEAREST_M
from sample_videos.studio.picture.weather import Weather

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom in pixels
WHOLE: Rectangle = (0, 0, WIDTH, HEIGHT)
_AROUND_PX = 4
_AROUND_SHARE = 0.01  # of a figure's size: its outline is not quite all of it
_SOFT_REACH_M = 0.9  # how far a shadow without sun reaches beyond what throws it
_HARD_REACH_M = 0.12  # across the sun's rays: its edge is two texels of the shadow map wide


def changed(camera: Camera, weather: Weather, outline: Points) -> Rectangle | None:
    """The part of the picture with a figure (points (n, 3)) and its shadow; None if neither shows."""
    points = np.concatenate((outline, _shadow(outline, weather)))
    pixels, depth = camera.ideal(points)
    before = depth > NEAREST_M
    if not before.any():
        return None
    around = camera.around(*pixels[before].min(axis=0), *pixels[before].max(axis=0))
    if not before.all():  # it reaches behind the eye: its end in the picture cannot be told from points
        near = around[0] < WIDTH and around[1] < HEIGHT and around[2] > 0 and around[3] > 0
        return WHOLE if near else None
    return _within_picture(around)


def _within_picture(around: Box) -> Rectangle | None:
    left, top, right, bottom = around
    spare = _AROUND_PX + int(_AROUND_SHARE * max(right - left, bottom - top))
    x0, y0 = max(0, int(left) - spare), max(0, int(top) - spare)
    x1, y1 = min(WIDTH, int(right) + spare + 1), min(HEIGHT, int(bottom) + spare + 1)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _shadow(points: Points, weather: Weather) -> Points:
    """Where the key light's rays through the points meet the floor."""
    towards = np.array(weather.sun_towards)
    fallen = points - towards * (points[:, 2:] / towards[2])
    reach = _HARD_REACH_M / towards[2] if weather.soft_share == 0 else _SOFT_REACH_M
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
