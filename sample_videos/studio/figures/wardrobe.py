"""What people look like: their size, and what they wear and carry. Colours are linear albedo."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from sample_videos.studio.shapes.mesh import Colour


class Top(Enum):
    """What is worn above."""

    T_SHIRT = "t-shirt"
    PULLOVER = "pullover"
    JACKET = "jacket"
    COAT = "coat"
    HIGH_VISIBILITY = "high-visibility vest"


class Bottom(Enum):
    """What is worn below."""

    TROUSERS = "trousers"
    LEGGINGS = "leggings"
    SHORTS = "shorts"
    SKIRT = "skirt"


class Hair(Enum):
    """How the hair is cut."""

    BALD = "bald"
    SHORT = "short"
    LONG = "long"
    TIED = "tied"


class Headgear(Enum):
    """What is worn on the head."""

    NONE = "none"
    CAP = "cap"
    HOOD = "hood"
    HELMET = "helmet"


class Carried(Enum):
    """What the right hand or the shoulder carries."""

    NOTHING = "nothing"
    SHOPPING_BAG = "shopping bag"
    SHOULDER_BAG = "shoulder bag"
    UMBRELLA = "umbrella"


@dataclass(frozen=True, slots=True)
class Build:
    """Widths as shares of the usual."""

    shoulders: float = 1.0
    waist: float = 1.0
    hips: float = 1.0
    limbs: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """One person. `rhythm` (0 to 1) is where in a stride it begins; `creases` seeds the folds of cloth."""

    height_m: float = 1.74
    child: bool = False
    build: Build = Build()
    skin: Colour = (0.45, 0.26, 0.19)
    hair: Hair = Hair.SHORT
    hair_colour: Colour = (0.02, 0.015, 0.012)
    top: Top = Top.JACKET
    top_colour: Colour = (0.05, 0.07, 0.12)
    inner_colour: Colour = (0.5, 0.5, 0.5)
    bottom: Bottom = Bottom.TROUSERS
    bottom_colour: Colour = (0.03, 0.03, 0.035)
    shoe_colour: Colour = (0.02, 0.02, 0.02)
    sole_colour: Colour = (0.3, 0.3, 0.3)
    headgear: Headgear = Headgear.NONE
    headgear_colour: Colour = (0.1, 0.1, 0.1)
    backpack: Colour | None = None
    carried: Carried = Carried.NOTHING
    carried_colour: Colour = (0.4, 0.4, 0.4)
    arm_swing: float = 1.0
    rhythm: float = 0.0
    creases: int = 0


BLACK, WHITE, GREY = (0.018, 0.018, 0.02), (0.72, 0.72, 0.7), (0.2, 0.2, 0.21)
NAVY, BEIGE, HIGH_YELLOW = (0.018, 0.028, 0.075), (0.43, 0.34, 0.23), (0.62, 0.75, 0.04)
_HIGH_ORANGE = (0.85, 0.2, 0.02)
_TOPS = (
    (BLACK, 22), (NAVY, 12), (GREY, 12), (WHITE, 12), ((0.45, 0.03, 0.03), 6), ((0.03, 0.1, 0.3), 7),
    (BEIGE, 7), ((0.06, 0.09, 0.04), 5), ((0.2, 0.35, 0.6), 4), ((0.75, 0.35, 0.4), 3),
    ((0.02, 0.2, 0.12), 3), ((0.75, 0.5, 0.05), 3), ((0.15, 0.07, 0.035), 4), ((0.2, 0.05, 0.22), 2),
)  # fmt: skip
_BOTTOMS = (
    (BLACK, 30), (NAVY, 14), ((0.045, 0.085, 0.17), 22), ((0.12, 0.2, 0.33), 8), (GREY, 10),
    ((0.06, 0.06, 0.065), 8), (BEIGE, 5), ((0.09, 0.08, 0.045), 4), (WHITE, 2),
)  # fmt: skip
_SHOES = ((BLACK, 45), (WHITE, 25), (GREY, 10), ((0.12, 0.05, 0.025), 12), ((0.35, 0.04, 0.04), 3), (NAVY, 5))
_HAIRS = (
    ((0.012, 0.01, 0.01), 55), ((0.04, 0.022, 0.012), 24), ((0.12, 0.06, 0.025), 8),
    ((0.4, 0.26, 0.1), 5), ((0.35, 0.35, 0.35), 8),
)  # fmt: skip
# Along this line lie the colours of skin: linear albedo, light to dark.
_SKINS = np.array(((0.66, 0.42, 0.33), (0.55, 0.33, 0.23), (0.36, 0.19, 0.11), (0.12, 0.055, 0.035)))


def look(rng: np.random.Generator) -> Look:
    """Somebody as one meets in a street: 8 % children of 1.0–1.45 m, adults of 1.50–1.95 m."""
    child = bool(rng.random() < 0.08)
    broad = bool(rng.random() < 0.5)  # shoulders wider than hips
    bare = bool(rng.random() < 0.2)  # dressed for warm weather
    top = _top(rng, bare)
    bottom = _bottom(rng, broad, bare)
    carried, carried_colour = _carried(rng, child)
    return Look(
        height_m=_height(rng, child, broad),
        child=child,
        build=_build(rng, child, broad),
        skin=_skin(rng),
        hair=_hair(rng, broad),
        hair_colour=_shade(rng, _HAIRS),
        top=top,
        top_colour=_top_colour(rng, top),
        inner_colour=_shade(rng, _TOPS),
        bottom=bottom,
        bottom_colour=_shade(rng, _TOPS if bottom is Bottom.SKIRT else _BOTTOMS),
        shoe_colour=_shade(rng, _SHOES),
        sole_colour=WHITE if rng.random() < 0.4 else BLACK,
        headgear=_headgear(rng, top),
        headgear_colour=_shade(rng, _TOPS),
        backpack=_shade(rng, _TOPS) if rng.random() < 0.17 else None,
        carried=carried,
        carried_colour=carried_colour,
        arm_swing=float(rng.uniform(0.5, 1.2)),
        rhythm=float(rng.random()),
        creases=int(rng.integers(1 << 31)),
    )


def _height(rng: np.random.Generator, child: bool, broad: bool) -> float:
    if child:
        return float(rng.uniform(1.0, 1.45))
    return float(np.clip(rng.normal(1.76 if broad else 1.64, 0.065), 1.5, 1.95))


def _build(rng: np.random.Generator, child: bool, broad: bool) -> Build:
    fullness = float(np.clip(rng.normal(1.0, 0.09), 0.86, 1.28))
    if child:
        return Build(0.96, 1.05, 0.95, 0.95)
    shoulders, waist, hips = (1.03, 1.04, 0.97) if broad else (0.92, 0.9, 1.05)
    stout = 1 + 1.7 * (fullness - 1)
    return Build(shoulders * (0.6 + 0.4 * fullness), waist * stout, hips * fullness, fullness)


def _skin(rng: np.random.Generator) -> Colour:
    place = float(rng.beta(1.2, 2.6)) * (len(_SKINS) - 1)
    steps = np.arange(len(_SKINS))
    red, green, blue = (float(np.interp(place, steps, _SKINS[:, channel])) for channel in range(3))
    return red, green, blue


def _hair(rng: np.random.Generator, broad: bool) -> Hair:
    shares = (0.1, 0.82, 0.04, 0.04) if broad else (0.0, 0.22, 0.45, 0.33)
    return tuple(Hair)[int(rng.choice(4, p=shares))]


def _top(rng: np.random.Generator, bare: bool) -> Top:
    if rng.random() < 0.03:
        return Top.HIGH_VISIBILITY
    if bare:
        return Top.T_SHIRT
    return (Top.PULLOVER, Top.JACKET, Top.COAT)[int(rng.choice(3, p=(0.32, 0.5, 0.18)))]


def _top_colour(rng: np.random.Generator, top: Top) -> Colour:
    if top is Top.HIGH_VISIBILITY:
        return HIGH_YELLOW if rng.random() < 0.6 else _HIGH_ORANGE
    return _shade(rng, _TOPS)


def _bottom(rng: np.random.Generator, broad: bool, bare: bool) -> Bottom:
    skirt, leggings = (0.0, 0.0) if broad else (0.18, 0.25)
    shorts = 0.4 if bare else 0.02
    drawn = rng.random()
    if drawn < skirt:
        return Bottom.SKIRT
    if drawn < skirt + shorts:
        return Bottom.SHORTS
    return Bottom.LEGGINGS if drawn < skirt + shorts + leggings else Bottom.TROUSERS


def _headgear(rng: np.random.Generator, top: Top) -> Headgear:
    if top is Top.HIGH_VISIBILITY:
        return Headgear.HELMET if rng.random() < 0.6 else Headgear.NONE
    drawn = rng.random()
    if drawn < 0.1:
        return Headgear.CAP
    return Headgear.HOOD if drawn < 0.15 and top in {Top.JACKET, Top.PULLOVER} else Headgear.NONE


def _carried(rng: np.random.Generator, child: bool) -> tuple[Carried, Colour]:
    shares = (0.97, 0.03, 0.0, 0.0) if child else (0.66, 0.14, 0.17, 0.03)
    carried = tuple(Carried)[int(rng.choice(4, p=shares))]
    return carried, _shade(rng, _TOPS)


def _shade(rng: np.random.Generator, colours: Sequence[tuple[Colour, float]]) -> Colour:
    """One of the colours, by their weights, a little lighter or darker and off in hue."""
    weights = np.array([weight for _, weight in colours])
    colour = np.array(colours[int(rng.choice(len(colours), p=weights / weights.sum()))][0])
    shaded = np.clip(colour * rng.uniform(0.75, 1.3) * rng.uniform(0.92, 1.08, 3), 0.008, 0.85)
    red, green, blue = (float(channel) for channel in shaded)
    return red, green, blue
