"""Paths: one a track, at most a point a second, as few points as the way needs."""

import json

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Scene, TrackedObject, TrackPath
from sharp_eyes.store.rows import row_of
from workers.track_paths import GONE, MOST_POINTS, PathKeeper, simplified


def seen(track: int, x: float, y: float, confidence: float = 0.5) -> TrackedObject:
    return TrackedObject(track, "person", confidence, (x - 0.05, y - 0.2, x + 0.05, y))


def scene(at: float, *objects: TrackedObject, looked: bool = True) -> Scene:
    return Scene(REPLAY_EPOCH + round(at * SECOND), objects, looked)


def walk(keeper: PathKeeper, seconds: float) -> list[TrackPath]:
    paths: list[TrackPath] = []
    for i in range(round(seconds * 5) + 1):
        paths += keeper.step(scene(i / 5, seen(7, 0.1 + 0.004 * i, 0.5, 0.5 + 0.001 * i)))
    return paths


def test_a_straight_way_is_two_points_once_its_object_is_gone() -> None:
    keeper = PathKeeper("gate", "3308", "run")
    assert walk(keeper, 20) == []
    (path,) = keeper.step(scene(20 + GONE / SECOND + 0.2))
    assert (path.track, path.label, path.confidence) == (7, "person", 0.6)
    assert path.points == ((REPLAY_EPOCH, 0.1, 0.5), (REPLAY_EPOCH + 20 * SECOND, 0.5, 0.5))
    assert keeper._paths == {}


def test_while_the_gate_is_closed_nothing_is_gone() -> None:
    keeper = PathKeeper("gate", "3308", "run")
    walk(keeper, 5)
    assert keeper.step(scene(9, looked=False)) == []
    assert len(keeper.finish()) == 1


def test_an_object_seen_for_a_moment_leaves_no_path() -> None:
    keeper = PathKeeper("gate", "3308", "run")
    keeper.step(scene(0, seen(1, 0.5, 0.5)))
    keeper.step(scene(0.4, seen(1, 0.5, 0.5)))
    assert keeper.finish() == []


def test_a_corner_is_kept() -> None:
    corner = [(i * SECOND, 0.1 + 0.1 * min(i, 4), 0.5 + 0.1 * max(0, i - 4)) for i in range(8)]
    assert [i // SECOND for i, _, _ in simplified(corner)] == [0, 4, 7]


def test_a_path_that_stands_still_is_two_points() -> None:
    assert len(simplified([(i * SECOND, 0.5, 0.5) for i in range(100)])) == 2


def test_however_long_the_way_its_row_stays_small() -> None:
    zigzag = [(REPLAY_EPOCH + i * SECOND, (i * 0.37) % 1, (i * 0.61) % 1) for i in range(500)]
    points = simplified(zigzag)
    assert len(points) <= MOST_POINTS
    assert points[0] == zigzag[0]
    assert points[-1] == zigzag[-1]
    path = TrackPath(
        camera="33080200001310000001", division="330802001", run="0" * 16, track=1, label="person",
        confidence=0.5, points=points,
    )  # fmt: skip
    assert len(json.dumps(json.loads(row_of(path).body)["points"])) < 700
