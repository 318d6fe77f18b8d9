"""Vehicles of the sample world: real sizes, wheels that roll, skins that face outwards."""

import math
from functools import cache

import numpy as np
import pytest

from sample_videos.studio.actor import Stance
from sample_videos.studio.figures import bus, car, cycle, motorcycle, truck, van
from sample_videos.studio.figures.fleet import vehicle
from sample_videos.studio.figures.vehicle import Vehicle
from sample_videos.studio.labels import VEHICLES
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.transform import Floats

GREY = (0.3, 0.3, 0.3)
MODELS = {
    **{f"car-{i}": car.car(style, GREY, taxi=i == 0) for i, style in enumerate(car.STYLES)},
    **{f"van-{i}": van.van(style, GREY) for i, style in enumerate(van.STYLES)},
    "bus": bus.bus(GREY, GREY),
    "minibus": bus.bus(GREY, GREY, size=(7.0, 2.1, 2.7), electric=False),
    **{f"truck-{load}": truck.truck(GREY, load, GREY) for load in truck.Load},
    "truck-of-three-axles": truck.truck(GREY, truck.Load.BOX, GREY, size=(9.5, 2.48, 3.4)),
    "bicycle": cycle.bicycle(GREY, basket=True),
    "bicycle-step-through": cycle.bicycle(GREY, step_through=True, mudguards=False),
    "motorcycle": motorcycle.motorcycle(GREY, top_case=True),
    "scooter": motorcycle.scooter(GREY, top_case=True),
}
# Lengths in metres.
LENGTHS = {
    "car": (3.6, 4.95),
    "van": (4.8, 6.2),
    "bus": (6.5, 12.5),
    "truck": (6.4, 10.0),
    "bicycle": (1.7, 1.8),
    "motorcycle": (1.9, 2.2),
}
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
each_label = pytest.mark.parametrize("label", sorted(VEHICLES))


@cache
def drawn(label: str) -> tuple[Vehicle, ...]:
    return tuple(vehicle(label, np.random.default_rng(seed)) for seed in range(6))


def posed(model: Vehicle, stance: Stance) -> Floats:
    matrices = model.bones(stance)[model.mesh.bones.astype(int)]
    return np.einsum("nij,nj->ni", matrices[:, :3, :3], model.mesh.positions) + matrices[:, :3, 3]


@each_label
def test_drawn_vehicles_have_real_sizes(label: str) -> None:
    low, high = LENGTHS[label]
    for one in drawn(label):
        assert low <= one.size[0] <= high
        assert one.label == label


@each_model
def test_the_stated_size_is_that_of_the_mesh(model: Vehicle) -> None:
    points = posed(model, Stance(0, 0, 0))
    extent = points.max(axis=0) - points.min(axis=0)
    assert extent == pytest.approx(model.size, abs=0.02)


@each_model
def test_a_vehicle_is_centred_on_its_place(model: Vehicle) -> None:
    points = posed(model, Stance(0, 0, 0))
    assert abs(points[:, 1].max() + points[:, 1].min()) < 0.1
    assert abs(points[:, 0].max() + points[:, 0].min()) < 0.2


@each_model
@pytest.mark.parametrize("travelled", [0.0, 0.37, 41.3])
def test_every_wheel_touches_the_floor_however_far_it_has_rolled(model: Vehicle, travelled: float) -> None:
    points = posed(model, Stance(0, 0, 0, travelled=travelled))
    assert abs(float(points[:, 2].min())) < 0.02
    for bone, hub in enumerate(model.hubs, 1):
        on_wheel = points[model.mesh.bones == bone]
        if hub[2] == pytest.approx(model.radii[bone - 1]):  # cranks hang above the floor
            assert abs(float(on_wheel[:, 2].min())) < 0.02


