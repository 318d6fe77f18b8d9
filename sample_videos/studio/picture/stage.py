"""A site in some weather, baked once; then a picture of the figures on it for every moment.

site ─► backdrop: its light with and without what figures may take away; place, colour and normal
figures ─► shadow map ─┐
figures ─► layer ──────┴─► composite through the lens ─► picture, and whose each pixel is

Only the parts of the picture that figures or their shadows can reach are drawn anew.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Stance
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.lighting import beam_uniforms, key_light, lamp_uniforms, weather_uniforms
from sample_videos.studio.picture.outline import outline_of
from sample_videos.studio.picture.programs import set_uniforms
from sample_videos.studio.picture.regions import WHOLE, Rectangle, changed, merged
from sample_videos.studio.picture.renderer import MOST_BONES, Body, Canvas, Renderer
from sample_videos.studio.picture.weather import Weather
from sample_videos.studio.shapes.transform import perspective, standing
from sample_videos.studio.sites.site import Site

Pixels = NDArray[np.uint8]
Present = Sequence[tuple[Actor, Stance]]

_BACKDROP = ("lit", "shaded", "place", "base", "normals")


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture (360, 640, 3) RGB, and what is needed to tell what shows in it.

    `owners` (720, 1280) is each fine pixel's identity before the lens, 0 for the site; `own_pixels`
    counts by identity the fine pixels that a figure would cover if nothing stood before it.
    """

    picture: Pixels
    owners: Pixels
    own_pixels: dict[int, float]


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
        self._across, self._up = (np.ascontiguousarray(on_layer[..., axis]) for axis in range(2))
        renderer.lens.write(np.ascontiguousarray(on_layer[::-1], np.float32).tobytes())
        wide = 2 * math.atan(math.tan(site.camera.fov_y / 2) * self.margin)
        key = key_light(site.camera, weather)
        self._uniforms = (
            weather_uniforms(site.camera, weather)
            | lamp_uniforms(site.lamps)
            | beam_uniforms((), weather)
            | {
                "view_projection": perspective(wide, WIDTH / HEIGHT) @ site.camera.view(),
                "light_projection": key,
                "horizon": self._horizon(),
            }
        )
        self._bake(site)

    def shoot(self, present: Present) -> Shot:
        """The picture of these actors where they are."""
        renderer = self._renderer
        if renderer.baked is not self:
            raise RuntimeError("another stage was baked in this renderer since; bake this one anew")
        beams = beam_uniforms(present, self._weather)
        present, regions = self._within_sight(present)
        if beams["beam_count"] != 0:
            regions = [WHOLE]
        bodies = [renderer.body_of(actor.figure) for actor, _ in present]
        self._write_bones(present)
        self._draw_shadows(renderer.figure_shadow, bodies)
        own_pixels = self._count_own_pixels(present, bodies)
        lights = {**self._uniforms, **beams}
        self._draw_owners(present, bodies, regions)
        self._draw_figures(present, bodies, lights, regions)
        renderer.gl.copy_framebuffer(renderer.picture.frame, renderer.empty.frame)
        self._compose(renderer.picture, lights, regions)
        picture = np.frombuffer(renderer.picture.frame.read(components=3), np.uint8)
        layer = renderer.owners.frame
        owners = np.frombuffer(layer.read(components=1, alignment=1), np.uint8)
        return Shot(
            picture.reshape(HEIGHT, WIDTH, 3)[::-1],
            owners.reshape(layer.height, layer.width)[::-1],
            own_pixels,
        )

    def _within_sight(self, present: Present) -> tuple[Present, list[Rectangle]]:
        """Those who show, or whose shadow does, and the parts of the picture that they change."""
        shown, regions = [], []
        for actor, stance in present:
            points = outline_of(actor.figure).points(stance)
            region = changed(self._camera, self._weather, points)
            if region is not None:
                shown.append((actor, stance))
                regions.append(region)
        return shown, merged(regions)

    def _bake(self, site: Site) -> None:
        renderer = self._renderer
        self._write_bones(())
        body = renderer.uploaded(site.mesh, "backdrop")
        self._draw_shadows(renderer.site_shadow, [body], first_row=0)
        renderer.backdrop.cleared()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        set_uniforms(renderer.programs["sky"], self._uniforms)
        renderer.screens["sky"].render()
        renderer.gl.enable(moderngl.DEPTH_TEST)
        self._bind("backdrop", {"bones": renderer.bones, "site_shadow": renderer.site_shadow.depth})
        set_uniforms(renderer.programs["backdrop"], {**self._uniforms, "row": 0})
        body.coloured.render()
        body.release()
        self._develop()
        self._draw_shadows(renderer.figure_shadow, ())
        renderer.figures.cleared()
        self._compose(renderer.empty, self._uniforms, [WHOLE])
        renderer.baked = self

    def _draw_shadows(self, canvas: Canvas, bodies: Sequence[Body], first_row: int = 1) -> None:
        program = self._renderer.programs["shadow"]
        canvas.cleared()
        self._renderer.gl.enable(moderngl.DEPTH_TEST)
        self._bind("shadow", {"bones": self._renderer.bones})
        projection = self._uniforms["light_projection"]
        set_uniforms(program, {"view_projection": projection})
        for row, body in enumerate(bodies, first_row):
            set_uniforms(program, {"row": row})
            body.bare.render()

    def _count_own_pixels(self, present: Present, bodies: Sequence[Body]) -> dict[int, float]:
        """Draw each figure flat and before all earlier ones: every pixel of it counts, and counts once."""
        renderer = self._renderer
        program = renderer.programs["alone"]
        self._bind("alone", {"bones": renderer.bones})
        renderer.silhouettes.cleared()
        set_uniforms(program, {"view_projection": self._uniforms["view_projection"]})
        for place, body in enumerate(bodies):
            set_uniforms(program, {"row": place + 1, "slice": 1 - (place + 1) / (len(bodies) + 1)})
            with renderer.queries[place]:
                body.alone.render()
        finer = renderer.owners.frame.width / renderer.silhouettes.frame.width
        return {
            actor.identity: renderer.queries[place].samples * finer**2
            for place, (actor, _) in enumerate(present)
        }

    def _draw_owners(self, present: Present, bodies: Sequence[Body], regions: Sequence[Rectangle]) -> None:
        """Draw who is seen where, behind whatever of the site stands before them."""
        renderer = self._renderer
        renderer.owners.cleared()
        self._draw_site_depth(renderer.owners, regions)
        program = renderer.programs["owner"]
        view = self._uniforms["view_projection"]
        self._bind("owner", {"bones": renderer.bones})
        set_uniforms(program, {"view_projection": view})
        for row, ((actor, _), body) in enumerate(zip(present, bodies, strict=True), 1):
            set_uniforms(program, {"row": row, "identity": float(actor.identity)})
            body.owner.render()

    def _draw_figures(
        self,
        present: Present,
        bodies: Sequence[Body],
        lights: Mapping[str, object],
        regions: Sequence[Rectangle],
    ) -> None:
        renderer = self._renderer
        renderer.figures.cleared()
        self._draw_site_depth(renderer.figures, regions)
        program = renderer.programs["figure"]
        set_uniforms(program, lights)
        shadows = {"site_shadow": renderer.site_shadow.depth, "figure_shadow": renderer.figure_shadow.depth}
        self._bind("figure", {"bones": renderer.bones, **shadows})
        nearest_first = sorted(
            range(len(present)), key=lambda place: math.dist(self._camera.eye[:2], _place(present[place][1]))
        )
        for place in nearest_first:  # what lies behind is not coloured in vain
            set_uniforms(program, {"row": place + 1})
            bodies[place].coloured.render()

    def _draw_site_depth(self, canvas: Canvas, regions: Sequence[Rectangle]) -> None:
        renderer, frame = self._renderer, canvas.depth_frame
        if frame is None:
            return
        frame.use()
        renderer.gl.enable(moderngl.DEPTH_TEST)
        renderer.gl.depth_func = "1"  # always: the site's depth replaces what was there
        self._bind("depth", {"depth": renderer.backdrop.depth})
        for region in regions:
            frame.scissor = self._before_the_lens(region, frame.width, frame.height)
            renderer.screens["depth"].render()
        renderer.gl.depth_func = "<"
        canvas.frame.use()

    def _before_the_lens(self, region: Rectangle, width: int, height: int) -> tuple[int, int, int, int]:
        """The rectangle (left, bottom, width, height) of a canvas that a region of the picture shows.

        A region at the picture's edge goes on to the canvas's: what hides there is not seen either.
        """
        left, top, right, bottom = region
        across, up = self._across[top:bottom, left:right], self._up[top:bottom, left:right]
        x0 = 0 if left == 0 else max(0, math.floor(across.min() * width) - 2)
        y0 = 0 if bottom == HEIGHT else max(0, math.floor(up.min() * height) - 2)
        x1 = width if right == WIDTH else min(width, math.ceil(across.max() * width) + 2)
        y1 = height if top == 0 else min(height, math.ceil(up.max() * height) + 2)
        return x0, y0, x1 - x0, y1 - y0

    def _develop(self) -> None:
        """Look at the baked site through the lens."""
        renderer = self._renderer
        renderer.developed.frame.use()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        backdrop = dict(zip(_BACKDROP, renderer.backdrop.colours, strict=True))
        self._bind("develop", {**backdrop, "lens": renderer.lens})
        renderer.screens["develop"].render()

    def _compose(self, canvas: Canvas, lights: Mapping[str, object], regions: Sequence[Rectangle]) -> None:
        renderer = self._renderer
        canvas.frame.use()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        developed = dict(zip(_BACKDROP, renderer.developed.colours, strict=True))
        others = {
            "figures": renderer.figures.colours[0],
            "lens": renderer.lens,
            "figure_shadow": renderer.figure_shadow.depth,
        }
        self._bind("composite", {**developed, **others})
        set_uniforms(renderer.programs["composite"], lights)
        for left, top, right, bottom in regions:
            canvas.frame.scissor = (left, HEIGHT - bottom, right - left, bottom - top)
            renderer.screens["composite"].render()
        canvas.frame.scissor = (0, 0, WIDTH, HEIGHT)

    def _bind(self, program: str, textures: Mapping[str, moderngl.Texture | None]) -> None:
        for unit, (name, texture) in enumerate(textures.items()):
            if texture is not None:
                texture.use(unit)
                set_uniforms(self._renderer.programs[program], {name: unit})

    def _horizon(self) -> float:
        """The share of the picture's height, from below, at which a level look leaves the ground."""
        eye, target = np.array(self._camera.eye), np.array(self._camera.target)
        down = math.atan2(eye[2] - target[2], float(np.hypot(*(target - eye)[:2])))
        return 0.5 + 0.5 * math.tan(down) / (math.tan(self._camera.fov_y / 2) * self.margin)

    def _write_bones(self, present: Present) -> None:
        table = np.zeros((len(present) + 1, MOST_BONES, 4, 4), np.float32)
        table[0, :] = np.eye(4)
        for row, (actor, stance) in enumerate(present, 1):
            bones = standing(stance.x, stance.y, stance.yaw, stance.z) @ actor.figure.bones(stance)
            table[row, : len(bones)] = bones.transpose(0, 2, 1)
        viewport = (0, 0, 4 * MOST_BONES, len(table))
        self._renderer.bones.write(np.ascontiguousarray(table).tobytes(), viewport=viewport)


def _place(stance: Stance) -> tuple[float, float]:
    return stance.x, stance.y
