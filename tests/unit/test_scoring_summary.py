"""Many clips judged together and sliced by their tags."""

from dataclasses import replace

import pytest

from sharp_eyes.clock import REPLAY_EPOCH, microseconds
from sharp_eyes.scoring.document import score_document
from sharp_eyes.scoring.matching import EventLine
from sharp_eyes.scoring.summary import Clip, Summary, summarise
from sharp_eyes.scoring.table import SILENCE_HEADINGS, figures, headings, silence_figures
from sharp_eyes.scoring.truth import TruthEntry


def clip(name: str, said: list[float], wanted: list[float], **tags: str) -> Clip:
    """A clip of an hour; every clip has the same event ids, as replays of one camera may."""
    return Clip(
        name,
        [
            EventLine(
                event_id=f"event-{number}", record="raised", camera="gate", rule="r", type="line",
                at=REPLAY_EPOCH + microseconds(at), offset_seconds=at, label="person",
            )
            for number, at in enumerate(said)
        ],
        [TruthEntry(camera="gate", type="line", start=start) for start in wanted],
        observed_seconds=3600,
        tags=tags,
    )  # fmt: skip


DAY = clip("day-1", [11, 61], [10, 60], condition="day", layout="yard")
NIGHT = clip("night-1", [15, 500], [10, 60], condition="night", layout="yard")
OTHER_NIGHT = clip("night-2", [], [10], condition="night", layout="street")
ALL = summarise([DAY, NIGHT, OTHER_NIGHT])


def test_all_clips_together_are_judged_each_by_its_own_truth() -> None:
    total = ALL.score.total
    assert (len(total.matched), len(total.missed), len(total.extra)) == (3, 2, 1)
    assert total.camera_seconds == 3 * 3600


@pytest.mark.parametrize(
    ("tag", "recalls"),
    [("condition", {"day": 1, "night": 1 / 3}), ("layout", {"street": 0, "yard": 3 / 4}), ("weather", {})],
)
def test_a_tag_slices_the_clips_by_its_values(tag: str, recalls: dict[str, float]) -> None:
    found = {value: part.score.total.recall for value, part in ALL.by(tag).items()}
    assert found == pytest.approx(recalls)


def test_a_slice_can_be_sliced_again_and_by_type() -> None:
    night = ALL.by("condition")["night"]
    assert [one.clip.name for one in night.only("layout", "yard").judged] == ["night-1"]
    assert len(night.score.by_type["line"].missed) == 2


def test_summaries_add_up_to_the_summary_of_all_their_clips() -> None:
    parts = summarise([DAY]) + summarise([NIGHT]) + summarise([OTHER_NIGHT])
    assert parts == ALL
    assert Summary() + ALL == ALL
    assert Summary().score.total.f1 == 1


def test_the_tolerance_is_that_of_all_clips_and_remembered() -> None:
    strict = summarise([NIGHT], tolerance=4.9)
    assert len(strict.score.total.matched) == 0
    assert strict.judged[0].tolerance == 4.9


def test_the_document_holds_every_figure_of_an_outcome() -> None:
    document = score_document(ALL.by("condition")["night"].score, alpha=0.65)
    total = document["total"]
    assert isinstance(total, dict)
    assert document["alpha"] == 0.65
    assert (total["precision"], total["recall"], total["f1"]) == (
        0.5,
        0.3333,
        pytest.approx(0.4177, abs=1e-4),
    )
    assert total["delay_seconds"] == {"p50": 5, "p95": 5}
    rate = total["false_events"]
    assert (rate["camera_days"], rate["per_camera_day"]) == (pytest.approx(1 / 12), pytest.approx(12))
    assert rate["upper_bound_95"] == pytest.approx(4.744 * 12, abs=0.01)
    assert total["silences"] == {"kept": 0, "broken": 0}


def test_what_nobody_knows_is_null_in_the_document_and_a_dash_in_a_row() -> None:
    silent = summarise([Clip("dark", [], DAY.truth)]).score
    total = score_document(silent)["total"]
    assert isinstance(total, dict)
    assert (total["delay_seconds"], total["false_events"]) == (None, None)
    assert figures(silent.total, 1, with_rate=True)[-4:] == ["–"] * 4


def test_a_row_has_a_figure_for_every_heading() -> None:
    for with_rate in (True, False):
        row = figures(ALL.score.total, 0.65, with_rate=with_rate)
        assert len(row) == len(headings(0.65, with_rate=with_rate))
    assert figures(ALL.score.total, 1, with_rate=True)[7:] == ["8", "38", "1.0", "4.6"]


def test_of_what_is_watched_the_truth_is_complete() -> None:
    watched = frozenset({("gate", "line"), ("yard", "intrusion")})
    alone = Clip("a", DAY.events, [], observed_seconds=3600)
    score = summarise([alone]).score
    assert (score.by_type, score.unjudged) == ({}, 2)
    score = summarise([replace(alone, watched=watched)]).score
    assert {kind: len(outcome.extra) for kind, outcome in score.by_type.items()} == {
        "line": 2,
        "intrusion": 0,
    }
    assert (score.unjudged, score.camera_seconds) == (0, 2 * 3600)
    assert score.by_type["intrusion"].camera_seconds == 3600


def test_the_near_misses_of_a_row_are_told_beside_the_events_in_them() -> None:
    silent = [
        TruthEntry(camera="gate", type="line", start=start, end=start + 5, must_be_silent=True)
        for start in (10, 30, 60)
    ]
    total = summarise([Clip("near", DAY.events, silent)]).score.total
    assert silence_figures(total) == ["3", "2", "2"]
    assert len(silence_figures(total)) == len(SILENCE_HEADINGS)
