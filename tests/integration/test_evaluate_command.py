"""`sharp-eyes evaluate` and `replay --boxes` on hand-made clips whose answers are known."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from sharp_eyes.program import command

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]
Object = dict[str, Any]  # as JSON has them

pytestmark = pytest.mark.slow  # dozens of programs are started, each loads the pipeline

FPS, SECONDS, WIDTH, HEIGHT = 5, 4, 320, 180
CAMERA = "33080200001310000001"

# A person walks from left to right, his feet at x = 0.1 + 0.2 t: in the zone from 1 s to 3 s, over the
# line at 2 s, and so due for the dwell of a second at 2 s too.
CAMERAS = f"""
[[camera]]
id = "{CAMERA}"
source = {{ file = "clip.mp4" }}

[[camera.zone]]
name = "yard"
points = [[0.29, 0.5], [0.71, 0.5], [0.71, 1.0], [0.29, 1.0]]

[[camera.line]]
name = "gate"
points = [[0.5, 0.0], [0.5, 1.0]]

[[camera.rule]]
name = "in-the-yard"
kind = "intrusion"
zone = "yard"
labels = ["person"]
dwell_seconds = 1
evidence = "none"

[[camera.rule]]
name = "through-the-gate"
kind = "line"
line = "gate"
labels = ["person"]
directions = ["left", "right"]
evidence = "none"
"""


def person(number: int, *, visible: float = 1.0) -> Object:
    foot = 0.1 + 0.2 * number / FPS
    box = [round(foot - 0.06, 4), 0.4, round(foot + 0.06, 4), 0.8]
    return {
        "id": 7,
        "label": "person",
        "xyxy": box,
        "seen_xyxy": box,
        "visible": visible,
        "floor": [1.0, 2.0],
    }


def lines(file: Path, *objects: Object) -> Path:
    file.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return file


def due(kind: str, start: float, **other: object) -> Object:
    return {"camera": CAMERA, "type": kind, "start": start, "tolerance_seconds": 0.6, "objects": [7], **other}


def video(file: Path) -> None:
    """A dark box on a plain ground, where the person's is."""
    with av.open(str(file), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FPS * SECONDS):
            picture = np.full((HEIGHT, WIDTH, 3), 190, np.uint8)
            left, top, right, bottom = person(number)["xyxy"]
            picture[
                round(top * HEIGHT) : round(bottom * HEIGHT), round(left * WIDTH) : round(right * WIDTH)
            ] = 40
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)


def scenario(parent: Path, name: str, truth: list[Object], *, visible: float = 1.0, **card: object) -> Path:
    folder = parent / name
    folder.mkdir(parents=True)
    video(folder / "clip.mp4")
    (folder / "cameras.toml").write_text(CAMERAS, encoding="utf-8")
    lines(folder / "truth.jsonl", *truth)
    frames = [
        {"frame": n, "seconds": n / FPS, "objects": [person(n, visible=visible)]}
        for n in range(FPS * SECONDS)
    ]
    lines(folder / "boxes.jsonl", *frames)
    facts = {
        "name": name, "kind": "intrusion", "layout": "yard", "condition": "day", "seed": 1, "fps": FPS,
        "seconds": float(SECONDS), "difficulty": "easy", "passages": 1, "near_misses": 0,
        "camera": CAMERA, "rules": [],
    }  # fmt: skip
    (folder / "scenario.json").write_text(json.dumps(facts | card), encoding="utf-8")
    return folder


CROSSING = [due("intrusion", 2.0, label="person"), due("line", 2.0, direction="left")]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's home; the cache in it is empty at first."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scenario(tmp_path_factory.mktemp("clip"), "crossing", CROSSING)


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


