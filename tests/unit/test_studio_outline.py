"""Outlines: the box from a few vertices is the box of all of them."""

import math

import numpy as np

from sample_videos.studio.actor import Figure, Stance
from sample_videos.studio.camera import Camera
from sample_videos.studio.figures.fleet import vehicle
from sample_videos.studio.figures.person import Person
from sample_videos.studio.figures.wardrobe import look
from sample_videos.studio.picture.outline import Outline, box_of, outline_of
from sample_videos.studio.shapes.transform import standing

CAMERA = Camera((0.0, 0.0, 5.0), (0.0, 14.0, 0.5), 0.8, 0.1)


def figures() -> list[Figure]:
    rng = np.random.default_rng(4)
    return [*(Person(look(rng)) for _ in range(4)), vehicle("car", rng), vehicle("bicycle", rng)]


def every_vertex(figure: Figure, stance: Stance) -> np.ndarray:
    mesh = figure.mesh
    bones = figure.bones(stance)[mesh.bones.astype(int)].astype(float)
    moved = np.einsum("nij,nj->ni", bones[:, :3, :3], mesh.positions) + bones[:, :3, 3]
    placed = standing(stance.x, stance.y, stance.yaw, stance.z).astype(float)
    return np.asarray(moved @ placed[:3, :3].T + placed[:3, 3])


def test_the_box_of_an_outline_is_the_box_of_every_vertex_to_a_hundredth_of_its_height() -> None:
    for figure in figures():
        for step in range(4):
            stance = Stance(-3.0 + 2 * step, 12.0 + step, 1.1 * step, speed=1.4, travelled=0.3 * step)
            whole = box_of(CAMERA, every_vertex(figure, stance))
            box = box_of(CAMERA, outline_of(figure).points(stance))
            assert whole is not None
            assert box is not None
            height = whole[3] - whole[1]
            assert np.abs(np.subtract(box, whole)).max() < 0.01 * height
            assert box[0] >= whole[0] - 1e-3
            assert box[3] <= whole[3] + 1e-3


def test_an_outline_has_few_points_and_is_made_once() -> None:
    person = figures()[0]
    assert outline_of(person) is outline_of(person)
    assert len(Outline(person).points(Stance(0, 9, 0))) < len(person.mesh.positions)


def test_what_is_partly_behind_the_eye_has_no_box() -> None:
    car = vehicle("car", np.random.default_rng(1))
    low = Camera((0.0, 0.0, 1.0), (0.0, 10.0, 1.0), 0.8)
    assert box_of(low, outline_of(car).points(Stance(0.0, 6.0, math.pi / 2))) is not None
    assert box_of(low, outline_of(car).points(Stance(0.0, 1.0, math.pi / 2))) is None
    assert box_of(low, outline_of(car).points(Stance(0.0, -9.0, math.pi / 2))) is None
