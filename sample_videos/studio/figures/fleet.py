"""Who is on the road: vehicles drawn at random, in the styles, sizes and colours of the real ones."""

from collections.abc import Callable

import numpy as np

from sample_videos.studio.figures import bus, car, cycle, motorcar, motorcycle, truck, van
from sample_videos.studio.figures.vehicle import PLATE_BLUE, PLATE_GREEN, Vehicle
from sample_videos.studio.shapes.mesh import Colour
from sample_videos.studio.shapes.transform import Vector

# Colour and share of the cars that have it; linear albedo.
_PAINTS: tuple[tuple[Colour, float], ...] = (
    ((0.72, 0.72, 0.70), 0.30),  # white
    ((0.015, 0.015, 0.017), 0.20),  # black
    ((0.40, 0.41, 0.42), 0.13),  # silver
    ((0.12, 0.125, 0.13), 0.12),  # grey
    ((0.025, 0.07, 0.24), 0.07),  # blue
    ((0.30, 0.018, 0.02), 0.07),  # red
    ((0.07, 0.035, 0.02), 0.03),  # brown
    ((0.42, 0.33, 0.20), 0.03),  # champagne
    ((0.03, 0.12, 0.07), 0.03),  # green
    ((0.55, 0.25, 0.02), 0.02),  # orange
)
_TAXIS: tuple[Colour, ...] = ((0.62, 0.40, 0.02), (0.04, 0.30, 0.32), (0.03, 0.10, 0.35), (0.10, 0.33, 0.05))
_CAR_STYLES: tuple[tuple[motorcar.Style, float], ...] = (
    (car.SALOON, 0.42), (car.HATCHBACK, 0.2), (car.OFF_ROADER, 0.28), (car.ESTATE, 0.1),
)  # fmt: skip
_BUSES: tuple[tuple[Colour, Colour], ...] = (
    ((0.70, 0.70, 0.68), (0.03, 0.14, 0.42)),
    ((0.04, 0.22, 0.50), (0.65, 0.65, 0.65)),
    ((0.08, 0.36, 0.14), (0.70, 0.70, 0.68)),
    ((0.50, 0.06, 0.03), (0.60, 0.45, 0.10)),
    ((0.62, 0.36, 0.03), (0.70, 0.70, 0.68)),
)
_CABS: tuple[Colour, ...] = (
    (0.70, 0.70, 0.68), (0.02, 0.09, 0.36), (0.42, 0.03, 0.02), (0.03, 0.20, 0.28), (0.50, 0.30, 0.02),
)  # fmt: skip
_BOXES: tuple[Colour, ...] = ((0.68, 0.68, 0.66), (0.45, 0.46, 0.47), (0.05, 0.16, 0.40), (0.55, 0.5, 0.4))
_CANVASES: tuple[Colour, ...] = (
    (0.05, 0.11, 0.06),
    (0.03, 0.10, 0.28),
    (0.20, 0.19, 0.17),
    (0.30, 0.05, 0.03),
)
_CYCLES: tuple[Colour, ...] = (
    (0.02, 0.02, 0.02), (0.60, 0.60, 0.60), (0.38, 0.02, 0.02), (0.02, 0.10, 0.40), (0.02, 0.25, 0.16),
    (0.60, 0.40, 0.02), (0.55, 0.28, 0.32), (0.02, 0.36, 0.42),
)  # fmt: skip
_ELECTRIC_SHARE, _TAXI_SHARE, _MINIBUS_SHARE, _SCOOTER_SHARE = 0.3, 0.06, 0.25, 0.65


def vehicle(label: str, rng: np.random.Generator) -> Vehicle:
    """A vehicle of this label. Raises ValueError for a label that is no vehicle's."""
    if label not in _MAKERS:
        raise ValueError(f'"{label}" is no vehicle; there are {", ".join(_MAKERS)}')
    return _MAKERS[label](rng)


