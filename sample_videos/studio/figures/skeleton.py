"""The bones of a person: from the places of hips, feet and hands to matrices.

All arrays have the moments of a movement as their first axis, n. A bone's frame has its origin in the
bone's upper joint and, in the rest pose (upright, arms hanging), the axes of the figure: x forwards,
y to the left, z up. A pair of limbs is (left, right).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.shapes.transform import Floats

Array = NDArray[np.float64]
SIDES = np.array((1.0, -1.0))  # of y: left, right
_REACH = 0.9995  # share of its length to which a limb stretches


class Bone(IntEnum):
    """The number of each bone; of a pair the left comes first."""

    PELVIS = 0
    CHEST = 1
    HEAD = 2
    LEFT_UPPER_ARM = 3
    RIGHT_UPPER_ARM = 4
    LEFT_FOREARM = 5
    RIGHT_FOREARM = 6
    LEFT_THIGH = 7
    RIGHT_THIGH = 8
    LEFT_SHIN = 9
    RIGHT_SHIN = 10
    LEFT_FOOT = 11
    RIGHT_FOOT = 12
    HEM_FRONT = 13  # of a skirt or coat: goes with the leg that is in front
    HEM_BACK = 14
    LOAD = 15  # what the right hand carries: stays upright


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Where a body is, moment by moment: places in the figure's frame in metres."""

    hips: Array  # (n, 3) the middle between the hip joints
    pelvis: Array  # (n, 3, 3) how it is turned
    chest: Array  # (n, 3, 3)
    head: Array  # (n, 3, 3)
    ankles: Array  # (n, 2, 3)
    feet: Array  # (n, 2, 3, 3) how they are turned
    upper_arms: Array  # (n, 2, 3) unit vectors from shoulder to elbow
    forearms: Array  # (n, 2, 3) unit vectors from elbow to wrist


def rest(body: Physique) -> Array:
    """Where each bone's origin is in the rest pose: (bones, 3)."""
    origins = np.zeros((len(Bone), 3))
    origins[:, 2] = body.hip
    origins[Bone.CHEST, 2] = body.waist
    origins[Bone.HEAD, 2] = body.neck
    for first, half, height in (
        (Bone.LEFT_UPPER_ARM, body.shoulder_half, body.shoulder),
        (Bone.LEFT_FOREARM, body.shoulder_half, body.shoulder - body.upper_arm),
        (Bone.LEFT_THIGH, body.hip_half, body.hip),
        (Bone.LEFT_SHIN, body.hip_half, body.hip - body.thigh),
        (Bone.LEFT_FOOT, body.hip_half, body.ankle),
    ):
        origins[first : first + 2, 1] = half * SIDES
        origins[first : first + 2, 2] = height
    hand = body.shoulder - body.upper_arm - body.forearm
    origins[Bone.LOAD] = (0.0, -body.shoulder_half, hand)
    return origins


def turned(axis: str, radians: Array) -> Array:
    """Turns about "x", "y" or "z", as `transform.turn` has them: angles (…) to matrices (…, 3, 3)."""
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrices = np.zeros((*np.shape(radians), 3, 3))
    matrices[...] = np.eye(3)
    matrices[..., first, first] = matrices[..., second, second] = np.cos(radians)
    matrices[..., second, first] = np.sin(radians)
    matrices[..., first, second] = -np.sin(radians)
    return matrices


def applied(matrices: Array, vectors: Array) -> Array:
    """Matrices (…, 3, 3) applied to vectors (…, 3)."""
    return np.asarray(np.einsum("...ij,...j->...i", matrices, vectors))


