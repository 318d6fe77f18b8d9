"""How each part of a picture is drawn: the renderer's programs at work for one site in its light."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import moderngl

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.body import Body
from sample_videos.studio.picture.canvas import Canvas
from sample_videos.studio.picture.lighting import Headlight, headlight_uniforms
from sample_videos.studio.picture.programs import by_headlights, set_uniforms
from sample_videos.studio.picture.regions import Rectangle
from sample_videos.studio.picture.renderer import Renderer

_BACKDROP = ("lit", "shaded", "place", "base", "normals")
_ONE_STEP_NEARER = 2.0**-24  # of a depth of 24 bits
_SITE_ROW, _FIRST_ROW = 0, 1  # of the table of bones: the site's bone does not move


class Drawing:
    """Bodies are given in the order of their rows in the table of bones."""

    def __init__(self, renderer: Renderer, uniforms: Mapping[str, object]) -> None:
        self._renderer = renderer
        self._uniforms = uniforms

    def backdrop(self, site: Body) -> None:
        """The site with and without the light that figures may take away, before the lens and behind it."""
        renderer = self._renderer
        self._shadows(renderer.site_shadow, [site], _SITE_ROW)
        renderer.backdrop.cleared()
        renderer.gl.disable(moderngl.DEPTH_TEST)
        self._set_up("sky", {}, self._uniforms)
        renderer.fill("sky")
        renderer.gl.enable(moderngl.DEPTH_TEST)
        textures = {"bones": renderer.bones, "site_shadow": renderer.site_shadow.depth}
        with self._each_pixel_once(renderer.backdrop, [site], _SITE_ROW):
            site.draw(self._set_up("backdrop", textures, {**self._uniforms, "row": _SITE_ROW}))
        self._develop()
        self._site_depth(renderer.site_owners, 0.0)
        self._site_depth(renderer.site_figures, _ONE_STEP_NEARER)

    def shadows(self, bodies: Sequence[Body]) -> None:
        """What the key light sees of the figures."""
        self._shadows(self._renderer.figure_shadow, bodies, _FIRST_ROW)

    def own_pixels(self, bodies: Sequence[Body]) -> list[float]:
        """How many fine pixels each figure would cover if nothing stood before it.

        Each is drawn flat and before all earlier ones: every pixel of it counts, and counts once.
        """
        renderer = self._renderer
        renderer.silhouettes.cleared()
        program = self._set_up("alone", {"bones": renderer.bones}, self._uniforms)
        for row, body in enumerate(bodies, _FIRST_ROW):
            set_uniforms(program, {"row": row, "slice": 1 - row / (len(bodies) + 1)})
            with renderer.queries[row - _FIRST_ROW]:
                body.draw(program)
        finer = renderer.owners.frame.width / renderer.silhouettes.frame.width
        return [renderer.queries[place].samples * finer**2 for place in range(len(bodies))]

    def owners(self, bodies: Sequence[Body], identities: Sequence[int]) -> None:
        """Who is seen where, behind whatever of the site stands before them."""
        renderer = self._renderer
        renderer.owners.begun_with(renderer.site_owners)
        program = self._set_up("owner", {"bones": renderer.bones}, self._uniforms)
        for row, (body, identity) in enumerate(zip(bodies, identities, strict=True), _FIRST_ROW):
            set_uniforms(program, {"row": row, "identity": float(identity)})
            body.draw(program)

    def figures(
        self, bodies: Sequence[Body], lights: Sequence[Headlight], farthest_first: Sequence[int]
    ) -> None:
        """The figures in colour; of two at one depth the nearer shows, as it is drawn last."""
        renderer = self._renderer
        renderer.figures.begun_with(renderer.site_figures)
        textures = {
            "bones": renderer.bones,
            "site_shadow": renderer.site_shadow.depth,
            "figure_shadow": renderer.figure_shadow.depth,
        }
        name = by_headlights("figure") if lights else "figure"
        with self._each_pixel_once(renderer.figures, bodies, _FIRST_ROW):
            program = self._set_up(name, textures, {**self._uniforms, **headlight_uniforms(lights)})
            for place in farthest_first:
                set_uniforms(program, {"row": _FIRST_ROW + place})
                bodies[place].draw(program)

    def composite(
        self, canvas: Canvas, regions: Sequence[Rectangle], lights: Sequence[Headlight] = ()
    ) -> None:
        """Site, shadows, headlights and figures through the lens, in these parts of the picture."""
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

    def _shadows(self, canvas: Canvas, bodies: Sequence[Body], first_row: int) -> None:
        canvas.cleared()
        self._renderer.gl.enable(moderngl.DEPTH_TEST)
        self._depth(self._uniforms["light_projection"], bodies, first_row)

    def _depth(self, projection: object, bodies: Sequence[Body], first_row: int) -> None:
        program = self._set_up("shadow", {"bones": self._renderer.bones}, {"view_projection": projection})
        for row, body in enumerate(bodies, first_row):
            set_uniforms(program, {"row": row})
            body.draw(program)

    @contextmanager
    def _each_pixel_once(self, canvas: Canvas, bodies: Sequence[Body], first_row: int) -> Iterator[None]:
        """Lay the bodies' depth, then let them be coloured: what lies behind is not coloured in vain.

        Half of a figure's faces look away, and they come in no order.
        """
        gl = self._renderer.gl
        gl.depth_func = "<="
        try:
            with canvas.depth_alone():
                self._depth(self._uniforms["view_projection"], bodies, first_row)
            yield
        finally:
            gl.depth_func = "<"

    def _site_depth(self, canvas: Canvas, nearer: float) -> None:
        """Let a canvas show nothing but the site's depth, nearer by so much.

        Where figures are let through at the same depth too, as they are to be coloured once, the site has
        to be one step nearer to hide what touches it as it does elsewhere.
        """
        renderer = self._renderer
        canvas.cleared()
        renderer.gl.enable(moderngl.DEPTH_TEST)
        renderer.gl.depth_func = "1"  # always: the site's depth replaces what was there
        with canvas.depth_alone():
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
