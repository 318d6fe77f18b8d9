"""The whole way as a newcomer goes it: no real data, no network, the bundled detector."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "kept"


@pytest.fixture(scope="module")
def demo(sharp_eyes: SharpEyes, kept: Path) -> subprocess.CompletedProcess[str]:
    return sharp_eyes("demo", "--once", "--keep", kept, timeout=300)


def test_the_demo_ends_well_and_prints_events_and_score(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    assert "Traceback" not in demo.stderr
    assert "F1" in demo.stdout
    for kind in ("intrusion", "line", "loitering"):
        assert re.search(rf" s  {kind} ", demo.stdout)


def test_the_sample_is_understood(
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
    lines = [json.loads(line) for line in (kept / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    raised = {line["event_id"] for line in lines if line["record"] == "raised"}
    assert raised == {file.stem for file in (kept / "evidence").glob("*.mp4")}
    assert f"{len(raised)}" in demo.stdout


def test_another_model_that_is_not_there_is_said_and_ends_the_demo(
    demo: subprocess.CompletedProcess[str], kept: Path, sharp_eyes: SharpEyes
) -> None:
    ended = sharp_eyes("demo", "--once", "--cameras", kept / "cameras.toml", "--model", "yolo99")
    assert ended.returncode != 0
    assert "yolo99" in ended.stderr
    assert "Traceback" not in ended.stderr
