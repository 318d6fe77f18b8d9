"""The last seconds of one source's encoded packets, held in memory up to a cap.

   ┌── group of pictures ──┐
…  K─────────────────────── K─────────────────────── K──────────► packets arrive
   ▲                              ▲                        ▲
   kept from this key frame on    newest - keep            newest
"""

import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Self, TypeAlias

import av

from sharp_eyes.clock import SECOND

if TYPE_CHECKING:
    VideoPacket: TypeAlias = av.Packet[av.VideoStream]
else:
    VideoPacket = av.Packet  # takes no brackets at run time

CAPACITY_BYTES = 16 * 1024 * 1024

# What the interpreter adds to a packet's bytes; a stream of tiny packets must not outgrow the cap.
_PACKET_OVERHEAD_BYTES = 256


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """What the packets alone do not say: enough to remux or to decode them later.

    Plain data: it outlives the connection it was read from. `header` is an empty NUT file of this
    stream, the one container that keeps the extradata byte for byte, whatever its form.
    """

    codec: str
    codec_tag: str
    extradata: bytes
    width: int
    height: int
    time_base: Fraction
    header: bytes = field(repr=False)

    @classmethod
    def from_stream(cls, stream: av.VideoStream) -> Self:
        """Describe an open input's video stream."""
        context = stream.codec_context
        return cls(
            codec=context.name,
            codec_tag=context.codec_tag,
            extradata=context.extradata or b"",
            width=context.width,
            height=context.height,
            time_base=stream.time_base or Fraction(1, SECOND),
            header=_header(stream),
        )


def _header(stream: av.VideoStream) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="nut") as container:
        copy = container.add_stream_from_template(stream, opaque=True)
        filler = av.Packet(b"\0")  # NUT is readable only from its first packet on
        filler.stream = copy
        filler.pts = filler.dts = 0
        filler.is_keyframe = True
        container.mux(filler)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One picture as the camera encoded it, free of the connection it came by.

    `at` is its presentation time and `decode_at` its decoding time, microseconds UTC; None where
    the stream did not say. `corrupt`: whoever delivered it knows that a part is missing.
    """

    data: bytes = field(repr=False)
    at: int | None
    decode_at: int | None
    key: bool
    corrupt: bool = False

    @classmethod
    def of(cls, packet: VideoPacket, at: int) -> Self:
        """Copy a demuxed packet; `at` counts only where the packet has a presentation time."""
        known = packet.pts is not None
        return cls(
            data=bytes(packet),
            at=at if known else None,
            decode_at=_decode_at(packet, at),
            key=packet.is_keyframe,
            corrupt=packet.is_corrupt,
        )


def _decode_at(packet: VideoPacket, at: int) -> int | None:
    if packet.pts is None or packet.dts is None or not packet.time_base or packet.dts > packet.pts:
        return None
    return at - int((packet.pts - packet.dts) * packet.time_base * SECOND)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Packets in decode order, from a key frame on.

    `gop_too_long`: the beginning that was asked for had been dropped, because its groups of
    pictures are larger than the ring.
    """

    packets: tuple[EncodedPacket, ...]
    gop_too_long: bool


class _Group:
    """A key frame and everything decoded before the next."""

    __slots__ = ("key_at", "packets", "size")

    def __init__(self, key_at: int) -> None:
        self.key_at = key_at
        self.packets: list[EncodedPacket] = []
        self.size = 0

    def append(self, packet: EncodedPacket, size: int) -> None:
        self.packets.append(packet)
        self.size += size


class PacketRing:
    """Keeps `keep` microseconds of packets, back to the key frame before them.

    Beyond `capacity_bytes` the oldest groups of pictures are dropped whole. A single group larger
    than that cannot be kept at all: it and everything until the next key frame is dropped.
    """

    def __init__(self, keep: int, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._keep = keep
        self._capacity_bytes = capacity_bytes
        self._groups: deque[_Group] = deque()
        self._held_from: int | None = None
        self._overflowing = False
        # What was asked for from before this time has lost its beginning to the cap.
        self._capped_before: int | None = None
        self.size_bytes = 0
        self.newest_at: int | None = None

    def hold(self, start_at: int | None) -> None:
        """Keep everything from `start_at` on, however old, within the cap; None lets go."""
        self._held_from = start_at

    def push(self, packet: VideoPacket, at: int) -> EncodedPacket | None:
        """Take the next packet in decode order, presented at `at` (microseconds UTC).

        Returns what was read of it, also where it was not kept; None for an empty packet.
        """
        if packet.size == 0:
            return None  # the end of a stream, or nothing: it holds no picture
        encoded = EncodedPacket.of(packet, at)
        if encoded.key and encoded.at is not None:
            self._begin_group(encoded.at)
        if encoded.at is not None:
            self.newest_at = encoded.at if self.newest_at is None else max(self.newest_at, encoded.at)
        if self._groups:  # else: joined in the middle of a group, or it outgrew the cap
            self._append(encoded)
        return encoded

    def is_before(self, key_at: int) -> bool:
        """Whether a key frame at `key_at` would take time back, and the ring forget what it has."""
        return bool(self._groups) and key_at <= self._groups[-1].key_at

    def since(self, start_at: int) -> Stretch:
        """Give what is kept from the key frame at or before `start_at`; from the oldest where none is."""
        first = max((i for i, group in enumerate(self._groups) if group.key_at <= start_at), default=0)
        capped = self._capped_before is not None and start_at < self._capped_before
        return Stretch(tuple(self._packets_from(first)), capped or self._overflowing)

    def _begin_group(self, key_at: int) -> None:
        if self.is_before(key_at):
            self._forget()  # time went back: what came before cannot be ordered with what follows
        if self._overflowing:
            self._overflowing = False
            self._capped_before = key_at
        self._groups.append(_Group(key_at))

    def _append(self, packet: EncodedPacket) -> None:
        size = len(packet.data) + _PACKET_OVERHEAD_BYTES
        self._groups[-1].append(packet, size)
        self.size_bytes += size
        self._drop_old()
        self._drop_beyond_capacity()

    def _drop_old(self) -> None:
        if self.newest_at is None:
            return
        bound = self.newest_at - self._keep
        if self._held_from is not None:
            bound = min(bound, self._held_from)
        while len(self._groups) > 1 and self._groups[1].key_at <= bound:
            self._drop_oldest()

    def _drop_beyond_capacity(self) -> None:
        while self.size_bytes > self._capacity_bytes:
            self._drop_oldest()
            if self._groups:
                self._capped_before = self._groups[0].key_at
            else:
                self._overflowing = True

    def _drop_oldest(self) -> None:
        self.size_bytes -= self._groups.popleft().size

    def _forget(self) -> None:
        self._groups.clear()
        self.size_bytes = 0
        self.newest_at = None
        self._capped_before = None

    def _packets_from(self, first: int) -> Iterator[EncodedPacket]:
        for index, group in enumerate(self._groups):
            if index >= first:
                yield from group.packets
