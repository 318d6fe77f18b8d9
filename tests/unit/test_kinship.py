"""A newcomer goes on as whoever was lost where he appears, and as nobody else."""

from collections.abc import Iterable

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Observation
from sharp_eyes.rules.kinship import Kinship


def seen(
    track: int, x: float, seconds: float = 0.0, *, width: float = 0.1, top: float = 0.3, bottom: float = 0.6
) -> Observation:
    at = REPLAY_EPOCH + round(seconds * SECOND)
    return Observation(at, track, "person", 0.9, (x - width / 2, top, x + width / 2, bottom))


def heirs(*scenes: Iterable[Observation]) -> dict[int, int]:
    """Who continues whom in the last of the scenes."""
    kinship = Kinship(lost=6 * SECOND, remember=60 * SECOND)
    found: dict[int, int] = {}
    for objects in map(list, scenes):
        found = kinship.meet(objects, [one.track for one in objects], objects[0].at).heirs
    return found


def test_a_newcomer_where_somebody_was_lost_is_his_heir_wherever_that_is() -> None:
    assert heirs([seen(1, 0.5)], [seen(2, 0.58, 1)]) == {2: 1}
    assert heirs([seen(1, 0.5)], [seen(2, 0.62, 1)]) == {}


def test_the_wider_of_both_boxes_counts() -> None:
    assert heirs([seen(1, 0.5, width=0.04)], [seen(2, 0.56, 1, width=0.07)]) == {2: 1}
    assert heirs([seen(1, 0.5, width=0.07)], [seen(2, 0.56, 1, width=0.04)]) == {2: 1}
    assert heirs([seen(1, 0.5, width=0.04)], [seen(2, 0.56, 1, width=0.04)]) == {}


def test_whose_legs_were_hidden_at_last_is_known_by_his_head() -> None:
    assert heirs([seen(1, 0.5, bottom=0.42)], [seen(2, 0.5, 1)]) == {2: 1}
    assert heirs([seen(1, 0.5)], [seen(2, 0.5, 1, top=0.45)]) == {2: 1}
    assert heirs([seen(1, 0.5)], [seen(2, 0.5, 1, top=0.45, bottom=0.75)]) == {}


def test_a_number_that_was_known_before_is_no_newcomer() -> None:
    assert heirs([seen(1, 0.5), seen(2, 0.9)], [seen(2, 0.52, 1)]) == {}


def test_a_lost_one_has_one_heir() -> None:
    assert heirs([seen(1, 0.5)], [seen(2, 0.5, 1), seen(3, 0.51, 1)]) == {2: 1}


def test_of_two_lost_the_nearer_is_continued() -> None:
    assert heirs([seen(1, 0.4), seen(2, 0.5)], [seen(3, 0.47, 1)]) == {3: 2}


def test_who_is_lost_for_longer_has_no_heir() -> None:
    assert heirs([seen(1, 0.5)], [seen(2, 0.5, 5.9)]) == {2: 1}
    assert heirs([seen(1, 0.5)], [seen(2, 0.5, 6.1)]) == {}


def test_everybody_is_forgotten_in_time() -> None:
    kinship = Kinship(lost=6 * SECOND, remember=60 * SECOND)
    kinship.meet([seen(1, 0.5)], [1], REPLAY_EPOCH)
    kinship.forget(REPLAY_EPOCH + 60 * SECOND)
    assert len(kinship) == 1
    kinship.forget(REPLAY_EPOCH + 61 * SECOND)
    assert len(kinship) == 0
    assert kinship._last == {}


def test_nobody_far_away_continues_somebody_near_whose_head_is_as_high() -> None:
    """Under a camera at the height of heads all of them lie on the horizon."""
    near = seen(1, 0.45, width=0.3, top=0.3, bottom=0.95)
    assert heirs([near], [seen(2, 0.6, 1, width=0.03, top=0.3, bottom=0.42)]) == {}
    assert heirs([near], [seen(2, 0.6, 1, width=0.16, top=0.3, bottom=0.6)]) == {2: 1}


def test_who_returns_beside_his_heir_was_somebody_else() -> None:
    kinship = Kinship(lost=6 * SECOND, remember=60 * SECOND)
    both = [seen(1, 0.5, 0.4), seen(2, 0.55, 0.4)]
    kinship.meet([seen(1, 0.5)], [1], REPLAY_EPOCH)
    assert kinship.meet([seen(2, 0.55, 0.2)], [2], both[0].at - 1).heirs == {2: 1}
    family = kinship.meet(both, [1, 2], both[0].at)
    assert (family.heirs, family.strangers) == ({}, {1: 2})
    family = kinship.meet(both, [1, 2], both[0].at + 1)
    assert (family.heirs, family.strangers) == ({}, {})


def test_a_number_that_comes_back_elsewhere_is_only_a_number() -> None:
    kinship = Kinship(lost=6 * SECOND, remember=60 * SECOND)
    kinship.meet([seen(1, 0.5)], [1], REPLAY_EPOCH)
    kinship.meet([seen(2, 0.55, 0.2)], [2], REPLAY_EPOCH + SECOND // 5)
    both = [seen(1, 0.8, 0.4), seen(2, 0.55, 0.4)]
    family = kinship.meet(both, [1, 2], both[0].at)
    assert (family.heirs, family.strangers) == ({}, {})


def test_a_number_that_comes_back_where_its_heir_was_goes_on() -> None:
    assert heirs([seen(1, 0.5)], [seen(2, 0.52, 1)], [seen(1, 0.54, 2)]) == {1: 2}
    assert heirs([seen(1, 0.5)], [seen(2, 0.52, 1)], [seen(1, 0.9, 2)]) == {}
