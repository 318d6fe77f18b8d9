"""Buses: the city bus of 10 to 12.5 m and the minibus of 7 m."""

from itertools import pairwise

import numpy as np

from sample_videos.studio.figures.coachwork import Arch, Band, Blueprint, Patch, Skin, block
from sample_videos.studio.figures.motorcar import GAP, GLAZING, LAMP, REAR_LAMP, TRIM
from sample_videos.studio.figures.vehicle import (
    PLATE_YELLOW,
    STEEL,
    Vehicle,
    axle,
    headlights,
    strut,
    vehicle,
)
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh
from sample_videos.studio.shapes.solids import box
from sample_videos.studio.shapes.transform import Vector, move

_AMBER: Skin = (Material.TAILLIGHT, (0.75, 0.3, 0.03))
_UNIT: Skin = (Material.PLAIN, (0.5, 0.5, 0.5))
_DOOR_METRES, _PILLAR_METRES = 1.25, 0.1


def bus(colour: Colour, stripe: Colour, *, size: Vector = (11.4, 2.5, 3.1), electric: bool = True) -> Vehicle:
    """A bus with its doors on the right; an electric one carries its batteries on the roof.

    `size` is the body's length, width and height in metres, without mirrors and roof units.
    """
    length, width, height = size
    front, half = length / 2, width / 2
    radius = 0.48 if length > 9 else 0.38
    axles = (-0.29 * length, 0.5 * length - max(1.6, 0.23 * length))
    floor, belt, rail = 0.32, 0.40 * height, 0.79 * height
    blueprint = Blueprint(
        top=(
            (-front, 0.34 * height), (-front + 0.03, 0.6 * height), (-front + 0.12, 0.93 * height),
            (-front + 0.25, height), (front - 0.55, height), (front - 0.38, 0.95 * height),
            (front - 0.3, 0.86 * height), (front - 0.1, 0.37 * height), (front - 0.08, 0.28 * height),
        ),
        belt=((-front, 0.3 * height), (-front + 0.1, belt), (front - 0.35, belt),
              (front - 0.1, 0.36 * height)),
        sill=((-front, floor + 0.15), (-front + 0.8, floor), (front - 0.8, floor), (front, floor + 0.03)),
        half=((-front, half - 0.1), (-front + 0.12, half), (front - 0.45, half), (front - 0.08, half - 0.13)),
        roof_half=((-front, half - 0.16), (-front + 0.15, half - 0.07), (front - 0.5, half - 0.07),
                   (front - 0.08, half - 0.2)),
        bow=((-front, 0.0), (front - 0.6, 0.0), (front - 0.3, 0.08), (front, 0.08)),
        rail=rail,
        edge=0.16,
        arches=tuple(Arch(x, radius, radius + 0.08) for x in axles),
    )  # fmt: skip
    wheels = [wheel for x in axles for wheel in axle(x, width - 0.06, radius, 0.28, STEEL)]
    body = [
        blueprint.loft((Material.PAINT, colour), _patches(front, stripe)),
        *_ends(front, half, height),
        *_doors(front, half, height, axles),
    ]
    if electric:
        body += _roof_units(length, width, height)
    return vehicle("bus", body, wheels, headlights(front + 0.1, half - 0.32, 0.27 * height))


def _patches(front: float, stripe: Colour) -> list[Patch]:
    """Windows between dark pillars, the windscreen, a stripe below, lamps."""
    start, end = -front + 0.35, front - 0.36
    count = max(4, round((end - start) / 1.55))
    edges = np.linspace(start, end, count + 1).tolist()
    panes = [
        Patch(left + _PILLAR_METRES / 2, right - _PILLAR_METRES / 2, Band.WINDOW, Band.WINDOW, GLAZING)
        for left, right in pairwise(edges)
    ]
    return [
        Patch(-front, front, Band.LOWER, Band.LOWER, (Material.PAINT, stripe)),
        Patch(start, front - 0.1, Band.WINDOW, Band.WINDOW, GAP),
        *panes,
        Patch(front - 0.34, front - 0.1, Band.WINDOW, Band.WINDOW, GLAZING),
        Patch(-front, front, Band.SILL, Band.SILL, TRIM),
        Patch(front - 0.3, front - 0.1, Band.ROOF_EDGE, Band.ROOF, GLAZING),
        Patch(front - 0.38, front - 0.3, Band.RAIL, Band.ROOF, GAP),
        Patch(-front + 0.03, -front + 0.1, Band.ROOF_EDGE, Band.ROOF, GLAZING),
    ]


def _ends(front: float, half: float, height: float) -> list[Mesh]:
    """Lamps, plates, destination, bumpers, mirrors on their arms, wipers."""
    nose, lamp = front, 0.25 * height
    parts = [
        block((0.06, 1.3, 0.2), (front - 0.29, 0, 0.89 * height), _AMBER),
        block((0.06, 1.7, 0.2), (nose - 0.03, 0, 0.5), TRIM),
        block((0.04, 0.44, 0.14), (nose + 0.01, 0, 0.62), (Material.PLAIN, PLATE_YELLOW)),
        block((0.04, 0.44, 0.14), (-front, 0, 0.78), (Material.PLAIN, PLATE_YELLOW)),
        block((0.06, 1.2, 0.36), (-front, 0, 0.9), (Material.PLAIN, (0.06, 0.06, 0.06))),
        block((0.05, 1.2, 0.16), (-front + 0.09, 0, 0.88 * height), _AMBER),
    ]
    for side in (1, -1):
        parts.append(block((0.1, 0.42, 0.17), (nose - 0.09, side * (half - 0.36), lamp), LAMP))
        parts.append(
            block((0.06, 0.16, 0.4), (-front + 0.01, side * (half - 0.24), 0.33 * height), REAR_LAMP)
        )
        arm, mirror = (front - 0.35, side * (half - 0.1)), (front + 0.12, side * (half + 0.1))
        parts.append(strut((*arm, 0.9 * height), (*mirror, 0.74 * height + 0.15), 0.025).made_of(*TRIM))
        parts.append(box(0.12, 0.2, 0.42, 0.028).placed(move(*mirror, 0.74 * height)).made_of(*TRIM))
        pivot, tip = (nose - 0.04, side * 0.1, 0.39 * height), (nose - 0.14, side * 0.7, 0.56 * height)
        parts.append(strut(pivot, tip, 0.014).made_of(*GAP))
    return parts


def _doors(front: float, half: float, height: float, axles: tuple[float, float]) -> list[Mesh]:
    """Double doors on the right, two on a long bus: dark leaves of glass, from the step to the rail."""
    places = [front - 1.1, (axles[0] + axles[1]) / 2] if front > 4 else [axles[1] - 1.25]
    low, high = 0.42, 0.76 * height
    leaf = _DOOR_METRES / 2
    parts = []
    for x in places:
        parts.append(block((_DOOR_METRES, 0.02, high - low), (x, -half - 0.004, (low + high) / 2), GAP))
        for shift in (-leaf / 2, leaf / 2):
            middle = (x + shift, -half - 0.012, (low + high) / 2)
            parts.append(block((leaf - 0.12, 0.02, high - low - 0.2), middle, GLAZING))
    return parts


def _roof_units(length: float, width: float, height: float) -> list[Mesh]:
    """Batteries and the cooler on the roof."""
    return [
        block((0.28 * length, 0.66 * width, 0.2), (-0.2 * length, 0, height + 0.08), _UNIT, taper=0.92),
        block((0.18 * length, 0.6 * width, 0.16), (0.14 * length, 0, height + 0.06), _UNIT, taper=0.92),
    ]