def replay(sharp_eyes: SharpEyes, clip: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return sharp_eyes("replay", clip / "clip.mp4", "--cameras", clip / "cameras.toml", *more)


def raised(done: subprocess.CompletedProcess[str]) -> list[Object]:
    assert done.returncode == 0, done.stderr
    return [line for line in map(json.loads, done.stdout.splitlines()) if line["record"] == "raised"]


def evaluated(done: subprocess.CompletedProcess[str], code: int = 0) -> Object:
    assert done.returncode == code, done.stderr
    document: Object = json.loads(done.stdout)
    return document


# replay --boxes


@pytest.mark.parametrize("more", [(), ("--tracked",)], ids=["boxes", "tracked"])
def test_the_truths_boxes_raise_what_is_due(more: tuple[str, ...], clip: Path, sharp_eyes: SharpEyes) -> None:
    events = raised(replay(sharp_eyes, clip, "--boxes", clip / "boxes.jsonl", *more))
    found = {event["type"]: event for event in events}
    assert sorted(found) == sorted(event["type"] for event in events) == ["intrusion", "line"]
    for event in events:
        assert event["offset_seconds"] == pytest.approx(2.0, abs=0.3)
        assert event["model"] == "truth"
        assert event["confidence"] == 1.0
    assert found["line"]["direction"] == "left"


def test_tracked_takes_the_truths_own_identities(clip: Path, sharp_eyes: SharpEyes) -> None:
    boxes = clip / "boxes.jsonl"
    assert {event["track"] for event in raised(replay(sharp_eyes, clip, "--boxes", boxes, "--tracked"))} == {
        7
    }
    assert {event["track"] for event in raised(replay(sharp_eyes, clip, "--boxes", boxes))} == {1}


def test_boxes_twice_are_the_same_bytes(clip: Path, sharp_eyes: SharpEyes) -> None:
    first, second = (replay(sharp_eyes, clip, "--boxes", clip / "boxes.jsonl") for _ in range(2))
    assert first.stdout == second.stdout != ""
    assert first.stderr == ""


def test_who_is_nearly_hidden_is_known_but_not_seen(suite: Path, sharp_eyes: SharpEyes) -> None:
    boxes = ("--boxes", suite / "hidden" / "boxes.jsonl")
    assert raised(replay(sharp_eyes, suite / "hidden", *boxes)) == []
    assert len(raised(replay(sharp_eyes, suite / "hidden", *boxes, "--tracked"))) == 2


def test_boxes_need_no_model(clip: Path, sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    cameras = tmp_path / "cameras.toml"
    cameras.write_text(CAMERAS.replace("source =", 'model = "nobody-has-it"\nsource ='), encoding="utf-8")
    arguments = ("replay", clip / "clip.mp4", "--cameras", cameras)
    assert sharp_eyes(*arguments).returncode == 2
    assert len(raised(sharp_eyes(*arguments, "--boxes", clip / "boxes.jsonl"))) == 2


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ('{"frame": 0, "seconds": 0, "objects": []}\n{"frame": 1}\n', "line 2, seconds"),
        (
            '{"frame": 0, "seconds": 0, "objects": []}\n{"frame": 1, "seconds": 0.2, "objects": []}\n',
            "no line within half a frame of 0.400 s",
        ),
    ],
    ids=["malformed", "of a shorter clip"],
)
def test_boxes_that_cannot_be_right_are_refused(
    frames: str, message: str, clip: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    boxes = tmp_path / "boxes.jsonl"
    boxes.write_text(frames, encoding="utf-8")
    done = replay(sharp_eyes, clip, "--boxes", boxes)
    assert done.returncode == 2
    assert str(boxes) in done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "more",
    [
        ("--tracked",),
        ("--boxes", "boxes.jsonl", "--model", "studio"),
        ("--boxes", "boxes.jsonl", "--as-live", "1f3a5c7e9b2d4f60"),
    ],
    ids=str,
)
def test_what_boxes_exclude_is_a_usage_error(
    more: tuple[str, ...], clip: Path, sharp_eyes: SharpEyes
) -> None:
    done = replay(sharp_eyes, clip, *more)
    assert done.returncode == 2
    assert "--boxes" in done.stderr


