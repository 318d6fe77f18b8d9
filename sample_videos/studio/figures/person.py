"""A person: a look on a body that walks, runs, stands or rides."""

from dataclasses import replace
from enum import Enum

import numpy as np

from sample_videos.studio.actor import Beam, Stance
from sample_videos.studio.figures.anatomy import hair, head, neck, shoe
from sample_videos.studio.figures.belongings import belongings
from sample_videos.studio.figures.clothes import lower_garment, upper_garment
from sample_videos.studio.figures.gait import RUN, WALK, Carriage, Cycle, going, standing
from sample_videos.studio.figures.headgear import HAIR_UP_TO, headgear, riders_helmet
from sample_videos.studio.figures.physique import Physique, physique
from sample_videos.studio.figures.saddle import BICYCLE, MOTORCYCLE, riding
from sample_videos.studio.figures.tailor import Trunk, creased, hung
from sample_videos.studio.figures.wardrobe import Carried, Look
from sample_videos.studio.shapes.mesh import Mesh
from sample_videos.studio.shapes.transform import Floats, Vector

_WALKS_FROM = 0.05  # metres per second
_RUNS_FROM = 2.6


class Posture(Enum):
    """What somebody does. A rider's origin is that of the bicycle or motorcycle."""

    WALKING = "walking"  # runs when fast, stands when slow
    CYCLING = "cycling"
    RIDING = "riding"


class Person:
    """Somebody with a look: stands where it does not move, walks, and runs from 2.6 m/s.

    Standing on the floor, the origin lies between the feet.
    """

    def __init__(self, look: Look, posture: Posture = Posture.WALKING) -> None:
        if posture is not Posture.WALKING and look.carried is not Carried.SHOULDER_BAG:
            look = replace(look, carried=Carried.NOTHING)  # both hands are on the bars
        self._look = look
        self._posture = posture
        body = physique(look.height_m, look.build.shoulders, look.child)
        self._mesh = _clothed(look, body, posture)
        carriage = Carriage(
            look.arm_swing, look.carried is Carried.SHOPPING_BAG, look.carried is Carried.UMBRELLA
        )
        self._walk, self._run = (going(gait, body, carriage) for gait in (WALK, RUN))
        self._stand = standing(body, carriage)
        self._ride = riding(MOTORCYCLE if posture is Posture.RIDING else BICYCLE, body)

    @property
    def label(self) -> str:
        """Always "person"."""
        return "person"

    @property
    def mesh(self) -> Mesh:
        """900 to 1800 vertices, each in the frame of its bone."""
        return self._mesh

    @property
    def beams(self) -> tuple[Beam, ...]:
        """Nobody shines."""
        return ()

    @property
    def size(self) -> Vector:
        """Length, width and height in metres; a rider's height is that above the floor."""
        if self._posture is Posture.WALKING:
            return 0.5, 0.55, self._look.height_m
        saddle = MOTORCYCLE.saddle if self._posture is Posture.RIDING else BICYCLE.saddle
        return 0.82, 0.75, saddle[2] + 0.49 * self._look.height_m

    def bones(self, stance: Stance) -> Floats:
        """The bones' matrices (16, 4, 4); a stride begins at the look's rhythm."""
        if self._posture is not Posture.WALKING:
            return self._ride.at(stance.travelled)  # in step with the pedals
        cycle, progress = self._movement(stance)
        return cycle.at(progress + self._look.rhythm * cycle.length)

    def _movement(self, stance: Stance) -> tuple[Cycle, float]:
        if stance.speed <= _WALKS_FROM:
            return self._stand, stance.at
        return (self._run if stance.speed > _RUNS_FROM else self._walk), stance.travelled


def _clothed(look: Look, body: Physique, posture: Posture) -> Mesh:
    """Body, clothes and belongings, hung on the bones."""
    trunk = Trunk(body, look.build)
    pieces = [*head(look, body), neck(look, body, trunk), *(shoe(look, body, side) for side in (1, -1))]
    pieces += upper_garment(look, body, trunk) + lower_garment(look, body, trunk)
    if posture is Posture.RIDING:
        pieces.append(riders_helmet(look, body))
    else:
        pieces += headgear(look, body, trunk) + hair(look, body, HAIR_UP_TO[look.headgear])
    pieces += belongings(look, body, trunk)
    return creased(hung(pieces, body), np.random.default_rng(look.creases))
