"""The whole way as a newcomer goes it: no real data, no network, sample clips and bundled detector."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sharp_eyes.config.reading import load_cameras
from sharp_eyes.demo.samples import installed_clips

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "kept"


@pytest.fixture(scope="module")
def demo(sharp_eyes: SharpEyes, kept: Path) -> subprocess.CompletedProcess[str]:
    return sharp_eyes("demo", "--once", "--keep", kept, timeout=300)


def records(kept: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (kept / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_demo_ends_well_and_prints_events_and_score(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    assert "Traceback" not in demo.stderr
    assert "F1" in demo.stdout
    for kind in ("intrusion", "line", "loitering"):
        assert re.search(rf" s  {kind} ", demo.stdout)


def test_every_clip_is_played_and_told_in_order(demo: subprocess.CompletedProcess[str], kept: Path) -> None:
    assert demo.returncode == 0, demo.stderr
    played = [camera.id for clip in installed_clips() for camera in load_cameras(clip.cameras)]
    assert re.findall(r"as camera (\d+)$", demo.stderr, re.MULTILINE) == played
    told = [record["camera"] for record in records(kept)]
    assert told == sorted(told, key=played.index)
    assert len(re.findall(r"^ *[\d.]+ s  \w+ ", demo.stdout, re.MULTILINE)) == len(told)


def test_the_samples_are_understood(
    demo: subprocess.CompletedProcess[str], kept: Path, sharp_eyes: SharpEyes
) -> None:
    assert demo.returncode == 0, demo.stderr
    judged = sharp_eyes("score", kept / "events.jsonl", kept / "truth.jsonl", "--json", "--min-f1", "0.9")
    assert judged.returncode == 0, judged.stdout
    figures = json.loads(judged.stdout)
    print({name: kind["f1"] for name, kind in figures["types"].items()}, figures["total"]["f1"])
    assert figures["total"]["f1"] >= 0.9
    assert figures["total"]["silence_broken"] == 0


def test_every_event_that_was_raised_has_its_clip(demo: subprocess.CompletedProcess[str], kept: Path) -> None:
    assert demo.returncode == 0, demo.stderr
    raised = {record["event_id"] for record in records(kept) if record["record"] == "raised"}
    assert raised == {file.stem for file in (kept / "evidence").glob("*.mp4")}
    assert f"{len(raised)}" in demo.stdout


@pytest.mark.parametrize("whose", ["the samples", "one's own"])
def test_another_model_that_is_not_there_is_said_and_ends_the_demo(
    whose: str, samples: dict[str, Path], sharp_eyes: SharpEyes
) -> None:
    own = ("--cameras", samples["line"] / "cameras.toml") if whose == "one's own" else ()
    ended = sharp_eyes("demo", "--once", *own, "--model", "yolo99")
    assert ended.returncode == 2
    assert "yolo99" in ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr


def test_the_truth_about_ones_own_cameras_judges_them(
    samples: dict[str, Path], sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    own = ("--cameras", samples["line"] / "cameras.toml", "--truth", tmp_path / "truth.jsonl")
    truth = (samples["line"] / "truth.jsonl").read_bytes()
    (tmp_path / "truth.jsonl").write_bytes(truth)
    ended = sharp_eyes("demo", "--once", *own, "--keep", tmp_path)
    assert ended.returncode == 0, ended.stderr
    (row,) = [line for line in ended.stdout.splitlines() if line.split()[:1] == ["line"]]
    assert row.split()[1] == str(truth.count(b'"must_be_silent": false'))
    assert (tmp_path / "truth.jsonl").read_bytes() == truth
