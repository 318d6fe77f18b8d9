"""Motor cars and vans: a style is drawn once, then stretched to any size and given its skin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sample_videos.studio.figures.coachwork import Arch, Band, Blueprint, Patch, Skin, at, block
from sample_videos.studio.figures.vehicle import (
    BLACK,
    CHROME,
    LENS,
    PLASTIC,
    RED_LENS,
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

GLAZING: Skin = (Material.GLASS, (0.018, 0.021, 0.024))
TRIM: Skin = (Material.PLAIN, PLASTIC)
GAP: Skin = (Material.PLAIN, BLACK)
LAMP: Skin = (Material.HEADLIGHT, LENS)
REAR_LAMP: Skin = (Material.TAILLIGHT, RED_LENS)


@dataclass(frozen=True, slots=True)
class Style:
    """A body style. Places are x in metres on the drawing, which is of the stated size."""

    blueprint: Blueprint
    size: Vector  # the usual length, width and height
    axles: tuple[float, float]  # rear and front
    wheel_radius: float
    screen: tuple[float, float]  # windscreen: upper and lower edge
    rear_screen: tuple[float, float]  # lower and upper edge
    doors: tuple[float, ...]  # gaps, from the front
    windows: tuple[tuple[float, float], ...]
    lamps: tuple[float, float]  # where tail lamps end and headlamps begin
    clad: bool = False  # dark plastic about arches and sills
    roof_rails: bool = False


def motorcar(
    label: str, style: Style, colour: Colour, size: Vector | None, plate: Colour, extras: Sequence[Mesh] = ()
) -> Vehicle:
    """A car or van. `size` is the body's length, width and height in metres, without mirrors and roof rails.

    Without a size it has that of its style. `extras` are parts in the vehicle's frame.
    """
    drawn = _in_size(style, size or style.size)
    blueprint, paint = drawn.blueprint, (Material.PAINT, colour)
    wheels = [wheel for x in drawn.axles for wheel in axle(x, _track(blueprint, x), drawn.wheel_radius, 0.21)]
    body = [blueprint.loft(paint, _patches(drawn)), *_fittings(drawn, paint, plate), *extras]
    lamp = drawn.lamps[1] + 0.1
    ahead = blueprint.reach[1] + 0.05  # clear of the car's own bumper
    beams = headlights(ahead, 0.72 * at(blueprint.half, lamp), at(blueprint.belt, lamp))
    return vehicle(label, body, wheels, beams)


def _in_size(style: Style, size: Vector) -> Style:
    """The style stretched; its wheels keep their radius and stay in their arches."""
    stern, nose = style.blueprint.reach
    along, shift = size[0] / (nose - stern), (nose + stern) / 2

    def placed(places: tuple[float, ...]) -> tuple[float, ...]:
        return tuple((x - shift) * along for x in places)

    rear, front = placed(style.axles)
    radius = style.wheel_radius
    arches = tuple(Arch(x, radius, radius + 0.055) for x in (rear, front))
    upper, lower = placed(style.screen)
    rear_lower, rear_upper = placed(style.rear_screen)
    tail, head = placed(style.lamps)
    spans = [placed(window) for window in style.windows]
    return replace(
        style,
        blueprint=replace(style.blueprint.stretched(*size), arches=arches),
        size=size,
        axles=(rear, front),
        screen=(upper, lower),
        rear_screen=(rear_lower, rear_upper),
        doors=placed(style.doors),
        windows=tuple((start, end) for start, end in spans),
        lamps=(tail, head),
    )


def _track(blueprint: Blueprint, x: float) -> float:
    """Metres between the outer faces of the wheels at x: they stand just inside the flank."""
    return 2 * (at(blueprint.half, x) - 0.025)


def _patches(style: Style) -> list[Patch]:
    """The skin of a car: glass, lamps, gaps and what is of plastic."""
    stern, nose = style.blueprint.top[0][0], style.blueprint.top[-1][0]
    tail, head = style.lamps
    upper, lower = style.screen
    patches = [Patch(stern, nose, Band.SILL, Band.SILL, TRIM)]
    patches += [Patch(x - 0.008, x + 0.008, Band.LOWER, Band.SHOULDER, GAP) for x in style.doors]
    first, last = min(start for start, _ in style.windows), max(end for _, end in style.windows)
    patches.append(Patch(first, last, Band.WINDOW, Band.WINDOW, GAP))
    patches += [Patch(start, end, Band.WINDOW, Band.WINDOW, GLAZING) for start, end in style.windows]
    patches += [
        Patch(upper, lower, Band.ROOF_EDGE, Band.ROOF, GLAZING),
        Patch(lower, lower + 0.05, Band.ROOF_EDGE, Band.ROOF, TRIM),
        Patch(*style.rear_screen, Band.ROOF_EDGE, Band.ROOF, GLAZING),
        Patch(stern + 1e-3, tail, Band.SHOULDER, Band.RAIL, REAR_LAMP),
        Patch(head - 0.03, nose - 0.04, Band.SHOULDER, Band.WINDOW, GAP),
        Patch(head, nose - 0.06, Band.SHOULDER, Band.WINDOW, LAMP),
        Patch(nose - 0.05, nose, Band.ROOF_EDGE, Band.ROOF, TRIM),
        Patch(nose - 0.16, nose - 0.14, Band.ROOF_EDGE, Band.ROOF, GAP),
    ]
    if style.clad:
        patches += [
            Patch(arch.x - 1.01 * arch.radius, arch.x + 1.01 * arch.radius, Band.SILL, Band.LOWER, TRIM)
            for arch in style.blueprint.arches
        ]
    return patches


def _fittings(style: Style, paint: Skin, plate: Colour) -> list[Mesh]:
    """What is screwed on: bumper inserts, plates, mirrors, handles, roof rails."""
    stern, nose = style.blueprint.reach
    sill, rear_sill = at(style.blueprint.sill, nose), at(style.blueprint.sill, stern)
    parts = [
        block((0.08, 0.82, 0.1), (nose - 0.035, 0, sill + 0.07), TRIM),
        block((0.03, 0.44, 0.13), (nose, 0, sill + 0.2), (Material.PLAIN, plate)),
        block((0.08, 0.9, 0.09), (stern + 0.035, 0, rear_sill + 0.07), TRIM),
        block((0.03, 0.44, 0.13), (stern, 0, rear_sill + 0.24), (Material.PLAIN, plate)),
    ]
    mirror = style.doors[0] - 0.12
    half, belt = at(style.blueprint.half, mirror), at(style.blueprint.belt, mirror)
    for side in (1, -1):
        shell = box(0.13, 0.2, 0.14, 0.03).placed(turn("z", -0.15 * side)).made_of(*paint)
        parts.append(shell.placed(move(mirror, side * (half + 0.06), belt + 0.08)))
        for x in style.doors[1:]:
            handle = (x + 0.16, side * (at(style.blueprint.half, x) - 0.005), belt - 0.1)
            parts.append(block((0.17, 0.03, 0.028), handle, (Material.METAL, CHROME)))
        if style.roof_rails:
            parts.append(_roof_rail(style, side))
    return parts


def _roof_rail(style: Style, side: int) -> Mesh:
    """A rail along one edge of the roof."""
    start, end = style.rear_screen[1] + 0.12, style.screen[0] - 0.12
    ends = [
        (x, side * (at(style.blueprint.roof_half, x) - 0.07), at(style.blueprint.top, x) + 0.01)
        for x in (start, end)
    ]
    return strut(ends[0], ends[1], 0.02).made_of(Material.METAL, BLACK)
