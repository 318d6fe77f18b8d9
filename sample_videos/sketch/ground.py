"""Surfaces of the ground: what covers each point of the world, textured, seen through the lens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.sketch.canvas import Colour
from sample_videos.sketch.lens import HEIGHT, WIDTH, Lens

Field = NDArray[np.float32]
Image = NDArray[np.float32]
Floating = NDArray[np.floating[Any]]
_NOISE = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """The world's right and depth seen by each pixel below the wall, in metres."""

    right: Field
    depth: Field
    top: int


def plan(lens: Lens, top: int, turn: float) -> Plan:
    """Coordinates of the ground from row `top` down, turned about the lens by `turn` radians."""
    rows, columns = np.mgrid[top:HEIGHT, 0:WIDTH].astype(np.float32)
    depth = lens.focal * lens.height / np.maximum(rows + 0.5 - lens.horizon, 1.0)
    right = (columns + 0.5 - lens.centre) * depth / lens.focal
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    return Plan(
        (right * cos - depth * sin).astype(np.float32),
        (right * sin + depth * cos).astype(np.float32),
        top,
    )


def noise(rng: np.random.Generator, octaves: tuple[int, ...]) -> Field:
    """Make a tileable square of noise of mean 0 and deviation 1, a sum of blurred octaves."""
    total = np.zeros((_NOISE, _NOISE), np.float32)
    for size in octaves:
        small = rng.standard_normal((_NOISE // size, _NOISE // size)).astype(np.float32)
        wrapped = cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_WRAP)
        large = cv2.resize(wrapped, None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC)
        total += large[2 * size : 2 * size + _NOISE, 2 * size : 2 * size + _NOISE]
    even: Field = ((total - total.mean()) / (total.std() + 1e-6)).astype(np.float32)
    return even


def spread(texture: Field, across: Field, along: Field, per_metre: float) -> Field:
    """Lay a tileable texture over the ground."""
    u = np.mod(across * per_metre, _NOISE).astype(np.float32)
    v = np.mod(along * per_metre, _NOISE).astype(np.float32)
    laid = cv2.remap(texture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(laid, dtype=np.float32)


def _joints(field: Field, size: float, thick: float) -> Field:
    """1 on the joints between tiles of a size, 0 elsewhere."""
    gap = np.abs(np.mod(field / size, 1.0) - 0.5) * size
    joints: Field = (gap > size / 2 - thick).astype(np.float32)
    return joints


def _coloured(value: Floating, colour: Colour) -> Image:
    painted: Image = value[..., None] * np.array(colour, np.float32)
    return painted


def asphalt(seen: Plan, rng: np.random.Generator) -> Image:
    """Dark, fine grain, patches."""
    grain = spread(noise(rng, (1, 2)), seen.right, seen.depth, 24.0)
    stains = spread(noise(rng, (32, 64)), seen.right, seen.depth, 12.0)
    tone = float(rng.uniform(0.75, 1.35))
    return _coloured(tone * (1 + 0.05 * grain + 0.07 * stains), (92, 93, 97))


def tiles(seen: Plan, rng: np.random.Generator) -> Image:
    """Slabs with joints, each a little lighter or darker."""
    size = float(rng.uniform(0.4, 1.6))
    column = np.floor(seen.right / size).astype(np.int64)
    row = np.floor(seen.depth / size).astype(np.int64)
    table = rng.standard_normal(1021).astype(np.float32)
    each = table[np.mod(column * 97 + row * 389, 1021)]
    joints = np.maximum(_joints(seen.right, size, 0.025), _joints(seen.depth, size, 0.025))
    fade = np.clip(14.0 / np.maximum(np.abs(seen.depth), 4.0), 0, 1)
    grain = spread(noise(rng, (1, 2, 8)), seen.right, seen.depth, 20.0)
    hue = rng.uniform(-14, 14, 3)
    tone = float(rng.uniform(0.75, 1.2))
    value = tone * (1 + 0.045 * each * fade + 0.035 * grain - 0.22 * joints * fade)
    return _coloured(value, (168 + hue[0], 160 + hue[1], 148 + hue[2]))


def grass(seen: Plan, rng: np.random.Generator) -> Image:
    """Green to straw, rough at two scales."""
    blades = spread(noise(rng, (1, 2)), seen.right, seen.depth, 26.0)
    clumps = spread(noise(rng, (8, 32)), seen.right, seen.depth, 14.0)
    dry = float(rng.uniform(0, 45))
    tone = float(rng.uniform(0.7, 1.15))
    return _coloured(tone * (1 + 0.13 * blades + 0.1 * clumps), (88 + dry, 112 + dry / 3, 58))


def soil(seen: Plan, rng: np.random.Generator) -> Image:
    """Sand, gravel, bare earth."""
    grain = spread(noise(rng, (1, 4)), seen.right, seen.depth, 22.0)
    spots = spread(noise(rng, (16, 64)), seen.right, seen.depth, 10.0)
    hue = rng.uniform(-20, 20, 3)
    tone = float(rng.uniform(0.65, 1.3))
    base = (146 + hue[0], 128 + hue[1], 104 + hue[2])
    return _coloured(tone * (1 + 0.08 * grain + 0.06 * spots), base)


MATERIALS: tuple[Callable[[Plan, np.random.Generator], Image], ...] = (
    asphalt,
    tiles,
    grass,
    soil,
    tiles,
)


def stripes(image: Image, seen: Plan, centre: float, dashes: float, tone: float) -> None:
    """Paint a dashed line along the road at a depth, in place."""
    on = (np.abs(seen.depth - centre) < 0.07) & (np.mod(seen.right, 2 * dashes) < dashes)
    image[on] = 0.25 * image[on] + 0.75 * tone


def zebra(image: Image, seen: Plan, span: tuple[float, float], where: float, tone: float) -> None:
    """Paint a crossing over the road between two depths, in place."""
    on = (
        (np.abs(seen.right - where) < 1.6)
        & (seen.depth > span[0] + 0.3)
        & (seen.depth < span[1] - 0.3)
        & (np.mod(seen.depth, 1.0) < 0.5)
    )
    image[on] = 0.3 * image[on] + 0.7 * tone


def kerb(image: Image, seen: Plan, depth: float) -> None:
    """Paint a kerb along the road at a depth, in place."""
    image[np.abs(seen.depth - depth) < 0.13] *= 1.25
    image[np.abs(seen.depth - depth + 0.16) < 0.06] *= 0.6
