"""People: what they wear, how they walk, how they are painted.

A person is a skeleton of points in metres (ahead, left, up from the ground between the feet),
turned by the heading and seen through the lens, so every view follows from the same figure.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sample_videos.sketch.canvas import Canvas, Colour, shade
from sample_videos.sketch.lens import Floats, Lens

STRIDE = 1.45  # metres of walking for a full swing of both legs
SKINS: tuple[Colour, ...] = (
    (238, 205, 180),
    (224, 180, 148),
    (198, 150, 116),
    (150, 106, 78),
    (96, 66, 50),
)
HAIRS: tuple[Colour, ...] = (
    (28, 24, 22),
    (58, 40, 28),
    (96, 66, 40),
    (150, 140, 132),
    (180, 140, 80),
)


@dataclass(frozen=True, slots=True)
class Clothes:
    """How one person looks; colours are RGB."""

    tall: float
    stout: float
    top: Colour
    bottom: Colour
    shoe: Colour
    skin: Colour
    hair: Colour
    cut: Literal["trousers", "skirt", "coat", "shorts"]
    hat: Colour | None
    satchel: Colour | None


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a person is and what the limbs do: metres, radians; `swing` is 0 for standing."""

    right: float
    depth: float
    heading: float
    phase: float
    swing: float
    carries: bool = False


def cloth(rng: np.random.Generator) -> Colour:
    """Draw a colour that clothes have: often muted, sometimes bright."""
    grey = float(rng.uniform(20, 235))
    tint = rng.uniform(-1, 1, 3) * float(rng.choice((12.0, 35.0, 110.0)))
    red, green, blue = (float(part) for part in np.clip(grey + tint, 8, 250))
    return red, green, blue


def dressed(rng: np.random.Generator) -> Clothes:
    """Draw a random person."""
    cut = rng.choice(("trousers", "trousers", "trousers", "skirt", "coat", "shorts"))
    return Clothes(
        tall=float(rng.uniform(1.5, 1.92)),
        stout=float(rng.uniform(0.85, 1.3)),
        top=cloth(rng),
        bottom=cloth(rng),
        shoe=shade(cloth(rng), 0.6),
        skin=SKINS[int(rng.integers(len(SKINS)))],
        hair=HAIRS[int(rng.integers(len(HAIRS)))],
        cut=cut,
        hat=cloth(rng) if rng.random() < 0.2 else None,
        satchel=cloth(rng) if rng.random() < 0.15 else None,
    )


def _leg(side: float, angle: float, tall: float) -> list[tuple[float, float, float]]:
    """Hip, knee, ankle, toe; the knee bends while the leg comes forward."""
    swing = 0.45 * np.sin(angle)
    bend = 0.06 + 0.85 * max(0.0, float(np.cos(angle)))
    length = 0.245 * tall
    hip = np.array((0.0, side * 0.052 * tall, 0.53 * tall))
    knee = hip + length * np.array((np.sin(swing), 0.0, -np.cos(swing)))
    ankle = knee + length * np.array((np.sin(swing - bend), 0.0, -np.cos(swing - bend)))
    toe = ankle + np.array((0.11, side * 0.02, -0.02 - 0.1 * max(0.0, bend - 0.5)))
    return [tuple(point) for point in (hip, knee, ankle, toe)]


def _arm(side: float, swing: float, held: bool, tall: float) -> list[tuple[float, float, float]]:
    """Shoulder, elbow, hand; a hand that holds a bag hangs straight."""
    bend = 0.05 if held else 0.25 + 0.3 * max(0.0, swing)
    shoulder = np.array((0.0, side * 0.112 * tall, 0.815 * tall))
    out = side * 0.025 * tall
    upper = 0.175 * tall
    elbow = shoulder + np.array((upper * np.sin(swing), out, -upper * np.cos(swing)))
    lower = 0.165 * tall
    hand = elbow + np.array((lower * np.sin(swing + bend), 0, -lower * np.cos(swing + bend)))
    return [tuple(point) for point in (shoulder, elbow, hand)]


def skeleton(clothes: Clothes, pose: Pose) -> Floats:
    """Give the (17, 3) points ahead, left, up: two legs of four, two arms of three, spine and head."""
    tall, angle = clothes.tall, pose.phase
    swing = pose.swing
    points: list[tuple[float, float, float]] = []
    for side, turn in ((1.0, 0.0), (-1.0, np.pi)):
        walking = np.array(_leg(side, angle + turn, tall))
        standing = np.array(_leg(side, np.pi, tall))
        points += [tuple(p) for p in standing + swing * (walking - standing)]
    for side, turn in ((1.0, np.pi), (-1.0, 0.0)):
        held = pose.carries and side < 0
        points += _arm(side, swing * (0.1 if held else 0.42) * np.sin(angle + turn), held, tall)
    lean = 0.02 * swing
    points.append((0.0, 0.0, 0.50 * tall))
    points.append((lean, 0.0, 0.83 * tall))
    points.append((lean + 0.02, 0.0, 0.925 * tall))
    body = np.array(points)
    body[:, 2] += 0.045 - min(body[2, 2], body[6, 2])  # the lower foot stands on the ground
    return body


def placed(body: Floats, right: float, depth: float, heading: float) -> Floats:
    """Turn points ahead, left, up into the world's right, depth, up."""
    cos, sin = np.cos(heading), np.sin(heading)
    ahead, left, up = body.T
    return np.stack((right + ahead * cos - left * sin, depth + ahead * sin + left * cos, up), 1)


def hand(clothes: Clothes, pose: Pose) -> Floats:
    """Give the (3,) point in the world of the hand that carries."""
    body = placed(skeleton(clothes, pose), pose.right, pose.depth, pose.heading)
    point: Floats = body[13]
    return point


