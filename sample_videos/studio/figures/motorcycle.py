"""Motorcycles and electric scooters, with the saddle and the bars where riders expect them."""

import math

from sample_videos.studio.figures.coachwork import Skin, block
from sample_videos.studio.figures.cycle import (
    BRIGHT,
    DARK,
    METAL,
    SEAT,
    TYRE,
    Cycle,
    along,
    assembled_cycle,
    handlebars,
    mudguard,
    round_lamp,
)
from sample_videos.studio.figures.vehicle import (
    BLACK,
    PLATE_BLUE,
    PLATE_GREEN,
    RED_LENS,
    Wheel,
    headlight,
    lathe,
    strut,
)
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged
from sample_videos.studio.shapes.solids import box, sphere, torus
from sample_videos.studio.shapes.transform import Vector, move, scale, turn

_SADDLE, _BARS = (-0.25, 0.0, 0.80), (0.38, 0.33, 1.0)
_PLASTIC: Skin = (Material.PLAIN, BLACK)
_ALLOY: Skin = (Material.METAL, (0.16, 0.16, 0.17))


def motorcycle(colour: Colour, *, top_case: bool = False) -> Cycle:
    """A motorcycle of 2.1 m with its engine in sight."""
    radius, rear, front = 0.31, -0.68, 0.72
    paint: Skin = (Material.PAINT, colour)
    body = [
        *_tank_and_seat(paint),
        *_engine(),
        *_swing_arm(rear, radius),
        *_forks(front, radius, (0.46, 0.92), BRIGHT),
        *handlebars(_BARS, (0.42, 0.0, 0.98), mirrors=True),
        *round_lamp((0.57, 0.0, 0.88), 0.095),
        mudguard((front, 0, radius), radius + 0.035, paint, 0.07, (0.3, 2.3)),
        mudguard((rear, 0, radius), radius + 0.05, _PLASTIC, 0.08, (0.9, 2.6)),
        *_tail((-0.95, 0, 0.6), PLATE_BLUE),
    ]
    if top_case:
        body.append(_case((-0.78, 0, 0.95)))
    beam = headlight((0.66, 0, 0.88), 4.0)
    return assembled_cycle("motorcycle", body, _wheels((rear, front), radius, 0.11), beam, _SADDLE, _BARS)


def scooter(colour: Colour, *, top_case: bool = False, leg_shield: float = 0.4) -> Cycle:
    """An electric scooter of 1.95 m: a step, a shield before the legs, small wheels.

    `leg_shield` is the shield's width in metres.
    """
    radius, rear, front = 0.24, -0.62, 0.69
    paint: Skin = (Material.PAINT, colour)
    body = [
        *_scooter_rear(paint),
        *_scooter_front(paint, leg_shield),
        *_forks(front, radius, (0.42, 0.5), DARK),
        *handlebars(_BARS, (0.34, 0.0, 0.98), mirrors=True),
        *round_lamp((0.44, 0.0, 0.98), 0.07),
        mudguard((front, 0, radius), radius + 0.035, paint, 0.08, (0.2, 2.4)),
        mudguard((rear, 0, radius), radius + 0.04, _PLASTIC, 0.08, (0.9, 2.9)),
        *(strut((-0.25, y, 0.32), (rear, y, radius), 0.035).made_of(*DARK) for y in (-0.11, 0.11)),
        *_tail((-0.91, 0, 0.56), PLATE_GREEN),
    ]
    if top_case:
        body.append(_case((-0.84, 0, 0.95)))
    beam = headlight((0.53, 0, 0.98), 3.0)
    return assembled_cycle("motorcycle", body, _wheels((rear, front), radius, 0.10), beam, _SADDLE, _BARS)


def _tank_and_seat(paint: Skin) -> list[Mesh]:
    """What a rider sees of a motorcycle."""
    seat = (
        (-0.82, 0.05, 0.03, 0.8),
        (-0.6, 0.11, 0.055, 0.79),
        (-0.2, 0.14, 0.05, 0.75),
        (-0.02, 0.09, 0.05, 0.77),
    )
    panel = (
        (-0.97, 0.03, 0.03, 0.75),
        (-0.8, 0.08, 0.06, 0.7),
        (-0.45, 0.12, 0.1, 0.64),
        (-0.15, 0.1, 0.1, 0.6),
    )
    return [
        sphere().placed(move(0.14, 0, 0.86) @ scale(0.3, 0.15, 0.14)).made_of(*paint),
        along(seat, SEAT),
        along(panel, paint),
    ]  # fmt: skip


