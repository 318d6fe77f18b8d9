"""Where on a plot people can stand in full sight of a camera, and the largest rectangles of it."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.shapes.transform import Vector
from sample_videos.studio.sites.plot import Plot, Rectangle

Flags = NDArray[np.bool_]
Points = NDArray[np.float64]

_CELL_M = 0.5
_REACH_M = 36.0  # from the middle of the plot
_MARGIN = 0.08  # of the picture
_SHORTEST_M = 3.0
_PERSON_M = 1.7


def in_picture(camera: Camera, points: Points, margin: float = 0.0) -> Flags:
    """Which points (n, 3) appear in the picture, further from its edges than `margin` of it."""
    pixels, depth = camera.project(points)
    wide, high = margin * WIDTH, margin * HEIGHT
    across = (pixels[:, 0] > wide) & (pixels[:, 0] < WIDTH - wide)
    return np.asarray((depth > 0.5) & across & (pixels[:, 1] > high) & (pixels[:, 1] < HEIGHT - high))


def person_height(camera: Camera, places: Points) -> Points:
    """How many pixels high a person of 1.7 m is who stands at places (n, 2)."""
    feet = np.concatenate((places, np.zeros((len(places), 1))), axis=1)
    low, _ = camera.project(feet)
    high, _ = camera.project(feet + np.array((0.0, 0.0, _PERSON_M)))
    return np.asarray(np.linalg.norm(high - low, axis=1))


def in_sight(eye: Vector, points: Points, bodies: Points) -> Flags:
    """Which points (n, 3) no body (m, 6) hides from the eye: rays against boxes, slab by slab."""
    if not len(bodies):
        return np.ones(len(points), bool)
    origin = np.array(eye)
    towards = points - origin
    towards = np.where(np.abs(towards) < 1e-9, 1e-9, towards)[:, None]
    first = (bodies[None, :, :3] - origin) / towards
    second = (bodies[None, :, 3:] - origin) / towards
    enter = np.minimum(first, second).max(axis=2)
    leave = np.maximum(first, second).min(axis=2)
    return np.asarray(~((enter < leave) & (leave > 0) & (enter < 1)).any(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """The free floor of a plot on a raster of 0.5 m: `free` (n, n) are the corners of its cells."""

    steps: Points
    free: Flags
    bodies: Points

    @classmethod
    def of(cls, plot: Plot) -> "Clearing":
        """What the plot leaves free."""
        steps = np.arange(-_REACH_M, _REACH_M + 0.1, _CELL_M)
        xs, ys = np.meshgrid(steps, steps, indexing="ij")
        floor = plot.free_floor()
        shapely.prepare(floor)
        free = shapely.contains_xy(floor, xs.ravel(), ys.ravel()).reshape(xs.shape)
        return cls(steps, free, np.array(plot.bodies, np.float64).reshape(-1, 6))

    def rectangles(self, camera: Camera, most: int, height_px: float) -> tuple[Rectangle, ...]:
        """The largest free rectangles in the camera's sight, at least 3 m each way, largest first.

        A person anywhere on them is at least `height_px` pixels high and wholly in the picture.
        """
        cells = self._cells(camera, height_px)
        found: list[Rectangle] = []
        shortest = round(_SHORTEST_M / _CELL_M)
        while len(found) < most:
            best = _largest(cells, shortest)
            if best is None:
                break
            i0, j0, i1, j1 = best
            cells[max(0, i0 - 1) : i1 + 1, max(0, j0 - 1) : j1 + 1] = False
            x0, y0, x1, y1 = (float(self.steps[k]) for k in best)
            found.append((x0, y0, x1, y1))
        return tuple(found)

    def _cells(self, camera: Camera, height_px: float) -> Flags:
        """Which cells have four good corners."""
        good = self.free.copy()
        chosen = np.argwhere(good)
        places = self.steps[chosen]
        feet = np.concatenate((places, np.zeros((len(places), 1))), axis=1)
        fits = in_picture(camera, feet, _MARGIN) & in_picture(camera, feet + np.array((0, 0, 1.85)))
        fits[fits] &= person_height(camera, places[fits]) >= height_px
        fits[fits] &= in_sight(camera.eye, feet[fits] + np.array((0, 0, 0.3)), self.bodies)
        fits[fits] &= in_sight(camera.eye, feet[fits] + np.array((0, 0, 1.5)), self.bodies)
        good[tuple(chosen.T)] = fits
        return np.asarray(good[:-1, :-1] & good[1:, :-1] & good[:-1, 1:] & good[1:, 1:])


def _largest(cells: Flags, shortest: int) -> tuple[int, int, int, int] | None:
    """The largest rectangle of true cells as (i0, j0, i1, j1), ends excluded; None if all are too short.

    Rows are stacked one by one: over each row stands a histogram, whose largest rectangle is found with
    a stack of rising columns.
    """
    best, best_area = None, 0
    heights = np.zeros(cells.shape[1], int)
    for i, row in enumerate(cells):
        heights = np.where(row, heights + 1, 0)
        if heights.max() < shortest:
            continue
        rising: list[tuple[int, int]] = []  # first column, height
        for j, height in enumerate([*heights.tolist(), 0]):
            first = j
            while rising and rising[-1][1] >= height:
                first, tall = rising.pop()
                if tall >= shortest and j - first >= shortest and tall * (j - first) > best_area:
                    best, best_area = (i + 1 - tall, first, i + 1, j), tall * (j - first)
            rising.append((first, height))
    return best
