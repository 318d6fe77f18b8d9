"""Clip folders: whole or absent, the same bytes for the same scenario, boxes for every frame."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from sample_videos.studio.actor import Actor, Stance, Track
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.film import FILES, Pixels, frames, is_whole, render
from sample_videos.studio.picture.faults import Fault
from sample_videos.studio.picture.renderer import Renderer, shared_renderer
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.scenario import Scenario
from sample_videos.studio.scenarios.composition import compose
from sample_videos.studio.scenarios.plain_cast import PlainCast


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return shared_renderer()


@cache
def composed(kind: str = "intrusion", condition: str = "day", seed: int = 1) -> Scenario:
    """Ten seconds of boxes on bare ground, a picture a second."""
    return compose(kind, "yard", condition, seed, 10.0, 1, "hard", PlainCast())


@pytest.fixture(scope="module")
def clip(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips") / "one"
    render(renderer, composed(), folder)
    return folder


@pytest.fixture(scope="module")
def filmed(renderer: Renderer) -> list[tuple[Pixels, tuple[Seen, ...]]]:
    """The pictures of the same clip before they are coded, and what shows in them."""
    return list(frames(renderer, composed()))


@dataclass(frozen=True)
class Breaking:
    """A way on which the rendering fails after three seconds."""

    way: Track

    def stance(self, at: float) -> Stance | None:
        if at >= 3:
            raise ZeroDivisionError
        return self.way.stance(at)


def breaking() -> Scenario:
    scenario = composed()
    first, *others = scenario.actors
    broken = Actor(first.identity, first.figure, Breaking(first.track))
    return replace(scenario, actors=(broken, *others))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def boxes_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "boxes.jsonl").read_text(encoding="utf-8").splitlines()]


def decoded(folder: Path) -> Iterator[np.ndarray]:
    with av.open(str(folder / "clip.mp4")) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def test_a_clip_folder_has_its_five_files_and_nothing_is_left_beside_it(clip: Path) -> None:
    assert {file.name for file in clip.iterdir()} == set(FILES)
    assert is_whole(clip)
    assert [path.name for path in clip.parent.iterdir()] == ["one"]


def test_the_clip_has_a_picture_and_a_line_of_boxes_for_every_moment(clip: Path) -> None:
    pictures = list(decoded(clip))
    assert {picture.shape for picture in pictures} == {(HEIGHT, WIDTH, 3)}
    rows = boxes_of(clip)
    assert [row["frame"] for row in rows] == list(range(len(pictures))) == list(range(10))
    assert [row["seconds"] for row in rows] == [float(second) for second in range(10)]
    assert any(row["objects"] for row in rows)


def test_the_clip_shows_what_was_filmed(filmed: list[tuple[Pixels, tuple[Seen, ...]]], clip: Path) -> None:
    for (picture, _), coded in zip(filmed, decoded(clip), strict=True):
        assert np.abs(coded.astype(int) - picture).mean() < 6


def test_the_same_scenario_gives_the_same_bytes_after_another_one(
    renderer: Renderer, clip: Path, tmp_path: Path
) -> None:
    render(renderer, composed("line", "night", 2), tmp_path / "other")
    render(renderer, composed(), tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(clip)
    assert bytes_of(tmp_path / "other")["clip.mp4"] != bytes_of(clip)["clip.mp4"]


def test_a_crash_in_the_middle_leaves_nothing(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        render(renderer, breaking(), tmp_path / "clips" / "one")
    assert list((tmp_path / "clips").iterdir()) == []


def test_a_crash_in_the_middle_keeps_the_clip_that_was_there(
    renderer: Renderer, clip: Path, tmp_path: Path
) -> None:
    shutil.copytree(clip, tmp_path / "one")
    with pytest.raises(ZeroDivisionError):
        render(renderer, breaking(), tmp_path / "one")
    assert bytes_of(tmp_path / "one") == bytes_of(clip)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_clip_takes_the_place_of_half_a_one_and_names_the_camera_that_was_given(
    renderer: Renderer, clip: Path, tmp_path: Path
) -> None:
    folder, code = tmp_path / "one", "33080200001310000007"
    folder.mkdir()
    (folder / "clip.mp4").write_bytes(b"half")
    assert not is_whole(folder)
    render(renderer, composed(), folder, camera=code)
    assert is_whole(folder)
    for name in ("clip.mp4", "boxes.jsonl"):
        assert (folder / name).read_bytes() == (clip / name).read_bytes()
    for name in ("cameras.toml", "truth.jsonl", "scenario.json"):
        assert code in (folder / name).read_text(encoding="utf-8")


def test_a_folder_with_anything_else_in_it_is_refused_and_kept(renderer: Renderer, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"holds thesis\.txt, which is no part of a clip"):
        render(renderer, composed(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_fault_spoils_its_pictures_only_and_nothing_is_seen_in_them(
    renderer: Renderer, filmed: list[tuple[Pixels, tuple[Seen, ...]]]
) -> None:
    spoilt = list(frames(renderer, replace(composed(), faults=(Fault("dark", 2.0, 5.0),))))
    assert any(objects for _, objects in filmed[2:5])
    for second, ((sound, seen), (picture, objects)) in enumerate(zip(filmed, spoilt, strict=True)):
        if 2 <= second < 5:
            assert picture.mean() < 0.2 * sound.mean()
            assert objects == ()
        else:
            assert np.array_equal(picture, sound)
            assert objects == seen