def _engine() -> list[Mesh]:
    """Crankcase, cylinder, the frame's tube before them, pegs and the exhaust on the right."""
    return [
        box(0.42, 0.26, 0.3, 0.06).placed(move(0.1, 0, 0.42)).made_of(*DARK),
        box(0.2, 0.22, 0.24, 0.04).placed(move(0.18, 0, 0.62) @ turn("y", 0.2)).made_of(*METAL),
        strut((0.36, 0, 0.82), (0.0, 0, 0.34), 0.035).made_of(*DARK),
        strut((0.05, -0.24, 0.31), (0.05, 0.24, 0.31), 0.015).made_of(*DARK),
        strut((0.22, -0.14, 0.3), (-0.3, -0.17, 0.3), 0.03).made_of(*METAL),
        strut((-0.3, -0.17, 0.3), (-0.85, -0.18, 0.4), 0.05, 0.06, sides=8).made_of(*METAL),
    ]


def _swing_arm(rear: float, radius: float) -> list[Mesh]:
    """What holds the rear wheel, on both sides: arm and damper."""
    parts = []
    for side in (1, -1):
        hub = (rear, side * 0.1, radius)
        parts.append(strut((0.0, side * 0.1, 0.33), hub, 0.025).made_of(*DARK))
        parts.append(strut((-0.45, side * 0.12, 0.68), hub, 0.03).made_of(*BRIGHT))
    return parts


def _scooter_rear(paint: Skin) -> list[Mesh]:
    """Body, seat and step."""
    shell = (
        (-0.96, 0.02, 0.03, 0.62), (-0.86, 0.12, 0.1, 0.62), (-0.55, 0.17, 0.16, 0.57),
        (-0.2, 0.16, 0.17, 0.54), (-0.12, 0.1, 0.12, 0.5),
    )  # fmt: skip
    seat = (
        (-0.84, 0.06, 0.03, 0.77), (-0.7, 0.13, 0.06, 0.77), (-0.45, 0.14, 0.05, 0.75),
        (-0.2, 0.13, 0.055, 0.74), (-0.06, 0.05, 0.03, 0.72),
    )  # fmt: skip
    step = (
        (-0.4, 0.15, 0.08, 0.33),
        (-0.2, 0.17, 0.06, 0.29),
        (0.25, 0.17, 0.05, 0.28),
        (0.42, 0.12, 0.08, 0.36),
    )
    return [along(shell, paint), along(seat, SEAT), along(step, _PLASTIC)]


def _scooter_front(paint: Skin, width: float) -> list[Mesh]:
    """The shield, dark on the rider's side, and the head with its lamp's cowl."""
    cowl = (
        (0.2, 0.06, 0.03, 0.97),
        (0.28, 0.17, 0.07, 0.98),
        (0.4, 0.16, 0.09, 0.97),
        (0.48, 0.06, 0.05, 0.95),
    )
    slant = turn("y", -0.24)
    return [
        strut((0.46, 0, 0.3), (0.34, 0, 0.98), 0.09, 0.07, sides=8).made_of(*paint),
        box(0.07, width, 0.6, 0.017).placed(move(0.37, 0, 0.58) @ slant).made_of(*paint),
        box(0.03, width - 0.08, 0.5, 0.007).placed(move(0.325, 0, 0.58) @ slant).made_of(*SEAT),
        along(cowl, paint),
    ]


def _forks(front: float, radius: float, top: tuple[float, float], skin: Skin) -> list[Mesh]:
    """Both legs of the fork, from the hub to (x, z) `top`."""
    return [
        strut((front, side * 0.09, radius), (top[0], side * 0.08, top[1]), 0.026).made_of(*skin)
        for side in (1, -1)
    ]


def _tail(place: Vector, plate: Colour) -> list[Mesh]:
    """The number plate and the lamp above it."""
    x, y, z = place
    return [
        block((0.03, 0.2, 0.13), (x, y, z - 0.07), (Material.PLAIN, plate)),
        block((0.05, 0.18, 0.07), (x + 0.01, y, z + 0.06), (Material.TAILLIGHT, RED_LENS)),
    ]


def _case(middle: Vector) -> Mesh:
    """A case for parcels behind the seat."""
    return box(0.33, 0.37, 0.29, 0.05).placed(move(*middle)).made_of(*_PLASTIC)


def _wheels(places: tuple[float, float], radius: float, width: float) -> list[Wheel]:
    """Fat tyres on cast rims of five spokes, the same on both sides."""
    half = width / 2
    profile = ((0.0, 0.68 * radius), (0.3 * half, 0.68 * radius), (0.3 * half, 0.2 * radius))
    disc = lathe(profile, (_ALLOY, _ALLOY), segments=15, spokes=5)
    tyre = torus(radius - 0.9 * half, 0.9 * half, 18, 6).made_of(*TYRE)
    mesh = merged((tyre, disc, disc.placed(turn("z", math.pi))))
    return [Wheel((x, 0.0, radius), radius, mesh) for x in places]
