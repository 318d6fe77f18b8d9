"""The graphics side: one OpenGL context on a CPU, its programs, its canvases and the meshes given to it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import moderngl
import numpy as np

from sample_videos.studio.actor import Figure
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.picture.programs import compiled
from sample_videos.studio.shapes.mesh import Mesh

FINE = 2  # the site and whose pixels are whose: this many times finer each way than the picture
_FIGURES = (WIDTH * 8 // 5, HEIGHT * 8 // 5)  # looked up between four pixels, which rounds off edges
MOST_BONES = 20
MOST_FIGURES = 250  # identities fit into a byte
_MOST_BODIES = 1000
_SITE_SHADOW, _FIGURE_SHADOW = 2048, 1024
_DRIVER: dict[str, Any] = {"backend": "egl"}  # the library declares its settings as dictionaries
_EXACT = (moderngl.NEAREST, moderngl.NEAREST)


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """What is drawn on, and the textures in which it can be looked up afterwards.

    `depth_frame` draws on the same depth without touching a colour.
    """

    frame: moderngl.Framebuffer
    colours: tuple[moderngl.Texture, ...]
    depth: moderngl.Texture | None = None
    depth_frame: moderngl.Framebuffer | None = None

    def cleared(self) -> moderngl.Framebuffer:
        """Begin a drawing."""
        self.frame.use()
        self.frame.clear()
        return self.frame


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A mesh on the graphics side, for the programs that colour, shadow, tell apart and count its pixels."""

    coloured: moderngl.VertexArray
    bare: moderngl.VertexArray
    owner: moderngl.VertexArray
    alone: moderngl.VertexArray
    buffers: tuple[moderngl.Buffer, moderngl.Buffer]

    def release(self) -> None:
        """Give its memory back."""
        for part in (self.coloured, self.bare, self.owner, self.alone, *self.buffers):
            part.release()


@cache
def shared_renderer() -> "Renderer":
    """The process's one renderer: a second context would take the first one's place. Raises OSError."""
    return Renderer()


class Renderer:
    """The context with all that is made once per process. Raises OSError where no EGL driver is found."""

    def __init__(self) -> None:
        try:
            self.gl = moderngl.create_context(standalone=True, **_DRIVER)
        except Exception as error:  # the library raises no narrower class
            raise OSError(f"no OpenGL by EGL ({error}): install libegl1 and libgl1-mesa-dri") from error
        self.programs = compiled(self.gl)
        corners = self.gl.buffer(np.array((-1, -1, 3, -1, -1, 3), np.float32).tobytes())
        self.screens = {
            name: self.gl.vertex_array(self.programs[name], [(corners, "2f", "corner")])
            for name in ("sky", "develop", "composite", "depth")
        }
        fine = (WIDTH * FINE, HEIGHT * FINE)
        sorts = [(4, "f2"), (4, "f2"), (4, "f4"), (4, "f2"), (4, "f2")]  # lit, shaded, place, colour, normal
        self.backdrop = self._canvas(fine, sorts)
        self.backdrop.colours[2].filter = _EXACT  # places are not mixed across an edge
        if self.backdrop.depth is not None:
            self.backdrop.depth.compare_func = ""  # read as numbers, not as a shadow
        self.developed = self._canvas((WIDTH, HEIGHT), sorts, deep=False)
        self.owners = self._canvas(fine, [(1, "f1")])
        self.owners.colours[0].filter = _EXACT
        self.figures = self._canvas(_FIGURES, [(4, "f1")])
        self.picture, self.empty = (self._canvas((WIDTH, HEIGHT), [(4, "f1")], deep=False) for _ in range(2))
        self.silhouettes = self._canvas((WIDTH, HEIGHT), [])
        self.site_shadow = self._shadow_map(_SITE_SHADOW)
        self.figure_shadow = self._shadow_map(_FIGURE_SHADOW)
        self.bones = self.gl.texture((4 * MOST_BONES, MOST_FIGURES + 1), 4, dtype="f4")
        self.lens = self.gl.texture((WIDTH, HEIGHT), 2, dtype="f4")
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
            self._bodies[key] = (figure, self.uploaded(figure.mesh, "figure"))
        else:
            self._bodies[key] = self._bodies.pop(key)
        return self._bodies[key][1]

    def uploaded(self, mesh: Mesh, program: str) -> Body:
        """Hand a mesh over, to be coloured by this program."""
        tags = np.stack((mesh.materials, mesh.bones), axis=1)
        table = np.concatenate((mesh.positions, mesh.normals, mesh.colours, tags), axis=1)
        vertices = self.gl.buffer(np.ascontiguousarray(table, np.float32).tobytes())
        faces = self.gl.buffer(np.ascontiguousarray(mesh.faces, np.int32).tobytes())
        every = (vertices, "3f 3f 3f 2f", "position", "normal", "colour", "tag")
        bare = (vertices, "3f 24x 2f", "position", "tag")
        return Body(
            self.gl.vertex_array(self.programs[program], [every], faces),
            self.gl.vertex_array(self.programs["shadow"], [bare], faces),
            self.gl.vertex_array(self.programs["owner"], [bare], faces),
            self.gl.vertex_array(self.programs["alone"], [bare], faces),
            (vertices, faces),
        )

    def _canvas(self, size: tuple[int, int], sorts: list[tuple[int, str]], *, deep: bool = True) -> Canvas:
        """Make a canvas with textures of these (channels, type) and, if deep, a depth."""
        colours = tuple(self.gl.texture(size, channels, dtype=sort) for channels, sort in sorts)
        depth = self.gl.depth_texture(size) if deep else None
        for texture in (*colours, *((depth,) if depth is not None else ())):
            texture.repeat_x = texture.repeat_y = False  # what is at one edge does not shine in at the other
        depth_frame = self.gl.framebuffer([], depth) if depth is not None else None
        return Canvas(self.gl.framebuffer(colours, depth), colours, depth, depth_frame)

    def _shadow_map(self, side: int) -> Canvas:
        canvas = self._canvas((side, side), [])
        if canvas.depth is not None:
            canvas.depth.compare_func = "<="
        return canvas
