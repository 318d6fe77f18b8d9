"""The street of the demo clip: its camera, its ground, its furniture, its zones and its line.

+----------------------------------------------+
| house                                        |
| far pavement      people  | gate             |
| road              cars    |                  |
|  bench +-------+          +  yard +--------+ |
|        |       |                  |        | |
|        +-------+                  +--------+ |
+----------------------------------------------+
"""

from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.ground import Image, asphalt, grass, kerb, plan, stripes, tiles
from sample_videos.sketch.lens import HEIGHT, WIDTH, Lens
from sample_videos.sketch.props import Prop
from sample_videos.sketch.scene import Sun
from sample_videos.sketch.wall import backdrop

CAMERA = "33080200001310000001"
LENS = Lens(focal=620.0, height=4.5, horizon=40.0)
WALL = 132
NEAR_KERB, FAR_KERB = 14.4, 21.2
NEAR_LANE, FAR_LANE = 16.2, 19.5

Points = tuple[tuple[float, float], ...]
YARD: Points = ((0.58, 0.74), (0.97, 0.74), (0.97, 0.97), (0.58, 0.97))
BENCH: Points = ((0.05, 0.74), (0.36, 0.74), (0.36, 0.96), (0.05, 0.96))
GATE: Points = ((0.5, 0.36), (0.5, 0.64))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the clip's camera, as cameras.toml has it and as the truth is computed."""

    name: str
    kind: str
    where: str
    points: Points
    labels: tuple[str, ...]
    severity: int
    dwell_seconds: float | None
    tolerance_seconds: float


RULES = (
    Rule("nobody-in-the-yard", "intrusion", "yard", YARD, ("person",), 2, 2.0, 1.0),
    Rule("through-the-gate", "line", "gate", GATE, ("person", "car"), 4, None, 1.0),
    Rule("waiting-at-the-bench", "loitering", "bench", BENCH, ("person",), 3, 10.0, 2.0),
)


@dataclass(frozen=True, slots=True)
class Street:
    """What does not move."""

    scenery: Picture
    props: tuple[Prop, ...]
    sun: Sun


def street(rng: np.random.Generator) -> Street:
    """Lay out the street on one day: other stones, another light."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    image[:WALL] = _muted(backdrop(WALL, rng, "facade"), 0.4)
    seen = plan(LENS, WALL, 0.0)
    field = _muted(tiles(seen, rng), 0.6)
    road = (seen.depth > NEAR_KERB) & (seen.depth < FAR_KERB)
    field[road] = asphalt(seen, rng)[road]
    far = seen.depth >= FAR_KERB
    field[far] = _muted(tiles(seen, rng), 0.6)[far]
    lawn = (np.abs(seen.right) > 7.0) & (seen.depth < NEAR_KERB) & (seen.depth > 13.2)
    field[lawn] = grass(seen, rng)[lawn]
    for depth in (NEAR_KERB, FAR_KERB):
        kerb(field, seen, depth)
    stripes(field, seen, (NEAR_KERB + FAR_KERB) / 2, 1.5, 225.0)
    image[WALL:] = field
    coarse = rng.normal(1, 0.05, (3, 5)).astype(np.float32)
    light = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None]
    sun = Sun(float(rng.uniform(0.3, 1.0) * rng.choice((-1, 1))), float(rng.uniform(-0.3, 0.5)), 0.38)
    return Street(np.clip(image * light, 0, 255).astype(np.uint8), _furniture(rng), sun)


def _muted(image: Image, keep: float) -> Image:
    """Take colour out: towns are less colourful than chance."""
    grey = image.mean(axis=2, keepdims=True)
    return np.asarray(grey + keep * (image - grey), np.float32)


def _furniture(rng: np.random.Generator) -> tuple[Prop, ...]:
    def stands(kind: str, x: float, y: float, heading: float = 0.0) -> Prop:
        right, depth = LENS.ground(x * WIDTH, y * HEIGHT)
        return Prop(kind, right, depth, heading, int(rng.integers(1 << 31)))

    return (
        stands("bench", 0.2, 0.72),
        stands("bin", 0.075, 0.71),
        stands("post", 0.7, 0.485),
        stands("post", 0.27, 0.485),
        stands("tree", 0.93, 0.47),
        stands("bush", 0.07, 0.4),
        stands("bush", 0.63, 0.395),
        stands("sign", 0.975, 0.68),
    )
