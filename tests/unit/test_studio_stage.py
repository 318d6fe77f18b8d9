"""The stage: pictures agree with the camera's geometry, and light and shadows fall where they must."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product, starmap

import numpy as np
import pytest
from numpy.typing import NDArray

from sample_videos.studio.actor import Actor, Beam, Figure, Stance, Still
from sample_videos.studio.camera import HEIGHT, WIDTH, Camera, Points
from sample_videos.studio.figures.fleet import vehicle
from sample_videos.studio.figures.person import Person
from sample_videos.studio.figures.wardrobe import look
from sample_videos.studio.picture.lighting import Headlight
from sample_videos.studio.picture.outline import box_of
from sample_videos.studio.picture.pose import Pose
from sample_videos.studio.picture.regions import WHOLE, Rectangle
from sample_videos.studio.picture.renderer import Renderer, shared_renderer
from sample_videos.studio.picture.stage import Pixels, Stage
from sample_videos.studio.picture.weather import CONDITIONS, Weather, weather
from sample_videos.studio.scenarios.plain_cast import Box
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh, merged
from sample_videos.studio.shapes.solids import box, floor
from sample_videos.studio.shapes.transform import Floats, Vector, move
from sample_videos.studio.sites.layouts import site
from sample_videos.studio.sites.site import Site
from sample_videos.training.company import Company
from sample_videos.training.crowd import Scatter

MAST = Camera((0.0, 0.0, 6.0), (0.0, 14.0, 0.0), 0.8)
BENT = Camera((0.0, 0.0, 6.0), (0.0, 14.0, 0.0), 0.8, 0.1)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return shared_renderer()


class Wholly(Stage):
    """A stage that draws all of every picture."""

    def _lit_regions(self, lights: Sequence[Headlight]) -> list[Rectangle]:
        return [WHOLE] if lights else []

    def _regions(self, poses: Sequence[Pose]) -> tuple[list[Pose], list[Rectangle]]:
        return list(poses), [WHOLE]


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A box of a metre, as often as it has shades: all of them at the same place."""

    shades: tuple[float, ...]
    label: str = "bag"
    beams: tuple[Beam, ...] = ()
    size: Vector = (1.0, 1.0, 1.0)

    @property
    def mesh(self) -> Mesh:
        cube = box(1.0, 1.0, 1.0).placed(move(0.0, 0.0, 0.5))
        return merged([cube.made_of(Material.PLAIN, (shade, shade, shade)) for shade in self.shades])

    def bones(self, stance: Stance) -> Floats:
        return np.eye(4, dtype=np.float32)[None]


def ground(camera: Camera, shade: float = 0.4) -> Site:
    mesh = floor(-60, -20, 60, 120).made_of(Material.PLAIN, (shade, shade, shade))
    return Site("yard", mesh, camera, (), (), (), (), ())


def light(condition: str, seed: int = 0) -> Weather:
    return weather(condition, np.random.default_rng(seed))


def put(*placed: tuple[Figure, Stance]) -> Sequence[tuple[Actor, Stance]]:
    return [(Actor(n, figure, Still(stance)), stance) for n, (figure, stance) in enumerate(placed, 1)]


def corners(figure: Box, stance: Stance) -> Points:
    signs = np.array(list(product((-0.5, 0.5), (-0.5, 0.5), (0.0, 1.0))))
    turned = np.array(
        ((math.cos(stance.yaw), math.sin(stance.yaw)), (-math.sin(stance.yaw), math.cos(stance.yaw)))
    )
    points = signs * figure.size
    points[:, :2] = points[:, :2] @ turned + (stance.x, stance.y)
    return points


def brightness(picture: Pixels, camera: Camera, *place: float) -> float:
    """Of the 5 × 5 pixels around where a point of the world appears."""
    pixels, _ = camera.project(np.array([place]))
    x, y = pixels[0].astype(int)
    return float(picture[y - 2 : y + 3, x - 2 : x + 3].mean())


