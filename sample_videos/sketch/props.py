"""Things that stand in a scene and are not looked for: posts, benches, bushes, bins, signs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_videos.sketch.canvas import Canvas, Colour, shade
from sample_videos.sketch.lens import Floats, Lens
from sample_videos.sketch.person import cloth, placed


@dataclass(frozen=True, slots=True)
class Prop:
    """One standing thing: its painter, its place in metres, and the seed of its looks."""

    kind: str
    right: float
    depth: float
    heading: float
    seed: int


def _box(
    canvas: Canvas, lens: Lens, prop: Prop, size: tuple[float, float, float], *, base: float, colour: Colour
) -> None:
    """Paint a block of length, width, height standing `base` metres up."""
    length, width, tall = size
    corners = np.array(
        [(x * length / 2, y * width / 2, z) for z in (base, base + tall) for x in (-1, 1) for y in (-1, 1)]
    )
    world = placed(corners, prop.right, prop.depth, prop.heading)
    flat = lens.pixels(world)
    canvas.hull(flat, shade(colour, 0.8))
    near = int(np.argmin(world[:4, 1]))
    beside = min((near ^ 1, near ^ 2), key=lambda corner: float(world[corner, 1]))
    canvas.hull(flat[[near, beside, near + 4, beside + 4]], colour)
    canvas.hull(flat[4:], shade(colour, 1.18))


def _point(lens: Lens, prop: Prop, up: float) -> Floats:
    point: Floats = lens.pixels(np.array(((prop.right, prop.depth, up),)))[0]
    return point


def _post(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    near, tall = lens.scale(prop.depth), float(rng.choice((0.9, 1.2, 2.5, 5.0)))
    thick = float(rng.uniform(0.04, 0.12)) * near
    colour = cloth(rng)
    foot, top = _point(lens, prop, 0.0), _point(lens, prop, tall)
    canvas.limb(foot, top, (thick, thick * 0.8), colour)
    canvas.limb(
        foot + np.array((thick / 3, 0)),
        top + np.array((thick / 3, 0)),
        (thick / 3, thick / 3),
        shade(colour, 0.75),
    )
    if tall > 2:
        canvas.limb(foot, _point(lens, prop, 0.4), (thick * 1.6, thick * 1.4), shade(colour, 0.85))
    if rng.random() < 0.4:
        canvas.disc(top, thick * float(rng.uniform(1.3, 3.5)), cloth(rng))


def _bench(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    colour = (150.0, 108.0, 70.0) if rng.random() < 0.5 else cloth(rng)
    length = float(rng.uniform(1.3, 2.0))
    _box(canvas, lens, prop, (0.08, 0.4, 0.42), base=0.0, colour=(70, 70, 74))
    for end in (-0.42, 0.42):
        shift = placed(np.array(((end * length, 0.0, 0.0),)), prop.right, prop.depth, prop.heading)[0]
        leg = Prop("bench", float(shift[0]), float(shift[1]), prop.heading, 0)
        _box(canvas, lens, leg, (0.08, 0.4, 0.42), base=0.0, colour=(70, 70, 74))
    back = placed(np.array(((0.0, 0.22, 0.0),)), prop.right, prop.depth, prop.heading)[0]
    rest = Prop("bench", float(back[0]), float(back[1]), prop.heading, 0)
    _box(canvas, lens, rest, (length, 0.05, 0.32), base=0.52, colour=shade(colour, 0.9))
    _box(canvas, lens, prop, (length, 0.45, 0.06), base=0.42, colour=colour)


def _bush(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    near, size = lens.scale(prop.depth), float(rng.uniform(0.35, 0.9))
    leaf = (62 + float(rng.uniform(-20, 40)), 92 + float(rng.uniform(-20, 30)), 50.0)
    for turn in range(26):
        rise = turn / 26
        across = float(rng.normal(0, 0.45)) * size
        centre = _point(lens, prop, size * (0.25 + 0.9 * rise * float(rng.uniform(0.5, 1))))
        radius = size * float(rng.uniform(0.14, 0.34)) * near
        canvas.disc(centre + np.array((across * near, 0)), radius, shade(leaf, 0.6 + 0.7 * rise))


def _tree(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    near, tall = lens.scale(prop.depth), float(rng.uniform(1.8, 3.0))
    trunk = (92.0, 74.0, 58.0)
    canvas.limb(_point(lens, prop, 0), _point(lens, prop, tall), (0.13 * near, 0.09 * near), trunk)
    leaf = (70 + float(rng.uniform(-20, 60)), 100 + float(rng.uniform(-20, 20)), 52.0)
    for turn in range(34):
        centre = _point(lens, prop, tall + float(rng.normal(0.5, 0.5)))
        radius = float(rng.uniform(0.2, 0.5)) * near
        canvas.disc(
            centre + np.array((float(rng.normal(0, 0.6)) * near, 0)), radius, shade(leaf, 0.6 + 0.02 * turn)
        )


def _bin(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    size = float(rng.uniform(0.4, 0.7))
    colour = cloth(rng)
    _box(canvas, lens, prop, (size, size, float(rng.uniform(0.8, 1.3))), base=0.0, colour=colour)
    if rng.random() < 0.5:
        _box(canvas, lens, prop, (size * 1.1, size * 1.1, 0.1), base=0.8, colour=shade(colour, 0.6))


def _kiosk(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    """Containers, kiosks, planters: as large and as bright as cars, but plain blocks."""
    size = (float(rng.uniform(1.0, 4.5)), float(rng.uniform(0.6, 1.8)), float(rng.uniform(0.4, 1.8)))
    colour = cloth(rng)
    _box(canvas, lens, prop, size, base=0.0, colour=colour)
    if rng.random() < 0.6:
        band = (size[0] * 1.01, size[1] * 1.01, size[2] * 0.2)
        _box(canvas, lens, prop, band, base=size[2] * float(rng.uniform(0.1, 0.7)), colour=cloth(rng))


def _sign(canvas: Canvas, lens: Lens, prop: Prop, rng: np.random.Generator) -> None:
    """Paint a board on a post, roughly as high as a person."""
    near, tall = lens.scale(prop.depth), float(rng.uniform(1.2, 2.1))
    canvas.limb(_point(lens, prop, 0), _point(lens, prop, tall), (0.04 * near, 0.04 * near), (120, 122, 126))
    board = float(rng.uniform(0.25, 0.5))
    face = Prop("sign", prop.right, prop.depth, float(rng.normal(0, 0.3)), 0)
    if rng.random() < 0.5:
        panel = (board, 0.04, board * float(rng.uniform(0.8, 2)))
        _box(canvas, lens, face, panel, base=tall - board, colour=cloth(rng))
    else:
        canvas.disc(_point(lens, prop, tall), board / 2 * near, cloth(rng))
        canvas.disc(_point(lens, prop, tall), board / 3 * near, cloth(rng))


def _cone(canvas: Canvas, lens: Lens, prop: Prop, _rng: np.random.Generator) -> None:
    near = lens.scale(prop.depth)
    orange = (226.0, 96.0, 36.0)
    foot, top = _point(lens, prop, 0.03), _point(lens, prop, 0.7)
    canvas.limb(foot, top, (0.17 * near, 0.03 * near), orange)
    canvas.limb(foot * 0.55 + top * 0.45, foot * 0.4 + top * 0.6, (0.1 * near, 0.08 * near), (236, 236, 232))


PAINTERS: dict[str, Callable[[Canvas, Lens, Prop, np.random.Generator], None]] = {
    "post": _post,
    "bench": _bench,
    "bush": _bush,
    "tree": _tree,
    "bin": _bin,
    "kiosk": _kiosk,
    "sign": _sign,
    "cone": _cone,
}


def paint_prop(canvas: Canvas, lens: Lens, prop: Prop) -> None:
    """Paint a standing thing; the same one looks the same in every frame."""
    PAINTERS[prop.kind](canvas, lens, prop, np.random.default_rng(prop.seed))
