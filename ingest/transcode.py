"""Packets decoded, painted and encoded anew as H.264: for masks, and for codecs no browser plays."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import ColorRange

from ingest.footage import MICROSECONDS, Footage, mp4
from ingest.masking import Mask, has_full_range
from ingest.ring import EncodedPacket, StreamFormat, VideoPacket
from sharp_eyes.clock import SECOND
from sharp_eyes.errors import SourceError

_X264 = {
    "preset": "veryfast",
    "crf": "23",
    "forced-idr": "1",
    # One thread: a worker watches many cameras, and the result depends on the number of threads.
    "threads": "1",
}
_EXTRADATA_BYTES = 1024  # more than x264's parameter sets ever take


@dataclass(frozen=True, slots=True)
class Span:
    """The pictures wanted: from `start_at` to `end_at`, both included (microseconds UTC)."""

    start_at: int
    end_at: int


def transcode(
    stream_format: StreamFormat, packets: Sequence[EncodedPacket], span: Span, mask: Mask | None
) -> Footage:
    """Encode the pictures of `span` out of `packets` (decode order, from a key frame on).

    What cannot be decoded is left out. Raises SourceError where no picture is left, or FFmpeg refuses.
    """
    file = io.BytesIO()
    times: list[int] = []
    try:
        with mp4(file, len(packets), _EXTRADATA_BYTES) as container:
            encoder = _Encoder(container, stream_format, _rate(packets))
            for at, frame in _pictures(stream_format, packets, span):
                encoder.encode(frame, at, mask)
                times.append(at)
            encoder.flush()
    except av.FFmpegError as error:
        raise SourceError(f"the pictures cannot be encoded: {error}") from error
    if not times:
        raise SourceError("none of the packets could be decoded")
    return Footage(file.getvalue(), times[0], times[-1], len(times))


def _rate(packets: Sequence[EncodedPacket]) -> int:
    """Pictures per second, for the encoder's rate control only; times are kept as they are."""
    times = [packet.at for packet in packets if packet.at is not None]
    duration = max(times) - min(times) if times else 0
    return max(1, min(120, round(len(times) * SECOND / duration))) if duration else 25


def _pictures(
    stream_format: StreamFormat, packets: Sequence[EncodedPacket], span: Span
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Decode the pictures of the span and their times, which only grow."""
    base = packets[0].at or 0
    last = max(span.start_at, base) - 1  # before the key frame, an open group's pictures are damaged
    for frame in _decoded(stream_format, packets, base):
        if frame.pts is None or not last < base + frame.pts <= span.end_at:
            continue
        last = base + frame.pts
        yield last, frame


def _decoded(
    stream_format: StreamFormat, packets: Sequence[EncodedPacket], base: int
) -> Iterator[av.VideoFrame]:
    decoder = _decoder(stream_format)
    for encoded in packets:
        packet: VideoPacket = av.Packet(encoded.data)  # type: ignore[assignment]
        packet.time_base = MICROSECONDS
        packet.pts = None if encoded.at is None else encoded.at - base
        packet.is_keyframe = encoded.key
        yield from _decode(decoder, packet)
    yield from _decode(decoder, None)


def _decoder(stream_format: StreamFormat) -> VideoCodecContext:
    try:
        decoder = av.CodecContext.create(stream_format.codec, "r")
    except (av.FFmpegError, ValueError) as error:  # PyAV's unknown codec is a ValueError
        raise SourceError(f"there is no decoder for {stream_format.codec}") from error
    if not isinstance(decoder, VideoCodecContext):
        raise SourceError(f"{stream_format.codec} is no video codec")
    decoder.extradata = stream_format.extradata or None
    decoder.width, decoder.height = stream_format.width, stream_format.height
    decoder.codec_tag = stream_format.codec_tag
    decoder.thread_count = 1
    return decoder


def _decode(decoder: VideoCodecContext, packet: VideoPacket | None) -> list[av.VideoFrame]:
    try:
        return decoder.decode(packet)
    except av.FFmpegError:
        return []  # a damaged packet; the decoder goes on with the next


class _Encoder:
    """Feeds libx264: even sizes, a key frame at least every second."""

    def __init__(self, container: OutputContainer, stream_format: StreamFormat, rate: int) -> None:
        self._container = container
        self._stream = container.add_stream("libx264", rate=Fraction(rate), options=_X264)
        self._stream.width = max(2, stream_format.width // 2 * 2)
        self._stream.height = max(2, stream_format.height // 2 * 2)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = MICROSECONDS
        self._first_at: int | None = None
        self._key_at = 0

    def encode(self, frame: av.VideoFrame, at: int, mask: Mask | None) -> None:
        picture = self._fitting(frame)
        if mask:
            picture = mask.paint(picture)
        if self._first_at is None:
            self._first_at = self._key_at = at
        picture.pts, picture.time_base = at - self._first_at, MICROSECONDS
        picture.pict_type = self._picture_type(at)
        self._container.mux(self._stream.encode(picture))

    def flush(self) -> None:
        if self._first_at is not None:
            self._container.mux(self._stream.encode(None))

    def _fitting(self, frame: av.VideoFrame) -> av.VideoFrame:
        # Both ranges are named: left to itself, full range stays full in a file that does not say so.
        return frame.reformat(
            width=self._stream.width,
            height=self._stream.height,
            format="yuv420p",
            src_color_range=ColorRange.JPEG if has_full_range(frame) else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
        )

    def _picture_type(self, at: int) -> PictureType:
        if 0 < at - self._key_at < SECOND:
            return PictureType.NONE
        self._key_at = at
        return PictureType.I
