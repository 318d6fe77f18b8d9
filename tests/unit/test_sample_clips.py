"""The sample clips: whole, small, of every kind of rule, and as a camera would code them."""

from pathlib import Path

import av
import pytest
from av.video.frame import PictureType

from sample_videos.sample_clips import folder
from sharp_eyes import catalogue
from sharp_eyes.cameras import Camera
from sharp_eyes.config.reading import load_cameras
from sharp_eyes.demo.samples import SampleClip, assorted, installed_clips
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.truth import TruthEntry

CLIPS = installed_clips()


def camera_of(clip: SampleClip) -> Camera:
    (camera,) = load_cameras(clip.cameras)
    return camera


def name_of(clip: SampleClip) -> str:
    return clip.name


def test_every_folder_of_the_package_is_found_by_its_entry_point() -> None:
    assert [clip.folder for clip in CLIPS] == sorted(path for path in folder().iterdir() if path.is_dir())


def test_every_kind_of_rule_that_is_built_has_its_sample(samples: dict[str, Path]) -> None:
    assert {kind for clip in CLIPS for kind in clip.kinds} == set(catalogue.BUILT) == set(samples)
    for kind, clip in samples.items():
        assert SampleClip(clip).kinds == (kind,)


def test_all_samples_together_are_small() -> None:
    assert sum(file.stat().st_size for file in folder().rglob("*") if file.is_file()) <= 8_000_000


def test_no_two_samples_have_the_same_camera() -> None:
    cameras = [camera_of(clip).id for clip in CLIPS]
    assert len(set(cameras)) == len(cameras)


@pytest.mark.parametrize("clip", CLIPS, ids=name_of)
def test_something_is_to_be_noticed_and_every_event_would_keep_its_clip(clip: SampleClip) -> None:
    camera = camera_of(clip)
    truth = read_lines(clip.truth, TruthEntry)
    assert {entry.camera for entry in truth} == {camera.id}
    rules = {(rule.kind, rule.name) for rule in camera.rules}
    assert {(entry.type, entry.rule) for entry in truth if entry.type in catalogue.BUILT} <= rules
    assert any(entry.type in catalogue.BUILT and not entry.must_be_silent for entry in truth)
    assert {rule.evidence for rule in camera.rules} == {"clip"}


@pytest.mark.parametrize("clip", CLIPS, ids=name_of)
def test_a_sample_is_coded_as_cameras_code_with_b_frames_and_key_frames_far_apart(clip: SampleClip) -> None:
    with av.open(str(clip.folder / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 640, 360)
        assert stream.average_rate == 25
        kinds = [(frame.pict_type, frame.key_frame) for frame in container.decode(stream)]
    assert [number for number, (_, key) in enumerate(kinds) if key] == list(range(0, len(kinds), 100))
    assert any(kind == PictureType.B for kind, _ in kinds)


def written(parent: Path, name: str, *kinds: str) -> SampleClip:
    rules = "".join(
        f"""
[[camera.rule]]
name = "{kind}"
kind = "{kind}"
{"line" if kind == "line" else "zone"} = "here"
labels = ["person"]
"""
        for kind in kinds
    )
    places = """
[[camera.zone]]
name = "here"
points = [[0, 0], [1, 0], [1, 1]]

[[camera.line]]
name = "here"
points = [[0, 0], [1, 1]]
"""
    clip = SampleClip(parent / name)
    clip.folder.mkdir()
    clip.cameras.write_text(f'[[camera]]\nid = "{name}"\n{places}{rules}', encoding="utf-8")
    return clip


@pytest.mark.parametrize(("most", "chosen"), [(1, "a"), (2, "ad"), (3, "ade"), (4, "abde"), (9, "abcde")])
def test_where_not_all_can_play_as_many_kinds_as_possible_do(most: int, chosen: str, tmp_path: Path) -> None:
    kinds = {"a": "line", "b": "line", "c": "line", "d": "intrusion", "e": "loitering"}
    clips = [written(tmp_path, name, kind) for name, kind in kinds.items()]
    assert "".join(clip.name for clip in assorted(clips, most)) == chosen
