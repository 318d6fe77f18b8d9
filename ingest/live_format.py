"""What a live stream is encoded as, read off its key frames: announcements may be old."""

import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import av

from ingest.file_source import MAX_PIXELS
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.errors import SourceError

_BARE = {"h264": "h264", "hevc": "hevc", "mjpeg": "mjpeg", "mpeg4": "m4v"}
_START = b"\0\0\1"
_HEAD = 2_048  # parameter sets come first


class LiveFormat:
    """The format of one connection's stream; look at each of its key frames.

    `described` is what its container says of it.
    """

    def __init__(
        self, codec: str, time_base: Fraction, extradata: bytes, described: Callable[[], StreamFormat]
    ) -> None:
        self._codec = codec
        self._time_base = time_base
        self._extradata = extradata
        self._described = described
        self._sets: bytes | None = None

    def changed(self, key: VideoPacket) -> StreamFormat | None:
        """The format from this key frame on, where it may be another than before.

        Raises SourceError for pictures beyond 8K, or none that can be decoded.
        """
        packed = self._extradata[:1] == b"\1"  # avcC, hvcC: no start codes
        sets = b"" if packed else parameter_sets(memoryview(key)[:_HEAD].tobytes(), self._codec)
        if self._sets is not None and sets == self._sets:
            return None
        width, height = self._size(key)
        bare = _bare_format(bytes(key), self._codec) if sets or self._codec == "mjpeg" else None
        self._sets = sets
        found = bare or self._described()
        return replace(found, width=width, height=height, time_base=self._time_base)

    def _size(self, key: VideoPacket) -> tuple[int, int]:
        """Width and height of the picture itself: a bounded decoder looks at it once."""
        decoder = av.CodecContext.create(self._codec, "r")
        if not isinstance(decoder, av.VideoCodecContext):
            raise SourceError(f"{self._codec} is no video")
        decoder.options = {"max_pixels": str(MAX_PIXELS)}
        decoder.extradata = self._extradata or None
        try:
            pictures = [*decoder.decode(av.Packet(bytes(key))), *decoder.decode(None)]
        except av.FFmpegError as error:
            raise SourceError(f"its key frame does not decode: {error.strerror}") from error
        if not pictures:
            raise SourceError("its key frame does not decode")
        return pictures[0].width, pictures[0].height


def parameter_sets(data: bytes, codec: str) -> bytes:
    """The parameter sets at the beginning of a key frame in Annex B form; empty where there are none."""
    units = data.split(_START)[1:]
    found = [unit.rstrip(b"\0") for unit in units if unit and _is_set(unit[0], codec)]
    return _START.join([b"", *found]) if found else b""


def _is_set(first: int, codec: str) -> bool:
    if codec == "h264":
        return first & 0x1F in {7, 8}
    return codec == "hevc" and first >> 1 & 0x3F in {32, 33, 34}


def _bare_format(data: bytes, codec: str) -> StreamFormat | None:
    if codec not in _BARE:
        return None
    try:
        with av.open(io.BytesIO(data), format=_BARE[codec]) as container:
            return StreamFormat.from_stream(container.streams.video[0])
    except (av.FFmpegError, IndexError):
        return None