def joint(start: Array, end: Array, upper: float, lower: float, bend: Array) -> tuple[Array, Array]:
    """The knee or elbow of a limb from `start` to `end`, bent towards `bend`, and the end it reaches.

    Cosine rule in the plane of limb and bend; an end out of reach is approached as far as it goes.
    """
    along = end - start
    distance = np.linalg.norm(along, axis=-1, keepdims=True)
    along = along / distance
    span = np.clip(distance, abs(upper - lower) + 1e-3, _REACH * (upper + lower))
    foot = (upper**2 - lower**2 + span**2) / (2 * span)
    aside = bend - (bend * along).sum(axis=-1, keepdims=True) * along
    aside = aside / np.linalg.norm(aside, axis=-1, keepdims=True)
    return start + foot * along + np.sqrt(np.maximum(upper**2 - foot**2, 0.0)) * aside, start + span * along


def assembled(body: Physique, pose: Pose) -> Floats:
    """All bones' matrices, (n, bones, 4, 4)."""
    origins = rest(body)
    bones = np.zeros((len(pose.hips), len(Bone), 4, 4))
    bones[:, :, 3, 3] = 1.0
    up = np.array((0.0, 0.0, 1.0))
    waist = pose.hips + applied(pose.pelvis, (body.waist - body.hip) * up)
    neck = waist + applied(pose.chest, (body.neck - body.waist) * up)
    for bone, turn, place in (
        (Bone.PELVIS, pose.pelvis, pose.hips),
        (Bone.CHEST, pose.chest, waist),
        (Bone.HEAD, pose.head, neck),
    ):
        bones[:, bone, :3, :3], bones[:, bone, :3, 3] = turn, place

    shoulders = waist[:, None] + applied(pose.chest[:, None], origins[3:5] - origins[Bone.CHEST])
    elbows = shoulders + body.upper_arm * pose.upper_arms
    hands = elbows + body.forearm * pose.forearms
    arms_forwards = np.broadcast_to(pose.chest[:, None, :, 0], shoulders.shape)
    _along(bones, Bone.LEFT_UPPER_ARM, shoulders, elbows, arms_forwards)
    _along(bones, Bone.LEFT_FOREARM, elbows, hands, arms_forwards)

    sockets = pose.hips[:, None] + applied(pose.pelvis[:, None], origins[7:9] - origins[Bone.PELVIS])
    toes = pose.feet[..., :, 0] * (1.0, 1.0, 0.0) + (0.4, 0.0, 0.0)
    knees, ankles = joint(sockets, pose.ankles, body.thigh, body.shin, toes)
    _along(bones, Bone.LEFT_THIGH, sockets, knees, toes)
    _along(bones, Bone.LEFT_SHIN, knees, ankles, toes)
    bones[:, 11:13, :3, :3], bones[:, 11:13, :3, 3] = pose.feet, ankles

    thighs = knees - sockets
    swings = np.arctan2(thighs[..., 0], -thighs[..., 2])
    for bone, swing in ((Bone.HEM_FRONT, swings.max(axis=1)), (Bone.HEM_BACK, swings.min(axis=1))):
        bones[:, bone, :3, :3] = turned("y", -0.8 * swing)
        bones[:, bone, :3, 3] = pose.hips
    bones[:, Bone.LOAD, :3, :3] = turned("y", -0.25 * np.arctan2(*_swing(pose.forearms[:, 1])))
    bones[:, Bone.LOAD, :3, 3] = hands[:, 1]
    return bones.astype(np.float32)


def _swing(direction: Array) -> tuple[Array, Array]:
    """Forwards and downwards parts of a hanging limb's direction, for `arctan2`."""
    return direction[:, 0], np.maximum(-direction[:, 2], 0.5)


def _along(bones: Array, first: Bone, starts: Array, ends: Array, forwards: Array) -> None:
    """Lay a pair of bones from joints to joints (n, 2, 3), their fronts towards `forwards`."""
    up = starts - ends
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    front = forwards - (forwards * up).sum(axis=-1, keepdims=True) * up
    front = front / (np.linalg.norm(front, axis=-1, keepdims=True) + 1e-9)
    pair = bones[:, first : first + 2]
    pair[..., :3, 0], pair[..., :3, 1], pair[..., :3, 2] = front, np.cross(up, front), up
    pair[..., :3, 3] = starts
