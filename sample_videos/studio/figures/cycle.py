"""What has two wheels in line, and the bicycle; whoever rides is an actor of their own.

The rider's origin is the cycle's: hips rest on `saddle`, the left hand on `bars` (the right hand
mirrors it).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.actor import Beam
from sample_videos.studio.figures.coachwork import Skin, block
from sample_videos.studio.figures.vehicle import (
    BLACK,
    CHROME,
    LENS,
    RED_LENS,
    RUBBER,
    STEEL,
    Vehicle,
    Wheel,
    assembled,
    headlight,
    lathe,
    strut,
)
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.solids import box, torus, tube
from sample_videos.studio.shapes.transform import Vector, move, scale, turn

PEDAL_METRES = 4.6  # a bicycle's way while its pedals turn once
CRANK_METRES = 0.17
BOTTOM_BRACKET: Vector = (-0.05, 0.0, 0.28)
_BICYCLE_SADDLE, _BICYCLE_BARS = (-0.20, 0.0, 0.90), (0.32, 0.25, 1.02)
TYRE: Skin = (Material.PLAIN, RUBBER)
SEAT: Skin = (Material.PLAIN, (0.02, 0.02, 0.022))
METAL: Skin = (Material.METAL, STEEL)
DARK: Skin = (Material.METAL, (0.03, 0.03, 0.03))
BRIGHT: Skin = (Material.METAL, CHROME)


@dataclass(frozen=True, slots=True, eq=False)
class Cycle(Vehicle):
    """A vehicle with two wheels. A bicycle's third bone is its cranks."""

    saddle: Vector
    bars: Vector


def assembled_cycle(
    label: str, body: Sequence[Mesh], wheels: Sequence[Wheel], beam: Beam, saddle: Vector, bars: Vector
) -> Cycle:
    """A cycle of these parts."""
    whole = assembled(body, wheels)
    return Cycle(label, whole.mesh, (beam,), whole.size, whole.hubs, whole.radii, saddle, bars)


def bicycle(
    colour: Colour, *, basket: bool = False, step_through: bool = False, mudguards: bool = True
) -> Cycle:
    """A bicycle of 1.75 m; a step-through one has a low tube for the skirt."""
    radius, rear, front = 0.335, -0.53, 0.53
    paint: Skin = (Material.PAINT, colour)
    bracket, seat_top, head = BOTTOM_BRACKET, (-0.17, 0.0, 0.72), (0.34, 0.0, 0.80)
    tubes: list[tuple[Vector, Vector, float]] = [
        (bracket, seat_top, 0.02),
        ((0.36, 0.0, 0.72), bracket, 0.022),
        ((-0.12, 0.0, 0.5) if step_through else seat_top, (0.35, 0.0, 0.66) if step_through else head, 0.02),
        ((0.37, 0.0, 0.66), (0.31, 0.0, 0.92), 0.022),
    ]
    for side in (1, -1):
        hub = (rear, side * 0.06, radius)
        tubes += [
            (hub, (bracket[0], side * 0.03, bracket[2]), 0.012),
            (hub, (seat_top[0], side * 0.02, seat_top[2] - 0.06), 0.011),
            ((front, side * 0.05, radius), (0.37, side * 0.045, 0.68), 0.014),
        ]
    body = [strut(*ends).made_of(*paint) for ends in tubes]
    body += _bicycle_fittings()
    if mudguards:
        body += [mudguard((x, 0, radius), radius + 0.03, paint) for x in (rear, front)]
        body += _carrier(rear)
    if basket:
        body.append(box(0.28, 0.34, 0.22, 0.02).placed(move(0.52, 0, 0.86)).made_of(*DARK))
    wheels = [Wheel((x, 0.0, radius), radius, _spoked(radius)) for x in (rear, front)]
    wheels.append(Wheel(bracket, PEDAL_METRES / (2 * math.pi), _cranks()))
    beam = headlight((0.68, 0.0, 0.84), 0.8)  # ahead of the basket
    return assembled_cycle("bicycle", body, wheels, beam, _BICYCLE_SADDLE, _BICYCLE_BARS)


def _bicycle_fittings() -> list[Mesh]:
    """Saddle, seat post, bars, lamps and the chain's guard."""
    return [
        box(0.27, 0.16, 0.06, 0.025).placed(move(-0.2, 0, 0.88)).made_of(*SEAT),
        strut((-0.17, 0, 0.7), (-0.19, 0, 0.86), 0.014).made_of(*BRIGHT),
        *handlebars(_BICYCLE_BARS, (0.31, 0.0, 0.94), mirrors=False),
        *round_lamp((0.4, 0.0, 0.84), 0.035),
        block((0.03, 0.05, 0.05), (-0.86, 0, 0.56), (Material.TAILLIGHT, RED_LENS)),
        strut((-0.53, -0.06, 0.335), (-0.05, -0.06, 0.28), 0.03, 0.08, sides=8)
        .placed(scale(1, 0.4, 1) @ move(0, -0.09, 0))
        .made_of(*DARK),
    ]