@each_model
def test_a_wheel_has_turned_once_after_its_circumference(model: Vehicle) -> None:
    rest = model.bones(Stance(0, 0, 0))
    for bone, radius in enumerate(model.radii.tolist(), 1):
        around = 2 * math.pi * radius
        assert model.bones(Stance(0, 0, 0, travelled=around))[bone] == pytest.approx(rest[bone], abs=1e-4)
        quarter = model.bones(Stance(0, 0, 0, travelled=around / 4))[bone]
        assert quarter[:3, :3] @ (0.0, 0.0, 1.0) == pytest.approx((1.0, 0.0, 0.0), abs=1e-4)


@each_model
def test_the_body_does_not_roll_with_its_wheels(model: Vehicle) -> None:
    assert model.bones(Stance(3, 4, 1, travelled=5))[0] == pytest.approx(np.eye(4))


@each_model
def test_there_are_at_most_twenty_bones_and_each_moves_something(model: Vehicle) -> None:
    matrices = model.bones(Stance(0, 0, 0))
    assert matrices.dtype == np.float32
    assert len(matrices) <= 20
    assert set(model.mesh.bones.astype(int).tolist()) == set(range(len(matrices)))


@each_model
def test_what_is_seen_from_outside_faces_outwards(model: Vehicle) -> None:
    points = posed(model, Stance(0, 0, 0))
    rng = np.random.default_rng(7)
    wrong = sum(
        not first_face_looks_at(eye, target, points, model) for eye, target in rays(rng, points, count=60)
    )
    assert wrong == 0


