"""Events against truth, with answers known by hand."""

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes import catalogue
from sharp_eyes.clock import from_iso
from sharp_eyes.scoring.matching import EventLine, Outcome, Score, delay_seconds, joined, score
from sharp_eyes.scoring.truth import TruthEntry


def event(at: float, number: int = 1, **other: object) -> EventLine:
    """An event this many seconds into the clip."""
    known: dict[str, object] = {
        "event_id": f"event-{number}",
        "record": "raised",
        "camera": "gate",
        "rule": "through-the-gate",
        "type": "line",
        "at": 1_767_225_600_000_000 + round(at * 1e6),
        "offset_seconds": at,
        "label": "person",
        "direction": "left",
    }
    return EventLine.model_validate(known | other)


def due(start: float | str, **other: object) -> TruthEntry:
    return TruthEntry.model_validate({"camera": "gate", "type": "line", "start": start} | other)


def events(*times: float) -> list[EventLine]:
    return [event(at, number) for number, at in enumerate(times)]


def silence(start: float, end: float) -> TruthEntry:
    return due(start, end=end, must_be_silent=True)


def counts(result: Score) -> tuple[int, int, int]:
    total = result.total
    return len(total.matched), len(total.missed), len(total.extra)


def test_two_right_one_missed_and_two_wrong_are_known_shares() -> None:
    result = score(events(10, 50, 200, 300), [due(12), due(49), due(120)])
    assert counts(result) == (2, 1, 2)
    assert result.total.precision == pytest.approx(2 / 4)
    assert result.total.recall == pytest.approx(2 / 3)
    assert result.total.f1 == pytest.approx(4 / 7)
    assert [entry.start for entry in result.total.missed] == [120]
    assert [one.offset_seconds for one in result.total.extra] == [200, 300]


def test_everything_right_is_one() -> None:
    total = score(events(10, 20), [due(10), due(20)]).total
    assert (total.precision, total.recall, total.f1) == (1, 1, 1)


def test_nothing_said_and_nothing_due_is_right() -> None:
    assert score([], []).total.f1 == 1
    assert score([], []).by_type == {}


def test_nothing_said_though_something_was_due_is_wrong() -> None:
    total = score([], [due(1)]).total
    assert (total.precision, total.recall, total.f1) == (1, 0, 0)


def test_all_wrong_is_nought_and_divides_by_nothing() -> None:
    total = score(events(100), [due(1)]).total
    assert (total.precision, total.recall, total.f1) == (0, 0, 0)


@pytest.mark.parametrize(("at", "matched"), [(20, 1), (0, 1), (20.000001, 0), (20.1, 0)])
def test_an_event_counts_within_ten_seconds_of_the_truth_both_ways(at: float, matched: int) -> None:
    assert counts(score([event(at)], [due(10)]))[0] == matched


def test_an_entrys_own_tolerance_holds_for_it_alone() -> None:
    result = score(events(12, 105), [due(10, tolerance_seconds=1), due(100)])
    assert [entry.start for _, entry in result.total.matched] == [100]


def test_the_given_tolerance_overrides_the_entrys_own() -> None:
    entries = [due(10, tolerance_seconds=1)]
    assert counts(score(events(12), entries, 2.0)) == (1, 0, 0)
    assert counts(score(events(10.5), [due(10)], 0.4)) == (0, 1, 1)


def test_a_tolerance_of_nothing_wants_the_very_moment() -> None:
    assert counts(score(events(10.3), [due(10.3)], 0)) == (1, 0, 0)
    assert counts(score(events(10.300001), [due(10.3)], 0)) == (0, 1, 1)


def test_one_event_is_the_answer_to_one_truth_only() -> None:
    assert counts(score(events(10), [due(9), due(11)])) == (1, 1, 0)
    assert counts(score(events(9, 11), [due(10)])) == (1, 0, 1)


