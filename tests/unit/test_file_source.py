"""A file's frames come in the order they are shown, at their exact times; damage is counted."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from ingest import pattern
from ingest.file_source import FileSource, paced
from ingest.pattern import Recipe
from sharp_eyes.clock import REPLAY_EPOCH, SECOND, FakeClock
from sharp_eyes.errors import SourceError

START = REPLAY_EPOCH + 12_345
TICK = SECOND // 10
ZEROLATENCY = {"tune": "zerolatency", "threads": "1"}
PYRAMID = {"threads": "1", "x264-params": "open-gop=1:b-pyramid=2:bframes=7:b-adapt=0:ref=4:keyint=40"}
RECIPES = {
    "mkv": Recipe(),
    "mp4": Recipe(container="mp4"),
    "mpegts": Recipe(container="mpegts"),
    "mkv that begins late": Recipe(first=7),
    "mp4 that begins late": Recipe(container="mp4", first=7),
    "mpegts that begins late": Recipe(container="mpegts", first=7),
    "open groups, a pyramid of B-frames": Recipe(options=PYRAMID, container="mp4"),
    "no B-frames": Recipe(options=ZEROLATENCY, container="mp4"),
    "hevc": Recipe(codec="libx265", options={"x265-params": "log-level=0:pools=1"}, container="mp4"),
    "mpeg4 in avi": Recipe(codec="mpeg4", options={}, container="avi"),
    "mpeg4 with B-frames in avi": Recipe(codec="mpeg4", options={"bf": "2"}, container="avi"),
    "mjpeg": Recipe(codec="mjpeg", options={}, container="avi", pixels="yuvj420p"),
    "vp9": Recipe(codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}, container="webm"),
}


def written(folder: Path, recipe: Recipe, name: str = "clip") -> Path:
    path = folder / f"{name}.{recipe.container}"
    path.write_bytes(pattern.encode(recipe))
    return path


def numbers(source: FileSource) -> list[int | None]:
    return [pattern.read(frame.luma()) for frame in source]


@pytest.mark.parametrize("name", RECIPES)
def test_every_picture_comes_in_order_at_its_exact_time(name: str, tmp_path: Path) -> None:
    with FileSource(written(tmp_path, RECIPES[name]), START) as source:
        seen = [(pattern.read(f.luma()), f.at, f.index, (f.width, f.height)) for f in source]
    size = (pattern.WIDTH, pattern.HEIGHT)
    assert seen == [(number, START + number * TICK, number, size) for number in range(120)]
    assert source.damage.count == 0
    assert source.frames == 120


@pytest.mark.parametrize("name", RECIPES)
def test_the_tap_gets_every_packet_with_its_own_time_before_its_picture(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, RECIPES[name])
    with av.open(str(path)) as container:
        whole = [packet.size for packet in container.demux(video=0) if packet.size]
    tapped: list[tuple[int, int]] = []
    with FileSource(path, START) as source:
        for frame in source.play(lambda packet, at: tapped.append((packet.size, at))):
            assert frame.at in {at for _, at in tapped}
    assert [size for size, _ in tapped] == whole
    assert sorted(at for _, at in tapped) == [START + number * TICK for number in range(120)]


def test_times_are_exact_where_a_period_is_no_whole_number_of_microseconds(tmp_path: Path) -> None:
    path, rate = tmp_path / "ntsc.mp4", Fraction(30000, 1001)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options=ZEROLATENCY)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(90):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), number, np.uint8), "gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with FileSource(path, START) as source:
        assert [frame.at for frame in source] == [START + round(n * SECOND / rate) for n in range(90)]


def test_the_announced_duration_is_that_of_the_video(tmp_path: Path) -> None:
    for recipe in (RECIPES["mp4"], RECIPES["mkv"]):
        with FileSource(written(tmp_path, recipe)) as source:
            assert source.duration == pytest.approx(12 * SECOND, abs=SECOND // 5)


def test_a_paced_file_plays_no_faster_than_it_was_recorded(tmp_path: Path) -> None:
    clock = FakeClock()
    came = []
    with FileSource(written(tmp_path, RECIPES["mp4"]), START) as source:
        for frame in paced(iter(source), clock):
            came.append(clock.now() - frame.at)
            if frame.index == 50:
                clock.at += 3 * TICK + 7  # analysis was slow for once: then it catches up
    first = came[0]
    assert set(came[:51]) == {first}
    assert [late - first for late in came[51:54]] == [2 * TICK + 7, TICK + 7, 7]
    assert set(came[54:]) == {first}


def corrupted(data: bytes, seed: int) -> bytes:
    """Random bytes over a tenth of the file, from its middle on."""
    damaged, middle = bytearray(data), len(data) // 2
    noise = np.random.default_rng(seed).integers(0, 256, len(data) // 10, np.uint8).tobytes()
    damaged[middle : middle + len(noise)] = noise
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["mkv", "mp4", "mpegts"])
def test_random_bytes_in_the_middle_are_counted_and_the_rest_is_played(
    name: str, seed: int, tmp_path: Path
) -> None:
    path = tmp_path / f"damaged.{name}"
    path.write_bytes(corrupted(pattern.encode(RECIPES[name]), seed))
    with FileSource(path, START) as source:
        times = [frame.at for frame in source]
    assert times == sorted(set(times))
    assert len(times) >= 40
    assert source.damage.count >= 1
    assert source.damage.text
    assert source.damage.first_at is not None
    assert 3 * SECOND <= source.damage.first_at <= 12 * SECOND


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_a_file_that_is_cut_off_plays_to_the_cut_and_says_that_it_ends_early(
    share: float, tmp_path: Path
) -> None:
    data = pattern.encode(RECIPES["mkv"])
    path = tmp_path / "cut.mkv"
    path.write_bytes(data[: round(share * len(data))])
    with FileSource(path, START) as source:
        seen = [number for number in numbers(source) if number is not None]
    assert seen == sorted(set(seen))
    assert 0 < len(seen) < 120
    assert source.damage.count >= 1
    assert (
        "of 12." in source.damage.text or "picture" in source.damage.text or "reading" in source.damage.text
    )


def test_a_whole_file_without_a_picture_is_refused(tmp_path: Path) -> None:
    data = bytearray(pattern.encode(Recipe(frames=10, container="mp4", options=ZEROLATENCY)))
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") if data.index(b"moov") > start else len(data)
    data[start : end - 4] = bytes(end - 4 - start)
    path = tmp_path / "blank.mp4"
    path.write_bytes(bytes(data))
    with FileSource(path) as source, pytest.raises(SourceError, match="not one picture decodes"):
        list(source)


def test_a_missing_file_says_so_and_a_folder_too(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.mp4: there is no such file"):
        FileSource(tmp_path / "gone.mp4")
    with pytest.raises(SourceError, match="not a file"):
        FileSource(tmp_path)


def test_where_time_turns_back_it_goes_on_and_nothing_is_left_out(tmp_path: Path) -> None:
    """Two recordings written one after the other into one transport stream: time begins again."""
    data = pattern.encode(Recipe(frames=40, container="mpegts", options=ZEROLATENCY, gop=10))
    path = tmp_path / "twice.ts"
    path.write_bytes(data + data)
    with FileSource(path, START) as source:
        frames = [(frame.at, pattern.read(frame.luma())) for frame in source]
    times = [at for at, _ in frames]
    assert times == sorted(set(times))
    assert [number for _, number in frames] == [*range(40), *range(40)]
    steps = {b - a for a, b in pairwise(times)}
    assert max(steps) < SECOND
    assert source.damage.count == 2  # the seam: the transport stream's counter, and its time


def test_one_long_picture_is_not_taken_for_a_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lapse.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 60 * number, np.uint8), "rgb24")
            frame.pts, frame.time_base = 20 * number, Fraction(1)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with FileSource(path, START) as source:
        assert len(list(source)) == 3
    assert source.damage.count == 0, source.damage.text
