"""Where an actor appears in the picture at each moment, whatever hides it and whoever looks for it."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Track
from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.path import Way
from sample_videos.studio.picture.outline import Outline
from sample_videos.studio.shapes.transform import Vector

RATE = 25  # moments a second
SIZE = np.array((WIDTH, HEIGHT), np.float64)  # of the picture, pixels
_NEAREST_M = 0.3
_CORNERS = np.array(list(product((-0.5, 0.5), (-0.5, 0.5), (0.0, 1.0))))

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """An actor's way through the picture at moments `seconds` (n,).

    `boxes` (n, 4) are of the whole figure in pixels, not cut at the picture's edge; `floor` (n, 2) where
    it stands, in metres; `speed` (n,) in metres per second; `width` its own in metres. Moments at which
    it is not in the scene, or not wholly before the eye, are left out.
    """

    identity: int
    label: str
    width: float
    seconds: Samples
    boxes: Samples
    floor: Samples
    speed: Samples

    @property
    def feet(self) -> Samples:
        """The reference points: the bottom centres of the boxes, (n, 2) pixels."""
        return np.stack(((self.boxes[:, 0] + self.boxes[:, 2]) / 2, self.boxes[:, 3]), axis=1)

    @property
    def heights(self) -> Samples:
        """How high the boxes are, (n,) pixels."""
        return np.asarray(self.boxes[:, 3] - self.boxes[:, 1])

    @property
    def in_picture(self) -> NDArray[np.bool_]:
        """At which moments at least half of the box's width and its foot are within the picture, (n,)."""
        feet = self.feet
        return np.asarray(((feet >= 0) & (feet <= SIZE)).all(axis=1))

    def shifted(self, right: float, down: float) -> "Trail":
        """The trail as a detector would see it that is always off by these shares of a box's height."""
        off = self.heights[:, None] * np.array((right, down, right, down))
        return replace(self, boxes=self.boxes + off)

    def cut(self) -> "Trail":
        """The trail with its boxes cut at the picture's edge; moments wholly outside are left out."""
        edges = np.tile(SIZE, 2)
        boxes = np.clip(self.boxes, 0.0, edges)
        shown = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        return replace(
            self,
            seconds=self.seconds[shown],
            boxes=boxes[shown],
            floor=self.floor[shown],
            speed=self.speed[shown],
        )


def trail(actor: Actor, camera: Camera, seconds: float) -> Trail:
    """The trail of an actor through a clip, as of a plain box of its size: right to a few hundredths."""
    rows = _places(actor.track, np.arange(int(seconds * RATE) + 1) / RATE)
    boxes, before = _boxes(_crates(rows, actor.figure.size), camera)
    return Trail(
        identity=actor.identity,
        label=actor.figure.label,
        width=actor.figure.size[1],
        seconds=rows[before, 0],
        boxes=boxes[before],
        floor=rows[before, 1:3],
        speed=rows[before, 5],
    )


def _places(track: Track, moments: Samples) -> Samples:
    """Seconds, x, y, z, yaw and speed of whoever is in the scene at these moments, (n, 6)."""
    if isinstance(track, Way):
        return track.places(moments)
    there = [(at, stance) for at in moments.tolist() if (stance := track.stance(at)) is not None]
    rows = [(at, one.x, one.y, one.z, one.yaw, one.speed) for at, one in there]
    return np.array(rows, np.float64).reshape(-1, 6)


def exact(plain: Trail, actor: Actor, camera: Camera, where: NDArray[np.bool_]) -> Trail:
    """The trail with boxes of the figure's own vertices at the moments `where` (n,)."""
    chosen = np.flatnonzero(where)
    stances = [actor.track.stance(at) for at in plain.seconds[chosen].tolist()]
    outline = Outline(actor.figure)
    points = [outline.points(stance) for stance in stances if stance is not None]
    if not points:
        return plain
    boxes, before = _boxes(np.array(points), camera)
    better = plain.boxes.copy()
    better[chosen[before]] = boxes[before]
    return replace(plain, boxes=better)


def _crates(rows: Samples, size: Vector) -> Samples:
    """The corners of a box of this size at each of the places (n, 6): (n, 8, 3)."""
    x, y, z, yaw = (rows[:, [column]] for column in range(1, 5))
    ahead, aside, up = (_CORNERS * size).T
    cosine, sine = np.cos(yaw), np.sin(yaw)
    across = (x + cosine * ahead - sine * aside, y + sine * ahead + cosine * aside, z + up)
    return np.stack(across, axis=2)


def _boxes(points: Samples, camera: Camera) -> tuple[Samples, NDArray[np.bool_]]:
    """The boxes around each moment's points (n, m, 3), and at which moments all lie before the eye."""
    if len(points) == 0:
        return np.zeros((0, 4)), np.zeros(0, np.bool_)
    pixels, depth = camera.project(points.reshape(-1, 3))
    pixels = pixels.reshape(*points.shape[:2], 2)
    boxes = np.concatenate((pixels.min(axis=1), pixels.max(axis=1)), axis=1)
    return boxes, np.asarray(depth.reshape(points.shape[:2]).min(axis=1) > _NEAREST_M)