def _car(rng: np.random.Generator) -> Vehicle:
    style = _CAR_STYLES[rng.choice(len(_CAR_STYLES), p=[share for _, share in _CAR_STYLES])][0]
    size = _varied(style, rng, (3.65, 4.85))
    taxi = bool(rng.random() < _TAXI_SHARE)
    colour = _TAXIS[rng.integers(len(_TAXIS))] if taxi else _paint(rng)
    return car.car(style, colour, size=size, plate=_plate(rng), taxi=taxi)


def _van(rng: np.random.Generator) -> Vehicle:
    style = van.STYLES[rng.integers(len(van.STYLES))]
    return van.van(style, _paint(rng), size=_varied(style, rng, (4.8, 6.1)), plate=_plate(rng))


def _bus(rng: np.random.Generator) -> Vehicle:
    colour, stripe = _BUSES[rng.integers(len(_BUSES))]
    if rng.random() < _MINIBUS_SHARE:
        small = (float(rng.uniform(6.6, 7.4)), 2.1, float(rng.uniform(2.65, 2.8)))
        return bus.bus(colour, stripe, size=small, electric=False)
    large = (float(rng.uniform(10.1, 12.2)), 2.52, float(rng.uniform(3.0, 3.15)))
    return bus.bus(colour, stripe, size=large, electric=bool(rng.random() < 0.7))


def _truck(rng: np.random.Generator) -> Vehicle:
    load = tuple(truck.Load)[rng.choice(3, p=(0.5, 0.25, 0.25))]
    cab = _CABS[rng.integers(len(_CABS))]
    loads = {truck.Load.BOX: _BOXES, truck.Load.TARPAULIN: _CANVASES, truck.Load.TIPPER: (cab,)}[load]
    length = float(rng.uniform(6.5, 9.8))
    size = (length, 2.1 + 0.04 * length, 2.7 + 0.06 * length)
    return truck.truck(cab, load, loads[rng.integers(len(loads))], size=size)


def _bicycle(rng: np.random.Generator) -> Vehicle:
    colour = _CYCLES[rng.integers(len(_CYCLES))]
    city = bool(rng.random() < 0.7)
    basket, step_through = city and bool(rng.random() < 0.6), city and bool(rng.random() < 0.5)
    return cycle.bicycle(colour, basket=basket, step_through=step_through, mudguards=city)


def _motorcycle(rng: np.random.Generator) -> Vehicle:
    colour = _CYCLES[rng.integers(len(_CYCLES))]
    top_case = bool(rng.random() < 0.35)
    if rng.random() < _SCOOTER_SHARE:
        return motorcycle.scooter(colour, top_case=top_case, leg_shield=float(rng.uniform(0.34, 0.46)))
    return motorcycle.motorcycle(colour, top_case=top_case)


def _paint(rng: np.random.Generator) -> Colour:
    """A car's colour, a little lighter or darker than the rest of its kind."""
    red, green, blue = _PAINTS[rng.choice(len(_PAINTS), p=[share for _, share in _PAINTS])][0]
    tone = float(rng.uniform(0.85, 1.12))
    return (red * tone, green * tone, blue * tone)


def _plate(rng: np.random.Generator) -> Colour:
    """Blue, or green on electric cars."""
    return PLATE_GREEN if rng.random() < _ELECTRIC_SHARE else PLATE_BLUE


def _varied(style: motorcar.Style, rng: np.random.Generator, limits: tuple[float, float]) -> Vector:
    """The style's usual size, some per cent larger or smaller; its length stays within the limits."""
    length, width, height = style.size
    share = float(rng.uniform(0.93, 1.07))
    long = min(max(length * share, limits[0]), limits[1])
    return (long, width * (1 + (share - 1) / 2), height * float(rng.uniform(0.97, 1.03)))


_MAKERS: dict[str, Callable[[np.random.Generator], Vehicle]] = {
    "bicycle": _bicycle,
    "motorcycle": _motorcycle,
    "car": _car,
    "van": _van,
    "bus": _bus,
    "truck": _truck,
}
