"""Endless random scenes to train on: other cameras, grounds, people, cars and clutter each time.

The demo clip is painted from another branch of the random numbers, so no scene of it is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.sketch.bag import packed
from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.car import built
from sample_videos.sketch.ground import MATERIALS, kerb, plan, stripes, zebra
from sample_videos.sketch.lens import HEIGHT, WIDTH, Lens
from sample_videos.sketch.person import Pose, dressed
from sample_videos.sketch.props import PAINTERS, Prop
from sample_videos.sketch.scene import Driven, Left, Seen, Sun, Thing, Walker, paint
from sample_videos.sketch.sensor import grain
from sample_videos.sketch.wall import backdrop

WILD_BRANCH = 7771
SCENES_PER_BACKGROUND = 10
_GRAINS = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A picture of 640x360 and what shows in it."""

    picture: Picture
    seen: list[Seen]


@dataclass(frozen=True, slots=True)
class Place:
    """A camera before a background."""

    lens: Lens
    scenery: Picture
    wall: int


def examples(seed: int) -> Iterator[Example]:
    """Scenes for ever; the same seed gives the same scenes."""
    rng = np.random.default_rng((WILD_BRANCH, seed))
    grains = [grain(rng, float(deviation)) for deviation in (0.7, 1.5, 2.5, 4.5)]
    while True:
        place = somewhere(rng)
        for _ in range(SCENES_PER_BACKGROUND):
            scenery = cv2.flip(place.scenery, 1) if rng.random() < 0.5 else place.scenery
            things = _things(place, rng)
            picture, seen = paint(place.lens, np.asarray(scenery, np.uint8), _sun(rng), things)
            yield Example(grains[int(rng.integers(_GRAINS))].on(picture, _light(rng), rng), seen)


def somewhere(rng: np.random.Generator) -> Place:
    """Draw a random camera and its background."""
    horizon = float(rng.uniform(-180, 110))
    nearest = float(rng.uniform(70, 190))  # height in pixels of a person at the lower edge
    height = 1.72 * (HEIGHT - horizon) / nearest
    lens = Lens(float(rng.uniform(420, 1000)), height, horizon)
    wall = int(np.clip(horizon + rng.uniform(15, 110), 0, 190))
    return Place(lens, _scenery(lens, wall, rng), wall)


def _scenery(lens: Lens, wall: int, rng: np.random.Generator) -> Picture:
    image = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    if wall > 0:
        image[:wall] = backdrop(wall, rng)
    seen = plan(lens, wall, float(rng.normal(0, 0.45)))
    low, high = np.quantile(seen.depth[::8, ::8], (0.02, 0.98))
    edges = np.sort(rng.uniform(low, high, int(rng.integers(0, 4))))
    field = MATERIALS[int(rng.integers(len(MATERIALS)))](seen, rng)
    for edge in edges:
        beyond = seen.depth > edge
        other = MATERIALS[int(rng.integers(len(MATERIALS)))](seen, rng)
        field[beyond] = other[beyond]
        if rng.random() < 0.6:
            kerb(field, seen, float(edge))
    if len(edges) > 1:
        stripes(field, seen, float(edges[:2].mean()), float(rng.uniform(0.8, 3)), 225.0)
    if len(edges) > 1 and rng.random() < 0.4:
        zebra(field, seen, (float(edges[0]), float(edges[1])), float(rng.normal(0, 3)), 225.0)
    image[wall:] = field
    return _lit(image, rng)


def _lit(image: np.ndarray, rng: np.random.Generator) -> Picture:
    """Uneven light over the whole background, and a tint."""
    coarse = rng.normal(1, 0.1, (4, 6)).astype(np.float32)
    light = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None]
    tint = rng.normal(1, 0.05, 3).astype(np.float32) * np.float32(rng.uniform(0.6, 1.2))
    return np.clip(image * light * tint, 0, 255).astype(np.uint8)


def _sun(rng: np.random.Generator) -> Sun:
    strength = 0.0 if rng.random() < 0.25 else float(rng.uniform(0.1, 0.55))
    return Sun(float(rng.uniform(-1.6, 1.6)), float(rng.uniform(-0.8, 1.2)), strength)


def _light(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.6, 1.25))


def _spot(place: Place, rng: np.random.Generator) -> tuple[float, float]:
    """Somewhere on the ground, right and depth; a little beyond the picture's edges too."""
    low = max(place.wall + 2.0, place.lens.horizon + 30.0)
    v = float(rng.uniform(low, HEIGHT + 40))
    return place.lens.ground(float(rng.uniform(-30, WIDTH + 30)), v)


def _things(place: Place, rng: np.random.Generator) -> list[Thing]:
    if rng.random() < 0.06:
        return _clutter(place, rng, int(rng.integers(0, 8)))
    things: list[Thing] = []
    number = 1
    for _ in range(int(rng.choice((0, 0, 1, 1, 2, 3)))):
        right, depth = _spot(place, rng)
        if place.lens.scale(depth) * 1.5 < 14 or depth < 4:
            continue
        things.append(Driven(built(rng), right, depth, float(rng.uniform(0, 2 * np.pi)), number))
        number += 1
    near: tuple[float, float] | None = None
    for _ in range(int(rng.choice((0, 1, 2, 3, 4, 5, 6, 8)))):
        beside = near is not None and rng.random() < 0.25
        right, depth = _spot(place, rng)
        if beside and near is not None:
            right, depth = near[0] + float(rng.normal(0, 0.6)), near[1] + float(rng.normal(0, 0.4))
        near = (right, depth)
        if place.lens.scale(depth) * 1.7 < 20 or depth < 2:
            continue
        things.append(_walker(right, depth, number, rng))
        number += 2
    for _ in range(int(rng.choice((0, 0, 0, 1, 2)))):
        right, depth = _spot(place, rng)
        things.append(Left(packed(rng), right, depth, float(rng.uniform(0, np.pi)), number))
        number += 1
    return things + _clutter(place, rng, int(rng.choice((0, 1, 2, 3, 5, 7))))


def _walker(right: float, depth: float, number: int, rng: np.random.Generator) -> Walker:
    carries = rng.random() < 0.25
    pose = Pose(
        right,
        depth,
        float(rng.uniform(0, 2 * np.pi)),
        float(rng.uniform(0, 2 * np.pi)),
        0.0 if rng.random() < 0.2 else float(rng.uniform(0.6, 1.1)),
        carries,
    )
    if not carries:
        return Walker(dressed(rng), pose, number)
    return Walker(dressed(rng), pose, number, packed(rng), number + 1)


def _clutter(place: Place, rng: np.random.Generator, count: int) -> list[Thing]:
    kinds = tuple(PAINTERS)
    things: list[Thing] = []
    for _ in range(count):
        right, depth = _spot(place, rng)
        if depth < 3:
            continue
        kind = kinds[int(rng.integers(len(kinds)))]
        turn = float(rng.uniform(0, 2 * np.pi))
        things.append(Prop(kind, right, depth, turn, int(rng.integers(1 << 31))))
    return things
