"""Shapes on the picture: zones, lines and boxes, all in fractions of its width and height.

(0,0) ──► x              a line a→b and the two sides of somebody who walks from a to b:
  │
  ▼ y                        left  ◄─ a ─►  right      (on the picture, y points down;
                                      │                 a line drawn downwards has the
                                      ▼ b               picture's left at the walker's right)
"""

from dataclasses import dataclass, field
from typing import Literal

import shapely

Point = tuple[float, float]
Xyxy = tuple[float, float, float, float]
Side = Literal["left", "right"]

EDGE = 0.02  # share of the picture that counts as its border


def rounded(xyxy: Xyxy) -> Xyxy:
    """A box on the grid of 1e-4 of the picture that trackers, rules and records share."""
    x1, y1, x2, y2 = xyxy
    return (round(x1, 4), round(y1, 4), round(x2, 4), round(y2, 4))


def foot(xyxy: Xyxy, hidden_below: float = 0.0) -> Point:
    """The reference point of an object: the bottom centre of its box, or so much below it."""
    return ((xyxy[0] + xyxy[2]) / 2, xyxy[3] + hidden_below)


def at_edge(xyxy: Xyxy) -> bool:
    """Whether a box touches the picture's border, or nearly: what is lost there may have left."""
    return min(xyxy[0], xyxy[1]) < EDGE or max(xyxy[2], xyxy[3]) > 1 - EDGE


def iou(a: Xyxy, b: Xyxy) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed shape on the picture, border included. Raises ValueError where it is none."""

    points: tuple[Point, ...]
    _prepared: shapely.Polygon = field(init=False, repr=False, compare=False)
    _bounds: Xyxy = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(set(self.points)) < 3:
            raise ValueError(f"a polygon needs three different points, this has {len(set(self.points))}")
        shape = shapely.Polygon(self.points)
        if not shape.is_valid:
            raise ValueError(f"the polygon is not simple: {shapely.is_valid_reason(shape)}")
        if shape.area == 0:
            raise ValueError("the polygon has no area")
        shapely.prepare(shape)
        object.__setattr__(self, "_prepared", shape)
        object.__setattr__(self, "_bounds", shape.bounds)

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside or on the border."""
        (x, y), (left, top, right, bottom) = point, self._bounds
        if not (left <= x <= right and top <= y <= bottom):
            return False  # most points of most zones: a tenth of the exact test's cost
        return bool(shapely.intersects_xy(self._prepared, *point))


@dataclass(frozen=True, slots=True)
class Segment:
    """A directed line from `a` to `b`. Raises ValueError where both are the same point."""

    a: Point
    b: Point

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise ValueError("a line needs two different points")

    def offset(self, point: Point) -> float:
        """Twice the signed area of (a, b, point): positive on the walker's right, 0 on the line.

        The cross product (b - a) × (point - a) of plane geometry; y points down on a picture, so
        that positive is clockwise, the right hand.
        """
        (ax, ay), (bx, by), (px, py) = self.a, self.b, point
        return (bx - ax) * (py - ay) - (by - ay) * (px - ax)

    def side(self, point: Point) -> Side | None:
        """On which side of the endless line the point lies; None on it."""
        offset = self.offset(point)
        if offset == 0:
            return None
        return "right" if offset > 0 else "left"

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Whether the way from `start` to `end` meets this line between its two ends."""
        way = shapely.LineString((start, end)) if start != end else shapely.Point(start)
        return bool(way.intersects(shapely.LineString((self.a, self.b))))
