"""A mesh on the graphics side, which any program can draw."""

import moderngl
import numpy as np

from sample_videos.studio.shapes.mesh import Mesh

_EVERYTHING = ("3f 3f 3f 2f", "position", "normal", "colour", "tag")
_SHAPE_ALONE = ("3f 24x 2f", "position", "tag")


class Body:
    """A mesh in the graphics side's memory, set up for each program once.

    Its faces are drawn last to first: where depth was laid before and what lies at it is let through, as
    in `Drawing`, the last one drawn shows, and so of two faces at one depth the mesh's first.
    """

    def __init__(self, gl: moderngl.Context, mesh: Mesh) -> None:
        self._gl = gl
        tags = np.stack((mesh.materials, mesh.bones), axis=1)
        table = np.concatenate((mesh.positions, mesh.normals, mesh.colours, tags), axis=1)
        self._vertices = gl.buffer(np.ascontiguousarray(table, np.float32).tobytes())
        self._faces = gl.buffer(np.ascontiguousarray(mesh.faces[::-1], np.int32).tobytes())
        self._arrays: dict[int, moderngl.VertexArray] = {}

    def draw(self, program: moderngl.Program) -> None:
        """Draw it as it is set up in this program."""
        if (array := self._arrays.get(program.glo)) is None:
            layout = _EVERYTHING if "normal" in program else _SHAPE_ALONE
            array = self._gl.vertex_array(program, [(self._vertices, *layout)], self._faces)
            self._arrays[program.glo] = array
        array.render()

    def release(self) -> None:
        """Give its memory back."""
        for array in self._arrays.values():
            array.release()
        self._vertices.release()
        self._faces.release()
