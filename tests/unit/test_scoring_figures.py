"""The figures of a score, against values from arithmetic and from printed tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.scoring.delay import Delay, delay_of, percentile
from sharp_eyes.scoring.f_score import f_score
from sharp_eyes.scoring.false_rate import FalseRate, most_expected


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [(0, 2 / 3), (0.65, 33 / 56), (1, 4 / 7), (60, 122 / 243)],
    ids=["precision alone", "operational alert", "plain", "event recording"],
)
def test_the_recall_bias_moves_f1_from_precision_to_recall(alpha: float, expected: float) -> None:
    assert f_score(precision=2 / 3, recall=1 / 2, alpha=alpha) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("alpha", [0, 0.65, 1, 60])
def test_no_recall_bias_changes_all_or_nothing(alpha: float) -> None:
    assert f_score(1, 1, alpha) == pytest.approx(1)
    assert f_score(0, 0, alpha) == f_score(0, 1, alpha) == f_score(1, 0, alpha) == 0


# Half of χ²(0.95; 2n + 2) as printed in tables of the χ² distribution.
TABLE = [(0, 5.991 / 2), (1, 9.488 / 2), (3, 15.507 / 2), (10, 33.924 / 2), (49, 124.342 / 2)]


@pytest.mark.parametrize(("events", "bound"), TABLE)
def test_the_bound_is_that_of_the_tables(events: int, bound: float) -> None:
    assert most_expected(events) == pytest.approx(bound, abs=5e-4)


def test_without_events_the_bound_is_the_logarithm_of_what_may_be_wrong() -> None:
    assert most_expected(0, confidence=0.99) == pytest.approx(-math.log(0.01), rel=1e-12)


@given(st.integers(0, 60))
def test_at_the_bound_so_few_events_have_the_probability_that_is_left(events: int) -> None:
    mean = most_expected(events)
    probability = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(events + 1))
    assert probability == pytest.approx(0.05, rel=1e-9)


def test_the_bound_of_a_million_events_is_near_them_and_quick() -> None:
    # Normal approximation: n + 1.645·√n, right to about 1.
    assert most_expected(1_000_000) == pytest.approx(1_000_000 + 1.6449 * 1000, abs=3)


def test_a_rate_is_per_camera_and_day() -> None:
    none, three = FalseRate(0, camera_days=1.0), FalseRate(3, camera_days=0.5)
    assert (none.per_camera_day, round(none.upper_bound, 2)) == (0, 3.0)
    assert (three.per_camera_day, round(three.upper_bound, 1)) == (6, 15.5)
    assert FalseRate(3, camera_days=1.0).upper_bound == pytest.approx(7.75, abs=0.005)


def test_percentiles_lie_between_the_values_as_numpy_puts_them() -> None:
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert [percentile(values, share) for share in (0, 0.5, 0.95, 1)] == [1, 4, pytest.approx(14.4), 16]


def test_a_delay_takes_its_seconds_in_any_order_and_keeps_what_came_early() -> None:
    assert delay_of([3.0, -1.0]) == Delay(p50_seconds=1.0, p95_seconds=pytest.approx(2.8))
    assert delay_of([2.5]) == Delay(2.5, 2.5)
    assert delay_of([]) is None
