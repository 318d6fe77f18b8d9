"""Vans: with windows all round, or with a closed hold."""

from dataclasses import replace

from sample_videos.studio.figures.coachwork import Blueprint
from sample_videos.studio.figures.motorcar import Style, motorcar
from sample_videos.studio.figures.vehicle import PLATE_BLUE, Vehicle
from sample_videos.studio.shapes.mesh import Colour
from sample_videos.studio.shapes.transform import Vector

PEOPLE_CARRIER = Style(
    Blueprint(
        top=(
            (-2.5, 0.72), (-2.49, 1.05), (-2.45, 1.16), (-2.28, 1.78), (-2.15, 1.93), (-1.6, 1.99),
            (0.6, 2.0), (1.0, 1.95), (1.25, 1.87), (1.92, 1.25), (2.15, 1.12), (2.34, 0.95),
            (2.42, 0.8), (2.45, 0.6),
        ),
        belt=((-2.5, 0.68), (-2.45, 1.1), (-1.5, 1.13), (1.3, 1.1), (1.9, 1.06), (2.15, 0.98), (2.34, 0.84),
              (2.45, 0.58)),
        sill=((-2.5, 0.38), (-2.3, 0.3), (-1.8, 0.26), (1.9, 0.24), (2.3, 0.28), (2.45, 0.34)),
        half=((-2.5, 0.86), (-2.4, 0.91), (-1.9, 0.94), (1.4, 0.94), (1.95, 0.92), (2.3, 0.85), (2.45, 0.74)),
        roof_half=((-2.5, 0.78), (-2.3, 0.78), (-1.6, 0.8), (0.8, 0.79), (1.25, 0.76), (1.92, 0.82),
                   (2.34, 0.72), (2.45, 0.62)),
        bow=((-2.5, -0.05), (-2.2, -0.04), (-1.5, 0.0), (1.25, 0.06), (1.92, 0.13), (2.45, 0.13)),
        rail=1.78,
        edge=0.11,
    ),
    size=(5.1, 1.9, 2.0),
    axles=(-1.5, 1.52),
    wheel_radius=0.335,
    screen=(1.25, 1.92),
    rear_screen=(-2.45, -2.28),
    doors=(1.5, 0.62, -0.5),
    windows=((0.68, 1.8), (-0.45, 0.58), (-2.15, -0.55)),
    lamps=(-2.42, 2.22),
)  # fmt: skip

PANEL_VAN = replace(
    PEOPLE_CARRIER,
    blueprint=Blueprint(
        top=(
            (-2.75, 0.72), (-2.74, 1.3), (-2.7, 1.5), (-2.64, 2.2), (-2.55, 2.36), (-2.3, 2.4), (1.0, 2.4),
            (1.2, 2.33), (1.42, 2.12), (2.02, 1.38), (2.35, 1.2), (2.58, 1.04), (2.66, 0.88), (2.69, 0.62),
        ),
        belt=((-2.75, 0.7), (-2.7, 1.25), (1.3, 1.24), (2.0, 1.18), (2.35, 1.06), (2.58, 0.92), (2.69, 0.6)),
        sill=((-2.75, 0.4), (-2.5, 0.34), (1.9, 0.3), (2.4, 0.32), (2.69, 0.36)),
        half=((-2.75, 0.94), (-2.68, 0.98), (1.4, 0.98), (2.1, 0.96), (2.5, 0.89), (2.69, 0.78)),
        roof_half=((-2.75, 0.88), (-2.6, 0.88), (0.9, 0.87), (1.42, 0.82), (2.02, 0.86), (2.58, 0.76),
                   (2.69, 0.66)),
        bow=((-2.75, -0.02), (-2.3, 0.0), (1.0, 0.0), (1.42, 0.08), (2.02, 0.14), (2.69, 0.14)),
        rail=1.98,
        edge=0.13,
    ),
    size=(5.6, 1.98, 2.4),
    axles=(-1.7, 1.72),
    wheel_radius=0.35,
    screen=(1.42, 2.02),
    rear_screen=(-2.7, -2.66),
    doors=(1.6, 0.66, -0.6),
    windows=((0.74, 1.92),),
    lamps=(-2.705, 2.45),
)  # fmt: skip

STYLES = (PEOPLE_CARRIER, PANEL_VAN)


def van(style: Style, colour: Colour, *, size: Vector | None = None, plate: Colour = PLATE_BLUE) -> Vehicle:
    """A van, by default of its style's usual size."""
    return motorcar("van", style, colour, size, plate)
