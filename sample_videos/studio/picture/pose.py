"""A figure where it is at a moment: what is drawn of it, what it can change and its box all begin here."""

from dataclasses import dataclass

from sample_videos.studio.actor import Actor, Stance
from sample_videos.studio.camera import Points
from sample_videos.studio.picture.outline import bones_in_world, outline_of
from sample_videos.studio.shapes.transform import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """`bones` (n, 4, 4) from each bone's frame to the world; `outline` (n, 3) the outermost points in it."""

    actor: Actor
    stance: Stance
    bones: Floats
    outline: Points


def pose(actor: Actor, stance: Stance) -> Pose:
    """Put an actor where it is."""
    bones = bones_in_world(actor.figure, stance)
    return Pose(actor, stance, bones, outline_of(actor.figure).on(bones))