def test_the_match_is_as_large_as_possible_where_taking_the_nearest_first_fails() -> None:
    # The truth at 10 is nearest to the event at 11, which is the only one that the truth at 20 has.
    result = score(events(2, 11), [due(10), due(20)])
    assert counts(result) == (2, 0, 0)
    assert [(one.offset_seconds, entry.start) for one, entry in result.total.matched] == [(2, 10), (11, 20)]


def test_the_match_does_not_depend_on_the_order_of_the_lines() -> None:
    truth, said = [due(10), due(20), due(29)], events(2, 11, 20)
    for order in permutations(range(3)):
        assert counts(score([said[i] for i in order], [truth[i] for i in order[::-1]])) == (3, 0, 0)


@given(st.lists(st.integers(0, 60), max_size=6), st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_the_match_is_never_smaller_than_the_best_of_all_orders(said: list[int], wanted: list[int]) -> None:
    def greedy(order: tuple[int, ...]) -> int:
        free = list(range(len(said)))
        for t in order:
            near = [e for e in free if abs(said[e] - wanted[t]) <= 10]
            free = [e for e in free if e != min(near, key=lambda e: said[e])] if near else free
        return len(said) - len(free)

    matched, missed, extra = counts(score(events(*said), [due(at) for at in wanted]))
    assert matched == max(map(greedy, permutations(range(len(wanted)))), default=0)
    assert (matched + missed, matched + extra) == (len(wanted), len(said))


def test_a_chain_of_a_thousand_that_must_all_be_shifted_is_matched() -> None:
    count = 1200
    wanted = [due(float(t), tolerance_seconds=0.65) for t in range(1, count + 1)]
    said = events(
        *(t - 0.6 for t in range(1, count + 1))
    )  # each nearer to the truth before, but for the first
    assert counts(score(said, wanted)) == (count, 0, 0)


@pytest.mark.parametrize(
    ("bound", "other"),
    [("direction", "right"), ("label", "car"), ("rule", "another")],
)
def test_what_the_truth_names_binds_the_match(bound: str, other: str) -> None:
    own = {"direction": "left", "label": "person", "rule": "through-the-gate"}[bound]
    assert counts(score([event(10)], [due(10, **{bound: own})])) == (1, 0, 0)
    assert counts(score([event(10)], [due(10, **{bound: other})]))[:2] == (0, 1)


@pytest.mark.parametrize("other", [{"direction": None}, {"label": "bus"}, {"rule": "any"}], ids=str)
def test_what_the_truth_leaves_open_binds_nothing(other: dict[str, object]) -> None:
    assert counts(score([event(10, **other)], [due(10)])) == (1, 0, 0)


def test_each_camera_answers_for_itself() -> None:
    assert counts(score([event(10, camera="other")], [due(10), due(10, camera="other")])) == (1, 1, 0)


def test_events_of_kinds_cameras_and_rules_that_the_truth_does_not_speak_of_are_not_judged() -> None:
    said = [
        event(10, 1),
        event(10, 2, type="loitering"),
        event(10, 3, camera="elsewhere"),
        event(10, 4, rule="another"),
    ]
    result = score(said, [due(10, rule="through-the-gate")])
    assert counts(result) == (1, 0, 0)
    assert result.unjudged == 3


def test_each_type_has_its_own_outcome_and_all_have_one_together() -> None:
    said = [event(10, 1), event(90, 2, type="intrusion"), event(10, 3, type="intrusion")]
    result = score(said, [due(10), due(10, type="intrusion"), due(50, type="intrusion")])
    assert list(result.by_type) == ["intrusion", "line"]
    assert result.by_type["line"].f1 == 1
    assert result.by_type["intrusion"].f1 == pytest.approx(0.5)
    assert counts(result) == (2, 1, 1)


def test_a_silence_that_was_kept_is_right() -> None:
    result = score([], [silence(10, 20)])
    assert (result.total.f1, result.total.silence_broken) == (1, 0)


@pytest.mark.parametrize(("at", "broken"), [(9.9, 0), (10, 1), (15, 1), (20, 1), (20.1, 0)])
def test_an_event_within_a_silence_breaks_it(at: float, broken: int) -> None:
    total = score([event(at)], [silence(10, 20)]).total
    assert (len(total.extra), total.silence_broken) == (1, broken)
    assert total.precision == 0


def test_an_event_that_was_due_breaks_no_silence() -> None:
    total = score(events(12), [due(12), silence(10, 20)]).total
    assert (len(total.matched), total.silence_broken) == (1, 0)


def test_a_silence_binds_only_its_own_camera_and_type() -> None:
    said = [event(15, 1, type="intrusion"), event(15, 2, camera="other")]
    result = score(said, [silence(10, 20), due(100, type="intrusion"), due(100, camera="other")])
    assert (len(result.total.extra), result.total.silence_broken) == (2, 0)


def test_moments_are_compared_with_the_events_own_time() -> None:
    at = from_iso("2026-01-01T08:00:00+08:00")
    said = [event(500).model_copy(update={"at": at})]
    assert counts(score(said, [due("2026-01-01T00:00:05Z")])) == (1, 0, 0)
    assert counts(score(said, [due("2026-01-01T00:00:10.000001Z")])) == (0, 1, 1)


def test_a_record_that_was_delivered_twice_is_one_event() -> None:
    assert counts(score([event(10), event(10)], [due(10), due(10)])) == (1, 1, 0)


def test_only_raised_records_are_events() -> None:
    said = [event(10), event(15, record="ended"), event(16, 2, record="evidence")]
    result = score(said, [due(10)])
    assert counts(result) == (1, 0, 0)
    assert result.unjudged == 0


def test_f1_is_the_harmonic_mean() -> None:
    said = events(1, 2, 3)
    outcome = Outcome(matched=[(said[0], due(1))], extra=said[1:], missed=[due(9)])
    assert outcome.f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_a_silence_in_one_direction_is_not_broken_by_the_other() -> None:
    quiet = due(100, end=110, must_be_silent=True, direction="left")
    assert score([event(105, direction="right")], [quiet]).total.silence_broken == 0
    assert score([event(105, direction="left")], [quiet]).total.silence_broken == 1


@pytest.mark.parametrize("apart", [5.0, 0.001], ids=["spread", "crowded"])
@pytest.mark.parametrize("sides", [(3_000, 3_000), (1_500, 3_000), (3_000, 1_500)], ids=str)
def test_thousands_are_matched_in_seconds(apart: float, sides: tuple[int, int]) -> None:
    said, wanted = sides
    many = [event(n * apart, n) for n in range(said)]
    entries = [due(n * apart) for n in range(wanted)]
    started = time.monotonic()
    result = score(many, entries)
    assert time.monotonic() - started < 4  # two on a machine that does nothing else
    assert len(result.total.matched) == min(said, wanted)


def three_due_and_four_said() -> Score:
    """Found at 11 and 54; 12 says the first again, 105 is outside the tolerance; 90 is missed."""
    return score(events(11, 12, 54, 105), [due(10), due(50), due(90)], observed_seconds=43_200)


def test_an_event_outside_its_tolerance_and_one_said_twice_are_extra() -> None:
    total = three_due_and_four_said().total
    assert [(one.offset_seconds, entry.start) for one, entry in total.matched] == [(11, 10), (54, 50)]
    assert [one.offset_seconds for one in total.extra] == [12, 105]
    assert (total.precision, total.recall) == (0.5, pytest.approx(2 / 3))


def test_f1_leans_as_its_recall_bias_says() -> None:
    total = three_due_and_four_said().total
    assert total.f1_at(1) == total.f1 == pytest.approx(4 / 7)
    assert total.f1_at(0.65) == pytest.approx(0.55 / (2 / 3 + 0.325))
    assert total.f1_at(60) == pytest.approx((61 / 3) / (2 / 3 + 30))


def test_the_time_to_event_is_that_of_the_matched_ones() -> None:
    delay = three_due_and_four_said().total.delay
    assert delay is not None
    assert (delay.p50_seconds, delay.p95_seconds) == (2.5, pytest.approx(3.85))
    assert score([], [due(1)]).total.delay is None


def test_an_event_before_its_due_time_has_a_delay_below_nought() -> None:
    (pair,) = score(events(10.1), [due(10.4)]).total.matched
    assert delay_seconds(*pair) == -0.3


def test_false_events_are_those_of_all_cameras_over_all_their_time() -> None:
    said = [event(500, 1), event(600, 2), event(500, 3, camera="yard")]
    rate = score(said, [due(10), due(10, camera="yard")], observed_seconds=43_200).total.false_rate
    assert rate is not None
    assert (rate.events, rate.camera_days, rate.per_camera_day) == (3, 1.0, 3.0)
    assert rate.upper_bound == pytest.approx(7.75, abs=0.005)


def test_a_type_counts_the_time_of_the_cameras_that_are_judged_for_it() -> None:
    truth = [due(10), due(10, camera="yard"), due(10, type="intrusion")]
    result = score([], truth, observed_seconds=3600)
    seconds = {kind: outcome.camera_seconds for kind, outcome in result.by_type.items()}
    assert seconds == {"intrusion": 3600, "line": 7200}
    assert result.total.camera_seconds == 7200


def test_without_a_known_time_there_is_no_rate() -> None:
    assert score(events(500), [due(10)]).total.false_rate is None
    assert score([], [], observed_seconds=3600).total.false_rate is None


def test_silences_are_told_apart_by_whether_they_were_kept() -> None:
    total = score(events(15, 16, 70), [silence(10, 20), silence(30, 40), due(70)]).total
    assert ([one.start for one in total.kept], [one.start for one in total.broken]) == ([30], [10])
    assert total.silence_broken == 2


def test_truth_of_a_type_without_a_rule_is_counted_apart_and_not_missed() -> None:
    kind = catalogue.TO_COME[-1]
    truth = [due(10), due(20, type=kind), due(30, end=40, type=kind, must_be_silent=True)]
    result = score([event(10, 1), event(20, 2, type=kind)], truth, observed_seconds=60)
    assert counts(result) == (1, 0, 0)
    assert list(result.by_type) == ["line"]
    waiting = result.no_rule_yet[kind]
    assert ([one.start for one in waiting.truth], len(waiting.events)) == ([20, 30], 1)
    assert result.unjudged == 0


def test_a_camera_of_which_only_a_type_without_a_rule_is_true_was_not_observed() -> None:
    kind = catalogue.TO_COME[-1]
    result = score([], [due(10), due(20, type=kind, camera="yard")], observed_seconds=60)
    assert result.total.camera_seconds == 60


def test_scores_of_clips_join_to_one_of_all() -> None:
    kind = catalogue.TO_COME[-1]
    one = score(events(11, 300), [due(10), due(5, type=kind)], observed_seconds=600)
    other = score([event(9, 9, type="intrusion")], [due(9, type="intrusion"), due(10)], observed_seconds=300)
    both = joined([one, other])
    assert counts(both) == (2, 1, 1)
    assert {name: len(outcome.missed) for name, outcome in both.by_type.items()} == {
        "intrusion": 0,
        "line": 1,
    }
    assert (both.by_type["line"].camera_seconds, both.total.camera_seconds) == (900, 900)
    assert len(both.no_rule_yet[kind].truth) == 1


def test_time_that_is_not_known_of_one_clip_is_not_known_of_all() -> None:
    known, unknown = score([], [due(1)], observed_seconds=60), score([], [due(1)])
    assert joined([known, unknown]).total.false_rate is None
    assert joined([known, known]).total.camera_seconds == 120
    assert joined([]).total.camera_seconds == 0
