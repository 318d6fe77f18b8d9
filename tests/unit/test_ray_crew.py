import math
from typing import Any

from workers.ray_crew import offered_seats
from workers.ray_runtime import CAPACITY, NODE, WORKERS


def node(ray_node: str, name: str | None, workers: int, **more: Any) -> dict[str, Any]:
    labels = {} if name is None else {NODE: name}
    resources = {WORKERS: float(workers), **more.pop("resources", {})} if workers else {}
    return {"NodeID": ray_node, "Alive": True, "Labels": labels, "Resources": resources, **more}


def test_a_node_offers_as_many_seats_as_it_says() -> None:
    seats = offered_seats([node("r1", "hall", 2), node("r2", "yard", 1)], now=5)
    assert sorted(seats) == ["hall-1", "hall-2", "yard-1"]
    seat = seats["hall-2"]
    assert (seat.node, seat.ray_node, seat.capacity, seat.gpus, seat.since) == (
        "hall",
        "r1",
        math.inf,
        0.0,
        5,
    )


def test_a_dead_node_and_one_of_somebody_else_offer_none() -> None:
    assert (
        offered_seats([node("r1", "hall", 2, Alive=False), node("r2", None, 2), node("r3", "x", 0)], 0) == {}
    )


def test_the_workers_of_a_node_share_its_gpus_and_none_has_more_than_one() -> None:
    shared = offered_seats([node("r1", "hall", 3, resources={"GPU": 1.0})], 0)
    assert [seat.gpus for seat in shared.values()] == [0.33] * 3
    rich = offered_seats([node("r1", "hall", 2, resources={"GPU": 8.0})], 0)
    assert [seat.gpus for seat in rich.values()] == [1.0] * 2


def test_each_worker_has_the_capacity_that_its_node_gives() -> None:
    (seat,) = offered_seats([node("r1", "hall", 1, resources={CAPACITY: 120.0})], 0).values()
    assert seat.capacity == 120.0


def test_of_two_machines_of_one_name_the_second_gets_no_workers() -> None:
    seats = offered_seats([node("r2", "hall", 2), node("r1", "hall", 2)], 0)
    assert {seat.ray_node for seat in seats.values()} == {"r1"}


def test_a_machine_that_joined_again_gets_actors_of_another_name() -> None:
    (first,) = offered_seats([node("a" * 56, "hall", 1)], 0).values()
    (second,) = offered_seats([node("b" * 56, "hall", 1)], 0).values()
    assert first.worker == second.worker
    assert first.name != second.name
