"""Solids: closed, of the volume that their sizes say, with faces that look outwards."""

import math
from collections import Counter

import numpy as np
import pytest

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh, merged
from sample_videos.studio.shapes.solids import box, floor, limb, plate, shell, sphere, torus, tube, wheel
from sample_videos.studio.shapes.transform import move, scale, standing, turn

SQUARE = ((-1.0, 0.0), (-1.0, 1.0), (1.0, 1.0), (1.0, 0.0))  # clockwise, as a car's outline
SOLIDS = {
    "box": (box(2.0, 1.0, 0.5), 1.0),
    "chamfered box": (box(2.0, 1.0, 0.5, 0.02), 1.0),
    "tube": (tube(((0.0, 0.5, 0.5), (2.0, 0.5, 0.5)), 48), math.pi / 2),
    "shifted tube": (tube(((0.0, 0.5, 0.2, 1.0, 1.0), (2.0, 0.5, 0.2, 1.0, 1.0)), 48), math.pi / 5),
    "sphere": (sphere(1.0, 40), 4 * math.pi / 3),
    "limb": (limb(0.1, 0.1, 1.0, 40), math.pi / 100 + 2 * 0.0009),
    "wheel": (wheel(0.4, 0.2, 48), math.pi * 0.16 * 0.2),
    "torus": (torus(0.3, 0.05, 60, 30), 2 * math.pi**2 * 0.3 * 0.05**2),
    "shell": (shell(SQUARE, lambda _: 0.5, bevel=0.01), 2.0),
}
EVERY = pytest.mark.parametrize("name", SOLIDS)


def volume(mesh: Mesh) -> float:
    """By the divergence theorem: positive where faces look outwards."""
    first, second, third = (mesh.positions[mesh.faces[:, corner]].astype(float) for corner in range(3))
    return float(np.einsum("ni,ni->", first, np.cross(second, third)) / 6)


def turns(mesh: Mesh) -> np.ndarray:
    """How far each corner's normal looks the way its face does: 1 wholly, −1 the other way."""
    corners = mesh.positions[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    size = np.linalg.norm(across, axis=1)
    real = size > 1e-7
    ahead = across[real] / size[real, None]
    return np.asarray(np.einsum("ni,nci->nc", ahead, mesh.normals[mesh.faces[real]]))


@EVERY
def test_a_solid_has_the_volume_that_its_sizes_say(name: str) -> None:
    mesh, expected = SOLIDS[name]
    assert volume(mesh) == pytest.approx(expected, rel=0.04)


@EVERY
def test_a_solid_is_closed(name: str) -> None:
    mesh, _ = SOLIDS[name]
    _, same = np.unique(mesh.positions.round(5), axis=0, return_inverse=True)
    edges: Counter[tuple[int, int]] = Counter()
    for face in same.ravel()[mesh.faces].tolist():
        if len(set(face)) == 3:
            edges.update(zip(face, (*face[1:], face[0]), strict=True))
    assert edges
    assert all(edges[b, a] == count for (a, b), count in edges.items())


@EVERY
def test_normals_are_of_unit_length_and_look_outwards(name: str) -> None:
    mesh, _ = SOLIDS[name]
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-4)
    assert turns(mesh).min() > 0


def test_a_box_stays_within_its_sizes_however_much_is_cut_off() -> None:
    for chamfer in (0.0, 0.05, 9.0):
        positions = box(2.0, 1.0, 0.5, chamfer).positions
        assert np.ptp(positions, axis=0) == pytest.approx((2.0, 1.0, 0.5), abs=1e-5)


def test_a_floor_is_seen_from_above_and_a_plate_from_where_its_corners_run_counter_clockwise() -> None:
    assert floor(-1, -1, 2, 3, 0.5).normals[:, 2] == pytest.approx(1.0)
    assert plate(((0, 0, 0), (0, 0, 1), (0, 1, 1))).normals[:, 0] == pytest.approx(-1.0)


def test_a_mirrored_and_stretched_solid_still_looks_outwards() -> None:
    placed = box(1, 1, 1).placed(scale(-2.0, 1.0, 3.0)).placed(standing(4.0, 5.0, 0.7, 1.0))
    assert volume(placed) == pytest.approx(6.0, rel=1e-3)
    assert turns(placed).min() > 0.99


def test_a_turn_is_counter_clockwise_and_a_thing_looks_along_its_yaw() -> None:
    assert turn("z", math.pi / 2) @ (1, 0, 0, 1) == pytest.approx((0, 1, 0, 1), abs=1e-6)
    assert turn("x", math.pi / 2) @ (0, 1, 0, 1) == pytest.approx((0, 0, 1, 1), abs=1e-6)
    assert turn("y", math.pi / 2) @ (0, 0, 1, 1) == pytest.approx((1, 0, 0, 1), abs=1e-6)
    assert standing(1.0, 2.0, math.pi, 3.0) @ (1, 0, 0, 1) == pytest.approx((0, 2, 3, 1), abs=1e-6)


def test_merged_meshes_keep_their_parts_colours_materials_and_bones() -> None:
    red = box(1, 1, 1).made_of(Material.PAINT, (1.0, 0.0, 0.0)).on_bone(2)
    both = merged((sphere(), red.placed(move(5.0, 0.0, 0.0))))
    ours = both.positions[:, 0] > 3
    assert volume(both) == pytest.approx(volume(sphere()) + 1.0, rel=1e-3)
    assert set(both.bones[ours]) == {2.0}
    assert set(both.materials[ours]) == {float(Material.PAINT)}
    assert (both.colours[ours] == (1.0, 0.0, 0.0)).all()
    assert set(both.bones[~ours]) == {0.0}


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="at least one"):
        merged(())
