"""What a source makes of what arrives: formats, packets, pictures with their times, and its health.

It outlives the connections: times rise strictly, pictures are counted on, losses are remembered.
"""

from collections.abc import Iterable
from fractions import Fraction

import av

from ingest.file_source import MAX_PIXELS
from ingest.frame import Frame
from ingest.live_format import LiveFormat
from ingest.live_source import HealthChange, SourceListener
from ingest.ring import StreamFormat, VideoPacket
from ingest.still_picture import StillWatch, look
from ingest.stream_clock import ClockStep, HostLine, StreamClock
from ingest.stream_health import Change, DamageWatch, LossWatch, RateWatch
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import SourceError

NO_PICTURE_LIMIT = 15 * SECOND  # a connection that brings none for so long is made anew


class Reception:
    """The listener's side of one source. All calls come from one thread.

    With `decoding` False packets are handed on and nothing is decoded: each counts as a picture.
    """

    def __init__(self, listener: SourceListener, clock: Clock, *, decoding: bool = True) -> None:
        self._listener = listener
        self._decoding = decoding
        self._clock = clock
        self._line = HostLine()
        self._times = StreamClock()
        self._losses = LossWatch(clock.monotonic())
        self._rate = RateWatch()
        self._damage = DamageWatch()
        self._still = StillWatch()
        self._format: StreamFormat | None = None
        self._live_format: LiveFormat | None = None
        self._stream: av.VideoStream | None = None
        self._keyed = False
        self._picture_at: int | None = None  # of this connection, or when it began
        self._frames = 0
        self.message = ""
        self.connected_frames = 0

    def connecting(self) -> None:
        """A connection is being made."""
        self._picture_at = self._clock.monotonic()

    def connected(self, stream: av.VideoStream) -> None:
        """A new connection delivers this stream."""
        stream.codec_context.thread_type = "NONE"  # a camera is one thread of work
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        base = stream.time_base
        self._times.connected(base.numerator if base else 1, base.denominator if base else 90_000)
        self._rate.connected(self._clock.monotonic(), _declared(stream))
        self._stream, self._live_format = stream, _live_format(stream)
        self._keyed = False
        self.connected_frames = 0

    def failed(self, message: str) -> None:
        """The connection is over, or could not be made."""
        self.message = message
        if self.connected_frames:
            self._say(self._losses.broken(self._clock.monotonic(), message), self._now()[0])
        self._stream = self._picture_at = None
        self.connected_frames = 0
        self.tick()

    def tick(self) -> None:
        """Time passed. Raises SourceError where a connection brings no pictures."""
        now = self._clock.monotonic()
        changes = self._losses.tick(now, self.message) + self._damage.tick(now)
        if any(change.type == "video_lost" and change.state == "begun" for change in changes):
            changes = self._rate.lost() + self._still.lost() + changes
        if changes:
            self._say(changes, self._now()[0])
        if self._picture_at is not None and now - self._picture_at > NO_PICTURE_LIMIT:
            raise SourceError("it sends, but no picture comes of it")

    def packet(self, packet: VideoPacket) -> None:
        """The next packet in decode order: handed on, then its pictures."""
        if self._stream is None or self._live_format is None or not packet.size:
            return
        if not self._keyed and not packet.is_keyframe:
            return  # joined in the middle of a group of pictures: nothing to decode it from
        at, stepped = self._now()
        if packet.is_keyframe:
            self._announce(self._live_format.changed(packet), at)
        self._keyed = True
        if packet.is_corrupt:
            self._say(self._damage.damaged(self._clock.monotonic(), "a packet is damaged"), at)
        if stepped:
            self._times.host_stepped(max(0, stepped))
            self._stepped(ClockStep("host", stepped), at)
        shown_at, step = self._times.packet(packet.pts, at)
        if step is not None:
            self._stepped(step, at)
        self._listener.on_packet(packet, shown_at)
        if not self._decoding:
            self._alive(at)
            return
        for video in self._decoded(self._stream, packet, at):
            self._picture(video, at)

    def finish(self) -> None:
        """The recording is over: the pictures that the decoder still holds."""
        at = self._now()[0]
        if self._stream is not None and self._keyed and self._decoding:
            for video in self._decoded(self._stream, None, at):
                self._picture(video, at)

    def _decoded(self, stream: av.VideoStream, packet: VideoPacket | None, at: int) -> list[av.VideoFrame]:
        try:
            return list(stream.decode(packet))
        except av.EOFError:
            return []
        except av.FFmpegError as error:
            now = self._clock.monotonic()
            self._say(self._damage.damaged(now, f"decoding: {error.strerror}"), at)
            return []

    def _picture(self, video: av.VideoFrame, arrived: int) -> None:
        if video.is_corrupt:
            self._say(self._damage.damaged(self._clock.monotonic(), "a picture is damaged"), arrived)
        frame = Frame(video, self._times.frame(video.pts, arrived), self._frames)
        self._frames += 1
        now = self._alive(arrived)
        if self._still.wants(now, key=bool(video.key_frame)):
            self._say(self._still.see(look(frame), now), arrived)
        self._listener.on_frame(frame)

    def _alive(self, arrived: int) -> int:
        """A picture came; says when, on the monotonic clock."""
        now = self._picture_at = self._clock.monotonic()
        self.message = ""
        self.connected_frames += 1
        self._say(self._losses.frame(now) + self._rate.frame(now), arrived)
        return now

    def _announce(self, found: StreamFormat | None, at: int) -> None:
        before = self._format
        if found is None or found == before:
            return
        self._format = found
        if before is not None and _shape(before) != _shape(found):
            notes = (("before", _shape(before)), ("now", _shape(found)))
            self._say([Change("format_changed", "moment", notes)], at)
        self._listener.on_format(found)

    def _stepped(self, step: ClockStep, at: int) -> None:
        notes = (("why", step.why), ("seconds", round(step.by / SECOND, 3)))
        self._say([Change("clock_step", "moment", notes)], at)

    def _now(self) -> tuple[int, int]:
        return self._line.at(self._clock.now(), self._clock.monotonic())

    def _say(self, changes: Iterable[Change], at: int) -> None:
        for change in changes:
            self._listener.on_health(HealthChange(change.type, at, change.state, change.notes))


def _shape(stream_format: StreamFormat) -> str:
    return f"{stream_format.codec} {stream_format.width}×{stream_format.height}"


def _declared(stream: av.VideoStream) -> float | None:
    rate = stream.average_rate or stream.codec_context.framerate
    return float(rate) if rate else None


def _live_format(stream: av.VideoStream) -> LiveFormat:
    context = stream.codec_context
    time_base = stream.time_base or Fraction(1, 90_000)
    return LiveFormat(
        context.name, time_base, context.extradata or b"", lambda: StreamFormat.from_stream(stream)
    )
