"""How long to wait before the next attempt."""

import random

from ingest.back_off import CAP, FIRST, BackOff
from sharp_eyes.clock import SECOND


def waits(seed: int, count: int) -> list[int]:
    back_off = BackOff(random.Random(seed))
    return [back_off.next() for _ in range(count)]


def test_the_first_wait_is_at_most_half_a_second() -> None:
    assert max(waits(seed, 1)[0] for seed in range(1_000)) <= FIRST == SECOND // 2


def test_waits_grow_and_never_exceed_fifteen_seconds() -> None:
    for seed in range(200):
        got = waits(seed, 20)
        assert max(got) <= CAP == 15 * SECOND
        assert got[4] > FIRST
        assert min(got[6:]) >= CAP // 2


def test_no_wait_is_so_short_that_it_hammers() -> None:
    assert min(min(waits(seed, 10)) for seed in range(1_000)) >= FIRST // 2


def test_cameras_that_went_together_come_back_apart() -> None:
    attempts = [sum(waits(seed, 6)) for seed in range(1_000)]
    tenth = (max(attempts) - min(attempts)) / 10
    fullest = max(sum(1 for at in attempts if abs(at - middle) < tenth / 2) for middle in attempts)
    assert max(attempts) - min(attempts) > 5 * SECOND
    assert fullest < 300


def test_after_success_the_next_wait_is_short_again() -> None:
    back_off = BackOff(random.Random(1))
    for _ in range(10):
        back_off.next()
    back_off.reset()
    assert back_off.next() <= FIRST
