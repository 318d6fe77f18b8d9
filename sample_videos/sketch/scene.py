"""One still scene: scenery, shadows, then everything that stands in it from far to near."""

from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.sketch.bag import Luggage, paint_bag
from sample_videos.sketch.canvas import SCENERY, Canvas, Picture
from sample_videos.sketch.car import Coachwork, footprint, paint_car
from sample_videos.sketch.lens import HEIGHT, WIDTH, Floats, Lens
from sample_videos.sketch.person import Clothes, Pose, hand, paint_person, placed, skeleton
from sample_videos.sketch.props import Prop, paint_prop

LABELS = ("person", "car", "bag")


@dataclass(frozen=True, slots=True)
class Walker:
    """A person in a scene, perhaps with a bag in the hand."""

    clothes: Clothes
    pose: Pose
    number: int
    luggage: Luggage | None = None
    luggage_number: int = SCENERY


@dataclass(frozen=True, slots=True)
class Driven:
    """A car in a scene."""

    coach: Coachwork
    right: float
    depth: float
    heading: float
    number: int


@dataclass(frozen=True, slots=True)
class Left:
    """A bag on the ground."""

    luggage: Luggage
    right: float
    depth: float
    heading: float
    number: int


Thing = Walker | Driven | Left | Prop


@dataclass(frozen=True, slots=True)
class Sun:
    """Where shadows fall: metres of ground per metre of height, and how dark they are."""

    right: float
    depth: float
    strength: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing as it shows: the visible box in pixels and the visible share of the thing."""

    number: int
    label: str
    xyxy: tuple[int, int, int, int]
    visible: float


def paint(lens: Lens, scenery: Picture, sun: Sun, things: list[Thing]) -> tuple[Picture, list[Seen]]:
    """Paint a scene over a copy of its scenery; numbers must be from 1 to 255 and unique."""
    canvas = Canvas(_shadowed(lens, scenery, sun, things))
    for thing in sorted(things, key=_depth, reverse=True):
        _paint_one(canvas, lens, thing)
    return canvas.picture, _seen(canvas, things)


def _depth(thing: Thing) -> float:
    return thing.pose.depth if isinstance(thing, Walker) else thing.depth


def _paint_one(canvas: Canvas, lens: Lens, thing: Thing) -> None:
    match thing:
        case Walker():
            near_hand = thing.luggage is not None and hand(thing.clothes, thing.pose)[1] < _depth(thing)
            if thing.luggage is not None and not near_hand:
                _paint_carried(canvas, lens, thing)
            canvas.begin(thing.number)
            paint_person(canvas, lens, thing.clothes, thing.pose)
            canvas.finish()
            if near_hand:
                _paint_carried(canvas, lens, thing)
        case Driven():
            canvas.begin(thing.number)
            paint_car(canvas, lens, thing.coach, (thing.right, thing.depth, thing.heading))
            canvas.finish()
        case Left():
            canvas.begin(thing.number)
            foot = np.array((thing.right, thing.depth, 0.0))
            paint_bag(canvas, lens, thing.luggage, foot, thing.heading)
            canvas.finish()
        case Prop():
            paint_prop(canvas, lens, thing)


def _paint_carried(canvas: Canvas, lens: Lens, walker: Walker) -> None:
    if walker.luggage is None:
        return
    foot = hand(walker.clothes, walker.pose)
    foot[2] = max(0.02, foot[2] - walker.luggage.tall - walker.luggage.strap)
    canvas.begin(walker.luggage_number)
    paint_bag(canvas, lens, walker.luggage, foot, walker.pose.heading)
    canvas.finish()


def _seen(canvas: Canvas, things: list[Thing]) -> list[Seen]:
    named: list[tuple[int, str]] = []
    for thing in things:
        match thing:
            case Walker():
                named.append((thing.number, "person"))
                if thing.luggage is not None:
                    named.append((thing.luggage_number, "bag"))
            case Driven():
                named.append((thing.number, "car"))
            case Left():
                named.append((thing.number, "bag"))
            case Prop():
                continue
    found = []
    for number, label in sorted(named):
        box, visible = canvas.seen(number)
        if box is not None:
            found.append(Seen(number, label, box, visible))
    return found


def _shadowed(lens: Lens, scenery: Picture, sun: Sun, things: list[Thing]) -> Picture:
    """Darken the scenery where things keep the sun off the ground."""
    if sun.strength <= 0:
        return scenery.copy()
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for thing in things:
        for outline in _shadows(lens, sun, thing):
            fixed = np.rint(np.clip(outline, -4000, 4000) * 16).astype(np.int32)
            cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    soft = cv2.blur(mask, (3, 3))
    light = cv2.addWeighted(soft, -sun.strength, soft, 0.0, 255.0)
    three = cv2.merge((light, light, light))
    return np.asarray(cv2.multiply(scenery, three, scale=1 / 255), dtype=np.uint8)


def _fallen(sun: Sun, points: Floats) -> Floats:
    """Points of the world thrown on the ground by the sun."""
    ground = points.copy()
    ground[:, 0] += sun.right * points[:, 2]
    ground[:, 1] = np.maximum(1.0, ground[:, 1] + sun.depth * points[:, 2])
    ground[:, 2] = 0.0
    return ground


def _hull(lens: Lens, points: Floats) -> Floats:
    flat = lens.pixels(points).astype(np.float32)
    return cv2.convexHull(flat)[:, 0].astype(np.float64)


def _shadows(lens: Lens, sun: Sun, thing: Thing) -> list[Floats]:
    """Give the outlines on the picture of what a thing keeps in shadow."""
    match thing:
        case Walker():
            pose = thing.pose
            world = placed(skeleton(thing.clothes, pose), pose.right, pose.depth, pose.heading)
            wide = np.array((0.09, 0.0, 0.0))
            parts = (world[[0, 1, 2, 3]], world[[4, 5, 6, 7]], world[[0, 4, 8, 11, 14]], world[[15, 16]])
            return [_hull(lens, _fallen(sun, np.concatenate((p - wide, p + wide)))) for p in parts]
        case Driven():
            base = footprint(thing.coach, thing.right, thing.depth, thing.heading)
            roof = base * (1, 1, 0) + np.array((0, 0, thing.coach.tall * 0.9))
            middle = roof.mean(axis=0)
            roof = middle + (roof - middle) * (0.62, 0.85, 1.0)
            bonnet = base + np.array((0, 0, thing.coach.tall * 0.55))
            return [_hull(lens, _fallen(sun, np.concatenate((base, bonnet, roof))))]
        case Left():
            return [_hull(lens, _fallen(sun, _raised(thing, 0.2, thing.luggage.tall)))]
        case Prop():
            reach = 0.3 if thing.kind in ("bush", "tree", "bin", "kiosk", "bench") else 0.06
            return [_hull(lens, _fallen(sun, _raised(thing, reach, 1.0)))]


def _raised(thing: Left | Prop, wide: float, tall: float) -> Floats:
    """Give the corners of an upright rectangle that faces the lens."""
    foot = np.array(((thing.right - wide, thing.depth, 0.0), (thing.right + wide, thing.depth, 0.0)))
    return np.concatenate((foot, foot + np.array((0.0, 0.0, tall))))
