"""Clips of real streams: key frames eight seconds apart, B-frames, codecs that no browser plays."""

import hashlib
import os
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from ingest import pattern
from ingest.clip import Clip
from ingest.masking import Mask
from ingest.recorder import ClipRecorder
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.geometry import Polygon

pytestmark = pytest.mark.real

ORIGIN = REPLAY_EPOCH
PRE_ROLL, POST_ROLL = 5 * SECOND, 5 * SECOND
PETS = "pets09_s2l1_view001_480x360_10fps.mp4"
BOTTLE = "intel_bottle_removed_640x360.mp4"
ABODA = "aboda_video4_bag_left_street_720x480.avi"
# Any moment of an event will do: near the start, just after and before key frames, near the end.
MOMENTS = (3.0, 8.7, 13.1, 15.9, 24.0, 31.37)


def video(name: str) -> Path:
    default = Path(__file__).parents[2].parent / "shared" / "real"
    path = Path(os.environ.get("SHARP_EYES_REAL_DATA", default)) / "videos" / name
    if not path.exists():
        pytest.skip(f"{path} is missing: SHARP_EYES_REAL_DATA names the folder of the real clips")
    return path


@dataclass(frozen=True)
class Truth:
    """Every picture of the source: when it is shown, its exact brightness as a hash, and a small copy."""

    times: tuple[int, ...]
    hashes: tuple[str, ...]
    thumbnails: tuple[pattern.Luma, ...]
    keys: tuple[int, ...]

    def index(self, at: int) -> int:
        nearest = bisect_left(self.times, at - 2)
        assert abs(self.times[nearest] - at) <= 2  # microseconds: rounding alone
        return nearest


def moment(pts: int | None, time_base: Fraction | None) -> int:
    return ORIGIN + round((pts or 0) * (time_base or 0) * SECOND)


def digest(luma: pattern.Luma) -> str:
    return hashlib.sha256(luma.tobytes()).hexdigest()


def thumbnail(luma: pattern.Luma) -> pattern.Luma:
    return np.asarray(cv2.resize(luma, (120, 80), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def truth(name: str) -> Truth:
    with av.open(str(video(name)), "r") as container:
        seen = [
            (moment(frame.pts, frame.time_base), frame.key_frame, np.asarray(frame.to_ndarray(format="gray")))
            for frame in container.decode(video=0)
        ]
    return Truth(
        times=tuple(at for at, _, _ in seen),
        hashes=tuple(digest(luma) for _, _, luma in seen),
        thumbnails=tuple(thumbnail(luma) for _, _, luma in seen),
        keys=tuple(at for at, key, _ in seen if key),
    )


def packets(container: av.container.InputContainer) -> Iterator[tuple[VideoPacket, int]]:
    for packet in container.demux(video=0):
        yield packet, moment(packet.pts, packet.time_base)


def clips(name: str, mask: Mask | None = None, moments: tuple[float, ...] = MOMENTS) -> dict[float, Clip]:
    """Play a file through a recorder, an event at each moment."""
    waiting = {at: ORIGIN + round(at * SECOND) for at in moments}
    with av.open(str(video(name)), "r") as container:
        stream_format = StreamFormat.from_stream(container.streams.video[0])
        recorder = ClipRecorder(stream_format, PRE_ROLL, POST_ROLL, mask)
        done = []
        for packet, at in packets(container):
            done += recorder.push(packet, at)
            for event in [event for event, due in waiting.items() if packet.size and at >= due]:
                recorder.request(str(event), waiting.pop(event))
        done += recorder.finish()
    assert {recorded.event_id for recorded in done} == {str(event) for event in moments}
    return {float(recorded.event_id): recorded.clip for recorded in done if recorded.clip}


@pytest.mark.parametrize("name", [PETS, BOTTLE])
def test_every_picture_of_a_clip_is_the_sources_at_the_time_it_says(name: str) -> None:
    whole = truth(name)
    for event, clip in clips(name).items():
        start_at = ORIGIN + round(event * SECOND) - PRE_ROLL
        assert clip.first_frame_at == max(
            (key for key in whole.keys if key <= start_at), default=whole.keys[0]
        )
        assert clip.shortened == ("starts_late" if event < 5 else None)
        assert not clip.transcoded
        pictures = pattern.decode(clip.data)
        indexes = [whole.index(clip.first_frame_at + t) for t, _ in pictures]
        assert indexes == list(range(indexes[0], indexes[0] + clip.frames))
        assert [digest(luma) for _, luma in pictures] == [whole.hashes[index] for index in indexes]
        assert whole.times[indexes[-1]] == clip.last_frame_at
        assert 0 <= clip.last_frame_at - (start_at + PRE_ROLL + POST_ROLL) + SECOND // 10 < SECOND


def is_nearest_to_its_own_time(clip: Clip, whole: Truth, rows: slice) -> bool:
    """Whether a re-encoded clip, taken as a whole, differs least from the source at no shift."""
    pictures = [
        (whole.index(clip.first_frame_at + t), thumbnail(luma)) for t, luma in pattern.decode(clip.data)
    ]
    assert [index for index, _ in pictures] == list(range(pictures[0][0], pictures[0][0] + clip.frames))
    differences = {
        shift: [distance(luma, whole.thumbnails[index + shift], rows) for index, luma in pictures]
        for shift in (-2, -1, 0, 1, 2)
    }
    assert max(differences[0]) < 4
    return min(differences, key=lambda shift: sum(differences[shift])) == 0


def distance(one: pattern.Luma, other: pattern.Luma, rows: slice) -> float:
    return float(np.abs(one[rows].astype(int) - other[rows]).mean())


def test_a_masked_clip_begins_at_the_pre_roll_and_shows_the_right_pictures_and_nothing_masked() -> None:
    mask = Mask((Polygon(((0.0, 0.75), (1.0, 0.75), (1.0, 1.0), (0.0, 1.0))),))
    whole = truth(PETS)
    for event, clip in clips(PETS, mask, (13.1, 31.37)).items():
        assert 0 <= clip.first_frame_at - (ORIGIN + round(event * SECOND) - PRE_ROLL) < 0.2 * SECOND
        assert clip.masked
        assert clip.transcoded
        assert is_nearest_to_its_own_time(clip, whole, slice(0, 56))
        for _, luma in pattern.decode(clip.data):
            assert luma[270:].max() < 24


def test_mpeg4_in_avi_is_transcoded_to_the_picture() -> None:
    whole = truth(ABODA)
    for event, clip in clips(ABODA, None, (13.1, 20.0)).items():
        assert 0 <= clip.first_frame_at - (ORIGIN + round(event * SECOND) - PRE_ROLL) < 0.2 * SECOND
        assert clip.transcoded
        assert not clip.masked
        assert clip.shortened is None
        assert is_nearest_to_its_own_time(clip, whole, slice(None))
