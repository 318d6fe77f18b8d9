"""What is no good video is refused in words, quickly, without a traceback; what is half good is used."""

# ruff: noqa: E501 - a table has one line per row

import io
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from ingest import pattern
from ingest.file_source import OPEN_SECONDS, FileSource
from ingest.pattern import Recipe
from sharp_eyes.errors import SourceError
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.truth import TruthEntry

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Path], object]

ZEROLATENCY = {"tune": "zerolatency", "threads": "1"}
CAMERA = """
[[camera]]
id = "gate"
analyse_fps = 5

[[camera.zone]]
name = "everywhere"
points = [[0, 0], [1, 0], [1, 1], [0, 1]]

[[camera.rule]]
name = "anybody"
kind = "intrusion"
zone = "everywhere"
dwell_seconds = 0
labels = ["person", "car", "bag"]
"""
QUICK = 10.0  # seconds for a child process on a busy machine; an endless header may take OPEN_SECONDS more


def mp4(*, faststart: bool = False, frames: int = 120) -> bytes:
    data = pattern.encode(Recipe(frames=frames, container="mp4", options=ZEROLATENCY, gop=20))
    if not faststart:
        return data
    target = io.BytesIO()
    options = {"moov_size": "65536"}  # the index in front
    with (
        av.open(io.BytesIO(data)) as source,
        av.open(target, "w", format="mp4", container_options=options) as out,
    ):
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    return target.getvalue()


def audio_only() -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=8000)
        for number in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 8000, number * 1024
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target.getvalue()


def unknown_codec(container: str, codec: str, fourcc: bytes) -> bytes:
    data = pattern.encode(Recipe(frames=20, container=container, codec=codec, options={}))
    assert fourcc in data
    return data.replace(fourcc, b"zzzz")


def huge_mjpeg(width: int, height: int) -> bytes:
    """Small pictures whose headers say that they are large."""
    recipe = Recipe(frames=5, container="mjpeg", codec="mjpeg", options={}, pixels="yuvj420p")
    data = bytearray(pattern.encode(recipe))
    size, start = height.to_bytes(2, "big") + width.to_bytes(2, "big"), 0
    while (found := data.find(b"\xff\xc0\x00\x11\x08", start)) >= 0:
        data[found + 5 : found + 9] = size
        start = found + 9
    assert start
    return bytes(data)


def y4m(width: int, height: int, size: int) -> bytes:
    return f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\nFRAME\n".encode() + bytes(size)


MKV = (
    bytes.fromhex("1a45dfa3 93 42868101 42f78101 428288")
    + b"matroska"
    + bytes.fromhex("1853806701ffffffffffffff")
)
FTYP = (24).to_bytes(4, "big") + b"ftypisom\0\0\2\0isomiso2"


def sparse(path: Path, begin: bytes, gigabytes: int) -> None:
    with path.open("wb") as file:
        file.write(begin)
        file.truncate(gigabytes << 30)


