"""The light of a scene: sun, sky, lamps, fog and rain, by the name of a condition."""

import math
from dataclasses import dataclass

import numpy as np

from sample_videos.studio.shapes.transform import Vector

CONDITIONS = ("day", "overcast", "dusk", "night", "infrared", "rain")


@dataclass(frozen=True, slots=True)
class Weather:
    """What shines how strongly; colours are linear, 1 is a white wall in the shade by day.

    `sun_towards` points at the sun, or at the zenith where there is none: then `soft_share` of all
    light is taken away under and beside things instead of a shadow. `dark` (0 to 1) is how far lamps
    count; `beam` lights from the camera itself, as infrared lamps do.
    """

    condition: str
    sun_towards: Vector
    sun: Vector
    sky: Vector
    ground: Vector
    zenith: Vector
    haze: Vector
    haze_per_m: float
    exposure: float
    soft_share: float
    wet: float = 0.0
    rain: float = 0.0
    dark: float = 0.0
    beam: float = 0.0
    seed: tuple[float, float] = (0.0, 0.0)


def weather_of(condition: str, seed: int, *, indoors: bool) -> Weather:
    """The light of the scenario with this seed."""
    return weather(condition, np.random.default_rng((80, seed)), indoors=indoors)


def weather(condition: str, rng: np.random.Generator, *, indoors: bool = False) -> Weather:
    """Draw the light of a condition. Raises ValueError for a name that is none of CONDITIONS."""
    if condition not in CONDITIONS:
        raise ValueError(f'there is no condition "{condition}"; there are {", ".join(CONDITIONS)}')
    seed = (float(rng.uniform(0, 50)), float(rng.uniform(0, 50)))
    around = float(rng.uniform(0, 2 * math.pi))
    height = float(rng.uniform(0.35, 1.15))  # radians above the horizon
    amount = float(rng.uniform(0, 1))
    if indoors:
        return _indoors(condition, seed, amount)
    if condition == "day":
        return _day(seed, around, height, amount)
    if condition == "dusk":
        return _dusk(seed, around, amount)
    if condition in {"night", "infrared"}:
        return _night(condition, seed, amount)
    return _clouded(condition, seed, amount)


def _towards(around: float, height: float) -> Vector:
    flat = math.cos(height)
    return (flat * math.cos(around), flat * math.sin(around), math.sin(height))


def _day(seed: tuple[float, float], around: float, height: float, amount: float) -> Weather:
    warm = 0.75 + 0.2 * min(1.0, height)
    return Weather(
        condition="day",
        sun_towards=_towards(around, height),
        sun=(1.95, 1.95 * (0.9 + 0.1 * warm), 1.95 * warm),
        sky=(0.5, 0.6, 0.75),
        ground=(0.3, 0.28, 0.25),
        zenith=(0.30, 0.47, 0.78),
        haze=(0.72, 0.78, 0.84),
        haze_per_m=0.002 + 0.004 * amount,
        exposure=0.72 + 0.26 * amount,
        soft_share=0.0,
        seed=seed,
    )


def _clouded(condition: str, seed: tuple[float, float], amount: float) -> Weather:
    raining = condition == "rain"
    bright = 0.95 if raining else 1.25
    return Weather(
        condition=condition,
        sun_towards=(0.0, 0.0, 1.0),
        sun=(0.0, 0.0, 0.0),
        sky=(bright, bright * 1.02, bright * 1.07),
        ground=(0.62, 0.6, 0.58),
        zenith=(0.60, 0.63, 0.67),
        haze=(0.62, 0.64, 0.66),
        haze_per_m=0.012 if raining else 0.004 + 0.006 * amount,
        exposure=0.8 + 0.25 * amount,
        soft_share=0.5,
        wet=0.65 + 0.3 * amount if raining else 0.0,
        rain=0.4 + 0.6 * amount if raining else 0.0,
        dark=0.15 if raining else 0.0,
        seed=seed,
    )


def _dusk(seed: tuple[float, float], around: float, amount: float) -> Weather:
    return Weather(
        condition="dusk",
        sun_towards=_towards(around, 0.22),
        sun=(0.62, 0.36, 0.2),
        sky=(0.24, 0.26, 0.37),
        ground=(0.14, 0.12, 0.11),
        zenith=(0.12, 0.16, 0.32),
        haze=(0.46, 0.34, 0.31),
        haze_per_m=0.006,
        exposure=1.05 + 0.35 * amount,
        soft_share=0.0,
        dark=0.55,
        seed=seed,
    )


def _night(condition: str, seed: tuple[float, float], amount: float) -> Weather:
    infrared = condition == "infrared"
    return Weather(
        condition=condition,
        sun_towards=(0.0, 0.0, 1.0),
        sun=(0.0, 0.0, 0.0),
        sky=(0.04, 0.045, 0.065),
        ground=(0.022, 0.02, 0.02),
        zenith=(0.010, 0.012, 0.022),
        haze=(0.028, 0.028, 0.034),
        haze_per_m=0.008,
        exposure=2.1 + 0.8 * amount,
        soft_share=0.5,
        wet=0.0 if infrared or amount < 0.6 else 0.6,
        dark=0.12 if infrared else 1.0,
        beam=0.75 + 0.4 * amount if infrared else 0.0,
        seed=seed,
    )


def _indoors(condition: str, seed: tuple[float, float], amount: float) -> Weather:
    """A hall has its own light: the hour outside changes how much comes in, not the picture's nature."""
    outside = {"day": 0.5, "overcast": 0.4, "rain": 0.32, "dusk": 0.25, "night": 0.14, "infrared": 0.05}
    level = outside[condition]
    return Weather(
        condition=condition,
        sun_towards=(0.0, 0.0, 1.0),
        sun=(0.0, 0.0, 0.0),
        sky=(level, level * 0.99, level * 0.96),
        ground=(0.7 * level, 0.68 * level, 0.64 * level),
        zenith=(0.3, 0.3, 0.3),
        haze=(0.4, 0.4, 0.4),
        haze_per_m=0.0,
        exposure=1.0 + 0.35 * amount + (0.9 if condition == "infrared" else 0.0),
        soft_share=0.45,
        dark=0.0 if condition == "infrared" else 0.55,
        beam=0.7 if condition == "infrared" else 0.0,
        seed=seed,
    )
