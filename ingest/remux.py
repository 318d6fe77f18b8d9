"""A camera's own packets in an MP4, untouched but for their times.

decoded:    K   P   B   B   P   B   B        dts: the sorted times, `delay` packets earlier,
presented:  K   B   B   P   B   B   P             so that dts never passes pts and only grows
            0 ──────────────────────► t
"""

import io
from bisect import bisect_right
from collections.abc import Sequence

import av

from ingest.footage import MICROSECONDS, Footage, mp4
from ingest.ring import EncodedPacket, StreamFormat
from sharp_eyes.errors import SourceError

# H.264 and HEVC let a decoder hold back at most 16 pictures; more means that time went astray.
MOST_REORDERED = 16

_FRAME_DURATION = 40_000  # microseconds, where only one picture is there to tell


class AstrayError(SourceError):
    """The packets' times cannot be put in an order that a player would follow."""


def remux(stream_format: StreamFormat, packets: Sequence[EncodedPacket]) -> Footage:
    """Write packets (in decode order, the first a key frame with a time) as an MP4 that starts there.

    Raises AstrayError where the times run back and forth, SourceError where FFmpeg refuses.
    """
    first_at = packets[0].at
    if first_at is None:
        raise SourceError("the first packet of a clip has no time")
    # Pictures of an open group that come before its key frame need pictures that are not here.
    chosen = [packet for packet in packets if packet.at is None or packet.at >= first_at]
    times = _presentation_times([packet.at for packet in chosen])
    try:
        data = _written(stream_format, chosen, times, first_at)
    except av.FFmpegError as error:
        raise SourceError(f"the packets cannot be put into an MP4: {error}") from error
    known = [packet.at for packet in chosen if packet.at is not None]
    return Footage(data, first_at, max(known), len(chosen))


def _written(
    stream_format: StreamFormat, packets: Sequence[EncodedPacket], times: Sequence[int], first_at: int
) -> bytes:
    file = io.BytesIO()
    entries = _entries(packets, times)
    step = _frame_duration(times)
    decode_times = _decode_times(times, step)
    with (
        av.open(io.BytesIO(stream_format.header), format="nut") as template,
        mp4(file, len(packets), len(stream_format.extradata)) as container,
    ):
        stream = container.add_stream_from_template(
            template.streams.video[0], opaque=True, time_base=MICROSECONDS
        )
        for encoded, entry, at, decode_at in zip(packets, entries, times, decode_times, strict=True):
            packet = av.Packet(encoded.data)
            packet.stream = stream
            packet.time_base = MICROSECONDS
            packet.pts, packet.dts, packet.duration = at - first_at, decode_at - first_at, step
            packet.is_keyframe = entry
            container.mux(packet)
    return file.getvalue()


def _entries(packets: Sequence[EncodedPacket], times: Sequence[int]) -> list[bool]:
    """Tell at which packets a player may enter: key frames after which nothing earlier is shown.

    A player that seeks to the key frame of an open group meets pictures whose references it never
    saw, and Chromium waits for them for ever. The first picture is an entry: those were dropped.
    """
    entries: list[bool] = []
    earliest_later = max(times) + 1
    for packet, at in zip(reversed(packets), reversed(times), strict=True):
        entries.append(packet.key and at < earliest_later)
        earliest_later = min(earliest_later, at)
    return entries[::-1]


def _presentation_times(times: Sequence[int | None]) -> list[int]:
    """Make times that differ; a packet without one comes halfway between the one before it and the next."""
    known = sorted(at for at in times if at is not None)
    complete: list[int] = []
    for at in times:
        complete.append(_after(complete[-1], known) if at is None else at)
    return _distinct(complete)


def _after(at: int, known: Sequence[int]) -> int:
    following = bisect_right(known, at)
    until = known[following] if following < len(known) else at + 2 * _FRAME_DURATION
    return (at + until) // 2


def _distinct(times: Sequence[int]) -> list[int]:
    distinct = list(times)
    last: int | None = None
    for index in sorted(range(len(times)), key=times.__getitem__):
        if last is not None and distinct[index] <= last:
            distinct[index] = last + 1
        last = distinct[index]
    return distinct


def _frame_duration(times: Sequence[int]) -> int:
    return (max(times) - min(times)) // (len(times) - 1) or 1 if len(times) > 1 else _FRAME_DURATION


def _decode_times(times: Sequence[int], step: int) -> list[int]:
    """Make decoding times of our own: a camera's are missing, guessed or wrong too often."""
    ordered = sorted(times)
    rank = {at: position for position, at in enumerate(ordered)}
    delay = max(index - rank[at] for index, at in enumerate(times))
    if delay > MOST_REORDERED:
        raise AstrayError(f"{delay} packets wait for an earlier picture: their times run back and forth")
    before = [ordered[0] - step * (delay - index) for index in range(delay)]
    return (before + ordered)[: len(times)]
