"""What is drawn on: frames with textures in which the drawing can be looked up afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import moderngl

Sort = tuple[int, str]  # channels, type


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A frame and its textures; `depth_frame` has the same depth and no colours."""

    frame: moderngl.Framebuffer
    colours: tuple[moderngl.Texture, ...]
    depth: moderngl.Texture | None = None
    depth_frame: moderngl.Framebuffer | None = None

    @contextmanager
    def depth_alone(self) -> Iterator[None]:
        """Draw on its depth without touching a colour; afterwards on all of it. Raises ValueError if flat."""
        if self.depth_frame is None:
            raise ValueError("this canvas has no depth")
        self.depth_frame.use()
        yield
        self.frame.use()

    def cleared(self) -> None:
        """Begin a drawing."""
        self.frame.use()
        self.frame.clear()

    def begun_with(self, other: "Canvas") -> None:
        """Begin a drawing on a copy of another canvas of the same size and sorts, its depth included."""
        self.frame.use()
        self.frame.ctx.copy_framebuffer(self.frame, other.frame)


def canvas(
    gl: moderngl.Context, size: tuple[int, int], sorts: Sequence[Sort], *, deep: bool = True
) -> Canvas:
    """Make a canvas with textures of these sorts and, if deep, a depth."""
    colours = tuple(gl.texture(size, channels, dtype=sort) for channels, sort in sorts)
    depth = gl.depth_texture(size) if deep else None
    for texture in (*colours, *((depth,) if depth is not None else ())):
        texture.repeat_x = texture.repeat_y = False  # what is at one edge does not shine in at the other
    depth_frame = gl.framebuffer([], depth) if depth is not None else None
    return Canvas(gl.framebuffer(colours, depth), colours, depth, depth_frame)


def shadow_map(gl: moderngl.Context, side: int) -> Canvas:
    """A depth that answers whether something lies nearer to the light."""
    made = canvas(gl, (side, side), [])
    if made.depth is not None:
        made.depth.compare_func = "<="
    return made
