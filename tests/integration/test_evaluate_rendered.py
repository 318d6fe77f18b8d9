"""`sharp-eyes evaluate` of a suite that is rendered, by a studio that tells of folders that are there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hand_made.scenario import CROSSING, evaluated, scenario

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("home")]  # dozens of programs are started

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
