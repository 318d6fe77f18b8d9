"""How tests watch a live source: a diary of what it says, a thread that runs it."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.address import parse_address, parse_networks
from ingest.credentials import Credentials
from ingest.frame import Frame
from ingest.live_source import FrameSource, HealthChange, Silent, SourceListener
from ingest.ring import StreamFormat, VideoPacket
from ingest.rtsp_source import RtspSource
from servers.children import wait_for
from sharp_eyes.clock import SystemClock

NETWORKS = parse_networks("127.0.0.0/8")


@dataclass
class Diary(Silent):
    """What a source said, and when (seconds since the diary began)."""

    began: float = field(default_factory=time.monotonic)
    formats: list[tuple[int, int]] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    frames: list[tuple[float, int]] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    health: list[tuple[float, HealthChange]] = field(default_factory=list)
    summing: bool = False

    def on_format(self, stream_format: StreamFormat) -> None:
        self.formats.append((stream_format.width, stream_format.height))

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        self.keys.append(packet.is_keyframe)

    def on_frame(self, frame: Frame) -> None:
        self.frames.append((self.passed(), frame.at))
        if self.summing:
            self.sums.append(checksum(frame))

    def on_health(self, change: HealthChange) -> None:
        self.health.append((self.passed(), change))

    def passed(self) -> float:
        return time.monotonic() - self.began

    def said(self) -> list[tuple[str, str]]:
        return [(change.type, change.state) for _, change in self.health]

    def first(self, kind: str, state: str) -> tuple[float, dict[str, object]]:
        """When this was said first, and with what."""
        for passed, change in self.health:
            if (change.type, change.state) == (kind, state):
                return passed, dict(change.notes)
        raise AssertionError(f"{kind} {state} was never said: {self.said()}")

    def rises(self) -> bool:
        return all(one < other for (_, one), (_, other) in pairwise(self.frames))

    def longest_gap(self) -> float:
        return max(other - one for (one, _), (other, _) in pairwise(self.frames))


def checksum(frame: Frame) -> int:
    return zlib.crc32(frame.video.to_ndarray().tobytes())


def source_of(url: str, credentials: Credentials | None = None, credential: str | None = None) -> RtspSource:
    return RtspSource(parse_address(url, credential), credentials or Credentials(), NETWORKS, SystemClock())


@contextmanager
def playing(source: FrameSource, listener: SourceListener) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=source.run, args=(listener, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


def watch(url: str, until: Callable[[Diary], bool], seconds: float = 20.0, **facts: object) -> Diary:
    diary = Diary(**facts)  # type: ignore[arg-type] # facts of the diary
    with playing(source_of(url), diary):
        wait_for(lambda: until(diary), seconds, "what the test waits for")
    return diary
