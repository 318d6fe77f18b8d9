"""The shaders' programs, compiled from the files in `shaders/`."""

from collections.abc import Mapping
from importlib.resources import files

import moderngl
import numpy as np
from numpy.typing import NDArray

Value = float | int | tuple[float, ...] | list[tuple[float, float, float]] | NDArray[np.float32]

MOST_LIGHTS = 12  # lamps, and likewise headlights
HEADLIGHT_EDGE = 0.86  # the cosine of the angle from its middle at which a headlight's cone ends
_VERSION = "#version 400\n"
_PARTS = {
    "backdrop": ("figure.vert", ("noise.glsl", "light.glsl", "surface.glsl", "site.glsl", "backdrop.frag")),
    "figure": ("figure.vert", ("noise.glsl", "light.glsl", "surface.glsl", "figure.frag")),
    "sky": ("screen.vert", ("noise.glsl", "sky.frag")),
    "composite": ("screen.vert", ("light.glsl", "composite.frag")),
    "depth": ("screen.vert", ("depth.frag",)),
    "owner": ("shadow.vert", ("owner.frag",)),
    "develop": ("screen.vert", ("develop.frag",)),
    "shadow": ("shadow.vert", ("empty.frag",)),
    "alone": ("shadow.vert", ("alone.frag",)),
}
_BY_HEADLIGHTS = ("figure", "composite")


def compiled(context: moderngl.Context) -> dict[str, moderngl.Program]:
    """All programs by name; figure and composite also by_headlights(): what no light falls on is cheaper."""
    lights = {"MOST_LIGHTS": MOST_LIGHTS}
    headlights = {**lights, "HEADLIGHT_EDGE": HEADLIGHT_EDGE}
    plain = {name: _program(context, name, lights) for name in _PARTS}
    return plain | {by_headlights(name): _program(context, name, headlights) for name in _BY_HEADLIGHTS}


def by_headlights(name: str) -> str:
    """The name of the program that does the same where headlights are on."""
    return f"{name} by headlights"


def _program(context: moderngl.Context, name: str, constants: Mapping[str, float]) -> moderngl.Program:
    vertex, fragment = _PARTS[name]
    head = _VERSION + "".join(f"#define {key} {value}\n" for key, value in constants.items())
    return context.program(vertex_shader=head + _text((vertex,)), fragment_shader=head + _text(fragment))


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
    return "".join(folder.joinpath(part).read_text(encoding="utf-8") for part in parts)
