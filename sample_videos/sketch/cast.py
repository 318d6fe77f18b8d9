"""Who comes into the demo clip, when, and by which way.

Ways are waypoints (seconds, x, y) in fractions of the picture. One round takes 40 seconds and
begins and ends with an empty street, so a longer clip repeats it with other people. What
happens is not written here: the truth is computed from the painted boxes.
"""

from dataclasses import dataclass

import numpy as np

from sample_videos.sketch.bag import Luggage, packed
from sample_videos.sketch.car import Coachwork, built
from sample_videos.sketch.lens import HEIGHT, WIDTH
from sample_videos.sketch.paths import Motion, Waypoint, motion
from sample_videos.sketch.person import STRIDE, Clothes, Pose, dressed
from sample_videos.sketch.scene import Driven, Thing, Walker
from sample_videos.sketch.street import FAR_LANE, LENS, NEAR_LANE

ROUND_SECONDS = 40.0

WALKS: tuple[tuple[Waypoint, ...], ...] = (
    # through the gate on the far pavement, to the left, to the right with a bag, to the left
    ((1.0, 1.05, 0.445), (20.5, -0.05, 0.445)),
    ((8.0, -0.05, 0.415), (27.5, 1.05, 0.415)),
    ((20.0, 1.05, 0.45), (38.5, -0.05, 0.44)),
    # twice into the yard
    ((3.0, 1.08, 0.85), (5.4, 0.8, 0.85), (7.0, 0.68, 0.84), (8.2, 0.68, 0.84), (11.8, 1.08, 0.89)),
    ((23.4, 0.49, 1.4), (26.7, 0.49, 0.86), (28.9, 0.74, 0.85), (30.2, 0.74, 0.85), (33.4, 1.08, 0.84)),
    # along the yard's edge and past the end of the gate, into neither
    ((13.0, 1.07, 0.69), (19.6, 0.44, 0.69), (24.8, 0.41, 1.35)),
    # to the bench: one waits, one has only a short rest
    ((5.8, -0.07, 0.86), (8.2, 0.2, 0.85), (19.7, 0.2, 0.85), (22.4, -0.07, 0.87)),
    ((27.0, -0.07, 0.83), (29.2, 0.18, 0.82), (31.5, 0.18, 0.82), (33.9, -0.07, 0.83)),
)
WITH_BAG = (1, 4)

# First and last second on the picture's sides, lane depth, whether to the right.
DRIVES: tuple[tuple[float, float, float, bool], ...] = (
    (5.0, 9.0, NEAR_LANE, True),
    (24.5, 28.8, FAR_LANE, False),
    (34.5, 38.6, NEAR_LANE, True),
)
_LONGEST = 6.0  # metres, so that cars begin and end outside the picture


@dataclass(frozen=True, slots=True)
class Person:
    """A walker's looks and way; ids are those of the truth."""

    identity: int
    clothes: Clothes
    way: Motion
    luggage: Luggage | None
    luggage_identity: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car's looks and way."""

    identity: int
    coach: Coachwork
    way: Motion


def cast(rng: np.random.Generator, seconds: float) -> list[Person | Vehicle]:
    """Everybody of a clip, in order of identity."""
    actors: list[Person | Vehicle] = []
    for number in range(int(np.ceil(seconds / ROUND_SECONDS))):
        begin = number * ROUND_SECONDS
        for index, walk in enumerate(WALKS):
            shift = begin + float(rng.uniform(-0.4, 0.4))
            way = motion(LENS, [(at + shift, x, y) for at, x, y in walk])
            luggage = packed(rng) if index in WITH_BAG else None
            identity = _next(actors)
            actors.append(Person(identity, dressed(rng), way, luggage, identity + 1))
        for start, end, lane, to_right in DRIVES:
            shift = begin + float(rng.uniform(-0.3, 0.3))
            identity = _next(actors)
            way = _drive(start + shift, end + shift, lane, to_right)
            actors.append(Vehicle(identity, built(rng), way))
    return actors


def _next(actors: list[Person | Vehicle]) -> int:
    """Give the identity after the last one; a bag comes after its person."""
    if not actors:
        return 1
    last = actors[-1]
    carried = isinstance(last, Person) and last.luggage is not None
    return last.identity + (2 if carried else 1)


def _drive(start: float, end: float, lane: float, to_right: bool) -> Motion:
    beyond = _LONGEST / 2 * LENS.scale(lane - 1.0) / WIDTH + 0.02
    y = (LENS.horizon + LENS.focal * LENS.height / lane) / HEIGHT
    ends = (-beyond, 1 + beyond) if to_right else (1 + beyond, -beyond)
    return motion(LENS, [(start, ends[0], y), (end, ends[1], y)])


def on_stage(actors: list[Person | Vehicle], seconds: float) -> tuple[list[Thing], dict[int, int]]:
    """Tell what stands in the street at a time, and which identity each painted number has."""
    things: list[Thing] = []
    identities: dict[int, int] = {}
    for actor in actors:
        now = actor.way.at(seconds)
        if now is None:
            continue
        number = len(identities) + 1
        identities[number] = actor.identity
        right, depth, heading, walked, speed = now
        if isinstance(actor, Vehicle):
            things.append(Driven(actor.coach, right, depth, heading, number))
            continue
        swing = min(1.0, speed / 0.9)
        phase = 2 * np.pi * walked / STRIDE
        pose = Pose(right, depth, heading, phase, swing, actor.luggage is not None)
        if actor.luggage is None:
            things.append(Walker(actor.clothes, pose, number))
            continue
        identities[number + 1] = actor.luggage_identity
        things.append(Walker(actor.clothes, pose, number, actor.luggage, number + 1))
    return things, identities
