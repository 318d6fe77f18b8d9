"""The format of a live stream, read off its key frames."""

import io
from fractions import Fraction

import av
import pytest

from ingest.live_format import LiveFormat, parameter_sets
from ingest.pattern import HEIGHT, WIDTH, Recipe, encode
from ingest.ring import StreamFormat, VideoPacket

SETS = b"\0\0\1\x67sps\0\0\1\x68pps"


def opened(recipe: Recipe) -> av.container.InputContainer:
    return av.open(io.BytesIO(encode(recipe)))


def first(container: av.container.InputContainer) -> tuple[av.VideoStream, list[VideoPacket]]:
    stream = container.streams.video[0]
    return stream, [packet for packet in container.demux(stream) if packet.size]


def watched(stream: av.VideoStream) -> LiveFormat:
    context, base = stream.codec_context, stream.time_base or Fraction(1, 90_000)
    return LiveFormat(context.name, base, context.extradata or b"", lambda: StreamFormat.from_stream(stream))


def annex_b(container: av.container.InputContainer) -> tuple[av.VideoStream, list[VideoPacket]]:
    """As RTP delivers it: the parameter sets in the stream, and nothing beside it."""
    raw, (stream, packets) = io.BytesIO(), first(container)
    bare = av.BitStreamFilterContext("h264_mp4toannexb", stream)
    for packet in packets:
        raw.writelines(bytes(made) for made in bare.filter(packet))
    raw.seek(0)
    return first(av.open(raw, format="h264"))


def test_parameter_sets_are_found_before_the_picture() -> None:
    assert parameter_sets(b"\0\0\0\1\x09\xf0\0" + SETS + b"\0\0\1\x65slice", "h264") == SETS
    assert parameter_sets(b"\0\0\1\x41slice", "h264") == b""
    hevc = b"\0\0\1\x40\1vps\0\0\1\x42\1sps\0\0\1\x44\1pps"
    assert parameter_sets(b"\0" + hevc + b"\0\0\1\x26\1slice", "hevc") == hevc


def test_a_stream_of_packets_alone_is_described_from_its_key_frame() -> None:
    stream, packets = annex_b(opened(Recipe(frames=10)))
    found = watched(stream).changed(packets[0])
    assert found is not None
    assert (found.codec, found.width, found.height) == ("h264", WIDTH, HEIGHT)
    assert found.extradata.startswith((b"\0\0\1\x67", b"\0\0\0\1\x67"))


def test_key_frames_of_the_same_format_say_nothing_new() -> None:
    stream, packets = annex_b(opened(Recipe(frames=30, gop=10)))
    keys = [packet for packet in packets if packet.is_keyframe]
    live = watched(stream)
    assert [live.changed(key) is None for key in keys] == [False, True, True]


@pytest.mark.parametrize(
    ("codec", "pixels", "options"),
    [("libx264", "yuv420p", None), ("mjpeg", "yuvj420p", {}), ("mpeg4", "yuv420p", {})],
)
def test_what_a_container_describes_is_taken_from_it(
    codec: str, pixels: str, options: dict[str, str] | None
) -> None:
    with opened(Recipe(frames=10, codec=codec, pixels=pixels, options=options)) as container:
        stream, packets = first(container)
        live = watched(stream)
        found = live.changed(packets[0])
        assert found is not None
        assert (found.width, found.height) == (WIDTH, HEIGHT)
        assert found.extradata == StreamFormat.from_stream(stream).extradata
        assert live.changed(packets[0]) is None
