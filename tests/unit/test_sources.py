"""Which source plays a camera."""

from dataclasses import replace

import pytest

from ingest.credentials import Credentials
from ingest.looped_file_source import LoopedFileSource
from ingest.rtsp_source import RtspSource
from ingest.sources import evidence_source_for, source_for
from sharp_eyes.cameras import Camera, Source
from sharp_eyes.clock import FakeClock
from sharp_eyes.errors import SourceError

CAMERA = Camera(
    id="gate",
    name=(),
    division="33",
    source=None,
    evidence=None,
    analyse_fps=5.0,
    model="default",
    gate=True,
    tier=2,
    location=None,
    pre_roll_seconds=5.0,
    post_roll_seconds=5.0,
    mask=(),
    ignore=(),
    rules=(),
)


def source_of(source: Source | None) -> object:
    return source_for(replace(CAMERA, source=source), Credentials(), (), FakeClock())


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
def test_an_address_is_played_from_the_network(scheme: str) -> None:
    assert isinstance(source_of(Source(url=f"{scheme}://10.0.0.5/a")), RtspSource)


def test_a_file_is_played_like_a_camera() -> None:
    assert isinstance(source_of(Source(file="clip.mp4")), LoopedFileSource)


def test_a_camera_without_a_source_is_named() -> None:
    with pytest.raises(SourceError, match='camera "gate" has no source'):
        source_of(None)


def test_what_is_no_address_is_refused_before_anything_is_connected_to() -> None:
    with pytest.raises(SourceError, match="no address of a camera"):
        source_of(Source(url="udp://239.0.0.1:5000"))


def test_evidence_has_a_source_of_its_own_where_the_camera_has_one() -> None:
    assert evidence_source_for(CAMERA, Credentials(), (), FakeClock()) is None
    camera = replace(CAMERA, evidence=Source(url="rtsp://10.0.0.5/main"))
    assert isinstance(evidence_source_for(camera, Credentials(), (), FakeClock()), RtspSource)
