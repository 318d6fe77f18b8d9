"""Trucks: a cab over the engine, a frame on two or three axles, and what they carry."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from sample_videos.studio.figures.coachwork import Arch, Band, Blueprint, Patch, Skin, block
from sample_videos.studio.figures.motorcar import GAP, GLAZING, LAMP, REAR_LAMP, TRIM
from sample_videos.studio.figures.vehicle import (
    BLACK,
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
from sample_videos.studio.shapes.transform import Vector, move, turn

_SAND: Skin = (Material.PLAIN, (0.3, 0.22, 0.13))
_FRAME: Skin = (Material.METAL, BLACK)
_BOW = 0.08  # metres by which a cab's face is bowed


class Load(StrEnum):
    """What stands on the frame."""

    BOX = "box"
    TARPAULIN = "tarpaulin"
    TIPPER = "tipper"


def truck(colour: Colour, load: Load, load_colour: Colour, *, size: Vector = (7.6, 2.35, 3.2)) -> Vehicle:
    """A truck; one longer than 8.4 m has three axles.

    `size` is length, width and height in metres without mirrors.
    """
    length, width, height = size
    front, radius = length / 2, 0.4 if length < 7.4 else 0.48
    depth = 1.75 if length < 7.4 else 2.05
    cab_width, cab_height = 0.94 * width, min(height - 0.15, 2.35 if length < 7.4 else 2.75)
    steered = front - 0.62 * depth
    driven = [-0.27 * length] if length <= 8.4 else [-0.20 * length, -0.20 * length - 2.4 * radius]
    cab = _cab(depth, cab_width, cab_height, Arch(steered - front + depth, radius, radius + 0.09), colour)
    wheels = [*axle(steered, cab_width - 0.08, radius, 0.28, STEEL)]
    for x in driven:
        wheels += axle(x, width - 0.08, radius, 0.52, STEEL)
    bed = (-front, front - depth - 0.12)
    body = [
        cab.placed(move(front - depth, 0, 0)),
        *_face(front, cab_width / 2, cab_height),
        *_frame(bed, width, radius, driven),
        *_load(load, load_colour, bed, width, height, 2 * radius + 0.12),
    ]
    return vehicle("truck", body, wheels, headlights(front + 0.1, cab_width / 2 - 0.3, 0.75))


def _cab(depth: float, width: float, height: float, arch: Arch, colour: Colour) -> Mesh:
    """The cab, with its rear wall at x = 0."""
    half, belt, nose = width / 2, 0.56 * height, depth - _BOW
    screen = (nose - 0.34, nose - 0.07)
    blueprint = Blueprint(
        top=(
            (0.0, height - 0.1), (0.1, height), (nose - 0.75, height), (nose - 0.45, height - 0.05),
            (screen[0], height - 0.16), (screen[1], belt + 0.03),
            (nose - 0.03, belt - 0.06), (nose, belt - 0.22),
        ),
        belt=((0.0, belt), (nose - 0.1, belt), (nose, belt - 0.28)),
        sill=((0.0, 0.62), (nose - 0.2, 0.5), (nose, 0.48)),
        half=((0.0, half), (nose - 0.4, half), (nose, half - 0.1)),
        roof_half=((0.0, half - 0.1), (nose - 0.5, half - 0.1), (nose, half - 0.15)),
        bow=((0.0, 0.0), (nose - 0.8, 0.0), (nose - 0.4, 0.75 * _BOW), (nose, _BOW)),
        rail=height - 0.3,
        edge=0.13,
        arches=(arch,),
    )  # fmt: skip
    patches = [
        Patch(0.3, screen[1], Band.WINDOW, Band.WINDOW, GAP),
        Patch(0.38, nose - 0.3, Band.WINDOW, Band.WINDOW, GLAZING),
        Patch(nose - 0.24, screen[1], Band.WINDOW, Band.WINDOW, GLAZING),
        Patch(*screen, Band.ROOF_EDGE, Band.ROOF, GLAZING),
        Patch(0.3, 0.316, Band.LOWER, Band.SHOULDER, GAP),
        Patch(nose - 0.2, nose - 0.184, Band.LOWER, Band.SHOULDER, GAP),
        Patch(0.0, nose, Band.SILL, Band.SILL, TRIM),
        Patch(arch.x - 1.01 * arch.radius, arch.x + 1.01 * arch.radius, Band.SILL, Band.LOWER, TRIM),
    ]
    return blueprint.loft((Material.PAINT, colour), patches)


def _face(front: float, half: float, height: float) -> list[Mesh]:
    """Grille, bumper, lamps, plate and mirrors."""
    parts = [
        block((0.16, 1.1 * half, 0.3), (front - 0.06, 0, 0.42 * height), TRIM),
        box(0.16, 2 * half - 0.04, 0.34, 0.035).placed(move(front - 0.05, 0, 0.62)).made_of(*TRIM),
        block((0.03, 0.44, 0.14), (front + 0.03, 0, 0.62), (Material.PLAIN, PLATE_YELLOW)),
    ]
    for side in (1, -1):
        parts.append(block((0.06, 0.34, 0.17), (front + 0.02, side * (half - 0.26), 0.68), LAMP))
        arm, mirror = (
            (front - 0.3, side * (half - 0.06), 0.9 * height),
            (front - 0.02, side * (half + 0.16), 0.72 * height),
        )
        parts.append(strut(arm, (mirror[0], mirror[1], mirror[2] + 0.2), 0.02).made_of(*TRIM))
        parts.append(box(0.1, 0.2, 0.44, 0.024).placed(move(*mirror)).made_of(*TRIM))
    return parts


def _frame(bed: tuple[float, float], width: float, radius: float, driven: Sequence[float]) -> list[Mesh]:
    """Girders, tank, side guards, mud flaps and the bar with the tail lamps."""
    (start, end), first, last = bed, driven[0], driven[-1]
    parts = [block((end - start + 0.6, 0.9, 0.22), ((start + end) / 2 + 0.3, 0, 2 * radius - 0.02), _FRAME)]
    guard = (first + 1.3 * radius, end - 0.2)
    for side in (1, -1):
        y = side * (width / 2 - 0.08)
        parts += [
            block((guard[1] - guard[0], 0.04, 0.09), (sum(guard) / 2, y, z), (Material.METAL, STEEL))
            for z in (0.5, 0.78)
        ]
        parts.append(block((0.03, 0.5, 0.5), (last - 1.25 * radius, side * (width / 2 - 0.3), 0.48), GAP))
        parts.append(block((0.05, 0.3, 0.12), (start + 0.05, side * (width / 2 - 0.25), 0.74), REAR_LAMP))
    tank = strut((end - 0.25, 0, 0.0), (end - 1.05, 0, 0.0), 0.27, sides=10).made_of(Material.METAL, STEEL)
    parts.append(tank.placed(move(0, width / 2 - 0.42, 0.68)))
    parts.append(block((0.08, width - 0.1, 0.14), (start + 0.1, 0, 0.6), _FRAME))
    parts.append(block((0.03, 0.44, 0.14), (start + 0.045, 0, 0.74), (Material.PLAIN, PLATE_YELLOW)))
    return parts


def _load(
    load: Load, colour: Colour, bed: tuple[float, float], width: float, height: float, floor: float
) -> list[Mesh]:
    """What stands on the frame, from `floor` metres upwards."""
    if load is Load.BOX:
        return _box(colour, bed, width, height, floor)
    if load is Load.TARPAULIN:
        return _tarpaulin(colour, bed, width, height, floor)
    return _tipper(colour, bed, width, min(height - 0.25, floor + 1.25), floor)


def _box(colour: Colour, bed: tuple[float, float], width: float, height: float, floor: float) -> list[Mesh]:
    """A closed box of sheet metal with ribs, a frame below, and doors at the rear."""
    start, end = bed
    skin: Skin = (Material.PAINT, colour)
    shade: Skin = (Material.PAINT, (0.6 * colour[0], 0.6 * colour[1], 0.6 * colour[2]))
    middle = (start + end) / 2
    parts = [
        box(end - start, width, height - floor - 0.1, 0.04)
        .placed(move(middle, 0, (height + floor + 0.1) / 2))
        .made_of(*skin),
        block(
            (end - start, width - 0.06, 0.12), (middle, 0, floor + 0.05), (Material.METAL, (0.1, 0.1, 0.1))
        ),
    ]
    parts += [
        block((0.05, 0.02, height - floor - 0.3), (x, side * width / 2, (height + floor) / 2), shade)
        for x in np.linspace(start + 0.05, end - 0.05, max(4, round((end - start) / 0.9))).tolist()
        for side in (1, -1)
    ]
    for y in (-0.35 * width, -0.15 * width, 0.15 * width, 0.35 * width):
        bar = ((start - 0.02, y, floor + 0.2), (start - 0.02, y, height - 0.15))
        parts.append(strut(*bar, 0.02).made_of(Material.METAL, STEEL))
    parts.append(block((0.02, 0.025, height - floor - 0.2), (start, 0, (height + floor) / 2 + 0.05), GAP))
    return parts


def _tarpaulin(
    colour: Colour, bed: tuple[float, float], width: float, height: float, floor: float
) -> list[Mesh]:
    """A canvas over hoops: it sags between them; drop sides of metal below."""
    start, end = bed
    hoops = np.linspace(start + 0.08, end - 0.08, 2 * max(4, round((end - start) / 0.8)) + 1).tolist()
    sag = [0.05 * (i % 2) for i in range(len(hoops))]
    half = width / 2
    canvas = Blueprint(
        top=tuple((x, height - down) for x, down in zip(hoops, sag, strict=True)),
        belt=((start, floor + 0.62 * (height - floor)), (end, floor + 0.62 * (height - floor))),
        sill=((start, floor + 0.4), (end, floor + 0.4)),
        half=tuple((x, half - 0.5 * down) for x, down in zip(hoops, sag, strict=True)),
        roof_half=tuple((x, half - 0.06 - 0.5 * down) for x, down in zip(hoops, sag, strict=True)),
        bow=((start, 0.0), (end, 0.0)),
        rail=height - 0.28,
        edge=0.3,
    )
    middle = (start + end) / 2
    return [
        canvas.loft((Material.CLOTH, colour)),
        block(
            (end - start, width - 0.02, 0.5), (middle, 0, floor + 0.2), (Material.PAINT, (0.1, 0.11, 0.12))
        ),
        *(
            block((0.05, width + 0.01, 0.46), (x, 0, floor + 0.2), (Material.METAL, (0.2, 0.2, 0.2)))
            for x in np.linspace(start + 0.1, end - 0.1, 5).tolist()
        ),
    ]


def _tipper(
    colour: Colour, bed: tuple[float, float], width: float, height: float, floor: float
) -> list[Mesh]:
    """An open body of ribbed steel with a heap of sand, and a shield over the cab."""
    start, end = bed
    skin: Skin = (Material.PAINT, colour)
    middle, tall = (start + end) / 2, height - floor
    length = end - start
    heap = box(length - 0.15, width - 0.15, 0.9, 0.4).placed(turn("y", 0.04)).made_of(*_SAND)
    parts = [
        block((length, width, 0.16), (middle, 0, floor + 0.08), skin),
        block((0.07, width, tall + 0.3), (end - 0.04, 0, floor + tall / 2 + 0.15), skin),
        block((0.07, width - 0.04, tall - 0.05), (start + 0.05, 0, floor + tall / 2), skin),
        block((0.6, width - 0.1, 0.05), (end + 0.22, 0, height + 0.27), skin),
        heap.placed(move(middle, 0, height - 0.32)),
    ]
    for side in (1, -1):
        parts.append(block((length, 0.07, tall), (middle, side * (width / 2 - 0.05), floor + tall / 2), skin))
        parts.append(block((length, 0.1, 0.1), (middle, side * (width / 2 - 0.04), height), skin))
        parts += [
            block((0.09, 0.07, tall), (x, side * (width / 2), floor + tall / 2), skin)
            for x in np.linspace(start + 0.1, end - 0.1, max(5, round(length / 0.7))).tolist()
        ]
    return parts