# What it is → the file's name, how it is made, and what its refusal says.
BAD: dict[str, tuple[str, Make, str]] = {
    "nothing": ("clip.mp4", lambda path: None, "there is no such file"),
    "a folder": ("clip.mp4", lambda path: path.mkdir(), "not a file"),
    "a pipe that delivers nothing": ("clip.mp4", os.mkfifo, "not a file"),
    "empty": ("clip.mp4", lambda path: path.write_bytes(b""), "not a video that can be read"),
    "text": ("clip.mp4", lambda path: path.write_text("this is no video\n" * 500), "not a video that can be read"),
    "random bytes": ("clip.mp4", lambda path: path.write_bytes(np.random.default_rng(3).bytes(300_000)), "not a video that can be read"),
    "an mp4 without its index": ("clip.mp4", lambda path: path.write_bytes(mp4()[:4000]), "not a video that can be read"),
    "audio only": ("clip.mp4", lambda path: path.write_bytes(audio_only()), "no video in it, only audio"),
    "no stream at all": ("clip.mp4", lambda path: path.write_bytes(FTYP + (800_008).to_bytes(4, "big") + b"moov" + b"\0\0\0\x08free" * 100_000), "no video in it"),
    "an unknown codec in mp4": ("clip.mp4", lambda path: path.write_bytes(unknown_codec("mp4", "libx264", b"avc1")), "its codec is not known here"),
    "an unknown codec in avi": ("clip.avi", lambda path: path.write_bytes(unknown_codec("avi", "mpeg4", b"FMP4")), "its codec is not known here"),
    "large pictures": ("clip.y4m", lambda path: path.write_bytes(y4m(9000, 9000, 9000 * 9000 * 3 // 2)), "9000×9000 are beyond the limit of 8K"),
    "pictures beyond all memory": ("clip.y4m", lambda path: path.write_bytes(y4m(2**31 - 1, 2**31 - 1, 1000)), "not a video that can be read"),
    "small jpegs that claim to be large": ("clip.mjpeg", lambda path: path.write_bytes(huge_mjpeg(40_000, 40_000)), "not one picture decodes"),
    "a y4m header that goes on": ("clip.y4m", lambda path: path.write_bytes(b"YUV4MPEG2 W64 H48 F25:1 X" + b"A" * 5_000_000), "not a video that can be read"),
    "a gigabyte of zeros": ("clip.mp4", lambda path: sparse(path, b"", 1), "not a video that can be read"),
    "a picture": ("clip.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000)), "not a video that can be read"),
    "a playlist of another file": ("clip.m3u8", lambda path: path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n"), "not a video that can be read"),
    "a playlist that is called a video": ("clip.mp4", lambda path: path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n"), "not a video that can be read"),
    "a script that joins other files": ("clip.mp4", lambda path: path.write_text("ffconcat version 1.0\nfile /etc/passwd\n"), "not a video that can be read"),
    "a session description": ("clip.sdp", lambda path: path.write_text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"), "not a video that can be read"),
}  # fmt: skip

ENDLESS: dict[str, tuple[str, Make]] = {
    "mkv whose header is endless small gaps": ("clip.mkv", lambda path: path.write_bytes(MKV + b"\xec\x80" * 20_000_000)),
    "mp4 of empty boxes": ("clip.mp4", lambda path: path.write_bytes(FTYP + b"\0\0\0\x08free" * 2_000_000)),
    "avi of empty chunks": ("clip.avi", lambda path: path.write_bytes(b"RIFF\xff\xff\xff\x7fAVI LIST\xff\xff\xff\x7fhdrl" + b"JUNK\0\0\0\0" * 2_000_000)),
}  # fmt: skip


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    file = tmp_path / "cameras.toml"
    file.write_text(CAMERA, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", BAD)
def test_replay_refuses_it_in_words_with_the_files_name_and_exit_code_3(
    name: str, sharp_eyes: SharpEyes, camera: Path, tmp_path: Path
) -> None:
    file, make, message = BAD[name]
    path = tmp_path / file
    make(path)
    began = time.monotonic()
    ended = sharp_eyes("replay", path, "--cameras", camera)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith(f"error: {path}: ")
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "root:" not in ended.stderr
    assert ended.stdout == ""
    assert time.monotonic() - began < QUICK


@pytest.mark.parametrize("name", ENDLESS)
def test_a_header_without_an_end_is_given_up_within_the_time_limit(name: str, tmp_path: Path) -> None:
    file, make = ENDLESS[name]
    path = tmp_path / file
    make(path)
    began = time.monotonic()
    with pytest.raises(SourceError, match=f"{file}: (its header has no end|not a video that can be read)"):
        FileSource(path)
    assert time.monotonic() - began < OPEN_SECONDS + 5


def test_a_header_with_a_gap_of_gigabytes_ends_by_the_time_limit_itself(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    sparse(path, MKV + b"\xec\x01" + (4 << 30).to_bytes(7, "big"), 4)
    began = time.monotonic()
    with pytest.raises(SourceError, match="its header has no end"):
        FileSource(path)
    assert time.monotonic() - began < OPEN_SECONDS + 2


@pytest.mark.parametrize("target", ["/etc/passwd", "file:/etc/passwd", "http://127.0.0.1:9/x.ts"])
def test_no_file_is_opened_that_a_playlist_names(target: str, tmp_path: Path) -> None:
    """A real video behind the name makes no difference: nothing but the file itself is read."""
    if target == "/etc/passwd":
        target = str(tmp_path / "real.ts")
        Path(target).write_bytes(pattern.encode(Recipe(container="mpegts")))
    texts = {
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
        "list.ffconcat": f"ffconcat version 1.0\nfile '{target}'\n",
        "list.mp4": f"#EXTM3U\n#EXTINF:9,\n{target}\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=name):
            FileSource(tmp_path / name)


def test_a_name_that_looks_like_a_protocol_is_only_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = Path("clip:1.mp4")
    name.write_bytes(mp4())
    with FileSource(name) as source:
        assert len(list(source)) == 120


def test_a_cut_off_faststart_file_gives_its_events_so_far_and_then_exit_code_3(
    sharp_eyes: SharpEyes, samples: dict[str, Path], tmp_path: Path
) -> None:
    clip = samples["line"]
    first, *_, last = due(clip / "truth.jsonl")
    data = (clip / "clip.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: byte_of(clip / "clip.mp4", (first + last) / 2)])
    ended = sharp_eyes("replay", path, "--cameras", clip / "cameras.toml")
    assert ended.returncode == 3
    assert ended.stderr.startswith(f"error: {path}: damaged in ")
    assert "its events are written" in ended.stderr
    assert "Traceback" not in ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [event["rule"] for event in events if event["record"] == "raised"]
    assert max(event["offset_seconds"] for event in events) < (first + last) / 2


def due(truth: Path) -> list[float]:
    entries = read_lines(truth, TruthEntry)
    return sorted(entry.starts_at for entry in entries if not entry.must_be_silent)


def byte_of(video: Path, seconds: float) -> int:
    """Where in the file the picture of that moment begins."""
    with av.open(str(video)) as source:
        packets = [packet for packet in source.demux(video=0) if packet.pts is not None]
    return next(p.pos for p in packets if p.pts * p.time_base >= seconds)


def test_a_faststart_file_without_any_picture_left_is_refused(tmp_path: Path) -> None:
    data = mp4(faststart=True)
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: data.index(b"mdat") + 40])
    with pytest.raises(SourceError, match=r"cut\.mp4"), FileSource(path) as source:
        list(source)


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        path = Path("/proc/self/mem")  # even root cannot read it from its start
        message = "cannot be read|not a video"
    else:
        path = tmp_path / "secret.mp4"
        path.write_bytes(mp4())
        path.chmod(0)
        message = "no permission"
    with pytest.raises(SourceError, match=message):
        FileSource(path)
