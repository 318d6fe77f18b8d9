"""Where the camera of a site hangs: drawn at random until it sees well what happens there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.shapes.transform import Vector
from sample_videos.studio.sites.clearing import Clearing, in_picture, in_sight, person_height
from sample_videos.studio.sites.plot import Plot, Rectangle
from sample_videos.studio.sites.site import Lane, Place, Site

_TRIES, _STRICT_TRIES = 3000, 300
_HIGHEST_HORIZON = 0.3  # at least this share of the picture's height is not below the horizon
_WALK_STEP_M = 0.25
_RUN_UP_M = 5.0  # people come into the picture from outside it
_SMALLEST_PX = 20.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a camera may hang and look: rectangles on the floor, and heights in metres."""

    posts: tuple[Rectangle, ...]
    aims: tuple[Rectangle, ...]
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a site as laid out, before anybody looks at them."""

    walks: tuple[tuple[Place, ...], ...]
    lanes: tuple[Lane, ...] = ()


def seen_site(
    layout: str, plot: Plot, ways: Ways, outlook: Outlook, rng: np.random.Generator, *, indoors: bool = False
) -> Site:
    """The site with a camera that sees it. Raises RuntimeError where none of 3000 cameras does."""
    clearing = Clearing.of(plot)
    walks = [_dense(walk) for walk in ways.walks]
    for attempt in range(_TRIES):
        camera = _camera(outlook, rng)
        height_px, area = (60.0, 18.0) if attempt < _STRICT_TRIES else (45.0, 9.0)
        if camera is None or not _sees(camera, clearing, walks, ways.lanes):
            continue
        first = clearing.rectangles(camera, 1, height_px)
        if not first or _area(first[0]) < area:
            continue
        used = _used(camera, clearing, walks)
        if not used:
            continue
        more = [one for one in clearing.rectangles(camera, 4, 45.0) if not _overlap(one, first[0])]
        return Site(
            layout=layout,
            mesh=plot.mesh(),
            camera=camera,
            walks=used,
            lanes=ways.lanes,
            bays=tuple(plot.bays),
            open_floor=(*first, *more[:2]),
            lamps=tuple(plot.lamps),
            indoors=indoors,
        )
    raise RuntimeError(f"no camera sees this {layout} well: its free floor or its ways are too small")


def _camera(outlook: Outlook, rng: np.random.Generator) -> Camera | None:
    """A camera at random, or None if it would look too far, too near, or too much at the sky."""
    fov_y = float(rng.uniform(0.45, 1.05))
    eye_x, eye_y = _spot(outlook.posts, rng)
    aim_x, aim_y = _spot(outlook.aims, rng)
    height = float(rng.uniform(outlook.lowest, outlook.highest))
    barrel = float(rng.uniform(0.0, 0.12))
    away = math.hypot(aim_x - eye_x, aim_y - eye_y)
    focal = HEIGHT / 2 / math.tan(fov_y / 2)
    person = 1.7 * focal / math.hypot(away, height)
    horizon = HEIGHT / 2 - focal * height / max(away, 0.1)
    if not 8 <= away <= 25 or not 50 <= person <= 135 or horizon > _HIGHEST_HORIZON * HEIGHT:
        return None
    return Camera((eye_x, eye_y, height), (aim_x, aim_y, 0.0), fov_y, barrel)


def _spot(places: Sequence[Rectangle], rng: np.random.Generator) -> Place:
    x0, y0, x1, y1 = places[int(rng.integers(len(places)))]
    return float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1))


def _sees(camera: Camera, clearing: Clearing, walks: Sequence[np.ndarray], lanes: Sequence[Lane]) -> bool:
    """Whether nothing hangs before the lens and enough of walks and lanes is in sight."""
    if not _unobstructed(camera, clearing):
        return False
    shown = [_shown(camera, walk) for walk in walks]
    points = np.concatenate([walk[flags] for walk, flags in zip(walks, shown, strict=True)])
    if len(points) * _WALK_STEP_M < 9.0:
        return False
    if np.mean(in_sight(camera.eye, _raised(points, 0.9), clearing.bodies)) < 0.7:
        return False
    lengths = [_shown(camera, _dense(lane.points)).sum() * _WALK_STEP_M for lane in lanes]
    return not lengths or max(lengths) >= 7.0


def _unobstructed(camera: Camera, clearing: Clearing) -> bool:
    """Whether hardly any of 8 × 6 rays through the picture meets something within 5 m."""
    columns, rows = np.meshgrid((np.arange(8) + 0.5) * WIDTH / 8, (np.arange(6) + 0.5) * HEIGHT / 6)
    focal = HEIGHT / 2 / math.tan(camera.fov_y / 2)
    rays = np.stack((columns.ravel() - WIDTH / 2, HEIGHT / 2 - rows.ravel(), np.full(48, -focal)), axis=1)
    rays = rays / np.linalg.norm(rays, axis=1, keepdims=True) @ camera.view()[:3, :3]
    ends = np.array(camera.eye) + 5.0 * rays
    return bool(np.mean(in_sight(camera.eye, ends, clearing.bodies)) > 0.93)


def _used(camera: Camera, clearing: Clearing, walks: Sequence[np.ndarray]) -> tuple[tuple[Place, ...], ...]:
    """The walks that the camera sees, each from 5 m before to 5 m after what it sees of it."""
    used = []
    for walk in walks:
        shown = _shown(camera, walk)
        if shown.sum() * _WALK_STEP_M < 4.0:
            continue
        shown[shown] = in_sight(camera.eye, _raised(walk[shown], 0.9), clearing.bodies)
        seen = np.flatnonzero(shown)
        if len(seen) * _WALK_STEP_M < 4.0:
            continue
        more = round(_RUN_UP_M / _WALK_STEP_M)
        part = walk[max(0, seen[0] - more) : seen[-1] + more + 1]
        used.append(_bends(part))
    return tuple(used)


def _shown(camera: Camera, walk: np.ndarray) -> np.ndarray:
    """Where on a walk (n, 2) a person is in the picture and not tiny."""
    shown = in_picture(camera, _raised(walk, 0.0))
    shown[shown] = person_height(camera, walk[shown]) >= _SMALLEST_PX
    return shown


def _dense(points: Sequence[Place]) -> np.ndarray:
    """A line as points (n, 2) every 0.25 m."""
    corners = np.array(points, np.float64)
    lengths = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))))
    inner = np.arange(0.0, lengths[-1], _WALK_STEP_M)
    along = np.unique(np.concatenate((inner, lengths)))
    return np.stack([np.interp(along, lengths, corners[:, axis]) for axis in (0, 1)], axis=1)


def _bends(points: np.ndarray) -> tuple[Place, ...]:
    """A dense line as its ends and the corners between them."""
    steps = np.diff(points, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True) + 1e-12
    turning = np.flatnonzero((steps[1:] * steps[:-1]).sum(axis=1) < 0.9999) + 1
    kept = points[[0, *turning.tolist(), len(points) - 1]]
    return tuple((float(x), float(y)) for x, y in kept)


def _raised(places: np.ndarray, z: float) -> np.ndarray:
    """Places (n, 2) at some height."""
    return np.concatenate((places, np.full((len(places), 1), z)), axis=1)


def _area(rectangle: Rectangle) -> float:
    x0, y0, x1, y1 = rectangle
    return (x1 - x0) * (y1 - y0)


def _overlap(first: Rectangle, second: Rectangle) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def light_colour(rng: np.random.Generator) -> Vector:
    """The light of a site's lamps: sodium or LED."""
    sodium = rng.random() < 0.5
    return (1.5, 1.2, 0.75) if sodium else (1.35, 1.42, 1.5)
