"""Sites of the sample world: what stands, what is free, and what the camera sees of it."""

from itertools import pairwise

import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.sites.layouts import LAYOUTS, site
from sample_videos.studio.sites.site import Site

SEEDS, QUICK_SEEDS = 30, 3
MOST_VERTICES = 300_000


def built(layout: str, seed: int) -> Site:
    return site(layout, np.random.default_rng(seed))


EVERY_SITE = [
    pytest.param((layout, seed), marks=() if seed < QUICK_SEEDS else pytest.mark.slow, id=f"{layout}-{seed}")
    for layout in LAYOUTS
    for seed in range(SEEDS)
]


@pytest.fixture(scope="module", params=EVERY_SITE)
def place(request: pytest.FixtureRequest) -> Site:
    """Every site in turn; a module's fixture, so that each is built once and not kept."""
    return built(*request.param)


def pixels(camera: Camera, places: np.ndarray, z: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate((places, np.full((len(places), 1), z)), axis=1)
    return camera.project(points)


def along(points: tuple[tuple[float, float], ...], step: float = 0.25) -> np.ndarray:
    pieces = []
    for start, end in pairwise(points):
        count = max(2, int(np.hypot(end[0] - start[0], end[1] - start[1]) / step))
        pieces.append(np.linspace(start, end, count))
    return np.concatenate(pieces)


def inside(found: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    places, depth = found
    return (depth > 0) & (places > 0).all(axis=1) & (places[:, 0] < WIDTH) & (places[:, 1] < HEIGHT)


def edge_points(rectangle: tuple[float, float, float, float]) -> np.ndarray:
    x0, y0, x1, y1 = rectangle
    return along(((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)))


def test_an_open_floor_lies_in_the_picture_with_a_margin(place: Site) -> None:
    assert place.open_floor
    for rectangle in place.open_floor:
        assert rectangle[2] - rectangle[0] >= 3.0
        assert rectangle[3] - rectangle[1] >= 3.0
        found, depth = pixels(place.camera, edge_points(rectangle))
        assert (depth > 0).all()
        assert found[:, 0].min() >= 0.0799 * WIDTH
        assert found[:, 0].max() <= 0.9201 * WIDTH
        assert found[:, 1].min() >= 0.0799 * HEIGHT
        assert found[:, 1].max() <= 0.9201 * HEIGHT


def test_somebody_on_an_open_floor_is_whole_and_large_enough(place: Site) -> None:
    for rectangle in place.open_floor:
        feet, _ = pixels(place.camera, edge_points(rectangle))
        heads, _ = pixels(place.camera, edge_points(rectangle), 1.7)
        assert inside(pixels(place.camera, edge_points(rectangle), 1.7)).all()
        assert np.linalg.norm(feet - heads, axis=1).min() >= 44.0


def test_nothing_stands_on_an_open_floor(place: Site) -> None:
    x, y, z = place.mesh.positions.T
    for x0, y0, x1, y1 in place.open_floor:
        above = (x > x0) & (x < x1) & (y > y0) & (y < y1) & (z > 0.05) & (z < 1.8)
        assert not above.any()


def test_no_vehicle_drives_over_an_open_floor(place: Site) -> None:
    for x0, y0, x1, y1 in place.open_floor:
        for lane in place.lanes:
            x, y = along(lane.points).T
            assert not ((x > x0 - 1) & (x < x1 + 1) & (y > y0 - 1) & (y < y1 + 1)).any()
        for bay in place.bays:
            assert not (x0 - 0.9 < bay.x < x1 + 0.9 and y0 - 0.9 < bay.y < y1 + 0.9)


def test_the_picture_shows_two_fifths_of_the_walks(place: Site) -> None:
    points = np.concatenate([along(walk) for walk in place.walks])
    assert inside(pixels(place.camera, points)).mean() >= 0.4


def test_nothing_stands_in_the_way_of_walkers(place: Site) -> None:
    positions = place.mesh.positions
    low = positions[(positions[:, 2] > 0.2) & (positions[:, 2] < 1.8), :2]
    for walk in place.walks:
        for x, y in along(walk, 0.5)[2:-2]:
            close = low[(np.abs(low[:, 0] - x) < 0.3) & (np.abs(low[:, 1] - y) < 0.3)]
            assert not len(close), f"something stands at {close[0]}"


def test_lanes_pass_through_the_picture(place: Site) -> None:
    assert bool(place.lanes) == (place.layout != "hall")
    if place.lanes:
        assert max(inside(pixels(place.camera, along(lane.points))).sum() for lane in place.lanes) >= 24


def test_a_site_keeps_to_its_budget_and_its_faces_to_its_vertices(place: Site) -> None:
    mesh = place.mesh
    count = len(mesh.positions)
    assert count <= MOST_VERTICES
    assert mesh.faces.min() >= 0
    assert mesh.faces.max() < count
    assert np.isfinite(mesh.positions).all()
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
    assert ((mesh.colours >= 0) & (mesh.colours <= 1)).all()
    assert not mesh.bones.any()


def test_lamps_hang_where_light_can_fall_from_them(place: Site) -> None:
    assert 1 <= len(place.lamps) <= 12
    assert place.indoors == (place.layout == "hall")
    for lamp in place.lamps:
        assert lamp.position[2] > 3.0


def test_the_camera_hangs_on_a_mast(place: Site) -> None:
    camera = place.camera
    away = np.hypot(camera.target[0] - camera.eye[0], camera.target[1] - camera.eye[1])
    assert 3.0 <= camera.eye[2] <= (4.5 if place.layout == "hall" else 8.0)
    assert 0.45 <= camera.fov_y <= 1.05
    assert 0.0 <= camera.barrel <= 0.12
    assert 8.0 <= away <= 25.0


def test_nothing_stands_in_the_way_of_vehicles(place: Site) -> None:
    positions = place.mesh.positions
    low = positions[(positions[:, 2] > 0.2) & (positions[:, 2] < 1.8), :2]
    for lane in place.lanes:
        x, y = low.T
        for (x0, y0), (x1, y1) in pairwise(lane.points):
            inside_x = (x > min(x0, x1) - 0.95) & (x < max(x0, x1) + 0.95)
            inside_y = (y > min(y0, y1) - 0.95) & (y < max(y0, y1) + 0.95)
            assert not (inside_x & inside_y & (np.hypot(x, y) < 60)).any()


@pytest.mark.parametrize("layout", ["street", "car_park"])
def test_traffic_keeps_to_the_right(layout: str) -> None:
    """Of two neighbouring lanes in opposite directions, each lies to the right of the other."""
    for seed in range(5):
        lanes = built(layout, seed).lanes
        for there, back in zip(lanes[::2], lanes[1::2], strict=True):
            (x0, y0), (x1, _) = there.points
            assert (x1 - x0 > 0) == (y0 < back.points[0][1])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_seed_is_another_site(layout: str) -> None:
    sites = [built(layout, seed) for seed in range(5)]
    assert len({one.camera for one in sites}) == len(sites)
    assert len({len(one.mesh.positions) for one in sites}) == len(sites)
    assert len({one.open_floor for one in sites}) == len(sites)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_seed_is_the_same_site(layout: str) -> None:
    first, again = built(layout, 3), built(layout, 3)
    assert np.array_equal(first.mesh.positions, again.mesh.positions)
    assert np.array_equal(first.mesh.colours, again.mesh.colours)
    assert np.array_equal(first.mesh.faces, again.mesh.faces)
    assert (first.camera, first.walks, first.lanes, first.open_floor) == (
        again.camera,
        again.walks,
        again.lanes,
        again.open_floor,
    )


def test_a_layout_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match='no layout "harbour"; there are street, yard, car_park, hall'):
        site("harbour", np.random.default_rng(0))
