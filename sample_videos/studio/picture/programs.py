"""The shaders' programs, compiled from the files in `shaders/`."""

from collections.abc import Mapping
from importlib.resources import files

import moderngl
import numpy as np
from numpy.typing import NDArray

Value = float | int | tuple[float, ...] | list[tuple[float, float, float]] | NDArray[np.float32]

_VERSION = "#version 400\n"
_PARTS = {
    "backdrop": ("figure.vert", ("noise.glsl", "light.glsl", "surface.glsl", "backdrop.frag")),
    "figure": ("figure.vert", ("noise.glsl", "light.glsl", "surface.glsl", "figure.frag")),
    "sky": ("screen.vert", ("noise.glsl", "sky.frag")),
    "composite": ("screen.vert", ("light.glsl", "composite.frag")),
    "depth": ("screen.vert", ("depth.frag",)),
    "owner": ("shadow.vert", ("owner.frag",)),
    "develop": ("screen.vert", ("develop.frag",)),
    "shadow": ("shadow.vert", ("empty.frag",)),
    "alone": ("shadow.vert", ("alone.frag",)),
}


def compiled(context: moderngl.Context) -> dict[str, moderngl.Program]:
    """All programs by name."""
    return {
        name: context.program(vertex_shader=_text((vertex,)), fragment_shader=_text(parts))
        for name, (vertex, parts) in _PARTS.items()
    }


def set_uniforms(program: moderngl.Program, values: Mapping[str, object]) -> None:
    """Set those of the values that the program uses; the compiler removes the others."""
    for name, value in values.items():
        member = program.get(name, None)
        if not isinstance(member, moderngl.Uniform):
            continue
        if isinstance(value, np.ndarray):
            member.write(np.ascontiguousarray(value.T, np.float32).tobytes())  # OpenGL reads columns
        else:
            member.value = value


def _text(parts: tuple[str, ...]) -> str:
    folder = files("sample_videos.studio.picture").joinpath("shaders")
    return _VERSION + "".join(folder.joinpath(part).read_text(encoding="utf-8") for part in parts)
