from pathlib import Path

import av
import pytest
from av.video.frame import PictureType

from sample_videos.sketch.__main__ import VIDEO, write_clip

FILES = (VIDEO, "cameras.toml", "truth.jsonl", "boxes.jsonl")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    write_clip(folder, seed=3, seconds=4.4, fps=25)
    return folder


def test_the_same_seed_gives_the_same_bytes(clip: Path, tmp_path: Path) -> None:
    write_clip(tmp_path, seed=3, seconds=4.4, fps=25)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (clip / name).read_bytes()


def test_another_seed_gives_another_clip(clip: Path, tmp_path: Path) -> None:
    write_clip(tmp_path, seed=4, seconds=0.4, fps=25)
    first = (clip / "boxes.jsonl").read_text().splitlines()[:10]
    assert (tmp_path / VIDEO).read_bytes() != (clip / VIDEO).read_bytes()
    assert len((tmp_path / "boxes.jsonl").read_text().splitlines()) == len(first)


def test_the_file_is_coded_as_cameras_code_with_b_frames_and_key_frames_far_apart(clip: Path) -> None:
    with av.open(str(clip / VIDEO)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 640, 360)
        kinds = [(frame.pict_type, frame.key_frame) for frame in container.decode(stream)]
    assert len(kinds) == 110
    assert [index for index, (_, key) in enumerate(kinds) if key] == [0, 100]
    assert any(kind == PictureType.B for kind, _ in kinds)
