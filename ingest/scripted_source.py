"""A shipped fake: a source that says what it was told to say, at once, and then waits."""

import threading
from collections.abc import Iterator, Sequence
from typing import Self, TypeAlias

import av

from ingest.frame import Frame
from ingest.live_source import HealthChange, SourceListener
from ingest.pattern import play
from ingest.ring import StreamFormat, VideoPacket

Step: TypeAlias = StreamFormat | tuple[VideoPacket, int] | Frame | HealthChange


class ScriptedSource:
    """Plays its script once, in order, without any pauses; then waits until it is stopped.

    `played` is set when all has been said.
    """

    def __init__(self, script: Sequence[Step], *, reconnects: int = 0, message: str = "") -> None:
        self._script = tuple(script)
        self.played = threading.Event()
        self.reconnects = reconnects
        self.message = message

    @classmethod
    def of_recording(cls, data: bytes, origin: int) -> Self:
        """Play a recording of `ingest.pattern`, whose time 0 is `origin` (microseconds UTC)."""
        return cls(list(_steps(data, origin)))

    def run(self, listener: SourceListener, stopping: threading.Event) -> None:
        """Say everything, unless stopped before."""
        for step in self._script:
            if stopping.is_set():
                return
            _say(listener, step)
        self.played.set()
        stopping.wait()


def _say(listener: SourceListener, step: Step) -> None:
    if isinstance(step, StreamFormat):
        listener.on_format(step)
    elif isinstance(step, Frame):
        listener.on_frame(step)
    elif isinstance(step, HealthChange):
        listener.on_health(step)
    else:
        listener.on_packet(*step)


def _steps(data: bytes, origin: int) -> Iterator[Step]:
    """Format, then each packet and the pictures that it completes."""
    played = play(data, origin)
    yield played.stream_format
    decoder = av.CodecContext.create(played.stream_format.codec, "r")
    if not isinstance(decoder, av.VideoCodecContext):
        raise TypeError(f"{played.stream_format.codec} is no video")
    decoder.extradata = played.stream_format.extradata or None
    times = {packet.pts: at for packet, at in played.packets}
    index = 0
    for packet, at in played.packets:
        if packet.size:
            yield packet, at
        for video in decoder.decode(packet):
            yield Frame(video, times[video.pts], index)
            index += 1