def paint_person(canvas: Canvas, lens: Lens, clothes: Clothes, pose: Pose) -> None:
    """Paint the parts from the far one to the near one."""
    world = placed(skeleton(clothes, pose), pose.right, pose.depth, pose.heading)
    flat = lens.pixels(world)
    near = lens.scale(pose.depth)
    sides = [(float(world[[0, 1, 2], 1].mean()), 0), (float(world[[4, 5, 6], 1].mean()), 1)]
    sides.sort(reverse=True)
    far_arm = 0 if world[8, 1] > world[11, 1] else 1
    _paint_arm(canvas, flat, clothes, near, arm=far_arm, light=0.8)
    for rank, (_, leg) in enumerate(sides):
        _paint_leg(canvas, flat, clothes, near, leg=leg, light=0.82 + 0.18 * rank)
    _paint_torso(canvas, flat, clothes, near)
    if clothes.satchel is not None and np.sin(pose.heading) > -0.3:
        _paint_pack(canvas, flat, clothes.satchel, near, pose.heading)
    _paint_head(canvas, flat, clothes, near, pose.heading)
    _paint_arm(canvas, flat, clothes, near, arm=1 - far_arm, light=1.0)


def _paint_leg(
    canvas: Canvas, flat: Floats, clothes: Clothes, near: float, *, leg: int, light: float
) -> None:
    hip, knee, ankle, toe = flat[4 * leg : 4 * leg + 4]
    thick = clothes.stout * near
    bare = clothes.cut in ("skirt", "shorts")
    thigh = shade(clothes.bottom, light)
    shin = shade(clothes.skin, light) if bare else thigh
    canvas.limb(ankle, toe, (0.045 * near, 0.04 * near), shade(clothes.shoe, light))
    canvas.limb(knee, ankle, (0.062 * thick, 0.045 * thick), shin)
    canvas.limb(hip, knee, (0.088 * thick, 0.066 * thick), thigh)


def _paint_arm(
    canvas: Canvas, flat: Floats, clothes: Clothes, near: float, *, arm: int, light: float
) -> None:
    shoulder, elbow, palm = flat[8 + 3 * arm : 11 + 3 * arm]
    thick = clothes.stout * near
    sleeve = shade(clothes.top, 0.9 * light)
    lower = shade(clothes.skin, light) if clothes.cut == "shorts" else sleeve
    canvas.limb(elbow, palm, (0.042 * thick, 0.034 * thick), lower)
    canvas.disc(palm, 0.043 * near, shade(clothes.skin, light))
    canvas.limb(shoulder, elbow, (0.055 * thick, 0.045 * thick), sleeve)


def _paint_torso(canvas: Canvas, flat: Floats, clothes: Clothes, near: float) -> None:
    thick = clothes.stout * near
    hips, shoulders = flat[[0, 4]], flat[[8, 11]]
    if clothes.cut in ("skirt", "coat"):
        hem = flat[[1, 5]] + (flat[[1, 5]] - hips) * (0.1 if clothes.cut == "coat" else -0.05)
        colour = clothes.top if clothes.cut == "coat" else clothes.bottom
        _wrap(canvas, (hips, hem), (0.1 * thick, 0.1 * thick), shade(colour, 0.92))
    _wrap(canvas, (hips, shoulders), (0.095 * thick, 0.075 * thick), clothes.top)
    middle = (hips.mean(axis=0), shoulders.mean(axis=0))
    dark = np.array((0.09 * thick, 0.0))
    canvas.limb(middle[0] + dark, middle[1] + dark, (0.05 * thick, 0.05 * thick), shade(clothes.top, 0.8))


def _wrap(canvas: Canvas, ends: tuple[Floats, Floats], radii: tuple[float, float], colour: Colour) -> None:
    """Fill the hull around two pairs of points."""
    ring = np.array(((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (0, -1)), dtype=np.float64)
    around = [point + radius * ring for pair, radius in zip(ends, radii, strict=True) for point in pair]
    canvas.hull(np.concatenate(around), colour)


def _paint_pack(canvas: Canvas, flat: Floats, colour: Colour, near: float, heading: float) -> None:
    back = np.array((-np.cos(heading) * 0.14 * near, 0.0))
    low, high = flat[14] + back, flat[15] + back
    low, high = low + (high - low) * 0.3, low + (high - low) * 0.9
    canvas.limb(low, high, (0.13 * near, 0.11 * near), colour)


def _paint_head(canvas: Canvas, flat: Floats, clothes: Clothes, near: float, heading: float) -> None:
    neck, head = flat[15], flat[16]
    ahead = np.array((np.cos(heading), 0.0)) * near
    up = np.array((0.0, -near))
    canvas.limb(neck, head, (0.05 * near, 0.05 * near), shade(clothes.skin, 0.85))
    face = (head + 0.015 * ahead, 0.098 * near, clothes.skin)
    hair = (head - 0.03 * ahead + 0.03 * up, 0.1 * near, clothes.hair)
    away = np.sin(heading) > 0.35
    for centre, radius, colour in (face, hair) if away else (hair, face):
        canvas.disc(centre, radius, colour)
    if clothes.hat is not None:
        brim = head + 0.06 * up
        canvas.disc(head + 0.05 * up, 0.095 * near, clothes.hat)
        canvas.limb(brim - 0.08 * ahead, brim + 0.14 * ahead, (0.03 * near, 0.025 * near), clothes.hat)
    elif not away:
        canvas.disc(head + 0.062 * up - 0.01 * ahead, 0.075 * near, clothes.hair)
