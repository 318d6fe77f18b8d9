import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.placement import MOVING_MOST, TOLERANCE, Load, Placement, Seat, place


def loads(count: int, weight: float = 5.0, tier: int = 2) -> list[Load]:
    return [Load(f"camera-{number:05}", weight, tier) for number in range(count)]


def seats(*names: str, **capacity: float) -> list[Seat]:
    return [Seat(name) for name in names] + [Seat(name, room) for name, room in capacity.items()]


def weights(found: Placement, cameras: list[Load]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for load in cameras:
        worker = found.workers.get(load.camera)
        if worker is not None:
            sums[worker] = sums.get(worker, 0.0) + load.weight
    return sums


def settle(cameras: list[Load], workers: list[Seat], now: dict[str, str]) -> tuple[Placement, int]:
    """As a controller does it: again, until nothing more should move."""
    for rounds in range(100):
        found = place(cameras, workers, now)
        if found.settled:
            return found, rounds
        now = dict(found.workers)
    raise AssertionError("it never settles")


def test_new_cameras_are_spread_evenly() -> None:
    cameras = loads(12)
    assert weights(place(cameras, seats("a", "b", "c"), {}), cameras) == {"a": 20.0, "b": 20.0, "c": 20.0}


def test_a_heavy_camera_counts_for_many_light_ones() -> None:
    cameras = [*loads(4, weight=5.0), Load("heavy", 20.0)]
    assert weights(place(cameras, seats("a", "b"), {}), cameras) == {"a": 20.0, "b": 20.0}


def test_a_camera_stays_where_it_is() -> None:
    cameras = loads(4)
    now = {"camera-00000": "b", "camera-00001": "b", "camera-00002": "a"}
    found = place(cameras, seats("a", "b"), now)
    assert found.workers == {**now, "camera-00003": "a"}


def test_the_cameras_of_a_worker_that_is_gone_are_spread_over_the_others() -> None:
    cameras = loads(6)
    before = place(cameras, seats("a", "b", "c"), {}).workers
    after = place(cameras, seats("a", "b"), before).workers
    assert all(after[camera] == worker for camera, worker in before.items() if worker != "c")
    assert sorted(after.values()) == ["a"] * 3 + ["b"] * 3


def test_without_workers_nothing_is_placed() -> None:
    assert place(loads(3), [], {"camera-00000": "a"}) == Placement({}, settled=True)


def test_low_tiers_are_left_out_where_capacity_is_short() -> None:
    cameras = [Load("third", 5.0, 3), Load("first", 5.0, 1), Load("second", 5.0, 2)]
    found = place(cameras, seats(a=10.0), {"third": "a"})
    assert found.workers == {"first": "a", "second": "a"}


def test_a_camera_of_a_high_tier_displaces_one_of_a_low_tier_that_was_there_first() -> None:
    found = place([Load("low", 5.0, 3), Load("high", 5.0, 1)], seats(a=5.0), {"low": "a"})
    assert found.workers == {"high": "a"}


def test_a_camera_that_must_leave_goes_where_there_is_room() -> None:
    found = place([Load("low", 5.0, 3), Load("high", 10.0, 1)], seats(a=10.0, b=5.0), {"low": "a"})
    assert found.workers == {"high": "a", "low": "b"}


def test_workers_of_different_capacity_are_filled_to_the_same_share() -> None:
    cameras = loads(30, weight=1.0)
    assert weights(place(cameras, seats(small=20.0, large=40.0), {}), cameras) == {"small": 10, "large": 20}


def test_a_worker_that_joins_takes_its_part_a_few_cameras_at_a_time() -> None:
    cameras = loads(40)
    now = {load.camera: "a" for load in cameras}
    first = place(cameras, seats("a", "b"), now)
    moved = sum(first.workers[camera] != worker for camera, worker in now.items())
    assert (moved, first.settled) == (4, False)
    found, rounds = settle(cameras, seats("a", "b"), now)
    assert max(weights(found, cameras).values()) <= 100.0 * TOLERANCE
    assert rounds == 3  # 16 of 40 moved, four in a round


def test_in_a_city_never_more_move_at_once_than_can_be_missed() -> None:
    cameras = loads(3_000, weight=1.0)
    now = {load.camera: "a" for load in cameras}
    found = place(cameras, seats("a", "b"), now)
    assert sum(worker == "b" for worker in found.workers.values()) == MOVING_MOST


def test_a_little_unevenness_moves_nobody() -> None:
    cameras = loads(9)
    now = {load.camera: "a" if number < 5 else "b" for number, load in enumerate(cameras)}
    assert place(cameras, seats("a", "b"), now) == Placement(now, settled=True)


def test_one_camera_is_not_pushed_from_worker_to_worker() -> None:
    assert place(loads(1), seats("a", "b"), {"camera-00000": "b"}).workers == {"camera-00000": "b"}


CAMERAS = st.lists(
    st.builds(Load, st.uuids().map(str), st.sampled_from([0.5, 1.0, 5.0, 12.0]), st.integers(1, 3)),
    unique_by=lambda load: load.camera,
    max_size=25,
)
SEATS = st.lists(
    st.builds(Seat, st.sampled_from("abcdef"), st.sampled_from([6.0, 20.0, float("inf")])),
    unique_by=lambda seat: seat.worker,
    max_size=5,
)


@given(CAMERAS, SEATS, st.randoms(use_true_random=False))
def test_whatever_comes_no_worker_is_overfull_and_order_does_not_matter(
    cameras: list[Load], workers: list[Seat], shuffled: random.Random
) -> None:
    now = {load.camera: shuffled.choice("abcxyz") for load in cameras}
    found = place(cameras, workers, now)
    rooms = {seat.worker: seat.capacity for seat in workers}
    assert all(sum_ <= rooms[worker] for worker, sum_ in weights(found, cameras).items())
    mixed, mixed_seats = cameras[:], workers[:]
    shuffled.shuffle(mixed)
    shuffled.shuffle(mixed_seats)
    assert place(mixed, mixed_seats, now) == found


@given(CAMERAS, SEATS)
def test_it_settles_and_then_stays(cameras: list[Load], workers: list[Seat]) -> None:
    found, _ = settle(cameras, workers, {})
    assert place(cameras, workers, found.workers) == found


@given(CAMERAS, SEATS)
def test_nobody_is_left_out_for_somebody_of_a_lower_tier(cameras: list[Load], workers: list[Seat]) -> None:
    found = place(cameras, workers, {})
    for out in [load for load in cameras if load.camera not in found.workers]:
        for seat in workers:
            before = [
                load
                for load in cameras
                if found.workers.get(load.camera) == seat.worker and load.tier <= out.tier
            ]
            assert sum(load.weight for load in before) + out.weight > seat.capacity


@pytest.mark.slow
def test_a_city_is_placed_within_a_second_or_two() -> None:
    import time

    cameras = loads(52_600)
    workers = seats(*(f"worker-{number:04}" for number in range(1_000)))
    began = time.process_time()
    found = place(cameras, workers, {})
    place(cameras, workers, found.workers)
    assert time.process_time() - began < 5
