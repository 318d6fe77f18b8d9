"""What shows of whom: boxes and visible shares that are known by construction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from sample_videos.studio.actor import Actor, Beam, Figure, Stance, Still
from sample_videos.studio.camera import HEIGHT, WIDTH, Camera
from sample_videos.studio.figures.person import Person
from sample_videos.studio.figures.wardrobe import look
from sample_videos.studio.picture.appearance import appearances, shifted
from sample_videos.studio.picture.renderer import Renderer, shared_renderer
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.picture.stage import Stage
from sample_videos.studio.picture.weather import weather
from sample_videos.studio.scenarios.plain_cast import Box
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh, merged
from sample_videos.studio.shapes.solids import box, floor
from sample_videos.studio.shapes.transform import Floats, Vector, move
from sample_videos.studio.sites.site import Site

LEVEL = Camera((0.0, 0.0, 1.0), (0.0, 10.0, 1.0), 0.8)  # at half the height of what stands before it
MAST = Camera((0.0, 0.0, 6.0), (0.0, 14.0, 0.0), 0.8, 0.1)
PANEL: Vector = (1.0, 0.1, 2.0)  # along x, so it faces the camera
BEHIND, BEFORE = Stance(0.0, 10.0, 0.0), Stance(0.5, 5.0, 0.0)  # the nearer begins where the further halves


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return shared_renderer()


@dataclass(frozen=True, eq=False)
class Nested:
    """A body with another one in it and a third one behind both, on one bone."""

    label: str = "bag"
    beams: tuple[Beam, ...] = ()
    size: Vector = PANEL

    @property
    def mesh(self) -> Mesh:
        large = box(*PANEL).placed(move(0.0, 0.0, 1.0))
        small = box(0.5, 0.05, 1.0).placed(move(0.0, 0.0, 1.0))
        return merged((large, small, small.placed(move(0.0, 0.4, 0.0)), large.placed(move(0.0, 0.01, 0.0))))

    def bones(self, stance: Stance) -> Floats:
        return np.eye(4, dtype=np.float32)[None]


def ground(camera: Camera, *walls: Mesh) -> Site:
    mesh = merged((floor(-60, -20, 60, 120).made_of(Material.PLAIN, (0.02, 0.02, 0.02)), *walls))
    return Site("yard", mesh, camera, (), (), (), (), ())


def seen_of(renderer: Renderer, where: Site, *placed: tuple[Figure, Stance]) -> Sequence[Seen]:
    stage = Stage(renderer, where, weather("overcast", np.random.default_rng(0)))
    present = [(Actor(n, figure, Still(stance)), stance) for n, (figure, stance) in enumerate(placed, 1)]
    return appearances(stage, where.camera, stage.shoot(present), present)


def panel() -> Box:
    return Box("person", PANEL)


def in_pixels(fractions: Sequence[float]) -> tuple[float, ...]:
    return tuple(part * side for part, side in zip(fractions, (WIDTH, HEIGHT) * 2, strict=True))


@pytest.mark.parametrize(("x", "y"), [(0.0, 14.0), (-6.0, 12.0), (5.0, 9.0), (8.0, 20.0), (0.0, 28.0)])
def test_somebody_alone_shows_wholly_and_both_boxes_are_the_same(
    renderer: Renderer, x: float, y: float
) -> None:
    person = Person(look(np.random.default_rng(2)))
    (seen,) = seen_of(renderer, ground(MAST), (person, Stance(x, y, 0.7, speed=1.3, travelled=0.4)))
    assert seen.visible >= 0.97
    assert in_pixels(seen.seen_xyxy) == pytest.approx(in_pixels(seen.xyxy), abs=1.2)
    assert (seen.identity, seen.label, seen.floor) == (1, "person", (x, y))


@pytest.mark.parametrize("x", [-6.5, 0.0, 6.5])
def test_the_visible_box_is_the_box_of_the_pixels_in_the_picture(renderer: Renderer, x: float) -> None:
    where, crate = ground(MAST), Box("car", (4.0, 2.0, 1.5))
    stage = Stage(renderer, where, weather("overcast", np.random.default_rng(0)))
    stance = Stance(x, 11.0, 0.5)
    present = [(Actor(1, crate, Still(stance)), stance)]
    empty = stage.shoot(()).picture.astype(int)
    shot = stage.shoot(present)
    (seen,) = appearances(stage, MAST, shot, present)
    rows, columns = np.nonzero((shot.picture - empty).min(axis=2) > 30)
    shown = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert in_pixels(seen.seen_xyxy) == pytest.approx(shown, abs=1.2)


def test_who_is_half_behind_another_shows_by_half_and_keeps_the_whole_box(renderer: Renderer) -> None:
    (alone,) = seen_of(renderer, ground(LEVEL), (panel(), BEHIND))
    behind, before = seen_of(renderer, ground(LEVEL), (panel(), BEHIND), (panel(), BEFORE))
    assert behind.visible == pytest.approx(0.5, abs=0.02)
    assert before.visible >= 0.97
    assert behind.xyxy == alone.xyxy
    left, _, right, _ = in_pixels(behind.seen_xyxy)
    assert (left, right) == pytest.approx((in_pixels(alone.xyxy)[0], WIDTH / 2), abs=1.5)


def test_it_is_the_same_in_whatever_order_they_are_named(renderer: Renderer) -> None:
    before, behind = seen_of(renderer, ground(LEVEL), (panel(), BEFORE), (panel(), BEHIND))
    assert behind.visible == pytest.approx(0.5, abs=0.02)
    assert before.visible >= 0.97


def test_who_is_half_behind_a_wall_of_the_site_shows_by_half(renderer: Renderer) -> None:
    wall = box(4.0, 0.2, 3.0).placed(move(2.0, 5.0, 1.5))
    (seen,) = seen_of(renderer, ground(LEVEL, wall), (panel(), BEHIND))
    assert seen.visible == pytest.approx(0.5, abs=0.02)
    assert in_pixels(seen.seen_xyxy)[2] == pytest.approx(WIDTH / 2, abs=1.5)


def test_whoever_is_wholly_hidden_is_left_out(renderer: Renderer) -> None:
    cover = Box("truck", (4.0, 0.5, 3.0))
    (seen,) = seen_of(renderer, ground(LEVEL), (panel(), BEHIND), (cover, Stance(0.0, 5.0, 0.0)))
    assert seen.identity == 2
    wall = box(4.0, 0.2, 3.0).placed(move(0.0, 5.0, 1.5))
    assert not seen_of(renderer, ground(LEVEL, wall), (panel(), BEHIND))


def test_whoever_is_outside_the_picture_or_behind_the_eye_is_left_out(renderer: Renderer) -> None:
    away = [(panel(), Stance(*place, 0.0)) for place in ((-30.0, 10.0), (30.0, 10.0), (0.0, -10.0))]
    assert not seen_of(renderer, ground(LEVEL), *away)


def test_who_is_partly_outside_the_picture_has_boxes_that_end_at_its_edge(renderer: Renderer) -> None:
    left, _ = LEVEL.project(np.array(((-7.0, 10.0, 1.0),)))
    edge_x = -7.0 * (WIDTH / 2) / (WIDTH / 2 - left[0, 0])
    (seen,) = seen_of(renderer, ground(LEVEL), (panel(), Stance(edge_x, 10.0, 0.0)))
    assert seen.xyxy[0] == seen.seen_xyxy[0] == 0.0
    assert in_pixels(seen.seen_xyxy) == pytest.approx(in_pixels(seen.xyxy), abs=1.2)
    assert 10 < in_pixels(seen.xyxy)[2] < 30
    assert seen.visible >= 0.97  # nothing hides it: the picture only ends


def test_a_body_within_a_body_counts_once(renderer: Renderer) -> None:
    (seen,) = seen_of(renderer, ground(LEVEL), (Nested(), BEHIND))
    assert seen.visible >= 0.97
    behind, _ = seen_of(renderer, ground(LEVEL), (Nested(), BEHIND), (panel(), BEFORE))
    assert behind.visible == pytest.approx(0.5, abs=0.02)


def test_a_share_does_not_depend_on_how_many_others_there_are(renderer: Renderer) -> None:
    ours = (Box("bag", (1.0, 0.8, 1.2)), Stance(0.0, 9.0, 0.4))
    others = [(panel(), Stance(-8.0 + step, 25.0, 0.0)) for step in range(17)]
    (alone,) = seen_of(renderer, ground(MAST), ours)
    for place in (5, 17):
        seen = seen_of(renderer, ground(MAST), *others[:place], ours, *others[place:])
        assert seen[place].visible == alone.visible
        assert seen[place].visible >= 0.97


def test_a_hundred_figures_are_told_apart(renderer: Renderer) -> None:
    crates = [
        (Box("bag", (0.4, 0.4, 0.5)), Stance(-6.75 + 1.5 * column, 11.0 + 1.5 * row, 0.0))
        for row in range(10)
        for column in range(10)
    ]
    high = Camera((0.0, -4.0, 14.0), (0.0, 17.0, 0.0), 0.9, 0.1)
    seen = seen_of(renderer, ground(high), *crates)
    assert [one.identity for one in seen] == list(range(1, 101))
    assert min(one.visible for one in seen) > 0.8  # some are twelve pixels high
    for one, (_, stance) in zip(seen, crates, strict=True):
        pixels, _ = high.project(np.array(((stance.x, stance.y, 0.25),)))
        left, top, right, bottom = in_pixels(one.seen_xyxy)
        assert left < pixels[0, 0] < right
        assert top < pixels[0, 1] < bottom


def test_a_shift_moves_both_boxes_and_loses_what_leaves_the_picture() -> None:
    seen = Seen(1, "person", (0.1, 0.2, 0.3, 0.6), (0.2, 0.3, 0.3, 0.6), 0.5, (1.0, 2.0))
    moved = shifted(seen, (64.0, -36.0))
    assert moved is not None
    assert moved.xyxy == pytest.approx((0.2, 0.1, 0.4, 0.5))
    assert moved.seen_xyxy == pytest.approx((0.3, 0.2, 0.4, 0.5))
    assert (moved.identity, moved.visible, moved.floor) == (1, 0.5, (1.0, 2.0))
    assert shifted(seen, (0.0, 0.0)) == seen
    assert shifted(seen, (-0.3 * WIDTH, 0.0)) is None
    cut = shifted(seen, (-0.15 * WIDTH, 0.0))
    assert cut is not None
    assert cut.xyxy[0] == 0.0