@each_model
def test_normals_agree_with_faces(model: Vehicle) -> None:
    corners = model.mesh.positions[model.mesh.faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing /= np.linalg.norm(facing, axis=1, keepdims=True) + 1e-12
    shading = model.mesh.normals[model.mesh.faces].mean(axis=1)
    assert ((facing * shading).sum(axis=1) > 0.3).mean() > 0.99
    assert np.linalg.norm(model.mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-3)


@each_model
def test_a_vehicle_is_light_enough_to_be_drawn_on_a_processor(model: Vehicle) -> None:
    assert 1000 < len(model.mesh.positions) < 4300


@each_model
def test_beams_look_ahead_and_slightly_down_from_the_front(model: Vehicle) -> None:
    for beam in model.beams:
        x, _, z = beam.towards
        assert np.linalg.norm(beam.towards) == pytest.approx(1.0)
        assert x > 0.99
        assert -0.1 < z < 0
        assert beam.position[0] > 0.2 * model.size[0]
        assert 0.3 < beam.position[2] < 1.3


@pytest.mark.parametrize(
    ("name", "lamps", "strength"),
    [("car-0", 2, 6), ("van-0", 2, 6), ("bus", 2, 6), ("motorcycle", 1, 4), ("bicycle", 1, 0.8)],
)
def test_wide_vehicles_have_two_beams_and_cycles_one(name: str, lamps: int, strength: float) -> None:
    beams = MODELS[name].beams
    assert [beam.colour[0] for beam in beams] == [pytest.approx(strength)] * lamps


@each_model
def test_lamps_are_white_at_the_front_and_red_at_the_rear(model: Vehicle) -> None:
    points, materials = posed(model, Stance(0, 0, 0)), model.mesh.materials
    length = model.size[0]
    assert (points[materials == Material.HEADLIGHT, 0] > 0.2 * length).all()
    red = (materials == Material.TAILLIGHT) & (model.mesh.colours[:, 1] < 0.05)
    assert (points[red, 0] < -0.35 * length).all()
    assert (materials == Material.HEADLIGHT).any()
    assert red.any()


@each_label
def test_the_same_seed_draws_the_same_vehicle(label: str) -> None:
    again = vehicle(label, np.random.default_rng(3))
    assert np.array_equal(again.mesh.positions, drawn(label)[3].mesh.positions)
    assert np.array_equal(again.mesh.colours, drawn(label)[3].mesh.colours)


@each_label
def test_other_seeds_draw_other_vehicles(label: str) -> None:
    looks = {one.mesh.colours.tobytes() + one.mesh.positions.tobytes() for one in drawn(label)}
    assert len(looks) >= 4


def test_a_person_is_no_vehicle() -> None:
    with pytest.raises(ValueError, match='"person" is no vehicle'):
        vehicle("person", np.random.default_rng(0))


@pytest.mark.parametrize(("length", "width", "height"), [(3.7, 1.65, 1.45), (4.85, 1.9, 1.6)])
def test_a_car_takes_the_size_that_is_asked_for(length: float, width: float, height: float) -> None:
    body = car.car(car.SALOON, GREY, size=(length, width, height)).size
    assert body[0] == pytest.approx(length, abs=0.05)
    assert width < body[1] < width + 0.4  # with mirrors
    assert body[2] == pytest.approx(height, abs=0.01)


def test_a_longer_truck_has_a_third_axle() -> None:
    assert len(MODELS["truck-box"].hubs) == 4
    assert len(MODELS["truck-of-three-axles"].hubs) == 6


def test_a_saddle_is_where_riders_sit() -> None:
    one, other = MODELS["bicycle"], MODELS["motorcycle"]
    assert isinstance(one, cycle.Cycle)
    assert isinstance(other, cycle.Cycle)
    assert (one.saddle, one.bars) == ((-0.20, 0.0, 0.90), (0.32, 0.25, 1.02))
    assert (other.saddle, other.bars) == ((-0.25, 0.0, 0.80), (0.38, 0.33, 1.0))


@pytest.mark.parametrize("name", ["bicycle", "bicycle-step-through", "motorcycle", "scooter"])
def test_something_to_sit_on_and_to_hold_is_there(name: str) -> None:
    model = MODELS[name]
    assert isinstance(model, cycle.Cycle)
    points = posed(model, Stance(0, 0, 0))
    left, right = np.array(model.bars), np.array(model.bars) * (1, -1, 1)
    for place, reach in ((left, 0.08), (right, 0.08), (np.array(model.saddle), 0.17)):
        assert np.linalg.norm(points - place, axis=1).min() < reach


def test_pedals_turn_once_in_the_way_that_riders_count_on() -> None:
    model = MODELS["bicycle"]
    cranks = model.mesh.bones == 3
    ahead = posed(model, Stance(0, 0, 0))[cranks]
    behind = posed(model, Stance(0, 0, 0, travelled=cycle.PEDAL_METRES / 2))[cranks]
    left = ahead[:, 1] > 0.1
    assert ahead[left, 0].mean() - behind[left, 0].mean() == pytest.approx(2 * cycle.CRANK_METRES, abs=0.01)


def rays(rng: np.random.Generator, points: Floats, count: int) -> list[tuple[Floats, Floats]]:
    """Eyes all around above the floor, each looking at some vertex."""
    away = rng.normal(size=(count, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    eyes = np.abs(away * (1, 1, 1)) * np.sign(away) * 30
    eyes[:, 2] = np.abs(eyes[:, 2]) + 1.5
    targets = points[rng.integers(len(points), size=count)] + rng.normal(0, 0.02, (count, 3))
    return list(zip(eyes, targets, strict=True))


def first_face_looks_at(eye: Floats, target: Floats, points: Floats, model: Vehicle) -> bool:
    """Whether the face that a ray meets first (Möller and Trumbore) is seen from its outer side."""
    a, b, c = (points[model.mesh.faces[:, corner]] for corner in range(3))
    direction = target - eye
    across = np.cross(direction, c - a)
    determinant = ((b - a) * across).sum(axis=1)
    safe = np.where(np.abs(determinant) < 1e-12, np.inf, determinant)
    offset = eye - a
    u = (offset * across).sum(axis=1) / safe
    turned = np.cross(offset, b - a)
    v = (direction * turned).sum(axis=1) / safe
    far = ((c - a) * turned).sum(axis=1) / safe
    hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 0) & np.isfinite(safe)
    if not hit.any():
        return True
    return bool(determinant[np.flatnonzero(hit)[far[hit].argmin()]] > 0)
