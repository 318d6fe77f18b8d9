"""People and bags of the sample world."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sample_videos.studio.actor import Figure, Stance
from sample_videos.studio.figures import cycle, motorcycle
from sample_videos.studio.figures.bag import Bag, BagKind, bag
from sample_videos.studio.figures.gait import BALL
from sample_videos.studio.figures.person import Person, Posture
from sample_videos.studio.figures.physique import physique
from sample_videos.studio.figures.skeleton import Bone
from sample_videos.studio.figures.wardrobe import Carried, Headgear, Look, look
from sample_videos.studio.shapes.mesh import Mesh

WALKING, RUNNING = 1.3, 3.4  # metres per second
SEEDS = range(12)


def drawn(seed: int) -> Look:
    return look(np.random.default_rng(seed))


def at(figure: Figure, stance: Stance) -> NDArray[np.float64]:
    """Vertices in the figure's frame."""
    bones = figure.bones(stance)[figure.mesh.bones.astype(int)].astype(np.float64)
    return np.einsum("nij,nj->ni", bones[:, :3, :3], figure.mesh.positions) + bones[:, :3, 3]


def gone(travelled: float, speed: float) -> Stance:
    return Stance(0.0, 0.0, 0.0, speed=speed, travelled=travelled)


def closed_volumes(positions: NDArray[np.float64], faces: NDArray[np.int32]) -> list[float]:
    """The volume of each closed part, positive where its faces look outwards."""
    _, same = np.unique(positions.round(5), axis=0, return_inverse=True)
    joined = same.ravel()[faces]
    parts = np.arange(joined.max() + 1)
    for _ in range(200):
        lowest = parts[joined].min(axis=1)
        before = parts.copy()
        for corner in range(3):
            np.minimum.at(parts, joined[:, corner], lowest)
        if (parts == before).all():
            break
    first, second, third = (positions[faces[:, corner]] for corner in range(3))
    volumes = np.einsum("ni,ni->n", first, np.cross(second, third)) / 6
    found = []
    for part in np.unique(parts):
        here = parts[joined[:, 0]] == part
        edges = np.sort(joined[here][:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
        proper = edges[edges[:, 0] != edges[:, 1]]
        if (np.unique(proper, axis=0, return_counts=True)[1] % 2 == 0).all():
            found.append(float(volumes[here].sum()))
    return found


@pytest.mark.parametrize("height", [1.5, 1.74, 1.95])
def test_somebody_who_stands_is_as_tall_as_the_look_says(height: float) -> None:
    person = Person(Look(height_m=height))
    assert at(person, Stance(0, 0, 0))[:, 2].max() == pytest.approx(height, abs=0.035)
    assert person.size == (0.5, 0.55, height)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("speed", [WALKING, RUNNING])
def test_no_shoe_goes_through_the_floor(seed: int, speed: float) -> None:
    person = Person(drawn(seed))
    lowest = [at(person, gone(metres, speed))[:, 2].min() for metres in np.arange(0, 2.8, 0.1)]
    assert min(lowest) > -0.03


@pytest.mark.parametrize("seed", SEEDS)
def test_somebody_who_walks_always_has_a_foot_on_the_floor(seed: int) -> None:
    person = Person(drawn(seed))
    lowest = [at(person, gone(metres, WALKING))[:, 2].min() for metres in np.arange(0, 1.7, 0.05)]
    assert max(lowest) < 0.03


def test_somebody_who_runs_leaves_the_floor_between_the_steps() -> None:
    person = Person(Look())
    lowest = [at(person, gone(metres, RUNNING))[:, 2].min() for metres in np.arange(0, 2.6, 0.05)]
    assert max(lowest) > 0.01
    assert min(lowest) < 0.01


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("speed", [WALKING, RUNNING])
def test_a_foot_that_is_down_stays_where_it_is(seed: int, speed: float) -> None:
    person = Person(drawn(seed))
    shoes = person.mesh.bones >= Bone.LEFT_FOOT
    shoes &= person.mesh.bones <= Bone.RIGHT_FOOT
    step = 0.02
    places = [at(person, gone(metres, speed))[shoes] + (metres, 0, 0) for metres in np.arange(0, 1.7, step)]
    slips = [
        np.linalg.norm(after - before, axis=1).min()
        for before, after in pairwise(places)
        if abs(before[:, 2].min()) < 0.004 and abs(after[:, 2].min()) < 0.004
    ]
    assert len(slips) > 15
    assert np.median(slips) < 0.05 * step
    assert max(slips) < 0.25 * step


def test_the_arms_swing_against_the_legs() -> None:
    bones = Person(Look()).bones(gone(0.0, WALKING))[:, 0, 3]
    assert bones[Bone.LEFT_FOOT] > bones[Bone.RIGHT_FOOT]
    assert bones[Bone.LEFT_FOREARM] < bones[Bone.RIGHT_FOREARM]


def test_somebody_who_stands_sways_without_moving_the_feet() -> None:
    person = Person(Look())
    early, late = (person.bones(Stance(0, 0, 0, at=seconds)) for seconds in (0.0, 2.5))
    feet = slice(Bone.LEFT_FOOT, Bone.RIGHT_FOOT + 1)
    assert np.allclose(early[feet], late[feet], atol=1e-4)
    assert not np.allclose(early[Bone.HEAD], late[Bone.HEAD], atol=0.01)


@pytest.mark.parametrize("speed", [WALKING, RUNNING])
def test_a_stride_ends_as_the_next_begins(speed: float) -> None:
    person = Person(Look(height_m=1.74))
    steps = [at(person, gone(metres, speed)) for metres in np.arange(0, 3, 0.02)]
    jumps = [np.abs(after - before).max() for before, after in pairwise(steps)]
    assert max(jumps) < 0.12


def test_rhythm_lets_two_walk_out_of_step() -> None:
    first, second = (Person(Look(rhythm=rhythm)).bones(gone(0.0, WALKING)) for rhythm in (0.0, 0.5))
    assert np.allclose(first[Bone.LEFT_FOOT, 0, 3], second[Bone.RIGHT_FOOT, 0, 3], atol=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_person_has_few_bones_and_not_too_many_vertices(seed: int) -> None:
    person = Person(drawn(seed))
    mesh = person.mesh
    assert person.label == "person"
    assert person.beams == ()
    assert 900 <= len(mesh.positions) <= 1800
    assert len(person.bones(gone(0.3, WALKING))) == len(Bone) <= 20
    assert set(np.unique(mesh.bones)) <= set(range(len(Bone)))
    assert mesh.colours.min() >= 0
    assert mesh.colours.max() <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_all_closed_parts_of_a_person_face_outwards(seed: int) -> None:
    person = Person(drawn(seed))
    volumes = closed_volumes(at(person, Stance(0, 0, 0)), person.mesh.faces)
    assert len(volumes) > 8
    assert min(volumes) > 0


def test_the_same_seed_draws_the_same_person() -> None:
    first, second = Person(drawn(5)), Person(drawn(5))
    assert drawn(5) == drawn(5)
    assert np.array_equal(first.mesh.positions, second.mesh.positions)
    assert np.array_equal(first.mesh.colours, second.mesh.colours)


def test_people_differ_in_height_as_people_do() -> None:
    rng = np.random.default_rng(0)
    looks = [look(rng) for _ in range(600)]
    children = [one.height_m for one in looks if one.child]
    adults = [one.height_m for one in looks if not one.child]
    assert 0.05 < len(children) / len(looks) < 0.12
    assert all(1.0 <= height <= 1.45 for height in children)
    assert all(1.5 <= height <= 1.95 for height in adults)
    assert 1.66 < np.mean(adults) < 1.74


@pytest.mark.parametrize(("posture", "ridden"), [
    (Posture.CYCLING, cycle.bicycle((0.1, 0.1, 0.1))),
    (Posture.RIDING, motorcycle.motorcycle((0.1, 0.1, 0.1))),
])  # fmt: skip
def test_a_rider_holds_the_bars_of_what_is_ridden(posture: Posture, ridden: cycle.Cycle) -> None:
    rider = Person(Look(height_m=1.76), posture)
    bones = rider.bones(gone(0.7, 4.0))
    body = physique(1.76)
    palm = np.array((0.0, 0.0, -body.forearm - 0.035 * body.height, 1.0))
    left = (bones[Bone.LEFT_FOREARM] @ palm)[:3]
    assert np.linalg.norm(left - np.array(ridden.bars)) < 0.06
    hips = bones[Bone.PELVIS][:3, 3]
    assert np.linalg.norm(hips - np.array(ridden.saddle)) < 0.09


def test_a_cyclists_foot_goes_round_with_its_pedal() -> None:
    rider = Person(Look(height_m=1.80), Posture.CYCLING)
    body = physique(1.80)
    ball = np.array((BALL * body.height, 0.0, -body.ankle, 1.0))
    for metres in np.linspace(0, cycle.PEDAL_METRES, 9):
        angle = 2 * np.pi * metres / cycle.PEDAL_METRES
        x, _, z = cycle.BOTTOM_BRACKET
        pedal = np.array((x + cycle.CRANK_METRES * np.cos(angle), z - cycle.CRANK_METRES * np.sin(angle)))
        foot = (rider.bones(gone(float(metres), 4.0))[Bone.LEFT_FOOT] @ ball)[[0, 2]]
        assert np.linalg.norm(foot - pedal) < 0.03


@pytest.mark.parametrize("posture", [Posture.CYCLING, Posture.RIDING])
@pytest.mark.parametrize("height", [1.55, 1.75, 1.92])
def test_a_rider_is_as_high_and_wide_as_said(posture: Posture, height: float) -> None:
    rider = Person(Look(height_m=height), posture)
    high = at(rider, gone(0.7, 4.0)).max(axis=0)
    low = at(rider, gone(0.7, 4.0)).min(axis=0)
    length, width, top = rider.size
    assert high[2] == pytest.approx(top, abs=0.06)
    assert high[0] - low[0] == pytest.approx(length, abs=0.15)
    assert high[1] - low[1] == pytest.approx(width, abs=0.12)


def test_a_rider_lets_go_of_the_umbrella() -> None:
    wet = Look(carried=Carried.UMBRELLA)
    walker, rider = Person(wet), Person(wet, Posture.CYCLING)
    assert Bone.LOAD in walker.mesh.bones
    assert Bone.LOAD not in rider.mesh.bones


def test_an_umbrella_is_held_above_the_head() -> None:
    person = Person(Look(height_m=1.7, carried=Carried.UMBRELLA))
    vertices = at(person, gone(0.4, WALKING))
    canopy = vertices[(person.mesh.bones == Bone.LOAD) & (vertices[:, 2] > 1.7)]
    assert len(canopy) > 40
    assert canopy[:, 0].min() < -0.15
    assert canopy[:, 0].max() > 0.5
    assert canopy[:, 1].max() > 0.25


def test_what_is_worn_on_the_head_makes_nobody_much_taller() -> None:
    for headgear in Headgear:
        person = Person(Look(height_m=1.7, headgear=headgear))
        assert at(person, Stance(0, 0, 0))[:, 2].max() < 1.7 + 0.03


@pytest.mark.parametrize("kind", list(BagKind))
@pytest.mark.parametrize("length", [0.33, 0.5, 0.74])
def test_a_bag_stands_on_the_floor_about_its_origin(kind: BagKind, length: float) -> None:
    mesh: Mesh = Bag(kind, length, (0.1, 0.1, 0.3)).mesh
    low, high = mesh.positions.min(axis=0), mesh.positions.max(axis=0)
    assert low[2] == pytest.approx(0.0, abs=1e-4)
    assert np.abs(low[:2] + high[:2]).max() < 0.25 * length
    assert (high - low).max() >= 0.97 * length
    assert 150 <= len(mesh.positions) <= 500


@pytest.mark.parametrize("kind", list(BagKind))
def test_all_closed_parts_of_a_bag_face_outwards(kind: BagKind) -> None:
    mesh = Bag(kind, 0.6, (0.1, 0.1, 0.3)).mesh
    volumes = closed_volumes(mesh.positions.astype(np.float64), mesh.faces)
    assert volumes
    assert min(volumes) > 0


def test_the_same_seed_draws_the_same_bag() -> None:
    first, second = (bag(np.random.default_rng(9)) for _ in range(2))
    assert first.kind is second.kind
    assert np.array_equal(first.mesh.positions, second.mesh.positions)
    assert np.array_equal(first.mesh.colours, second.mesh.colours)
    assert first.label == "bag"
    assert first.bones(Stance(1, 2, 0.3)).shape == (1, 4, 4)
