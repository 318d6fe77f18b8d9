"""What every source of frames promises, whoever plays."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from ingest.address import parse_address, parse_networks
from ingest.credentials import Credentials
from ingest.frame import Frame
from ingest.live_source import FrameSource, HealthChange, SourceListener, WatchedSource
from ingest.looped_file_source import LoopedFileSource
from ingest.pattern import Recipe, encode, read
from ingest.ring import StreamFormat, VideoPacket
from ingest.rtsp_source import RtspSource
from ingest.scripted_source import ScriptedSource
from servers.rtsp import RtspServerMissingError, rtsp_cameras
from sharp_eyes.clock import SECOND, SystemClock

FPS = 30
RECIPE = Recipe(frames=40, fps=FPS, gop=20, container="mp4")


@dataclass
class Diary(SourceListener):
    """All that a source said, in order."""

    said: list[str] = field(default_factory=list)
    formats: list[StreamFormat] = field(default_factory=list)
    packets: list[tuple[bool, int | None, int]] = field(default_factory=list)
    frames: list[tuple[int, int, int | None]] = field(default_factory=list)
    health: list[HealthChange] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def on_format(self, stream_format: StreamFormat) -> None:
        self._note("format")
        self.formats.append(stream_format)

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        self._note("packet")
        self.packets.append((packet.is_keyframe, packet.pts, at))

    def on_frame(self, frame: Frame) -> None:
        self._note("frame")
        self.frames.append((frame.index, frame.at, read(frame.luma())))

    def on_health(self, change: HealthChange) -> None:
        self._note("health")
        self.health.append(change)

    def _note(self, what: str) -> None:
        self.said.append(what)
        self.threads.add(threading.get_ident())


Opened = Callable[[], WatchedSource]


@pytest.fixture(scope="module", params=["scripted", "file", pytest.param("rtsp", marks=pytest.mark.rtsp)])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A maker of sources that play the pattern: pictures 0 to 39, some of them again and again."""
    folder = tmp_path_factory.mktemp("sources")
    data = encode(RECIPE)
    clip = folder / "pattern.mp4"
    clip.write_bytes(data)
    clock = SystemClock()
    with ExitStack() as stack:
        if request.param == "scripted":
            yield lambda: ScriptedSource.of_recording(data, clock.now())
        elif request.param == "file":
            yield lambda: LoopedFileSource(clip, clock)
        else:
            try:
                cameras = stack.enter_context(rtsp_cameras(folder, {"gate": clip}))
            except RtspServerMissingError as missing:
                pytest.skip(str(missing))
            address = parse_address(cameras.urls["gate"])
            networks = parse_networks("127.0.0.0/8")
            yield lambda: RtspSource(address, Credentials(), networks, clock)


@dataclass(frozen=True)
class Played:
    source: WatchedSource
    since: int
    diary: Diary


@pytest.fixture(scope="module")
def played(opened: Opened) -> Played:
    """A source that has shown thirty pictures and was stopped."""
    since, source = SystemClock().now(), opened()
    return Played(source, since, heard(source))


def heard(source: FrameSource, frames: int = 30) -> Diary:
    """What the source says until it has shown so many pictures."""
    diary, stopping = Diary(), threading.Event()
    thread = threading.Thread(target=source.run, args=(diary, stopping))
    thread.start()
    until = time.monotonic() + 20
    while len(diary.frames) < frames and time.monotonic() < until:
        time.sleep(0.02)
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()
    assert len(diary.frames) >= frames
    return diary


def test_the_format_comes_before_the_first_packet_and_a_packet_before_its_picture(played: Played) -> None:
    diary = played.diary
    assert diary.said[:2] == ["format", "packet"]
    assert diary.said.index("frame") > diary.said.index("packet")
    (stream_format,) = diary.formats
    assert (stream_format.codec, stream_format.width, stream_format.height) == ("h264", 320, 192)
    assert stream_format.extradata


def test_the_first_packet_is_a_key_frame(played: Played) -> None:
    assert played.diary.packets[0][0]


def test_pictures_come_in_order_none_is_missing_and_their_times_rise_strictly(played: Played) -> None:
    diary = played.diary
    indexes, times, numbers = zip(*diary.frames, strict=True)
    assert indexes == tuple(range(len(indexes)))
    assert all(one < other for one, other in pairwise(times))
    first = numbers[0]
    assert numbers[:30] == tuple((first + n) % RECIPE.frames for n in range(30))


def test_times_are_of_now_and_as_far_apart_as_the_pictures_were(played: Played) -> None:
    times = [at for _, at, _ in played.diary.frames]
    assert played.since <= times[0] <= played.since + 5 * SECOND
    gaps = [later - at for at, later in pairwise(times[:30])]
    assert sum(gaps) == pytest.approx(29 * SECOND / FPS, rel=0.06)
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(SECOND / FPS, rel=0.06)


def test_a_picture_has_the_time_of_its_packet(played: Played) -> None:
    diary = played.diary
    packet_times = {at for _, _, at in diary.packets}
    assert sum(at in packet_times for _, at, _ in diary.frames) >= len(diary.frames) - 1


def test_everything_is_said_by_the_thread_that_runs_the_source(played: Played) -> None:
    assert len(played.diary.threads) == 1


def test_a_source_that_plays_has_nothing_to_complain_of(played: Played) -> None:
    assert played.diary.health == []
    assert (played.source.reconnects, played.source.message) == (0, "")


def test_a_stopped_source_ends_within_a_second(opened: Opened) -> None:
    diary, stopping = Diary(), threading.Event()
    thread = threading.Thread(target=opened().run, args=(diary, stopping))
    thread.start()
    time.sleep(random.Random(7).uniform(0.5, 1.0))
    stopping.set()
    began = time.monotonic()
    thread.join(5)
    assert time.monotonic() - began < 1
    said = len(diary.said)
    time.sleep(0.2)
    assert len(diary.said) == said


def test_a_source_that_is_told_to_stop_before_it_begins_says_nothing(opened: Opened) -> None:
    diary, stopping = Diary(), threading.Event()
    stopping.set()
    opened().run(diary, stopping)
    assert diary.frames == []