@pytest.mark.parametrize("barrel", [0.0, 0.1])
def test_a_bright_box_appears_where_the_camera_says_to_a_pixel(renderer: Renderer, barrel: float) -> None:
    camera = Camera((0.0, 0.0, 6.0), (0.0, 14.0, 0.0), 0.8, barrel)
    stage = Stage(renderer, ground(camera, 0.005), light("overcast"))
    empty = stage.shoot(()).picture.astype(int)
    bag = Box("bag", (0.8, 0.8, 0.9))
    places = ((0.0, 14.0, 0.3), (-4.0, 9.5, 0.0), (5.0, 10.0, 1.0), (9.0, 24.0, 0.6), (-6.5, 16.0, 0.0))
    for stance in starmap(Stance, places):
        picture = stage.shoot(put((bag, stance))).picture
        rows, columns = np.nonzero((picture - empty).min(axis=2) > 40)
        shown = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert shown == pytest.approx(box_of(camera, corners(bag, stance)), abs=1.0)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_drawing_only_what_changes_gives_the_same_picture_as_drawing_all(
    renderer: Renderer, condition: str
) -> None:
    rng = np.random.default_rng(CONDITIONS.index(condition))
    wall = box(12.0, 0.3, 2.5).placed(move(2.0, 17.0, 1.25)).made_of(Material.PLASTER, (0.5, 0.5, 0.5))
    bare = ground(Camera((0.0, 0.0, 5.0), (0.0, 12.0, 0.5), 0.85, 0.12))
    where = Site("yard", merged((bare.mesh, wall)), bare.camera, (), (), (), (), ())
    people = [Person(look(rng)) for _ in range(3)]
    company: list[Figure] = [*people, vehicle("truck", rng), vehicle("bus", rng)]
    places = ((0, 7.5), (-4, 6.5), (4.2, 7), (0, 13), (-5, 30), (3, 5), (9, 15), (-14, 24), (0, 19), (-9, 7))
    moments = []
    for first in range(0, len(places), 2):
        stances = [Stance(x, y, float(rng.uniform(0, 6.3))) for x, y in places[first : first + 2]]
        chosen = [company[int(number)] for number in rng.choice(len(company), 2, replace=False)]
        moments.append(put(*zip(chosen, stances, strict=True)))
    stage = Stage(renderer, where, light(condition, 3))
    partly = [stage.shoot(present) for present in moments]
    stage = Wholly(renderer, where, light(condition, 3))
    for present, shot in zip(moments, partly, strict=True):
        whole = stage.shoot(present)
        assert np.array_equal(shot.picture, whole.picture)
        assert np.array_equal(shot.owners, whole.owners)
        assert shot.own_pixels.items() <= whole.own_pixels.items()
    assert len({shot.picture.tobytes() for shot in partly}) == len(moments)


def test_so_it_is_on_a_crowded_site(renderer: Renderer) -> None:
    rng = np.random.default_rng(6)
    where, company = site("street", rng), Company(rng, size=8)
    moments = [Scatter(where, company, rng).present() for _ in range(2)]
    stage = Stage(renderer, where, light("dusk"))
    partly = [stage.shoot(present).picture for present in moments]
    stage = Wholly(renderer, where, light("dusk"))
    for present, picture in zip(moments, partly, strict=True):
        assert np.array_equal(picture, stage.shoot(present).picture)


def test_an_empty_stage_looks_the_same_before_and_after_somebody_was_on_it(renderer: Renderer) -> None:
    stage = Stage(renderer, ground(BENT), light("day"))
    before = stage.shoot(()).picture
    car = vehicle("car", np.random.default_rng(0))
    assert not np.array_equal(stage.shoot(put((car, Stance(0.0, 13.0, 0.0)))).picture, before)
    after = stage.shoot(())
    assert np.array_equal(after.picture, before)
    assert not after.owners.any()


@pytest.mark.parametrize("colours", [(0.05, 0.9), (0.9, 0.05)])
def test_of_two_faces_at_one_depth_the_meshs_first_shows(
    renderer: Renderer, colours: tuple[float, float]
) -> None:
    stage = Stage(renderer, ground(MAST), light("day"))
    stance = Stance(0.0, 14.0, 0.3)
    both, first, second = (
        stage.shoot(put((Painted(shades), stance))).picture for shades in (colours, colours[:1], colours[1:])
    )
    assert not np.array_equal(first, second)
    assert np.array_equal(both, first)