# evaluate


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


# a suite that is rendered: by a studio that tells of folders which are there already

STUDIO = """
import json, os, pathlib, sys, time
folder = pathlib.Path(os.environ["FAKE_STUDIO"])
(folder / "asked").write_text(json.dumps(sys.argv[1:]))
(folder / "pid").write_text(str(os.getpid()))
for name in json.loads((folder / "names").read_text()):
    if name == "wait":
        time.sleep(60)
    elif name == "fail":
        sys.exit("the studio is on fire")
    else:
        print(json.dumps({"name": name, "folder": str(folder / name), "cached": True}), flush=True)
"""
NAMES = ("line-yard-day-easy-1", "line-yard-day-easy-2-10fps")
SUITE = """
[[scenario]]
kind = "line"
layout = "yard"
condition = "day"
seed = 1
seconds = 15
[[scenario]]
kind = "line"
layout = "yard"
condition = "day"
seed = 2
fps = 10
"""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the studio finds what it was asked for; `names` says what it tells of."""
    package = tmp_path / "path" / "sample_videos" / "studio"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(STUDIO)
    folder = tmp_path / "studio"
    for name in NAMES:
        scenario(folder, name, CROSSING)
    (folder / "suite.toml").write_text(SUITE)
    (folder / "names").write_text(json.dumps(NAMES))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    monkeypatch.setenv("FAKE_STUDIO", str(folder))
    return folder


def test_a_suite_is_rendered_by_the_studio_and_judged(
    studio: Path, sharp_eyes: SharpEyes, home: Path
) -> None:
    arguments = ("evaluate", studio / "suite.toml", "--stage", "tracks", "--jobs", "1", "--json")
    document = evaluated(sharp_eyes(*arguments))
    assert [one["name"] for one in document["scenarios"]] == list(NAMES)
    assert document["stages"]["tracks"]["total"]["f1"] == 1.0
    asked = json.loads((studio / "asked").read_text())
    cache = home / ".cache" / "sharp-eyes" / "studio"
    assert asked == ["suite", str(studio / "suite.toml"), "--jobs", "1", "--cache", str(cache)]


def test_the_studio_is_asked_only_for_what_is_wanted(studio: Path, sharp_eyes: SharpEyes) -> None:
    (studio / "names").write_text(json.dumps(NAMES[1:]))
    sharp_eyes("evaluate", studio / "suite.toml", "--stage", "tracks", "--only", "*fps")
    assert json.loads((studio / "asked").read_text())[-2:] == ["--only", NAMES[1]]


@pytest.mark.parametrize(
    ("told", "code", "message"),
    [
        (NAMES[:1], 1, f"did not render {NAMES[1]}"),
        ((NAMES[0], "fail"), 1, "the studio is on fire"),
        ((NAMES[0], "nowhere"), 2, "there is no clip.mp4"),
    ],
    ids=str,
)
def test_a_studio_that_fails_fails_the_evaluation(
    told: tuple[str, ...], code: int, message: str, studio: Path, sharp_eyes: SharpEyes
) -> None:
    (studio / "names").write_text(json.dumps(told))
    done = sharp_eyes("evaluate", studio / "suite.toml", "--stage", "tracks")
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_children_too(number: signal.Signals, studio: Path) -> None:
    (studio / "names").write_text('["wait"]')
    evaluate = [sys.executable, "-c", "from sharp_eyes.cli import main; main()", "evaluate"]
    with subprocess.Popen(
        [*evaluate, str(studio / "suite.toml")], stderr=subprocess.PIPE, text=True
    ) as child:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (studio / "pid").exists():
            time.sleep(0.05)
        time.sleep(0.2)
        child.send_signal(number)
        said = child.communicate(timeout=30)[1]
    assert child.returncode == 130
    assert said.split() == ["interrupted"]
    with pytest.raises(ProcessLookupError):
        os.kill(int((studio / "pid").read_text()), 0)
