"""The lights of a scene as the shaders want them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sample_videos.studio.camera import Camera
from sample_videos.studio.picture.pose import Pose
from sample_videos.studio.picture.programs import MOST_LIGHTS, Value
from sample_videos.studio.picture.weather import Weather
from sample_videos.studio.shapes.transform import Floats, Vector, look_at, orthographic, standing
from sample_videos.studio.sites.site import Lamp

_SHADOW_REACH_M = 34.0  # half the side of the square before the camera in which shadows fall
_SHADOW_AHEAD_M = 16.0
_LIT_WINDOWS = 0.3  # share of a facade's windows behind which somebody is at home
_LIGHTS_ON = 0.5  # how dark it must be for drivers to switch their lights on


class Headlight(NamedTuple):
    """A lamp of a vehicle: where it is, the way it shines (of length 1), its colour."""

    at: Vector
    towards: Vector
    colour: Vector


def weather_uniforms(camera: Camera, weather: Weather) -> dict[str, Value]:
    """What the weather gives to every surface."""
    return {
        "eye": camera.eye,
        "sun_towards": weather.sun_towards,
        "sun": weather.sun,
        "sky": weather.sky,
        "ground": weather.ground,
        "zenith": weather.zenith,
        "haze": weather.haze,
        "haze_per_m": weather.haze_per_m,
        "exposure": weather.exposure,
        "dark": weather.dark,
        "beam": weather.beam,
        "soft_share": weather.soft_share,
        "wet": weather.wet,
        "seed": weather.seed,
        "lit_windows": _LIT_WINDOWS,
    }


def lamp_uniforms(lamps: Sequence[Lamp]) -> dict[str, Value]:
    """The first lamps of a site."""
    shown = lamps[:MOST_LIGHTS]
    return {
        "lamp_count": len(shown),
        "lamp_at": _filled([lamp.position for lamp in shown]),
        "lamp_colour": _filled([lamp.colour for lamp in shown]),
    }


def headlights(poses: Sequence[Pose], weather: Weather) -> list[Headlight]:
    """The headlights that are on, as many as the shaders take."""
    lights = []
    for pose in poses if weather.dark >= _LIGHTS_ON else ():
        placed = standing(pose.stance.x, pose.stance.y, pose.stance.yaw, pose.stance.z)
        for beam in pose.actor.figure.beams:
            look = placed[:3, :3] @ np.array(beam.towards)
            at = _vector(placed @ np.array((*beam.position, 1.0)))
            lights.append(Headlight(at, _vector(look / np.linalg.norm(look)), beam.colour))
    return lights[:MOST_LIGHTS]


def headlight_uniforms(lights: Sequence[Headlight]) -> dict[str, Value]:
    """These headlights for the shaders."""
    return {
        "beam_count": len(lights),
        "beam_at": _filled([light.at for light in lights]),
        "beam_towards": _filled([light.towards for light in lights]),
        "beam_colour": _filled([light.colour for light in lights]),
    }


def key_light(camera: Camera, weather: Weather) -> Floats:
    """The projection from where the key light shines on the square before the camera."""
    eye, target = np.array(camera.eye), np.array(camera.target)
    ahead = (target - eye)[:2] / (np.hypot(*(target - eye)[:2]) + 1e-9)
    middle = np.append(eye[:2] + ahead * _SHADOW_AHEAD_M, 0.0)
    light = middle + np.array(weather.sun_towards) * 80.0
    around = orthographic(_SHADOW_REACH_M, _SHADOW_REACH_M, 1.0, 160.0)
    return np.asarray(around @ look_at(_vector(light), _vector(middle)), np.float32)


def _vector(point: np.ndarray) -> Vector:
    return float(point[0]), float(point[1]), float(point[2])


def _filled(points: list[Vector]) -> list[Vector]:
    return (points + [(0.0, 0.0, 0.0)] * MOST_LIGHTS)[:MOST_LIGHTS]