def test_what_stands_at_one_edge_does_not_shine_in_at_the_other(renderer: Renderer) -> None:
    stage = Wholly(renderer, ground(BENT), light("overcast"))
    empty = stage.shoot(()).picture
    across, down = BENT.source_map()
    (corner,) = BENT.on_floor(np.array(((across[-1, -1], down[-1, -1]),)))
    stance = Stance(float(corner[0]), float(corner[1]), 0.0)
    picture = stage.shoot(put((Box("bag", (1.5, 1.5, 1.0)), stance))).picture
    changed = (picture != empty).any(axis=2)
    assert changed[-1, -1]
    assert not changed[:, : WIDTH // 2].any()
    assert not changed[: HEIGHT // 2].any()


@pytest.mark.parametrize("around", [0.0, 0.8, math.pi])
def test_by_day_a_shadow_falls_where_the_sun_says(renderer: Renderer, around: float) -> None:
    towards = (math.cos(0.6) * math.cos(around), math.cos(0.6) * math.sin(around), math.sin(0.6))
    stage = Stage(renderer, ground(MAST), replace(light("day"), sun_towards=towards))
    empty = stage.shoot(()).picture
    picture = stage.shoot(put((Box("bag", (0.5, 0.5, 2.0)), Stance(0.0, 15.0, 0.0)))).picture
    away = -np.array(towards[:2]) / towards[2]

    def kept(height: float, side: float) -> float:
        """How bright is still where the shadow of the post at this height must fall, or opposite to it."""
        x, y = np.array((0.0, 15.0)) + side * height * away
        return brightness(picture, MAST, x, y, 0.0) / brightness(empty, MAST, x, y, 0.0)

    for height in (1.0, 1.4, 1.8):
        assert kept(height, 1.0) < 0.75
        assert kept(height, -1.0) == 1.0
    assert kept(2.7, 1.0) == 1.0  # beyond its tip


@pytest.mark.parametrize("condition", ["overcast", "rain", "night", "infrared"])
def test_without_sun_the_ground_beside_a_figure_is_darker_and_further_off_is_not(
    renderer: Renderer, condition: str
) -> None:
    stage = Stage(renderer, ground(MAST, 0.8), light(condition))
    empty = stage.shoot(()).picture
    car = Box("car", (4.4, 1.8, 1.5))
    picture = stage.shoot(put((car, Stance(0.0, 14.0, 0.0)))).picture
    near, far = (
        brightness(picture, MAST, x, 13.0, 0.0) / brightness(empty, MAST, x, 13.0, 0.0) for x in (2.3, 4.0)
    )
    assert near < 0.98
    assert far == 1.0


def test_headlights_brighten_the_ground_ahead_at_night_and_not_behind_nor_by_day(renderer: Renderer) -> None:
    car = vehicle("car", np.random.default_rng(1))
    assert car.beams

    def gained(condition: str, x: float) -> float:
        """How much brighter the ground is at this x, of a car at −2 that looks along +x."""
        stage = Stage(renderer, ground(MAST), light(condition))
        empty = stage.shoot(()).picture
        picture = stage.shoot(put((car, Stance(-2.0, 14.0, 0.0)))).picture
        return brightness(picture, MAST, x, 14.0, 0.0) - brightness(empty, MAST, x, 14.0, 0.0)

    assert gained("night", 5.0) > 10
    assert gained("night", -6.5) == pytest.approx(0.0, abs=0.5)
    assert gained("day", 5.0) == pytest.approx(0.0, abs=0.5)


def test_a_stage_whose_renderer_went_to_another_says_so_instead_of_showing_the_other_site(
    renderer: Renderer,
) -> None:
    first = Stage(renderer, ground(MAST), light("day"))
    Stage(renderer, ground(BENT), light("night"))
    with pytest.raises(RuntimeError, match="another stage was baked"):
        first.shoot(())


def test_the_same_site_and_figures_give_the_same_picture_after_another_site(renderer: Renderer) -> None:
    car = put((vehicle("car", np.random.default_rng(1)), Stance(1.0, 13.0, 0.4)))

    def shot(condition: str) -> NDArray[np.uint8]:
        return Stage(renderer, ground(BENT), light(condition)).shoot(car).picture

    once = shot("dusk")
    assert not np.array_equal(shot("night"), once)
    assert np.array_equal(shot("dusk"), once)
    assert once.shape == (HEIGHT, WIDTH, 3)
