"""The graphics side: one OpenGL context on a CPU, its programs, its canvases and the meshes given to it."""

from functools import cache
from typing import Any

import moderngl
import numpy as np

from sample_videos.studio.actor import Figure
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.body import Body
from sample_videos.studio.picture.canvas import canvas, shadow_map
from sample_videos.studio.picture.programs import compiled

FINE = 2  # the site and whose pixels are whose: this many times finer each way than the picture
_FIGURES = (WIDTH * 8 // 5, HEIGHT * 8 // 5)  # looked up between four pixels, which rounds off edges
MOST_BONES = 20
MOST_FIGURES = 250  # identities fit into a byte
_MOST_BODIES = 1000
_SITE_SHADOW, _FIGURE_SHADOW = 2048, 1024
_DRIVER: dict[str, Any] = {"backend": "egl"}  # the library declares its settings as dictionaries
_EXACT = (moderngl.NEAREST, moderngl.NEAREST)


@cache
def shared_renderer() -> "Renderer":
    """The process's one renderer: a second context would take the first one's place. Raises OSError."""
    return Renderer()


class Renderer:
    """The context with all that is made once per process. Raises OSError where no EGL driver is found.

    What changes with the figures is a pair of canvases: the second shows the site alone.
    """

    def __init__(self) -> None:
        try:
            self.gl = moderngl.create_context(standalone=True, **_DRIVER)
        except Exception as error:  # the library raises no narrower class
            raise OSError(f"no OpenGL by EGL ({error}): install libegl1 and libgl1-mesa-dri") from error
        self.programs = compiled(self.gl)
        self._corners = self.gl.buffer(np.array((-1, -1, 3, -1, -1, 3), np.float32).tobytes())
        self._screens: dict[str, moderngl.VertexArray] = {}
        coded, fine = (WIDTH, HEIGHT), (WIDTH * FINE, HEIGHT * FINE)
        sorts = [(4, "f2"), (4, "f2"), (4, "f4"), (4, "f2"), (4, "f2")]  # lit, shaded, place, colour, normal
        self.backdrop = canvas(self.gl, fine, sorts)
        self.backdrop.colours[2].filter = _EXACT  # places are not mixed across an edge
        if self.backdrop.depth is not None:
            self.backdrop.depth.compare_func = ""  # read as numbers, not as a shadow
        self.developed = canvas(self.gl, coded, sorts, deep=False)
        self.owners, self.site_owners = (canvas(self.gl, fine, [(1, "f1")]) for _ in range(2))
        self.figures, self.site_figures = (canvas(self.gl, _FIGURES, [(4, "f1")]) for _ in range(2))
        self.picture, self.site_picture = (canvas(self.gl, coded, [(4, "f1")], deep=False) for _ in range(2))
        self.silhouettes = canvas(self.gl, coded, [])
        self.site_shadow = shadow_map(self.gl, _SITE_SHADOW)
        self.figure_shadow = shadow_map(self.gl, _FIGURE_SHADOW)
        self.bones = self.gl.texture((4 * MOST_BONES, MOST_FIGURES + 1), 4, dtype="f4")
        self.lens = self.gl.texture(coded, 2, dtype="f4")
        self.bones.filter = self.lens.filter = _EXACT
        self._bodies: dict[int, tuple[Figure, Body]] = {}
        self.baked: object = None  # the stage whose site the canvases show
        self.queries = [self.gl.query(samples=True) for _ in range(MOST_FIGURES)]

    @property
    def description(self) -> str:
        """The name of the driver that draws."""
        return str(self.gl.info["GL_RENDERER"])

    def body_of(self, figure: Figure) -> Body:
        """The figure's mesh on this side; of many figures those that were longest unused are given up."""
        key = id(figure)
        if key not in self._bodies:
            if len(self._bodies) >= _MOST_BODIES:
                _, oldest = self._bodies.pop(next(iter(self._bodies)))
                oldest.release()
            self._bodies[key] = (figure, Body(self.gl, figure.mesh))
        else:
            self._bodies[key] = self._bodies.pop(key)
        return self._bodies[key][1]

    def fill(self, program: str) -> None:
        """Let this program paint all of what is drawn on."""
        if program not in self._screens:
            corners = [(self._corners, "2f", "corner")]
            self._screens[program] = self.gl.vertex_array(self.programs[program], corners)
        self._screens[program].render()
