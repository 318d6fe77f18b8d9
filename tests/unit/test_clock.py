"""Time is whole microseconds; text is ISO 8601 with its zone; clocks are injected."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.clock import (
    REPLAY_EPOCH,
    SECOND,
    Clock,
    FakeClock,
    SystemClock,
    from_iso,
    microseconds,
    to_datetime,
    to_iso,
)

MOMENTS = st.integers(min_value=-(10**15), max_value=2 * 10**17)


@given(MOMENTS)
def test_a_moment_survives_its_text_to_the_microsecond(at: int) -> None:
    assert from_iso(to_iso(at)) == at


@given(MOMENTS)
def test_a_moment_survives_the_datetime_to_the_microsecond(at: int) -> None:
    assert (to_datetime(at) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) == at


def test_the_text_has_six_digits_and_is_utc() -> None:
    assert to_iso(REPLAY_EPOCH) == "2026-01-01T00:00:00.000000Z"
    assert to_iso(REPLAY_EPOCH + 1) == "2026-01-01T00:00:00.000001Z"


def test_texts_sort_as_their_moments() -> None:
    moments = [REPLAY_EPOCH + offset for offset in (0, 1, 999_999, 1_000_000, 86_400 * SECOND)]
    assert sorted(map(to_iso, moments)) == [to_iso(at) for at in moments]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T08:00:00+08:00",
        "2026-01-01T08:00:00+0800",
        "2025-12-31T19:00-05:00",
        "2026-01-01 00:00:00.000000+00:00",
    ],
)
def test_the_zone_is_taken_into_account(text: str) -> None:
    assert from_iso(text) == REPLAY_EPOCH


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T08:00:00",
        "2026-01-01",
        "2026-01-01-08:00",
        "2026-01-01+08:00",
        "2026-01-01T0800",
        "20260101T080000",
    ],
)
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        from_iso(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "12.5", "Z", "25:00+08:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_iso(text)


@pytest.mark.parametrize(
    ("seconds", "whole"), [(0.1, 100_000), (1 / 3, 333_333), (2 / 3, 666_667), (86_400.0, 86_400_000_000)]
)
def test_seconds_become_the_nearest_whole_microseconds(seconds: float, whole: int) -> None:
    assert microseconds(seconds) == whole


def test_the_machines_clock_tells_utc_in_microseconds() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert before <= to_datetime(clock.now()) <= before + timedelta(seconds=60)


def test_the_machines_clock_sleeps_as_long_as_it_is_told() -> None:
    clock = SystemClock()
    start = clock.monotonic()
    clock.sleep(20_000)
    assert clock.monotonic() - start >= 20_000


def test_sleeping_a_negative_time_does_not_wait() -> None:
    clock = SystemClock()
    start = clock.monotonic()
    clock.sleep(-3_600 * SECOND)
    assert clock.monotonic() - start < 60 * SECOND


def test_the_fake_clock_moves_only_by_sleeping_and_remembers_it() -> None:
    clock = FakeClock(100)
    assert (clock.now(), clock.monotonic()) == (100, 100)
    clock.sleep(5)
    clock.sleep(-7)
    assert clock.now() == 105
    assert clock.slept == [5, -7]
