"""How people move: walking, running and standing, as cycles of bones.

A foot's cycle begins when its heel meets the floor. While the foot is down, its place in the figure's
frame moves back exactly as far as the figure moves forward, so that it stands still in the world:

    heel down ── flat ── heel up ── toe off ── swing ── heel down
    0          0.1     0.3        duty              1
"""

import math
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import SIDES, Array, Pose, applied, assembled, turned
from sample_videos.studio.shapes.transform import Floats

_MOMENTS = 64  # of a cycle; between them matrices are interpolated
SWAY_SECONDS = 9.0  # after which somebody who stands is as before
# Where a foot rolls, forwards of the ankle, as a share of the height: its heel and the ball of its toes.
HEEL, BALL = -0.030, 0.078
_TOES = 0.018  # by how much the stiff toes of a shoe turned down by 90° would reach below its ball


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """A movement that repeats: bones (n, bones, 4, 4) over `length` metres or seconds."""

    bones: Floats
    length: float

    def at(self, progress: float) -> Floats:
        """The bones' matrices (bones, 4, 4) after so many metres or seconds."""
        place = progress / self.length % 1.0 * len(self.bones)
        before = int(place)
        share = np.float32(place - before)
        first, second = self.bones[before % len(self.bones)], self.bones[(before + 1) % len(self.bones)]
        return np.asarray(first + share * (second - first), np.float32)


@dataclass(frozen=True, slots=True)
class Carriage:
    """What somebody's arms are up to: a share of the usual swing, and what the right hand holds."""

    swing: float = 1.0
    bag: bool = False
    umbrella: bool = False


@dataclass(frozen=True, slots=True)
class Gait:
    """A way of going. Lengths are shares of the height, times of the cycle, angles degrees."""

    stride: float  # two steps
    duty: float  # how long a foot is on the floor
    lead: float  # how far before the hips the foot comes down, as a share of the stride
    pitch_times: tuple[float, ...]
    pitches: tuple[float, ...]  # of the foot at those times; toes up is positive
    lift: float
    hip: float  # mean height, as a share of the upright height
    bob: float  # half the rise and fall of the hips, twice a cycle
    bob_low: float  # when the hips are lowest
    lean: float
    arm_swing: float
    elbow: float


WALK = Gait(
    stride=0.86, duty=0.6, lead=0.247,
    pitch_times=(0.0, 0.09, 0.3, 0.5, 0.6, 0.66, 0.85, 1.0),
    pitches=(18, 0, 0, -22, -48, -50, 5, 18),
    lift=0.022, hip=0.96, bob=0.02, bob_low=0.02, lean=2.5, arm_swing=24, elbow=16,
)  # fmt: skip
RUN = Gait(
    stride=1.45, duty=0.3, lead=0.115,
    pitch_times=(0.0, 0.05, 0.12, 0.3, 0.45, 0.65, 0.85, 1.0),
    pitches=(6, 0, 0, -52, -85, -80, 0, 6),
    lift=0.095, hip=0.957, bob=0.028, bob_low=0.14, lean=9, arm_swing=38, elbow=88,
)  # fmt: skip


def going(gait: Gait, body: Physique, carriage: Carriage) -> Cycle:
    """The cycle of walking or running, by the metres that the figure has travelled."""
    phase = np.arange(_MOMENTS) / _MOMENTS
    turn = 2 * math.pi * phase
    size = body.leg / (0.483 * body.height) * body.height  # steps go with the legs
    ankles, feet = _steps(gait, body, size, phase)
    bob = gait.hip - gait.bob * np.cos(2 * turn - 4 * math.pi * gait.bob_low)
    hips = np.stack((np.zeros(_MOMENTS), 0.012 * np.sin(turn), bob * body.hip), axis=1)
    lean = np.full(_MOMENTS, math.radians(gait.lean))
    twist = np.cos(turn)  # the left foot is in front
    pelvis = turned("z", -0.09 * twist) @ turned("x", 0.035 * np.sin(turn)) @ turned("y", 0.5 * lean)
    chest = turned("z", 0.11 * twist) @ turned("y", lean)
    head = turned("z", 0.03 * np.sin(turn)) @ turned("y", 0.3 * lean + 0.05)
    swings = math.radians(gait.arm_swing) * np.stack((-twist, twist), axis=1) - 0.06
    upper, lower = _arms(swings, math.radians(gait.elbow), chest, carriage)
    bones = assembled(body, Pose(hips, pelvis, chest, head, ankles, feet, upper, lower))
    return Cycle(bones, gait.stride * size)


