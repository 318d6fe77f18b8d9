"""A site in some weather, baked once; then a picture of the figures on it for every moment.

site ─► backdrop: its light with and without what figures may take away; place, colour and normal
figures ─► shadow map ─┐
figures ─► layer ──────┴─► composite through the lens ─► picture, and whose each pixel is

Only the parts of the picture that figures, their shadows or their headlights can reach are drawn anew.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Stance
from sample_videos.studio.camera import HEIGHT, WIDTH, Points
from sample_videos.studio.picture.body import Body
from sample_videos.studio.picture.drawing import Drawing
from sample_videos.studio.picture.lighting import (
    Headlight,
    headlights,
    key_light,
    lamp_uniforms,
    weather_uniforms,
)
from sample_videos.studio.picture.pose import Pose, pose
from sample_videos.studio.picture.reach import Reach
from sample_videos.studio.picture.regions import WHOLE, Rectangle, changed, merged
from sample_videos.studio.picture.renderer import MOST_BONES, Renderer
from sample_videos.studio.picture.weather import Weather
from sample_videos.studio.shapes.transform import perspective
from sample_videos.studio.sites.site import Site

Pixels = NDArray[np.uint8]
Present = Sequence[tuple[Actor, Stance]]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture (360, 640, 3) RGB, and what is needed to tell what shows in it.

    `owners` (720, 1280) is each fine pixel's identity before the lens, 0 for the site; `own_pixels`
    counts by identity the fine pixels that a figure would cover if nothing stood before it. `outlines`
    are the outermost points (n, 3) of everybody in the world, by identity.
    """

    picture: Pixels
    owners: Pixels
    own_pixels: dict[int, float]
    outlines: dict[int, Points]


class Stage:
    """Holds the renderer until the next stage is baked in it; from then on it raises RuntimeError."""

    def __init__(self, renderer: Renderer, site: Site, weather: Weather) -> None:
        self._renderer = renderer
        self._camera = site.camera
        self._weather = weather
        source_x, source_y = site.camera.source_map()
        ideal = np.stack((source_x / WIDTH, 1 - source_y / HEIGHT), axis=-1) - 0.5
        self.margin = max(1.0, 2 * float(np.abs(ideal).max()))
        on_layer = 0.5 + ideal / self.margin  # (height, width, 2): where a pixel is, from below
        renderer.lens.write(np.ascontiguousarray(on_layer[::-1], np.float32).tobytes())
        wide = 2 * math.atan(math.tan(site.camera.fov_y / 2) * self.margin)
        key = key_light(site.camera, weather)
        self._drawing = Drawing(
            renderer,
            weather_uniforms(site.camera, weather)
            | lamp_uniforms(site.lamps)
            | {
                "view_projection": perspective(wide, WIDTH / HEIGHT) @ site.camera.view(),
                "light_projection": key,
                "horizon": self._horizon(),
            },
        )
        self._bake(site)
        place = np.frombuffer(renderer.developed.colours[2].read(), np.float32)
        self._reach = Reach(place.reshape(HEIGHT, WIDTH, 4)[::-1])

    def shoot(self, present: Present) -> Shot:
        """The picture of these actors where they are."""
        renderer, drawing = self._renderer, self._drawing
        if renderer.baked is not self:
            raise RuntimeError("another stage was baked in this renderer since; bake this one anew")
        poses = [pose(actor, stance) for actor, stance in present]
        lights = headlights(poses, self._weather)
        shown, regions = self._regions(poses)
        bodies = [renderer.body_of(one.actor.figure) for one in shown]
        identities = [one.actor.identity for one in shown]
        self._write_bones(shown)
        drawing.shadows(bodies)
        own_pixels = drawing.own_pixels(bodies)
        drawing.owners(bodies, identities)
        drawing.figures(bodies, lights, self._farthest_first(shown))
        renderer.picture.begun_with(renderer.site_picture)
        drawing.composite(renderer.picture, regions)
        drawing.composite(renderer.picture, self._lit_regions(lights), lights)
        picture = np.frombuffer(renderer.picture.frame.read(components=3), np.uint8)
        layer = renderer.owners.frame
        owners = np.frombuffer(layer.read(components=1, alignment=1), np.uint8)
        return Shot(
            picture.reshape(HEIGHT, WIDTH, 3)[::-1],
            owners.reshape(layer.height, layer.width)[::-1],
            dict(zip(identities, own_pixels, strict=True)),
            {one.actor.identity: one.outline for one in poses},
        )

    def _regions(self, poses: Sequence[Pose]) -> tuple[list[Pose], list[Rectangle]]:
        """Those who show, or whose shadow does, and the parts of the picture that they change."""
        shown, regions = [], []
        for one in poses:
            region = changed(self._camera, self._weather, one.outline)
            if region is not None:
                shown.append(one)
                regions.append(region)
        return shown, merged(regions)

    def _lit_regions(self, lights: Sequence[Headlight]) -> list[Rectangle]:
        """The parts of the picture in which these lights shine on the site."""
        return self._reach.rectangles(lights)

    def _bake(self, site: Site) -> None:
        renderer = self._renderer
        self._write_bones(())
        body = Body(renderer.gl, site.mesh)
        self._drawing.backdrop(body)
        body.release()
        self._drawing.shadows(())
        renderer.figures.begun_with(renderer.site_figures)
        self._drawing.composite(renderer.site_picture, [WHOLE])
        renderer.baked = self

    def _horizon(self) -> float:
        """The share of the picture's height, from below, at which a level look leaves the ground."""
        eye, target = np.array(self._camera.eye), np.array(self._camera.target)
        down = math.atan2(eye[2] - target[2], float(np.hypot(*(target - eye)[:2])))
        return 0.5 + 0.5 * math.tan(down) / (math.tan(self._camera.fov_y / 2) * self.margin)

    def _farthest_first(self, shown: Sequence[Pose]) -> list[int]:
        """The places of those shown, by their distance from the camera."""
        metres = [math.dist(self._camera.eye[:2], (one.stance.x, one.stance.y)) for one in shown]
        return sorted(range(len(shown)), key=metres.__getitem__)[::-1]

    def _write_bones(self, shown: Sequence[Pose]) -> None:
        table = np.zeros((len(shown) + 1, MOST_BONES, 4, 4), np.float32)
        table[0, :] = np.eye(4)
        for row, one in enumerate(shown, 1):
            table[row, : len(one.bones)] = one.bones.transpose(0, 2, 1)
        viewport = (0, 0, 4 * MOST_BONES, len(table))
        self._renderer.bones.write(np.ascontiguousarray(table).tobytes(), viewport=viewport)
