"""`sharp-eyes evaluate` on hand-made scenarios whose answers are known."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hand_made.scenario import (
    CAMERAS,
    CROSSING,
    SECONDS,
    Object,
    due,
    evaluated,
    lines,
    scenario,
)
from sharp_eyes.program import command

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("home")]  # each program loads the pipeline


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenarios: whatever goes wrong in each is another part's fault."""
    folder = tmp_path_factory.mktemp("suite")
    silence = due("line", 0.0, end=1.0, must_be_silent=True)
    scenario(folder, "crossing", [*CROSSING, silence, due("running", 1.0)])
    scenario(folder, "hidden", CROSSING, visible=0.1, condition="night")
    impossible = due("line", 0.1, direction="right", tolerance_seconds=0.05)
    scenario(folder, "impossible", [CROSSING[0], impossible])
    return folder


@pytest.fixture(scope="module")
def baseline(suite: Path, sharp_eyes: SharpEyes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the rules could do, as recorded."""
    file = tmp_path_factory.mktemp("baseline") / "new" / "baseline.json"
    done = sharp_eyes("evaluate", suite, "--stage", "tracks", "--record-baseline", file)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="module")
def everything(suite: Path, sharp_eyes: SharpEyes, home: Path) -> Object:
    """The suite at all stages, as one document."""
    return evaluated(sharp_eyes("evaluate", suite, "--stage", "all", "--json"))


def test_all_stages_tell_whose_each_miss_is(everything: Object) -> None:
    stages: Object = everything["stages"]
    assert list(stages) == ["tracks", "boxes", "detector"]
    counts = {
        stage: tuple(figures["total"]["counts"][key] for key in ("truth", "found", "missed", "extra"))
        for stage, figures in stages.items()
    }
    assert counts["tracks"] == (6, 5, 1, 1)
    assert counts["boxes"] == (6, 3, 3, 1)
    assert counts["detector"] == (6, 0, 6, 0)
    assert everything["blame"]["missed"] == {"rules": 1, "tracker": 2, "detector": 3}
    assert everything["blame"]["extra"] == {"rules": 0, "tracker": 0, "detector": 0}


def test_what_awaits_its_rule_is_counted_apart(everything: Object) -> None:
    assert everything["no_rule_yet"] == {"running": 1}
    assert list(everything["stages"]["tracks"]["types"]) == ["intrusion", "line"]


def test_the_model_is_named_with_its_hash(everything: Object) -> None:
    ((title, sha256),) = everything["models"].items()
    assert title.endswith(sha256[:8])
    assert len(sha256) == 64


def test_every_figure_of_a_type_and_a_condition_is_there(everything: Object) -> None:
    stage = everything["stages"]["tracks"]
    line = stage["types"]["line"]
    assert line["counts"] == {"truth": 3, "found": 2, "missed": 1, "extra": 1}
    assert (line["precision"], line["recall"], line["f1"]) == (0.6667, 0.6667, 0.6667)
    rate = line["false_events"]
    assert rate["camera_days"] == pytest.approx(3 * SECONDS / 86_400)
    assert rate["per_camera_day"] == pytest.approx(86_400 / 12)
    assert rate["upper_bound_95"] == pytest.approx(4.744 * 86_400 / 12, rel=1e-3)
    assert (line["silences"], line["silence_broken"]) == ({"kept": 1, "broken": 0}, 0)
    assert line["delay_seconds"]["p50"] == pytest.approx(0.2, abs=0.21)
    assert list(stage["conditions"]) == ["day", "night"]
    assert stage["conditions"]["night"]["counts"]["found"] == 2
    assert stage["total"]["false_events"]["camera_days"] == pytest.approx(3 * SECONDS / 86_400)


def test_every_scenario_names_what_was_wrong_in_it(everything: Object) -> None:
    scenarios: list[Object] = everything["scenarios"]
    assert [one["name"] for one in scenarios] == ["crossing", "hidden", "impossible"]
    assert [one["condition"] for one in scenarios] == ["day", "night", "day"]
    wrong = scenarios[2]["stages"]["tracks"]["total"]
    assert [entry["start"] for entry in wrong["missed"]] == [0.1]
    assert [event["type"] for event in wrong["extra"]] == ["line"]


def test_the_tables_are_quiet_in_a_pipe_and_name_every_kind(suite: Path, sharp_eyes: SharpEyes) -> None:
    done = sharp_eyes("evaluate", suite, "--stage", "tracks")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["intrusion", "3", "3", "0", "0", "1.000", "1.000", "1.000"] in [row[:8] for row in rows]
    assert ["line", "1", "0", "0"] in rows  # near misses, of them broken, by events
    assert {"all", "day", "night"} <= {row[0] for row in rows if row}
    assert "no rule yet, so not judged: running 1" in done.stdout
    assert "frames/s" in done.stdout


def test_only_what_matches_is_judged(suite: Path, sharp_eyes: SharpEyes) -> None:
    document = evaluated(sharp_eyes("evaluate", suite, "--stage", "tracks", "--only", "hid*", "--json"))
    assert [one["name"] for one in document["scenarios"]] == ["hidden"]
    assert (document["models"], document["blame"]) == ({}, None)


def test_an_event_that_the_truth_does_not_speak_of_is_extra(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    scenario(tmp_path / "suite", "silent", [])
    document = evaluated(sharp_eyes("evaluate", tmp_path / "suite", "--stage", "tracks", "--json"))
    total = document["stages"]["tracks"]["total"]
    assert (total["counts"]["extra"], total["f1"]) == (2, 0.0)


def test_an_event_in_a_near_miss_breaks_it(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    silences = [due(kind, 1.0, end=3.0, must_be_silent=True) for kind in ("line", "intrusion")]
    scenario(tmp_path / "suite", "near", silences)
    document = evaluated(sharp_eyes("evaluate", tmp_path / "suite", "--stage", "tracks", "--json"))
    total = document["stages"]["tracks"]["total"]
    assert (total["silences"], total["silence_broken"]) == ({"kept": 0, "broken": 2}, 2)


def test_a_baseline_is_held_by_what_it_was_recorded_of(
    baseline: Path, suite: Path, sharp_eyes: SharpEyes
) -> None:
    recorded = json.loads(baseline.read_text(encoding="utf-8"))
    counts = {"found": 2, "missed": 1, "extra": 1, "silences": 1, "broken": 0}
    assert recorded["stages"]["tracks"]["line"] == counts
    done = sharp_eyes("evaluate", suite, "--stage", "tracks", "--baseline", baseline)
    assert done.returncode == 0, done.stderr
    assert "the baseline is held" in done.stdout


def test_a_baseline_that_is_not_held_is_exit_code_1(
    baseline: Path, suite: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    recorded = json.loads(baseline.read_text(encoding="utf-8"))
    recorded["stages"]["tracks"]["line"] |= {"found": 3, "missed": 0}
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(recorded), encoding="utf-8")
    done = sharp_eyes("evaluate", suite, "--stage", "tracks", "--baseline", file, "--json")
    assert evaluated(done, code=1)["baseline"]["held"] is False
    assert "the baseline is not held: tracks, line: F1 fell from 0.857 to 0.667" in done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"suite_sha256": "0" * 64}, "another suite"),
        ({"scenarios": ["crossing", "hidden"]}, "the scenario impossible"),
        ({"stages": {}}, "does not hold the stage tracks"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_a_baseline_of_something_else_asks_to_be_recorded_anew(
    change: Object, message: str, baseline: Path, suite: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(json.loads(baseline.read_text(encoding="utf-8")) | change), encoding="utf-8")
    done = sharp_eyes("evaluate", suite, "--stage", "tracks", "--baseline", file)
    assert done.returncode == 2
    assert message in done.stderr
    assert "--record-baseline" in done.stderr
    assert done.stdout == ""


def test_the_next_run_tells_what_went_better_and_worse(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    folder, out = tmp_path / "suite", tmp_path / "out"
    clip = scenario(folder, "crossing", CROSSING)
    arguments = ("evaluate", folder, "--stage", "tracks", "--out", out)
    assert "last time" not in sharp_eyes(*arguments).stdout
    assert (out / "tracks" / "crossing.jsonl").read_text(encoding="utf-8").count('"raised"') == 2
    lines(clip / "truth.jsonl", *CROSSING, due("line", 0.1))
    worse = sharp_eyes(*arguments)
    assert "worse: crossing (tracks): 1 missed, 0 extra; last time 0 missed, 0 extra" in worse.stdout
    lines(clip / "truth.jsonl", *CROSSING)
    (change,) = evaluated(sharp_eyes(*arguments, "--json"))["since_last_run"]
    assert (change["scenario"], change["better"]) == ("crossing", True)


def test_only_what_is_tall_enough_is_judged_where_that_is_asked(
    sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    low = due("line", 0.1, height=0.1)
    scenario(tmp_path / "suite", "crossing", [*CROSSING, low])
    arguments = ("evaluate", tmp_path / "suite", "--stage", "tracks", "--out", tmp_path / "kept", "--json")
    assert evaluated(sharp_eyes(*arguments))["stages"]["tracks"]["types"]["line"]["counts"]["missed"] == 1
    narrowed = evaluated(sharp_eyes(*arguments, "--min-height", "0.2"))
    assert narrowed["stages"]["tracks"]["types"]["line"]["counts"]["missed"] == 0
    assert narrowed["since_last_run"] == []
    assert narrowed["min_height"] == 0.2
    assert sharp_eyes(*arguments, "--min-height", "nan").returncode == 2
    assert evaluated(sharp_eyes(*arguments))["since_last_run"] == []  # it was not kept
    refused = sharp_eyes(*arguments, "--min-height", "0.2", "--record-baseline", tmp_path / "new.json")
    assert refused.returncode == 2
    assert "leave out --only and --min-height" in refused.stderr


def test_a_card_whose_seconds_are_not_those_of_its_clip_is_refused(
    sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    scenario(tmp_path / "suite", "crossing", CROSSING, seconds=86_400.0)
    done = sharp_eyes("evaluate", tmp_path / "suite", "--stage", "tracks")
    assert done.returncode == 2
    assert "scenario.json: seconds: 86400 s at 5 fps, and boxes.jsonl has 20 frames" in done.stderr


@pytest.mark.parametrize("given", [False, True], ids=["by default", "as set"])
def test_without_a_folder_the_last_run_is_kept_in_the_cache(
    given: bool, suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SHARP_EYES_CACHE", raising=False)
    cache = tmp_path / "set" if given else tmp_path / ".cache" / "sharp-eyes"
    if given:
        monkeypatch.setenv("SHARP_EYES_CACHE", str(cache))
    arguments = command("evaluate", str(suite), "--stage", "tracks", "--only", "crossing")
    subprocess.run(arguments, check=True, capture_output=True, timeout=120)
    (kept,) = (cache / "evaluate").iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["scenarios"].keys() == {"crossing"}


def test_the_page_stands_alone_and_escapes_every_name(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    scenario(tmp_path / "suite", "crossing", [CROSSING[0]], condition="<script>alert(1)</script>")
    html = tmp_path / "new" / "report.html"
    done = sharp_eyes("evaluate", tmp_path / "suite", "--stage", "tracks", "--html", html)
    assert done.returncode == 0, done.stderr
    page = html.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "://" not in page
    assert "through-the-gate" in page


def test_the_page_shows_truth_above_events_at_every_stage_with_what_the_replay_left(
    sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    clip = scenario(tmp_path / "suite", "crossing", CROSSING)
    kept = CAMERAS.replace('evidence = "none"', 'evidence = "snapshot"', 1)
    kept = kept.replace('evidence = "none"', 'evidence = "clip"')
    (clip / "cameras.toml").write_text(kept, encoding="utf-8")
    html = tmp_path / "report.html"
    done = sharp_eyes("evaluate", tmp_path / "suite", "--stage", "all", "--html", html)
    assert done.returncode == 0, done.stderr
    page = html.read_text(encoding="utf-8")
    assert page.count('class="judged"') == 3
    assert page.count('class="plot"') == 3
    assert [f'title="stage">{stage}<' in page for stage in ("tracks", "boxes", "detector")] == [True] * 3
    assert page.count("data:image/jpeg;base64,") == page.count(".mp4") == 2  # the detector sees nobody
    (linked,) = (tmp_path / "report_files" / "tracks" / "crossing").glob("*.mp4")
    assert f'href="report_files/tracks/crossing/{linked.name}"' in page


def test_without_a_page_nobody_cuts_clips_and_with_a_folder_they_lie_in_it(
    sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    clip = scenario(tmp_path / "suite", "crossing", CROSSING)
    kept = CAMERAS.replace('evidence = "none"', 'evidence = "snapshot"')
    (clip / "cameras.toml").write_text(kept, encoding="utf-8")
    arguments = ("evaluate", tmp_path / "suite", "--stage", "tracks", "--out", tmp_path / "out")
    assert sharp_eyes(*arguments).returncode == 0
    assert not (tmp_path / "out" / "evidence").exists()
    assert sharp_eyes(*arguments, "--html", tmp_path / "report.html").returncode == 0
    assert len(list((tmp_path / "out" / "evidence" / "tracks" / "crossing").glob("*.jpg"))) == 2
    assert not (tmp_path / "report_files").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "cannot be read"),
        (("empty",), "no scenario in it"),
        (("empty.toml",), "no scenario in it"),
        (("wrong.toml",), "scenario.0.seed"),
        (("twice.toml",), "the scenario line-yard-day-easy-1 is there twice"),
        (("broken.toml",), "not TOML"),
        (("half",), "there is no clip.mp4, cameras.toml"),
        (("same",), "the scenario crossing is there twice"),
        (("other", "--only", "else*"), 'no scenario is called like "else*"'),
        (("half", "--only", "x", "--baseline", "b.json"), "leave out --only"),
        (("half", "--stage", "tracks", "--model", "studio"), "no --model sees anything"),
        (("other", "--baseline", "b.json"), "b.json"),
        (("half", "--record-baseline", "half"), "File 'half' is a directory"),
        (("twice.toml", "--record-baseline", "twice.toml"), "name another file"),
    ],
    ids=str,
)
def test_what_cannot_be_evaluated_is_refused_with_the_reason(
    arguments: tuple[str, ...], message: str, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    entry = '[[scenario]]\nkind = "line"\nlayout = "yard"\ncondition = "day"\n'
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "wrong.toml").write_text(entry)
    (tmp_path / "twice.toml").write_text(2 * f"{entry}seed = 1\n")
    (tmp_path / "broken.toml").write_text("[[scenario")
    scenario(tmp_path / "other", "crossing", CROSSING)
    for number in range(2):
        shutil.copytree(tmp_path / "other" / "crossing", tmp_path / "same" / str(number))
    (tmp_path / "half" / "one").mkdir(parents=True)
    (tmp_path / "half" / "one" / "truth.jsonl").write_text("")
    done = sharp_eyes("evaluate", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_replay_that_fails_ends_it_with_its_code_and_its_words(
    suite: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    folder = scenario(tmp_path / "suite", "crossing", CROSSING)
    (folder / "clip.mp4").write_bytes(b"no video")
    done = sharp_eyes("evaluate", tmp_path / "suite", "--stage", "tracks")
    assert done.returncode == 3
    assert "crossing at the stage tracks" in done.stderr
    assert "not a video" in done.stderr
    assert done.stdout == ""
