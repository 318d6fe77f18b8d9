"""`replay --boxes`: the pipeline sees by the truth's boxes, on hand-made clips whose answers are known."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hand_made.scenario import CAMERAS, CROSSING, Object, scenario

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("home")]  # each program loads the pipeline


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scenario(tmp_path_factory.mktemp("clip"), "crossing", CROSSING)


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same walk by somebody of whom a tenth shows."""
    return scenario(tmp_path_factory.mktemp("hidden"), "hidden", CROSSING, visible=0.1)


def replay(sharp_eyes: SharpEyes, clip: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return sharp_eyes("replay", clip / "clip.mp4", "--cameras", clip / "cameras.toml", *more)


def raised(done: subprocess.CompletedProcess[str]) -> list[Object]:
    assert done.returncode == 0, done.stderr
    return [line for line in map(json.loads, done.stdout.splitlines()) if line["record"] == "raised"]


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


def test_who_is_nearly_hidden_is_known_but_not_seen(hidden: Path, sharp_eyes: SharpEyes) -> None:
    boxes = ("--boxes", hidden / "boxes.jsonl")
    assert raised(replay(sharp_eyes, hidden, *boxes)) == []
    assert len(raised(replay(sharp_eyes, hidden, *boxes, "--tracked"))) == 2


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