def _carrier(rear: float) -> list[Mesh]:
    """The rack over the rear wheel."""
    stays = [
        strut((rear, side * 0.07, 0.335), (rear - 0.1, side * 0.06, 0.74), 0.008, sides=4).made_of(*DARK)
        for side in (1, -1)
    ]
    return [block((0.36, 0.13, 0.02), (rear - 0.02, 0, 0.74), DARK), *stays]


def handlebars(grip: Vector, stem: Vector, *, mirrors: bool) -> list[Mesh]:
    """Handlebars from the stem to the grips."""
    parts = []
    for side in (1, -1):
        end = (grip[0] - 0.05, side * (grip[1] + 0.05), grip[2])
        bend = (stem[0] + 0.03, side * 0.12, grip[2])
        inner = (grip[0] + 0.02, side * (grip[1] - 0.07), grip[2])
        parts += [
            strut(stem, bend, 0.013).made_of(*BRIGHT),
            strut(bend, inner, 0.012).made_of(*BRIGHT),
            strut(inner, end, 0.019).made_of(*SEAT),
        ]
        if mirrors:
            stalk = (inner[0] - 0.02, side * (grip[1] + 0.04), grip[2] + 0.2)
            parts.append(strut(inner, stalk, 0.008, sides=4).made_of(*DARK))
            parts.append(box(0.03, 0.13, 0.09, 0.007).placed(move(*stalk)).made_of(*DARK))
    return parts


def along(rings: Sequence[tuple[float, float, float, float]], skin: Skin) -> Mesh:
    """A smooth body along x; rings are (x, half width, half height, middle's height) towards the front."""
    upright = [(x, half_height, half_width, -z, 0.0) for x, half_width, half_height, z in rings]
    return tube(upright, 12).placed(turn("y", math.pi / 2)).made_of(*skin)


def round_lamp(at: Vector, radius: float) -> list[Mesh]:
    """A round headlamp that looks ahead."""
    lens = lathe(
        (
            (-0.5 * radius, 0.6 * radius),
            (0.3 * radius, radius),
            (0.6 * radius, 0.9 * radius),
            (0.75 * radius, 0.4 * radius),
        ),
        ((Material.PLAIN, BLACK), (Material.METAL, CHROME), (Material.HEADLIGHT, LENS)),
        segments=10,
    )
    return [lens.placed(move(*at) @ turn("z", -math.pi / 2))]


def mudguard(
    hub: Vector, radius: float, skin: Skin, half_width: float = 0.028, span: tuple[float, float] = (0.5, 3.0)
) -> Mesh:
    """A strip over a wheel; `span` in radians from straight ahead, over the top, to the rear."""
    steps = 7
    slices = []
    for i in range(steps):
        angle = span[0] + (span[1] - span[0]) * (i + 0.5) / steps
        long = radius * (span[1] - span[0]) / steps * 1.08
        placed = np.asarray(move(*hub) @ turn("y", -angle) @ move(radius + 0.01, 0, 0), np.float32)
        slices.append(block((0.012, 2 * half_width, long), (0, 0, 0), skin).placed(placed))
    return merged(slices)


def _spoked(radius: float) -> Mesh:
    """A bicycle's wheel: tyre, rim, hub and sixteen spokes."""
    tyre = torus(radius - 0.02, 0.02, 22, 5).made_of(*TYRE)
    rim = torus(radius - 0.045, 0.012, 22, 4).made_of(*METAL)
    hub = strut((0, -0.05, 0), (0, 0.05, 0), 0.025).made_of(*METAL)
    reach = radius - 0.04
    spokes = [
        block((2 * reach, 0.006, 0.006), (0, 0.004 * (-1) ** i, 0), METAL).placed(turn("y", math.pi * i / 8))
        for i in range(8)
    ]
    return merged((tyre, rim, hub, *spokes))


def _cranks() -> Mesh:
    """Chain wheel, cranks and pedals about the bottom bracket; the left pedal starts ahead."""
    parts = [
        lathe(((-0.065, 0.09), (-0.055, 0.09)), (METAL,), segments=12),
        strut((0, -0.08, 0), (0, 0.08, 0), 0.018).made_of(*METAL),
    ]
    for side in (1, -1):
        crank = strut((0, side * 0.075, 0), (side * CRANK_METRES, side * 0.08, 0), 0.012).made_of(*METAL)
        pedal = block((0.09, 0.09, 0.02), (side * CRANK_METRES, side * 0.12, 0), SEAT)
        parts += [crank, pedal]
    return merged(parts)
