"""A site in some weather, baked once; then a picture of the figures on it for every moment.

site ─► backdrop: its light with and without what figures may take away; place, colour and normal
figures ─► shadow map ─┐
figures ─► layer ──────┴─► composite through the lens ─► picture, and whose each pixel is

Only the parts of the picture that figures, their shadows or their headlights can reach are drawn anew.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Stance
from sample_videos.studio.camera import HEIGHT, WIDTH, Points
from sample_videos.studio.picture.body import Body
from sample_videos.studio.picture.canvas import Canvas
from sample_videos.studio.picture.lighting import (
    Headlight,
    headlight_uniforms,
    headlights,
    key_light,
    lamp_uniforms,
    weather_uniforms,
)
from sample_videos.studio.picture.pose import Pose, pose
from sample_videos.studio.picture.programs import by_headlights, set_uniforms
from sample_videos.studio.picture.reach import Reach
from sample_videos.studio.picture.regions import WHOLE, Rectangle, changed, merged
from sample_videos.studio.picture.renderer import MOST_BONES, Renderer
from sample_videos.studio.picture.weather import Weather
from sample_videos.studio.shapes.transform import perspective
from sample_videos.studio.sites.site import Site

Pixels = NDArray[np.uint8]
Present = Sequence[tuple[Actor, Stance]]

_BACKDROP = ("lit", "shaded", "place", "base", "normals")
_ONE_STEP_NEARER = 2.0**-24  # of a depth of 24 bits


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
        self._uniforms = (
            weather_uniforms(site.camera, weather)
            | lamp_uniforms(site.lamps)
            | {
                "view_projection": perspective(wide, WIDTH / HEIGHT) @ site.camera.view(),
                "light_projection": key,
                "horizon": self._horizon(),
            }
        )
        self._bake(site)
        place = np.frombuffer(renderer.developed.colours[2].read(), np.float32)
        self._reach = Reach(place.reshape(HEIGHT, WIDTH, 4)[::-1])

    def shoot(self, present: Present) -> Shot:
        """The picture of these actors where they are."""
        renderer = self._renderer
        if renderer.baked is not self:
            raise RuntimeError("another stage was baked in this renderer since; bake this one anew")
        poses = [pose(actor, stance) for actor, stance in present]
        lights = headlights(poses, self._weather)
        shown, regions = self._regions(poses)
        bodies = [renderer.body_of(one.actor.figure) for one in shown]
        self._write_bones(shown)
        self._draw_shadows(renderer.figure_shadow, bodies)
        own_pixels = self._count_own_pixels(shown, bodies)
        self._draw_owners(shown, bodies)
        self._draw_figures(shown, bodies, lights)
        renderer.picture.begun_with(renderer.site_picture)
        self._compose(renderer.picture, regions)
        self._compose(renderer.picture, self._reached(lights), lights)
        picture = np.frombuffer(renderer.picture.frame.read(components=3), np.uint8)
        layer = renderer.owners.frame
        owners = np.frombuffer(layer.read(components=1, alignment=1), np.uint8)
        return Shot(
            picture.reshape(HEIGHT, WIDTH, 3)[::-1],
            owners.reshape(layer.height, layer.width)[::-1],
            own_pixels,
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

    def _reached(self, lights: Sequence[Headlight]) -> list[Rectangle]:
        """The parts of the picture in which these lights shine on the site."""
        return self._reach.rectangles(lights)

    def _bake(self, site: Site) -> None:
        renderer = self._renderer
        self._write_bones(())
        body = Body(renderer.gl, site.mesh)
        self._draw_shadows(renderer.site_shadow, [body], first_row=0)
        renderer.backdrop.cleared()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        set_uniforms(renderer.programs["sky"], self._uniforms)
        renderer.fill("sky")
        renderer.gl.enable(moderngl.DEPTH_TEST)
        textures = {"bones": renderer.bones, "site_shadow": renderer.site_shadow.depth}
        with self._each_pixel_once([body], first_row=0):
            program = self._set_up("backdrop", textures, {**self._uniforms, "row": 0})
            body.draw(program)
        body.release()
        self._develop()
        self._draw_site_depth(renderer.site_owners, 0.0)
        self._draw_site_depth(renderer.site_figures, _ONE_STEP_NEARER)
        self._draw_shadows(renderer.figure_shadow, ())
        renderer.figures.begun_with(renderer.site_figures)
        self._compose(renderer.site_picture, [WHOLE])
        renderer.baked = self

    def _draw_shadows(self, canvas: Canvas, bodies: Sequence[Body], first_row: int = 1) -> None:
        canvas.cleared()
        self._renderer.gl.enable(moderngl.DEPTH_TEST)
        self._draw_depth(self._uniforms["light_projection"], bodies, first_row)

    def _draw_depth(self, projection: object, bodies: Sequence[Body], first_row: int) -> None:
        textures = {"bones": self._renderer.bones}
        program = self._set_up("shadow", textures, {"view_projection": projection})
        for row, body in enumerate(bodies, first_row):
            set_uniforms(program, {"row": row})
            body.draw(program)

    def _count_own_pixels(self, shown: Sequence[Pose], bodies: Sequence[Body]) -> dict[int, float]:
        """Draw each figure flat and before all earlier ones: every pixel of it counts, and counts once."""
        renderer = self._renderer
        renderer.silhouettes.cleared()
        program = self._set_up("alone", {"bones": renderer.bones}, self._uniforms)
        for place, body in enumerate(bodies):
            set_uniforms(program, {"row": place + 1, "slice": 1 - (place + 1) / (len(bodies) + 1)})
            with renderer.queries[place]:
                body.draw(program)
        finer = renderer.owners.frame.width / renderer.silhouettes.frame.width
        return {
            one.actor.identity: renderer.queries[place].samples * finer**2 for place, one in enumerate(shown)
        }

    def _draw_owners(self, shown: Sequence[Pose], bodies: Sequence[Body]) -> None:
        """Draw who is seen where, behind whatever of the site stands before them."""
        renderer = self._renderer
        renderer.owners.begun_with(renderer.site_owners)
        program = self._set_up("owner", {"bones": renderer.bones}, self._uniforms)
        for row, (one, body) in enumerate(zip(shown, bodies, strict=True), 1):
            set_uniforms(program, {"row": row, "identity": float(one.actor.identity)})
            body.draw(program)

    def _draw_figures(
        self, shown: Sequence[Pose], bodies: Sequence[Body], lights: Sequence[Headlight]
    ) -> None:
        renderer = self._renderer
        renderer.figures.begun_with(renderer.site_figures)
        textures = {
            "bones": renderer.bones,
            "site_shadow": renderer.site_shadow.depth,
            "figure_shadow": renderer.figure_shadow.depth,
        }
        name = by_headlights("figure") if lights else "figure"
        nearest_first = sorted(range(len(shown)), key=lambda place: self._metres_to(shown[place].stance))
        with self._each_pixel_once(bodies):
            program = self._set_up(name, textures, {**self._uniforms, **headlight_uniforms(lights)})
            for place in reversed(nearest_first):  # of two at one depth the nearer shows: it is drawn last
                set_uniforms(program, {"row": place + 1})
                bodies[place].draw(program)

    @contextmanager
    def _each_pixel_once(self, bodies: Sequence[Body], first_row: int = 1) -> Iterator[None]:
        """Lay the bodies' depth, then let them be coloured: what lies behind is not coloured in vain.

        Half of a figure's faces look away, and they come in no order.
        """
        gl = self._renderer.gl
        gl.depth_func = "<="
        self._draw_depth(self._uniforms["view_projection"], bodies, first_row)
        yield
        gl.depth_func = "<"

    def _draw_site_depth(self, canvas: Canvas, nearer: float) -> None:
        """Let a canvas show nothing but the site's depth, nearer by so much.

        Where figures are let through at the same depth too, as they are to be coloured once, the site has
        to be one step nearer to hide what touches it as it does elsewhere.
        """
        renderer = self._renderer
        canvas.cleared()
        if canvas.depth_frame is None:
            return
        canvas.depth_frame.use()
        renderer.gl.enable(moderngl.DEPTH_TEST)
        renderer.gl.depth_func = "1"  # always: the site's depth replaces what was there
        self._set_up("depth", {"depth": renderer.backdrop.depth}, {"nearer": nearer})
        renderer.fill("depth")
        renderer.gl.depth_func = "<"

    def _develop(self) -> None:
        """Look at the baked site through the lens."""
        renderer = self._renderer
        renderer.developed.frame.use()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        backdrop = dict(zip(_BACKDROP, renderer.backdrop.colours, strict=True))
        self._set_up("develop", {**backdrop, "lens": renderer.lens}, {})
        renderer.fill("develop")

    def _compose(
        self, canvas: Canvas, regions: Sequence[Rectangle], lights: Sequence[Headlight] = ()
    ) -> None:
        renderer = self._renderer
        canvas.frame.use()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        textures = {
            **dict(zip(_BACKDROP, renderer.developed.colours, strict=True)),
            "figures": renderer.figures.colours[0],
            "lens": renderer.lens,
            "figure_shadow": renderer.figure_shadow.depth,
        }
        name = by_headlights("composite") if lights else "composite"
        self._set_up(name, textures, {**self._uniforms, **headlight_uniforms(lights)})
        for left, top, right, bottom in regions:
            canvas.frame.scissor = (left, HEIGHT - bottom, right - left, bottom - top)
            renderer.fill(name)
        canvas.frame.scissor = (0, 0, WIDTH, HEIGHT)

    def _set_up(
        self, name: str, textures: Mapping[str, moderngl.Texture | None], uniforms: Mapping[str, object]
    ) -> moderngl.Program:
        """The program of this name, with what it looks up."""
        program = self._renderer.programs[name]
        set_uniforms(program, uniforms)
        for unit, (sampler, texture) in enumerate(textures.items()):
            if texture is not None:
                texture.use(unit)
                set_uniforms(program, {sampler: unit})
        return program

    def _horizon(self) -> float:
        """The share of the picture's height, from below, at which a level look leaves the ground."""
        eye, target = np.array(self._camera.eye), np.array(self._camera.target)
        down = math.atan2(eye[2] - target[2], float(np.hypot(*(target - eye)[:2])))
        return 0.5 + 0.5 * math.tan(down) / (math.tan(self._camera.fov_y / 2) * self.margin)

    def _metres_to(self, stance: Stance) -> float:
        return math.dist(self._camera.eye[:2], (stance.x, stance.y))

    def _write_bones(self, shown: Sequence[Pose]) -> None:
        table = np.zeros((len(shown) + 1, MOST_BONES, 4, 4), np.float32)
        table[0, :] = np.eye(4)
        for row, one in enumerate(shown, 1):
            table[row, : len(one.bones)] = one.bones.transpose(0, 2, 1)
        viewport = (0, 0, 4 * MOST_BONES, len(table))
        self._renderer.bones.write(np.ascontiguousarray(table).tobytes(), viewport=viewport)
