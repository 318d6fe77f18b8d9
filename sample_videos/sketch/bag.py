"""Bags: handbags, carrier bags, suitcases; in a hand or on the ground."""

from dataclasses import dataclass

import numpy as np

from sample_videos.sketch.canvas import Canvas, Colour, shade
from sample_videos.sketch.lens import Floats, Lens
from sample_videos.sketch.person import cloth, placed


@dataclass(frozen=True, slots=True)
class Luggage:
    """How one bag looks; metres and RGB. `strap` is the handle's height above the body."""

    length: float
    width: float
    tall: float
    strap: float
    colour: Colour


def packed(rng: np.random.Generator) -> Luggage:
    """Draw a random bag."""
    return Luggage(
        length=float(rng.uniform(0.3, 0.55)),
        width=float(rng.uniform(0.12, 0.26)),
        tall=float(rng.uniform(0.26, 0.5)),
        strap=float(rng.uniform(0.1, 0.22)),
        colour=cloth(rng),
    )


def paint_bag(canvas: Canvas, lens: Lens, luggage: Luggage, foot: Floats, heading: float) -> None:
    """Paint a bag whose bottom centre is the (3,) point `foot` of the world."""
    half, side = luggage.length / 2, luggage.width / 2
    near = lens.scale(float(foot[1]))

    def box(low: float, high: float, ease: float) -> Floats:
        corners = np.array(
            [
                (x * half * e, y * side, z)
                for z, e in ((low, 1.0), (high, ease))
                for x in (-1, 1)
                for y in (-1, 1)
            ]
        )
        points = placed(corners, float(foot[0]), float(foot[1]), heading)
        points[:, 2] += foot[2]
        return lens.pixels(points)

    body = box(0.0, luggage.tall, 0.86)
    grip = body[4:].mean(axis=0) + np.array((0.0, -luggage.strap * near))
    thick = (0.018 * near, 0.018 * near)
    canvas.limb(body[4:6].mean(axis=0), grip, thick, shade(luggage.colour, 0.55))
    canvas.limb(body[6:8].mean(axis=0), grip, thick, shade(luggage.colour, 0.55))
    canvas.hull(body, luggage.colour)
    canvas.hull(body[4:], shade(luggage.colour, 1.2))
    seam = box(0.55 * luggage.tall, 0.62 * luggage.tall, 1.0)
    canvas.hull(seam, shade(luggage.colour, 0.7))
