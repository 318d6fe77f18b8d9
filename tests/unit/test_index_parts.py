from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.domain import Watching
from sharp_eyes.event_id import mint
from sharp_eyes.store.index.coverage import changed, merged, told
from sharp_eyes.store.index.id_range import cursor_id, first_id, is_event_id, moment_of
from sharp_eyes.store.index.queries import WrongCursorError
from sharp_eyes.store.index.scope import after_prefix, common_prefixes, is_within

MOMENTS = st.integers(0, 1 << 57)
DIVISIONS = st.text("012", max_size=4)
STRETCHES = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda pair: (pair[0], sum(pair)))


@given(at=MOMENTS, camera=st.integers(0, (1 << 24) - 1), track=st.integers(0, 99))
def test_a_stretch_of_time_is_a_range_of_ids(at: int, camera: int, track: int) -> None:
    event_id = mint(at, camera, rule_revision="1", run="r", track=track, zone="")
    assert first_id(at) <= event_id < first_id(at + 1)
    assert moment_of(first_id(at)) == moment_of(event_id) == at
    assert is_event_id(event_id)
    assert cursor_id(event_id) == event_id


@pytest.mark.parametrize("at", [-1, -(1 << 70), 1 << 70])
def test_moments_that_no_id_can_tell_become_the_nearest(at: int) -> None:
    assert first_id(at) == first_id(0 if at < 0 else ((1 << 48) * 1000 - 1))


def test_what_only_begins_a_range_is_no_cursor() -> None:
    assert not is_event_id(first_id(5))
    with pytest.raises(WrongCursorError):
        cursor_id(first_id(5))


@given(allowed=st.lists(DIVISIONS, max_size=4), asked=DIVISIONS, division=DIVISIONS)
def test_common_prefixes_mean_exactly_what_is_allowed_and_asked(
    allowed: list[str], asked: str, division: str
) -> None:
    prefixes = common_prefixes(allowed, asked)
    wanted = division.startswith(asked) and any(division.startswith(one) for one in allowed)
    assert is_within(division, prefixes) == wanted
    assert sum(division.startswith(one) for one in prefixes) == wanted


@given(prefix=st.text("0189", min_size=1, max_size=5), division=st.text("0189:;", max_size=7))
def test_a_prefix_is_a_range_of_text(prefix: str, division: str) -> None:
    assert (prefix <= division < after_prefix(prefix)) == division.startswith(prefix)


def minutes(stretches: list[tuple[int, int]]) -> set[int]:
    return {minute for low, high in stretches for minute in range(low, high)}


@given(st.lists(STRETCHES, max_size=8))
def test_merged_stretches_are_the_same_time_in_as_few_as_can_be(stretches: list[tuple[int, int]]) -> None:
    whole = merged(stretches)
    assert minutes(whole) == minutes(stretches)
    assert all(first[1] < second[0] for first, second in pairwise(whole))


@given(st.lists(STRETCHES, max_size=6), st.lists(STRETCHES, max_size=6))
def test_a_change_leads_from_what_is_kept_to_all_of_it(
    kept: list[tuple[int, int]], spans: list[tuple[int, int]]
) -> None:
    change = changed(merged(kept), spans)
    after = set(merged(kept)) - change.removed | change.written
    assert sorted(after) == merged([*kept, *spans])
    assert change.new <= len(spans)
    assert (change.new == 0) == (minutes(spans) <= minutes(kept))


@given(st.lists(st.tuples(STRETCHES, st.sampled_from(["analysed", "shed"])), max_size=8))
def test_what_is_told_never_overlaps_and_prefers_analysed(
    stretches: list[tuple[tuple[int, int], Watching]],
) -> None:
    spans = told(((low, high, watching) for (low, high), watching in stretches), 5, 35)
    assert all(first.to_at <= second.from_at for first, second in pairwise(spans))
    for watching in ("analysed", "shed"):
        said = minutes([(one.from_at, one.to_at) for one in spans if one.watching == watching])
        meant = minutes([stretch for stretch, kind in stretches if kind == watching])
        if watching == "shed":
            meant -= minutes([stretch for stretch, kind in stretches if kind == "analysed"])
        assert said == meant & set(range(5, 35))
