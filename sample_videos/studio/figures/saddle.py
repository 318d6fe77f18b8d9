"""How people sit on bicycles and motorcycles, as cycles of bones in the cycle's own frame.

The hips rest on the saddle, the hands on the bars; the feet turn pedals about the bottom bracket or
stand on pegs. The places are those of `cycle.py` and `motorcycle.py`.
"""

import math
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.figures.cycle import BOTTOM_BRACKET, CRANK_METRES, PEDAL_METRES
from sample_videos.studio.figures.gait import BALL, Cycle
from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import (
    SIDES,
    Array,
    Bone,
    Pose,
    applied,
    assembled,
    joint,
    rest,
    turned,
)
from sample_videos.studio.shapes.transform import Vector

_MOMENTS = 48


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a rider sits and holds on: metres in the cycle's frame; y is that of the left side."""

    saddle: Vector
    bars: Vector
    pedals: Vector  # the middle of their circle, or the peg
    crank: float  # the circle's radius; 0 for pegs
    development: float  # metres that one turn of the pedals takes the cycle
    lean: float  # degrees


_BRACKET_X, _, _BRACKET_Z = BOTTOM_BRACKET
BICYCLE = Mount(
    (-0.20, 0.0, 0.90), (0.32, 0.25, 1.02), (_BRACKET_X, 0.12, _BRACKET_Z), CRANK_METRES, PEDAL_METRES, 22
)
MOTORCYCLE = Mount((-0.25, 0.0, 0.80), (0.38, 0.33, 1.00), (0.05, 0.20, 0.32), 0.0, 1.0, 14)


def riding(mount: Mount, body: Physique) -> Cycle:
    """The cycle of riding, by the metres that the figure has travelled."""
    turn = 2 * math.pi * np.arange(_MOMENTS if mount.crank else 1) / _MOMENTS
    count = len(turn)
    lean = np.full(count, math.radians(mount.lean))
    x, y, z = mount.saddle
    hips = np.tile((x, y, z + 0.035 * body.height), (count, 1))
    pelvis, chest = turned("y", 0.6 * lean), turned("y", lean)
    head = turned("y", 0.15 * lean)
    feet, ankles = _feet(mount, body, turn)
    upper, lower = _arms(mount, body, hips, pelvis, chest)
    bones = assembled(body, Pose(hips, pelvis, chest, head, ankles, feet, upper, lower))
    return Cycle(bones, mount.development)


def _feet(mount: Mount, body: Physique, turn: Array) -> tuple[Array, Array]:
    """Turns (n, 2, 3, 3) and ankles (n, 2, 3) of feet whose balls are on the pedals."""
    angles = np.stack((turn, turn + math.pi), axis=1)
    balls = np.stack(
        (
            mount.pedals[0] + mount.crank * np.cos(angles),
            np.broadcast_to(mount.pedals[1] * SIDES, angles.shape),
            mount.pedals[2] - mount.crank * np.sin(angles),
        ),
        axis=-1,
    )
    feet = turned("y", 0.25 - 0.2 * np.cos(angles)) if mount.crank else turned("y", 0.0 * angles)
    above = np.array((-BALL * body.height, 0.0, body.ankle))
    return feet, balls + applied(feet, above)


def _arms(mount: Mount, body: Physique, hips: Array, pelvis: Array, chest: Array) -> tuple[Array, Array]:
    """Directions (n, 2, 3) of upper arms and forearms whose hands hold the bars."""
    origins = rest(body)
    waist = hips + applied(pelvis, origins[Bone.CHEST] - origins[Bone.PELVIS])
    arms = slice(Bone.LEFT_UPPER_ARM, Bone.RIGHT_UPPER_ARM + 1)
    shoulders = waist[:, None] + applied(chest[:, None], origins[arms] - origins[Bone.CHEST])
    grips = np.array([(mount.bars[0] - 0.03, mount.bars[1] * side, mount.bars[2]) for side in SIDES])
    outwards = np.stack((np.full(2, -0.3), 0.7 * SIDES, np.full(2, -0.8)), axis=-1)
    grip_length = 0.035 * body.height  # from wrist to the middle of the palm
    elbows, hands = joint(
        shoulders,
        np.broadcast_to(grips, shoulders.shape),
        body.upper_arm,
        body.forearm + grip_length,
        np.broadcast_to(outwards, shoulders.shape),
    )
    upper, lower = elbows - shoulders, hands - elbows
    return (
        upper / np.linalg.norm(upper, axis=-1, keepdims=True),
        lower / np.linalg.norm(lower, axis=-1, keepdims=True),
    )
