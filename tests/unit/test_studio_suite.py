import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sample_videos.studio.cache import forget_old, studio_hash
from sample_videos.studio.film import FILES
from sample_videos.studio.picture.weather import CONDITIONS
from sample_videos.studio.scenario import NearMiss, Scenario, ScenarioError
from sample_videos.studio.scenarios.plain_cast import PlainCast
from sample_videos.studio.scenarios.plays import PLAYS
from sample_videos.studio.suite import Entry, SuiteError, read_suite
from sample_videos.studio.truth.trail import trail

SUITES = Path(__file__).parents[2] / "sample_videos" / "suites"
ONE = '[[scenario]]\nkind = "intrusion"\nlayout = "street"\ncondition = "day"\nseed = 3\n'


def suite_of(folder: Path, text: str) -> Path:
    file = folder / "suite.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_entry_has_defaults_and_a_name(tmp_path: Path) -> None:
    (entry,) = read_suite(suite_of(tmp_path, ONE))
    assert entry == Entry("intrusion", "street", "day", 3, 15.0, 5, "easy")
    assert entry.name == "intrusion-street-day-easy-3"


def test_another_frame_rate_is_part_of_the_name(tmp_path: Path) -> None:
    (entry,) = read_suite(suite_of(tmp_path, ONE + "fps = 25\n"))
    assert entry.name == "intrusion-street-day-easy-3-25fps"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no scenario in it"),
        ("scenario = 3\n", "no scenario in it"),
        ("[[scenario", "not TOML"),
        ("x = " + "[" * 5_000, "not TOML"),
        ("x = " + "9" * 5_000, "not TOML"),
        ("title = 1\n" + ONE, 'unknown "title"'),
        ("scenario = [1]\n", r"scenario\[0\]: not a table"),
        (ONE + "colour = 1\n", r"scenario\[0\]\.colour: unknown key"),
        (ONE.replace("seed = 3\n", ""), r"scenario\[0\]\.seed: is missing"),
        (ONE.replace('"day"', '"noon"'), r"scenario\[0\]\.condition: 'noon' is none of day, overcast"),
        (ONE.replace('"day"', "7"), r"scenario\[0\]\.condition: 7 is none of"),
        (ONE.replace("= 3", "= -1"), r"scenario\[0\]\.seed: -1 is no number from 0"),
        (ONE.replace("= 3", "= true"), r"scenario\[0\]\.seed: True is no number"),
        (ONE.replace("= 3", "= 1.5"), r"scenario\[0\]\.seed: 1\.5 is no whole number"),
        (ONE + "seconds = 1\n", r"scenario\[0\]\.seconds: 1 is no number from 10"),
        (ONE + ONE, r"scenario\[1\]: scenario\[0\] is intrusion-street-day-easy-3 too"),
        (
            ONE.replace("intrusion", "speeding").replace("street", "hall"),
            r"scenario\[0\]\.layout: speeding cannot be in a hall; street or yard or car_park suits it",
        ),
    ],
)
def test_what_is_wrong_in_a_suite_is_named_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SuiteError, match=says):
        read_suite(suite_of(tmp_path, text))


def test_a_suite_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"gone\.toml: cannot be read"):
        read_suite(tmp_path / "gone.toml")


def test_an_entry_that_cannot_be_composed_is_named() -> None:
    with pytest.raises(ScenarioError, match="intrusion-street-day-easy-3: a clip lasts"):
        Entry("intrusion", "street", "day", 3, seconds=1.0).compose(PlainCast())


def test_the_short_suite_has_twenty_clips_of_all_lights_and_no_more_than_twelve_seconds() -> None:
    entries = read_suite(SUITES / "ci.toml")
    assert len(entries) == 20
    assert {entry.condition for entry in entries} == set(CONDITIONS)
    assert all(entry.seconds <= 12 for entry in entries)
    assert sum(entry.kind in {"intrusion", "line", "loitering"} for entry in entries) >= 12


def test_old_renderings_of_other_studios_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    old, fresh, foreign = (tmp_path / name for name in ("0123456789abcdef", "fedcba9876543210", "photos"))
    thesis = tmp_path / "00112233445566aa"
    (thesis / "chapters").mkdir(parents=True)
    (tmp_path / "aaaaaaaaaaaaaaaa").symlink_to(tmp_path / "nowhere")
    for folder in (old, fresh, foreign):
        clip = folder / "clip"
        clip.mkdir(parents=True)
        for name in FILES:
            (clip / name).touch()
    for folder in (old, foreign, thesis, tmp_path / studio_hash()):
        folder.mkdir(exist_ok=True)
        os.utime(folder, (0, 0))
    forget_old(tmp_path)
    assert not old.exists()
    assert fresh.exists()
    assert foreign.exists()
    assert thesis.exists()
    assert (tmp_path / studio_hash()).exists()


def test_what_thresholds_are_chosen_by_is_in_no_suite_that_judges() -> None:
    names = [entry.name for suite in SUITES.glob("*.toml") for entry in read_suite(suite)]
    assert len(set(names)) == len(names)


def test_the_whole_suite_has_every_kind_in_every_light() -> None:
    entries = read_suite(SUITES / "whole.toml")
    kinds = Counter(entry.kind for entry in entries)
    assert len(entries) >= 200
    assert set(kinds) == set(PLAYS)
    for kind in ("intrusion", "line", "loitering"):
        assert {entry.condition for entry in entries if entry.kind == kind} == set(CONDITIONS)
        assert {entry.difficulty for entry in entries if entry.kind == kind} == {"easy", "medium", "hard"}
    assert sum(entry.fps == 25 for entry in entries) == 10


@pytest.mark.slow
def test_the_whole_suite_has_hundreds_of_near_misses_by_day_of_people_who_are_tall_enough() -> None:
    """Of boxes on bare ground, where sites differ less: what counts is who is asked to come near."""
    tall = 0
    for entry in read_suite(SUITES / "whole.toml"):
        if entry.condition == "day" and entry.kind in {"intrusion", "line", "loitering"} and entry.fps == 5:
            scenario = entry.compose(PlainCast())
            tall += sum(_tall(scenario, miss) for miss in scenario.near_misses)
    assert tall >= 200


def _tall(scenario: Scenario, miss: NearMiss) -> bool:
    """Whether somebody is 48 pixels high halfway through a passage."""
    actor = scenario.actors[miss.objects[0] - 1]
    passed = trail(actor, scenario.site.camera, scenario.seconds)
    halfway = (passed.seconds >= miss.start) & (passed.seconds <= miss.end)
    return bool(np.median(passed.heights[halfway]) >= 48)
