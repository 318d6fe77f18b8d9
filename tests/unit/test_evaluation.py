"""Judgements added up, blamed, recorded and compared, with answers known by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from sharp_eyes.errors import ConfigError
from sharp_eyes.evaluation.baseline import Baseline, Counts, baseline_of, failings, notes, read_baseline
from sharp_eyes.evaluation.blame import blame_of
from sharp_eyes.evaluation.evaluation import Evaluation, evaluation_of
from sharp_eyes.evaluation.judging import Judgement, judge_events
from sharp_eyes.evaluation.last_run import LastRun, changes, keep_run, read_last_run
from sharp_eyes.evaluation.last_run import notes as notes_of_last_run
from sharp_eyes.evaluation.replays import STAGES, Stage
from sharp_eyes.evaluation.scenario import Scenario
from sharp_eyes.evaluation.suite import FolderSuite, open_suite
from sharp_eyes.scoring.card import ScenarioCard
from sharp_eyes.scoring.matching import EventLine
from sharp_eyes.scoring.truth import TruthEntry

SHA = "a" * 64
CACHE = Path("cache")
WATCHED = frozenset({("gate", "line"), ("gate", "loitering")})


def due(start: float, **other: object) -> TruthEntry:
    facts = {"camera": "gate", "type": "line", "start": start, "tolerance_seconds": 1, "objects": [1]}
    return TruthEntry.model_validate(facts | other)


def silence(start: float, end: float, **other: object) -> TruthEntry:
    return due(start, end=end, must_be_silent=True, **other)


def events(*times: float, **other: object) -> list[EventLine]:
    return [
        EventLine.model_validate(
            {
                "event_id": f"{other}-{at}",
                "record": "raised",
                "camera": "gate",
                "rule": "through-the-gate",
                "type": "line",
                "at": round(at * 1e6),
                "offset_seconds": at,
                "label": "person",
                **other,
            }
        )
        for at in times
    ]


def scenario(name: str, *truth: TruthEntry, condition: str = "day", seconds: float = 60) -> Scenario:
    card = ScenarioCard(
        name=name,
        kind="line",
        layout="street",
        condition=condition,
        difficulty="easy",
        fps=5,
        seconds=seconds,
    )
    return Scenario(Path("/clips") / name, card, truth, WATCHED, "default")


def evaluation(*judgements: Judgement, models: dict[str, str] | None = None) -> Evaluation:
    return evaluation_of(judgements, suite="ci.toml", suite_sha256=SHA, models=models or {}, wall_seconds=2)


def at_stages(one: Scenario, *said: Sequence[EventLine]) -> list[Judgement]:
    return [judge_events(one, stage, said[place]) for place, stage in enumerate(STAGES)]


# judging


def test_found_missed_extra_and_silences_are_counted_per_type() -> None:
    one = scenario("a", due(10), due(30), silence(40, 50), silence(52, 55))
    judged = judge_events(one, "detector", events(10.5, 41, 42))
    line = judged.score.by_type["line"]
    assert Counts.of(line) == Counts(found=1, missed=1, extra=2, silences=2, broken=1)
    assert (len(line.kept), line.silence_broken, line.camera_seconds) == (1, 2, 60)
    assert judged.missed == (1,)
    assert judged.extra_by_sort == {("line", True): 2}


def test_of_two_truths_that_say_the_same_the_missed_one_is_known() -> None:
    judged = judge_events(scenario("a", due(10), due(10)), "detector", events(10))
    assert judged.missed == (1,)


def test_a_type_that_is_watched_and_not_spoken_of_is_judged_too() -> None:
    judged = judge_events(scenario("a", due(10)), "detector", events(10) + events(20, type="loitering"))
    assert Counts.of(judged.score.by_type["loitering"]) == Counts(
        found=0, missed=0, extra=1, silences=0, broken=0
    )
    assert judged.score.by_type["loitering"].camera_seconds == 60
    assert (len(judged.total.extra), judged.score.unjudged) == (1, 0)


def test_an_event_of_a_watched_type_in_no_truths_rule_is_extra() -> None:
    bound = due(10, rule="through-the-gate")
    judged = judge_events(scenario("a", bound), "detector", events(10) + events(10, rule="another"))
    assert Counts.of(judged.total) == Counts(found=1, missed=0, extra=1, silences=0, broken=0)


def test_the_time_of_a_clip_counts_once_for_all_types_together() -> None:
    judged = judge_events(scenario("a", due(10)), "detector", [])
    assert judged.total.camera_seconds == 60
    assert [outcome.camera_seconds for outcome in judged.score.by_type.values()] == [60, 60]


def test_truth_that_awaits_its_rule_is_not_missed() -> None:
    awaited = [due(10, type="running"), silence(1, 2, type="crowd")]
    judged = at_stages(scenario("a", *awaited), events(10, type="running"), [], [])
    assert [(one.total.due, len(one.total.extra)) for one in judged] == [(0, 0)] * 3
    assert evaluation(*judged).without_rule == {"running": 1}


# narrowed by height


def box(height: float) -> list[float]:
    return [0.4, 0.5, 0.5, 0.5 + height]


def test_what_is_too_small_is_neither_missed_nor_found_nor_extra() -> None:
    one = scenario("a", due(10, height=0.1), due(20, height=0.3), due(30, height=0.1), due(40, height=0.3))
    said = events(10, xyxy=box(0.1)) + events(20, xyxy=box(0.3))
    said += events(50, xyxy=box(0.1)) + events(55, xyxy=box(0.3))
    judged = judge_events(one, "detector", said, min_height=0.2)
    assert Counts.of(judged.total) == Counts(found=1, missed=1, extra=1, silences=0, broken=0)
    assert judged.missed == (3,)
    assert Counts.of(judge_events(one, "detector", said).total).extra == 2


@pytest.mark.parametrize("tall_first", [True, False])
def test_what_is_too_small_takes_no_event_from_what_is_not(tall_first: bool) -> None:
    tall, small = due(10.5, height=0.4), due(10, height=0.05)
    one = scenario("a", *((tall, small) if tall_first else (small, tall)))
    judged = judge_events(one, "detector", events(10.2, xyxy=box(0.4)), min_height=0.2)
    assert Counts.of(judged.total) == Counts(found=1, missed=0, extra=0, silences=0, broken=0)


def test_an_event_of_any_height_breaks_the_silence_of_somebody_tall() -> None:
    one = scenario("a", silence(10, 20, height=0.3), silence(30, 40, height=0.1), silence(50, 55, height=0.3))
    said = events(15, xyxy=box(0.1)) + events(35, xyxy=box(0.1))
    judged = judge_events(one, "detector", said, min_height=0.2)
    assert Counts.of(judged.total) == Counts(found=0, missed=0, extra=1, silences=2, broken=1)
    assert judged.extra_by_sort == {("line", True): 1}


def test_what_nobody_knows_the_height_of_is_judged() -> None:
    judged = judge_events(scenario("a", due(10), due(20)), "detector", events(10, 30), min_height=0.9)
    assert Counts.of(judged.total) == Counts(found=1, missed=1, extra=1, silences=0, broken=0)


def test_what_awaits_its_rule_is_narrowed_too() -> None:
    one = scenario("a", due(10, type="running", height=0.1), due(20, type="running", height=0.5))
    judged = judge_events(one, "detector", [], min_height=0.2)
    assert judged.score.no_rule_yet["running"].due == 1


# adding up


def test_every_stage_has_its_own_sums_by_type_and_condition() -> None:
    judged = evaluation(
        judge_events(scenario("b", due(10), condition="night"), "detector", []),
        judge_events(scenario("a", due(10)), "detector", events(10)),
        judge_events(scenario("a", due(10)), "tracks", []),
    )
    assert [(one.scenario.name, one.stage) for one in judged.judgements] == [
        ("a", "tracks"),
        ("a", "detector"),
        ("b", "detector"),
    ]
    detector = judged.at("detector")
    recalls = {name: part.score.total.recall for name, part in detector.by("condition").items()}
    assert recalls == {"day": 1, "night": 0}
    assert detector.score.by_type["line"].camera_seconds == 120
    assert detector.score.total.camera_seconds == 120
    assert judged.at("tracks").score.total.recall == 0
    assert judged.frames_per_second == 3 * 300 / 2


# whose miss it is


def test_a_miss_is_the_part_s_that_lost_it_first() -> None:
    one = scenario("a", due(10), due(20), due(30), due(40))
    judged = at_stages(one, events(20, 30, 40), events(30, 40), events(40))
    blame = blame_of(evaluation(*judged))
    assert blame is not None
    assert blame.missed == {"rules": 1, "tracker": 1, "detector": 1}


def test_what_the_whole_pipeline_found_is_nobodys_miss() -> None:
    blame = blame_of(evaluation(*at_stages(scenario("a", due(10)), [], [], events(10))))
    assert blame is not None
    assert sum(blame.missed.values()) == 0


def test_extra_events_are_blamed_by_type_and_silence() -> None:
    one = scenario("a", due(500), silence(10, 20))
    judged = at_stages(one, events(11, 500), events(11, 31, 500), events(12, 13, 31, 32, 500))
    blame = blame_of(evaluation(*judged))
    assert blame is not None
    assert blame.extra == {"rules": 1, "tracker": 1, "detector": 2}


def test_an_extra_event_that_a_later_part_prevents_is_nobodys() -> None:
    blame = blame_of(evaluation(*at_stages(scenario("a", due(500)), events(1, 2, 3), [], events(4))))
    assert blame is not None
    assert blame.extra == {"rules": 1, "tracker": 0, "detector": 0}


def test_without_every_stage_nobody_is_blamed() -> None:
    assert blame_of(evaluation(judge_events(scenario("a", due(1)), "detector", []))) is None


# the baseline


@pytest.mark.parametrize(
    ("truth", "said"), [([10], [10]), ([10, 30], [10, 50, 51]), ([10], []), ([], [10]), ([], [])], ids=str
)
def test_a_baselines_counts_have_the_f1_of_the_outcome(truth: list[float], said: list[float]) -> None:
    total = judge_events(scenario("a", *map(due, truth)), "detector", events(*said)).total
    assert Counts.of(total).f1 == pytest.approx(total.f1)


def judged_with(found: int, missed: int, extra: int, *, broken: bool = False) -> Evaluation:
    """So many of a hundred, every event due at its own time; and a silence that may be broken."""
    truth = [due(10.0 * number) for number in range(found + missed)]
    said = events(*(10.0 * number for number in range(found)))
    said += events(*(5.0 + 10 * number for number in range(extra)))
    quiet = silence(5, 5) if broken else silence(7, 7)
    return evaluation(judge_events(scenario("a", *truth, quiet), "detector", said), models={"m@1+a": SHA})


@pytest.mark.parametrize(
    ("now", "held"),
    [
        ((100, 0, 0), True),
        ((98, 2, 2), True),  # F1 0.98: it may fall by 0.02
        ((98, 2, 3), False),
        ((97, 3, 0), True),
        ((96, 4, 0), False),
    ],
)
def test_a_baseline_is_held_as_long_as_no_f1_falls_by_more_than_a_fiftieth(
    now: tuple[int, int, int], held: bool
) -> None:
    baseline = baseline_of(judged_with(100, 0, 0))
    found = failings(baseline, judged_with(*now))
    assert (found == []) == held, found


def test_a_silence_that_is_broken_anew_breaks_the_baseline_whatever_f1_says() -> None:
    baseline = baseline_of(judged_with(100, 0, 1))
    assert failings(baseline, judged_with(100, 0, 1)) == []
    assert failings(baseline, judged_with(100, 0, 1, broken=True)) == [
        "detector, line: 1 silences are broken, 0 were"
    ]


def test_a_kind_that_is_not_judged_any_more_breaks_the_baseline() -> None:
    baseline = baseline_of(judged_with(1, 0, 0))
    with_more = baseline.stages["detector"] | {"intrusion": baseline.stages["detector"]["line"]}
    wider = baseline.model_copy(update={"stages": {"detector": with_more}})
    assert failings(wider, judged_with(1, 0, 0)) == ["detector, intrusion: is not judged any more"]


def test_a_silence_that_is_not_asked_for_any_more_breaks_the_baseline() -> None:
    asked = judge_events(scenario("a", due(10), silence(20, 30)), "detector", events(10))
    not_asked = judge_events(scenario("a", due(10)), "detector", events(10))
    (failing,) = failings(baseline_of(evaluation(asked)), evaluation(not_asked))
    assert failing.startswith("detector, line: 0 silences are due, 1 were; record it anew")


def test_a_truth_that_changed_under_the_same_suite_is_not_compared() -> None:
    (failing,) = failings(baseline_of(judged_with(3, 1, 0)), judged_with(3, 0, 0))
    assert failing.startswith("detector, line: 3 events are due, 4 were; record it anew")


def test_another_model_and_a_new_kind_are_told_and_fail_nothing() -> None:
    baseline = baseline_of(judged_with(1, 0, 0)).model_copy(
        update={"models": {"old@1+b": "b" * 64}, "stages": {"detector": {}}}
    )
    assert failings(baseline, judged_with(1, 0, 0)) == []
    told = notes(baseline, judged_with(1, 0, 0))
    assert told[0] == "the baseline was recorded with the model old@1+b, this is m@1+a"
    assert [line.split(":")[0] for line in told[1:]] == [
        "the baseline does not hold line yet",
        "the baseline does not hold loitering yet",
    ]


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ({"suite_sha256": "b" * 64}, "another suite"),
        ({"scenarios": ["a", "b"]}, "the scenario b"),
        ({"scenarios": []}, "the scenario a"),
        ({"stages": {"boxes": {}}}, "does not hold the stage detector"),
        ({"stages": {"elsewhere": {}}}, "elsewhere"),
    ],
    ids=str,
)
def test_a_baseline_of_something_else_is_refused(
    recorded: dict[str, object], message: str, tmp_path: Path
) -> None:
    file = tmp_path / "baseline.json"
    stages: tuple[Stage, ...] = ("detector",)
    suite = FolderSuite(tmp_path, {"a": tmp_path}, SHA)
    whole = baseline_of(judged_with(1, 0, 0)).model_dump()
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert read_baseline(file, suite, stages) == Baseline.model_validate(whole)
    file.write_text(json.dumps(whole | recorded), encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as refused:
        read_baseline(file, suite, stages)
    assert "record it anew" in str(refused.value)


# the last run


def test_a_run_is_compared_with_the_last_and_what_it_left_out_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "new" / "last.json"
    one, other = scenario("a", due(10)), scenario("b", due(10))
    assert read_last_run(file) == LastRun()
    keep_run(
        file,
        LastRun(),
        evaluation(judge_events(one, "tracks", []), judge_events(other, "tracks", events(10))),
    )
    second = evaluation(judge_events(one, "tracks", events(10)))
    (better,) = changes(read_last_run(file), second)
    assert (better.scenario, better.better) == ("a", True)
    keep_run(file, read_last_run(file), second)
    (worse,) = changes(
        read_last_run(file),
        evaluation(judge_events(one, "tracks", events(10)), judge_events(other, "tracks", [])),
    )
    assert (worse.scenario, worse.better) == ("b", False)


def test_that_the_last_run_saw_with_another_model_is_told(tmp_path: Path) -> None:
    file, one = tmp_path / "last.json", scenario("a", due(10))
    seen = evaluation(judge_events(one, "detector", []), models={"studio@1": SHA})
    keep_run(file, LastRun(), seen)
    fed = evaluation(judge_events(one, "tracks", []))
    keep_run(file, read_last_run(file), fed)
    other = evaluation(judge_events(scenario("b", due(10)), "detector", []), models={"studio@2": "b" * 64})
    keep_run(file, read_last_run(file), other)
    last = read_last_run(file)
    swapped = evaluation(judge_events(one, "detector", []), models={"studio@2": "b" * 64})
    assert notes_of_last_run(last, swapped) == [
        "last time it saw with studio@1 (aaaaaaaa), this time with studio@2 (bbbbbbbb)"
    ]
    assert notes_of_last_run(last, seen) == notes_of_last_run(last, fed) == []


def test_a_last_run_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    file = tmp_path / "last.json"
    file.write_text('{"scenarios": {"a": ', encoding="utf-8")
    assert read_last_run(file) == LastRun()


# suites

ENTRY = '[[scenario]]\nkind = "line"\nlayout = "yard"\ncondition = "day"\nseed = {seed}\nseconds = 15\n'


def test_a_scenario_is_called_by_what_it_is_and_a_rate_only_where_it_is_unusual(tmp_path: Path) -> None:
    file = tmp_path / "suite.toml"
    more = 'difficulty = "hard"\nfps = 12\n'
    file.write_text(ENTRY.format(seed=2) + ENTRY.format(seed=1) + more, encoding="utf-8")
    assert open_suite(file, CACHE).names == ("line-yard-day-easy-2", "line-yard-day-hard-1-12fps")
    assert open_suite(file, CACHE, "*-hard-*").names == ("line-yard-day-hard-1-12fps",)


def test_a_comment_makes_no_other_suite_and_another_seed_does(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.toml" for name in "abc")
    first.write_text(ENTRY.format(seed=1), encoding="utf-8")
    second.write_text("# the same\n" + ENTRY.format(seed=1), encoding="utf-8")
    third.write_text(ENTRY.format(seed=2), encoding="utf-8")
    assert (
        open_suite(first, CACHE).sha256 == open_suite(second, CACHE).sha256 != open_suite(third, CACHE).sha256
    )


def test_choosing_some_of_a_suite_makes_no_other_suite(tmp_path: Path) -> None:
    file = tmp_path / "suite.toml"
    file.write_text(ENTRY.format(seed=1) + ENTRY.format(seed=2), encoding="utf-8")
    assert open_suite(file, CACHE, "*-1").sha256 == open_suite(file, CACHE).sha256
