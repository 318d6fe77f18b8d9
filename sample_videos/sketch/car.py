"""Cars: a side profile swept across the width, seen through the lens from any side."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sample_videos.sketch.canvas import Canvas, Colour, shade
from sample_videos.sketch.lens import Floats, Lens
from sample_videos.sketch.person import placed

Skin = Literal["body", "glass", "dark"]
Profile = tuple[tuple[float, float, Skin], ...]

# Along (-0.5 is the tail), up (share of the height), and the skin from here to the next point.
SEDAN: Profile = (
    (-0.5, 0.17, "body"),
    (-0.5, 0.52, "body"),
    (-0.46, 0.66, "body"),
    (-0.34, 0.69, "glass"),
    (-0.2, 0.97, "body"),
    (0.07, 1.0, "glass"),
    (0.22, 0.68, "body"),
    (0.44, 0.58, "body"),
    (0.5, 0.46, "body"),
    (0.5, 0.17, "dark"),
)
HATCH: Profile = (
    (-0.5, 0.17, "body"),
    (-0.5, 0.6, "glass"),
    (-0.4, 0.97, "body"),
    (0.04, 1.0, "glass"),
    (0.22, 0.66, "body"),
    (0.44, 0.57, "body"),
    (0.5, 0.45, "body"),
    (0.5, 0.17, "dark"),
)
OFFROAD: Profile = (
    (-0.5, 0.2, "body"),
    (-0.5, 0.62, "glass"),
    (-0.45, 0.98, "body"),
    (0.1, 1.0, "glass"),
    (0.21, 0.68, "body"),
    (0.47, 0.62, "body"),
    (0.5, 0.5, "body"),
    (0.5, 0.2, "dark"),
)
VAN: Profile = (
    (-0.5, 0.14, "body"),
    (-0.5, 0.55, "glass"),
    (-0.48, 0.97, "body"),
    (0.28, 1.0, "glass"),
    (0.42, 0.58, "body"),
    (0.5, 0.46, "body"),
    (0.5, 0.14, "dark"),
)
SHAPES: tuple[tuple[Profile, float, float, float], ...] = (
    (SEDAN, 4.6, 1.8, 1.45),
    (HATCH, 4.0, 1.72, 1.48),
    (OFFROAD, 4.5, 1.88, 1.72),
    (VAN, 5.0, 1.95, 2.1),
)
GLASS: Colour = (52, 62, 72)
DARK: Colour = (26, 26, 28)
PAINTS: tuple[Colour, ...] = (
    (232, 232, 230),
    (28, 29, 32),
    (150, 153, 157),
    (92, 96, 102),
    (150, 28, 30),
    (32, 56, 120),
    (40, 84, 60),
    (190, 160, 110),
    (210, 170, 40),
    (96, 52, 40),
    (70, 130, 170),
)


@dataclass(frozen=True, slots=True)
class Coachwork:
    """How one car looks; metres and RGB."""

    profile: Profile
    length: float
    width: float
    tall: float
    paint: Colour
    glass: Colour


def built(rng: np.random.Generator) -> Coachwork:
    """Draw a random car."""
    profile, length, width, tall = SHAPES[int(rng.integers(len(SHAPES)))]
    paint = PAINTS[int(rng.integers(len(PAINTS)))]
    tint = rng.uniform(-18, 18, 3)
    red, green, blue = (float(part) for part in np.clip(np.array(paint) + tint, 8, 248))
    size = rng.uniform(0.93, 1.08, 3)
    return Coachwork(
        profile,
        length * float(size[0]),
        width * float(size[1]),
        tall * float(size[2]),
        (red, green, blue),
        shade(GLASS, float(rng.uniform(0.6, 1.7))),
    )


def footprint(coach: Coachwork, right: float, depth: float, heading: float) -> Floats:
    """Give the four corners on the ground, (4, 3)."""
    half, side = coach.length / 2, coach.width / 2
    corners = np.array(((half, side, 0), (half, -side, 0), (-half, -side, 0), (-half, side, 0)))
    return placed(corners, right, depth, heading)


def _side(coach: Coachwork, sign: float) -> Floats:
    """Give the profile at one side in metres; the cabin leans in."""
    along = np.array([point[0] for point in coach.profile]) * coach.length
    up = np.array([point[1] for point in coach.profile])
    across = sign * coach.width / 2 * (1 - 0.22 * np.clip((up - 0.66) / 0.34, 0, 1))
    return np.stack((along, across, up * coach.tall), axis=1)


def _turned_to(face: Floats, middle: Floats, eye: Floats) -> tuple[bool, float]:
    """Whether a face of the world shows itself to the eye, and how much light it gets."""
    centre = face.mean(axis=0)
    normal = np.cross(face[1] - face[0], face[2] - face[1])
    if normal @ (centre - middle) < 0:
        normal = -normal
    length = float(np.linalg.norm(normal)) or 1.0
    return bool(normal @ (eye - centre) > 0), 0.78 + 0.3 * float(normal[2]) / length


def paint_car(canvas: Canvas, lens: Lens, coach: Coachwork, where: tuple[float, float, float]) -> None:
    """Paint the far wheels, the skin that faces the lens, the near side; `where`: right, depth, heading."""
    right, depth, _ = where
    left_side = placed(_side(coach, 1.0), *where)
    right_side = placed(_side(coach, -1.0), *where)
    middle = np.array((right, depth, 0.42 * coach.tall))
    eye = np.array((0.0, 0.0, lens.height))
    base = footprint(coach, *where)
    base[:, 2] = 0.12
    canvas.hull(lens.pixels(np.concatenate((base, base + np.array((0, 0, 0.25))))), DARK)
    showing = {}
    for sign, outline in ((1.0, left_side), (-1.0, right_side)):
        showing[sign] = _turned_to(outline[[0, 1, -2]], middle, eye)
        if not showing[sign][0]:
            _wheels(canvas, lens, coach, sign, where)
    _skins(canvas, lens, coach, (left_side, right_side), (middle, eye))
    for sign, outline in ((1.0, left_side), (-1.0, right_side)):
        visible, light = showing[sign]
        if visible:
            canvas.polygon(lens.pixels(outline), shade(coach.paint, light))
            _windows(canvas, lens, coach, sign, where)
            _wheels(canvas, lens, coach, sign, where)


def _skins(
    canvas: Canvas,
    lens: Lens,
    coach: Coachwork,
    sides: tuple[Floats, Floats],
    view: tuple[Floats, Floats],
) -> None:
    """Paint the strips across the car, and the lamps on the first and the last upright one."""
    count = len(coach.profile)
    strips = []
    for index in range(count):
        after = (index + 1) % count
        face = np.stack((sides[0][index], sides[1][index], sides[1][after], sides[0][after]))
        visible, light = _turned_to(face, *view)
        if visible:
            strips.append((float(face[:, 1].mean()), index, face, light))
    for _, index, face, light in sorted(strips, key=lambda strip: -strip[0]):
        skin = coach.profile[index][2]
        colour = coach.paint if skin == "body" else coach.glass if skin == "glass" else DARK
        canvas.polygon(lens.pixels(face), shade(colour, light))
        if index == 0:
            _lamps(canvas, lens, face, (170, 24, 24))
        elif index == count - 2:
            _lamps(canvas, lens, face, (250, 246, 220))


def _lamps(canvas: Canvas, lens: Lens, face: Floats, colour: Colour) -> None:
    """Two lamps and a plate on an upright strip whose corners are left, right, right, left."""
    low = min(face[0, 2], face[2, 2])
    bottom, top = (face[:2], face[3:1:-1]) if face[0, 2] == low else (face[3:1:-1], face[:2])

    def patch(left: float, right: float, down: float, up: float) -> Floats:
        rows = [
            (bottom[0] + (bottom[1] - bottom[0]) * along) * (1 - height)
            + (top[0] + (top[1] - top[0]) * along) * height
            for along, height in ((left, down), (right, down), (right, up), (left, up))
        ]
        return lens.pixels(np.array(rows))

    canvas.polygon(patch(0.04, 0.22, 0.6, 0.9), colour)
    canvas.polygon(patch(0.78, 0.96, 0.6, 0.9), colour)
    canvas.polygon(patch(0.36, 0.64, 0.3, 0.5), (222, 226, 232))
    canvas.polygon(patch(0.0, 1.0, 0.0, 0.16), DARK)


def _windows(
    canvas: Canvas, lens: Lens, coach: Coachwork, sign: float, where: tuple[float, float, float]
) -> None:
    """Two panes between the sloping glasses."""
    glass = [index for index, point in enumerate(coach.profile) if point[2] == "glass"]
    rear, front = glass[0], glass[-1]
    back_low, back_high = coach.profile[rear], coach.profile[rear + 1]
    front_high, front_low = coach.profile[front], coach.profile[front + 1]
    low = max(back_low[1], front_low[1]) + 0.03
    for start, end in ((0.04, 0.5), (0.54, 0.97)):
        pane = []
        for share, up in ((start, low), (end, low), (end, 0.93), (start, 0.93)):
            lean = (up - low) / (0.97 - low)
            rear_x = back_low[0] + (back_high[0] - back_low[0]) * lean
            front_x = front_low[0] + (front_high[0] - front_low[0]) * lean
            across = coach.width / 2 * (1 - 0.22 * max(0.0, (up - 0.66) / 0.34)) + 0.005
            along = rear_x + 0.02 + (front_x - rear_x - 0.04) * share
            pane.append((along * coach.length, sign * across, up * coach.tall))
        canvas.polygon(lens.pixels(placed(np.array(pane), *where)), coach.glass)


def _wheels(
    canvas: Canvas, lens: Lens, coach: Coachwork, sign: float, where: tuple[float, float, float]
) -> None:
    angle = np.linspace(0, 2 * np.pi, 15)[:-1]
    for along in (-0.31, 0.32):
        for radius, colour in ((0.33, DARK), (0.19, (140, 142, 146)), (0.07, (70, 70, 74))):
            ring = np.stack(
                (
                    along * coach.length + radius * np.cos(angle),
                    np.full_like(angle, sign * (coach.width / 2 + 0.01)),
                    0.33 + radius * np.sin(angle),
                ),
                axis=1,
            )
            canvas.polygon(lens.pixels(placed(ring, *where)), colour)
