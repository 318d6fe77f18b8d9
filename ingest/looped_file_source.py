"""A video file that plays like a camera: at its own pace, again and again, times of now."""

import random
import threading
from pathlib import Path

from ingest.back_off import BackOff
from ingest.file_source import FileSource
from ingest.live_source import SourceListener
from ingest.pacing import Pace
from ingest.reception import Reception
from ingest.ring import VideoPacket
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import SourceError

_SLICE = SECOND // 5


class LoopedFileSource:
    """The file's video in a loop. Where it cannot be read it is looked for again, like a camera.

    With `decoding` False only its packets are handed on.
    """

    def __init__(self, path: Path, clock: Clock, *, decoding: bool = True) -> None:
        self._path = path
        self._clock = clock
        self._decoding = decoding
        self._reception: Reception | None = None
        self._stopping = threading.Event()
        self.reconnects = 0

    @property
    def message(self) -> str:
        """Why there is no video; empty while there is."""
        return self._reception.message if self._reception else ""

    def run(self, listener: SourceListener, stopping: threading.Event) -> None:
        """Play until `stopping` is set."""
        self._stopping = stopping
        reception = self._reception = Reception(listener, self._clock, decoding=self._decoding)
        back_off = BackOff(random.Random())
        while not stopping.is_set():
            try:
                self._play(reception)
                back_off.reset()
            except SourceError as error:
                if stopping.is_set():
                    return
                reception.failed(str(error))
                self.reconnects += 1
                self._pause(back_off.next(), reception)

    def _play(self, reception: Reception) -> None:
        """The file once. Raises SourceError where it holds no picture."""
        pace = Pace(self._clock, lambda: self._idle(reception))
        reception.connecting()
        with FileSource(self._path) as source:
            reception.connected(source.stream)
            until = 0
            for packet in source.packets():
                self._idle(reception)
                until = self._wait(pace, packet) or until
                reception.packet(packet)
            reception.finish()
        if reception.connected_frames == 0:
            raise SourceError(f"{self._path}: not one picture decodes; give a video that plays")
        pace.wait(until)

    def _wait(self, pace: Pace, packet: VideoPacket) -> int | None:
        """Wait until the packet is due; says until when it lasts, microseconds of the file's time."""
        mark, base = packet.dts if packet.dts is not None else packet.pts, packet.time_base
        if mark is None or base is None:
            return None
        pace.wait(mark * SECOND * base.numerator // base.denominator)
        return (mark + (packet.duration or 0)) * SECOND * base.numerator // base.denominator

    def _idle(self, reception: Reception) -> None:
        if self._stopping.is_set():
            raise SourceError("stopped")
        reception.tick()

    def _pause(self, duration: int, reception: Reception) -> None:
        until = self._clock.monotonic() + duration
        while not self._stopping.is_set() and (left := until - self._clock.monotonic()) > 0:
            self._clock.sleep(min(left, _SLICE))
            reception.tick()
