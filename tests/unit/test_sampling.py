"""Frames are taken by their timestamps, whatever the rate of the source."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sampling import Sampler
from sharp_eyes.clock import REPLAY_EPOCH, SECOND


def taken(fps: float, times: list[int]) -> list[int]:
    sampler = Sampler(fps)
    return [at for at in times if sampler.takes(at)]


def steady(rate: float, seconds: float) -> list[int]:
    return [REPLAY_EPOCH + round(number * SECOND / rate) for number in range(math.ceil(seconds * rate))]


@pytest.mark.parametrize(
    ("rate", "fps"), [(30000 / 1001, 5), (12.5, 5), (25, 6), (25, 5), (30, 7.5), (10, 3)]
)
def test_a_faster_source_is_thinned_to_the_wanted_rate(rate: float, fps: float) -> None:
    times = taken(fps, steady(rate, 60))
    assert len(times) == pytest.approx(60 * fps, abs=1)
    for nearest, at in enumerate(times):
        assert abs(at - REPLAY_EPOCH - nearest * SECOND / fps) <= max(SECOND / rate / 2, SECOND / fps / 4) + 2


@pytest.mark.parametrize(("rate", "fps"), [(10, 5), (15, 5), (20, 5), (25, 5), (30, 5), (60, 10)])
def test_of_a_source_at_a_multiple_of_the_rate_every_nth_frame_is_taken(rate: int, fps: int) -> None:
    """What `score --tracks --every n` counts on."""
    times = steady(rate, 20)
    assert taken(fps, times) == times[:: rate // fps]


def test_a_camera_at_just_the_wanted_rate_loses_no_frame_to_jitter() -> None:
    jitter = [0, 18_000, -20_000, 24_000, -24_000, 3_000]
    times = [at + jitter[i % len(jitter)] for i, at in enumerate(steady(10, 60))]
    assert taken(10, times) == times


def test_a_slower_source_is_taken_whole() -> None:
    times = steady(4, 30)
    assert taken(10, times) == times


def test_the_first_frame_is_taken_whenever_it_comes() -> None:
    assert taken(0.1, [123]) == [123]


def test_after_a_gap_the_grid_begins_with_the_first_frame_and_nothing_is_made_up_for() -> None:
    before, gap = steady(25, 10), 60 * SECOND + 13
    after = [at + gap for at in before]
    times = [at for at in taken(5, before + after) if at >= after[0]]
    assert times == [at + gap for at in taken(5, before)]


def test_frames_of_one_moment_are_taken_once() -> None:
    assert taken(5, [REPLAY_EPOCH] * 10) == [REPLAY_EPOCH]


@given(
    fps=st.floats(0.2, 30),
    steps=st.lists(st.integers(1, 400_000), max_size=300),
)
def test_no_stretch_of_time_has_more_frames_than_its_share(fps: float, steps: list[int]) -> None:
    at, times = REPLAY_EPOCH, []
    for step in steps:
        at += step
        times.append(at)
    chosen = taken(fps, times)
    if chosen:
        assert len(chosen) <= fps * (chosen[-1] - chosen[0]) / SECOND + 1.25 + 1e-3
    for start in range(len(chosen)):
        for end in range(start, len(chosen)):
            assert end - start + 1 <= fps * (chosen[end] - chosen[start]) / SECOND + 2.25 + 1e-3


@given(st.lists(st.integers(1, 400_000), min_size=1, max_size=200))
def test_frames_that_are_an_interval_apart_are_all_taken(steps: list[int]) -> None:
    at, times = REPLAY_EPOCH, []
    for step in steps:
        at += step + SECOND // 5
        times.append(at)
    assert taken(5, times) == times


def test_a_rate_that_divides_unevenly_does_not_drift_in_a_day() -> None:
    sampler, period = Sampler(7), SECOND / 7
    count = sum(sampler.takes(REPLAY_EPOCH + round(number * period)) for number in range(7 * 3600))
    assert count == 7 * 3600
    thinned = taken(5, steady(29.97, 3600))
    assert len(thinned) == pytest.approx(5 * 3600, abs=1)
    assert max(b - a for a, b in pairwise(thinned)) <= SECOND / 5 + 2 * SECOND / 29.97