def standing(body: Physique, carriage: Carriage) -> Cycle:
    """Standing with the weight going from foot to foot and the head turning, by seconds."""
    turn = 2 * math.pi * np.arange(_MOMENTS) / _MOMENTS
    still = np.zeros(_MOMENTS)
    hips = np.stack((0.006 * np.sin(2 * turn), 0.018 * np.sin(turn), still + 0.985 * body.hip), axis=1)
    ankles = np.zeros((_MOMENTS, 2, 3))
    ankles[..., 0] = 0.012 * SIDES * body.height
    ankles[..., 1] = 0.062 * SIDES * body.height
    ankles[..., 2] = body.ankle
    feet = np.broadcast_to(turned("z", 0.2 * SIDES), (_MOMENTS, 2, 3, 3))
    pelvis = turned("x", -0.03 * np.sin(turn))
    chest = turned("z", 0.05 * np.sin(turn)) @ turned("y", still + 0.03)
    head = turned("z", 0.4 * np.sin(turn + 0.6) + 0.12 * np.sin(3 * turn)) @ turned("y", still + 0.08)
    swings = 0.02 * np.sin(turn)[:, None] + np.zeros((_MOMENTS, 2))
    upper, lower = _arms(swings, math.radians(12), chest, carriage)
    bones = assembled(body, Pose(hips, pelvis, chest, head, ankles, feet, upper, lower))
    return Cycle(bones, SWAY_SECONDS)


def _steps(gait: Gait, body: Physique, size: float, phase: Array) -> tuple[Array, Array]:
    """Ankles (n, 2, 3) and turns of the feet (n, 2, 3, 3)."""
    phases = np.stack((phase, phase + 0.5), axis=1) % 1.0
    swing = np.clip((phases - gait.duty) / (1 - gait.duty), 0.0, 1.0)
    smooth = swing * swing * (3 - 2 * swing)
    forwards = gait.lead - np.minimum(phases, gait.duty) + gait.duty * smooth
    pitch = np.radians(np.interp(phases, gait.pitch_times, gait.pitches))
    toes = _TOES * body.height * np.maximum(-np.sin(pitch), 0.0) * np.minimum(30 * swing, 1.0)
    flat = np.stack(
        (
            forwards * gait.stride * size,
            np.broadcast_to(0.036 * body.height * SIDES, phases.shape),
            gait.lift * size * np.sin(math.pi * swing) + toes,
        ),
        axis=-1,
    )
    feet = turned("z", np.broadcast_to(0.1 * SIDES, phases.shape)) @ turned("y", -pitch)
    pivot = np.zeros((*phases.shape, 3))
    pivot[..., 0] = np.where(pitch > 0, HEEL, BALL) * body.height
    above = np.array((0.0, 0.0, body.ankle))
    straight = turned("z", np.broadcast_to(0.1 * SIDES, phases.shape))
    return flat + applied(straight, pivot) + applied(feet, above - pivot), feet


def _arms(swings: Array, elbow: float, chest: Array, carriage: Carriage) -> tuple[Array, Array]:
    """Directions (n, 2, 3) of upper arms and forearms that swing (n, 2) radians forwards."""
    bends = elbow * (1 + 0.5 * np.sin(swings))
    factors = np.array((carriage.swing, 0.25 if carriage.bag else carriage.swing))
    swings = swings * factors
    if carriage.bag:
        bends = bends * (1.0, 0.3)
    if carriage.umbrella:
        swings = np.stack((swings[:, 0], np.full(len(swings), 0.3)), axis=1)
        bends = np.stack((bends[:, 0], np.full(len(bends), 1.9)), axis=1)
    inwards = -0.25 * SIDES * np.clip(bends, 0.0, 1.6)
    upper = np.stack((np.sin(swings), np.broadcast_to(0.16 * SIDES, swings.shape), -np.cos(swings)), axis=-1)
    reach = swings + bends
    lower = np.stack((np.sin(reach), 0.05 * SIDES + inwards, -np.cos(reach)), axis=-1)
    turned_upper, turned_lower = (applied(chest[:, None], way) for way in (upper, lower))
    return _unit(turned_upper), _unit(turned_lower)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
