"""Where each object of one camera went: simplified paths of their feet, for search and heat maps."""

from dataclasses import dataclass, field

import shapely

from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Scene, TrackedObject, TrackPath
from sharp_eyes.geometry import foot

STEP = SECOND  # at most one point a second
GONE = 10 * SECOND  # unseen for longer, a path is complete
TOLERANCE = 0.01  # of the picture, by which a simplified path may be off
MOST_POINTS = 16  # some 300 bytes as JSON


@dataclass(slots=True)
class _Path:
    label: str
    confidence: float
    seen_at: int
    points: list[tuple[int, float, float]] = field(default_factory=list)


class PathKeeper:
    """Collects the paths of one run. State: one path per track, gone ten seconds after its object.

    An object that was seen for less than a second leaves no path.
    """

    def __init__(self, camera: str, division: str, run: str) -> None:
        self._camera, self._division, self._run = camera, division, run
        self._paths: dict[int, _Path] = {}

    def step(self, scene: Scene) -> list[TrackPath]:
        """Take in a scene; the paths that are complete with it."""
        if scene.looked:
            for seen in scene.objects:
                self._follow(seen, scene.at)
        gone = [track for track, path in self._paths.items() if scene.at - path.seen_at > GONE]
        return self._said(gone)

    def finish(self) -> list[TrackPath]:
        """The run is over."""
        return self._said(list(self._paths))

    def _follow(self, seen: TrackedObject, at: int) -> None:
        path = self._paths.setdefault(seen.track, _Path(seen.label, seen.confidence, at))
        path.seen_at = at
        path.confidence = max(path.confidence, seen.confidence)
        if not path.points or at - path.points[-1][0] >= STEP:
            x, y = foot(seen.xyxy, seen.hidden_below)
            path.points.append((at, round(x, 4), round(y, 4)))

    def _said(self, tracks: list[int]) -> list[TrackPath]:
        paths = ((track, self._paths.pop(track)) for track in tracks)
        return [
            TrackPath(
                camera=self._camera,
                division=self._division,
                run=self._run,
                track=track,
                label=path.label,
                confidence=round(path.confidence, 4),
                points=simplified(path.points),
            )
            for track, path in paths
            if len(path.points) > 1
        ]


def simplified(points: list[tuple[int, float, float]]) -> tuple[tuple[int, float, float], ...]:
    """The fewest of these points that keep the path within 1 % of the picture (Douglas and Peucker).

    A path that needs more than sixteen is simplified further, twice as coarsely each time.
    """
    tolerance = TOLERANCE
    kept = points
    while len(kept) > MOST_POINTS or kept is points:
        line = shapely.LineString([(x, y) for _, x, y in points]).simplify(tolerance, preserve_topology=False)
        kept = _matched(points, [(x, y) for x, y in line.coords])
        tolerance *= 2
    return tuple(kept)


def _matched(
    points: list[tuple[int, float, float]], corners: list[tuple[float, float]]
) -> list[tuple[int, float, float]]:
    """The given points that are these corners, in order; the last corner is the last point."""
    kept: list[tuple[int, float, float]] = []
    wanted = iter(corners[:-1])
    corner = next(wanted, None)
    for point in points[:-1]:
        if corner == point[1:]:
            kept.append(point)
            corner = next(wanted, None)
    return [*kept, points[-1]]
