"""Endless pictures to learn from: other sites, lenses, light and crowds each time.

Seeds below `HELD_OUT` are for training, those from it on for judging: no site, lens, texture or
figure of the one branch is in the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.picture.appearance import appearances, shifted
from sample_videos.studio.picture.renderer import shared_renderer
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.picture.sensor import Sensor
from sample_videos.studio.picture.stage import Present, Stage
from sample_videos.studio.picture.weather import CONDITIONS, weather
from sample_videos.studio.sites.layouts import site
from sample_videos.studio.sites.site import Site
from sample_videos.training.company import Company
from sample_videos.training.crowd import Scatter

HELD_OUT = 1_000_000
LAYOUTS = ("street", "yard", "car_park", "hall")
_LAYOUT_SHARES = (0.4, 0.2, 0.22, 0.18)
_CONDITION_SHARES = (0.34, 0.16, 0.12, 0.16, 0.12, 0.10)
_NOISE = (0.7, 1.9)  # of the camera; 1 is usual
_JPEG = (40, 92)  # quality
_SHAKES_PX = (0.0, 0.0, 1.0)
_PICTURES_PER_STAGE = 10  # baking a site costs as much as several pictures of it


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A picture (360, 640, 3) RGB as its camera sends it, and what shows in it."""

    picture: NDArray[np.uint8]
    objects: tuple[Seen, ...]
    condition: str
    layout: str
    seed: int


def examples(seed: int, layouts: Sequence[str] = LAYOUTS) -> Iterator[Example]:
    """Pictures for ever; the same seed gives the same scenes. One at a time: streams share a renderer."""
    renderer = shared_renderer()
    rng = np.random.default_rng((7771, seed))
    company = Company(rng)
    shares = np.array([_LAYOUT_SHARES[LAYOUTS.index(layout)] for layout in layouts])
    while True:
        layout = str(rng.choice(list(layouts), p=shares / shares.sum()))
        condition = str(rng.choice(CONDITIONS, p=_CONDITION_SHARES))
        where = site(layout, rng)
        light = weather(condition, rng, indoors=where.indoors)
        stage = Stage(renderer, where, light)
        sensor = Sensor(
            light,
            int(rng.integers(2**31)),
            quality=float(rng.uniform(*_NOISE)),
            stamp=bool(rng.random() < 0.7),
            shake_px=float(rng.choice(_SHAKES_PX)),
        )
        for _ in range(_PICTURES_PER_STAGE):
            present = Scatter(where, company, rng).present()
            shot, objects = _taken(stage, sensor, where, present, rng)
            yield Example(_coded(shot, int(rng.integers(*_JPEG))), objects, condition, layout, seed)


def _taken(
    stage: Stage, sensor: Sensor, where: Site, present: Present, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], tuple[Seen, ...]]:
    at = float(rng.uniform(0, 3600))
    shot = stage.shoot(present)
    shake = sensor.shake(at)
    seen = (shifted(one, shake) for one in appearances(stage, where.camera, shot, present))
    return sensor.expose(shot.picture, at), tuple(one for one in seen if one is not None)


def _coded(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    coded, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not coded:
        raise OSError("OpenCV could not write a JPEG in memory")
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[:, :, ::-1])
