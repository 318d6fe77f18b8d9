"""Cutting one event's clip out of encoded packets, by the cheaper of two ways.

packets:    K───────────────K───────────────K──────────
                    ▲ start_at                   ▲ end_at
remuxed:    [────────────────────────────────────]       H.264, HEVC: the camera's own pictures
transcoded:         [────────────────────────────]       masked, or a codec no browser plays
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.footage import Footage
from ingest.masking import Mask
from ingest.remux import AstrayError, remux
from ingest.ring import EncodedPacket, StreamFormat
from ingest.transcode import Span, transcode
from sharp_eyes.errors import SourceError

Shortened = Literal["gop_too_long", "starts_late"]

_REMUXED_CODECS = frozenset({"h264", "hevc"})


@dataclass(frozen=True, slots=True)
class Clip:
    """An MP4 that plays while it loads, and what it shows.

    `first_frame_at` is the time (microseconds UTC) of the picture at t = 0 in the file, exact to
    the picture; every other picture follows at its own distance. `shortened` says why the clip
    begins after the time that was asked for: the beginning outgrew the ring's cap, or the stream
    (or its first key frame) began later.
    """

    data: bytes = field(repr=False)
    sha256: str
    first_frame_at: int
    last_frame_at: int
    frames: int
    transcoded: bool
    masked: bool
    shortened: Shortened | None


def cut(
    stream_format: StreamFormat,
    packets: Sequence[EncodedPacket],
    start_at: int,
    end_at: int,
    mask: Mask | None,
    *,
    gop_too_long: bool = False,
    anew: bool = False,
) -> Clip:
    """Cut `start_at` to `end_at` (microseconds UTC) out of packets in decode order.

    A remuxed clip begins at the key frame at or before `start_at`, a transcoded one at its first
    picture from `start_at` on. `gop_too_long` names the reason should the beginning be missing;
    `anew` transcodes what could be remuxed, for players that the camera's own packets stop.
    Raises SourceError where no picture can be had.
    """
    chosen = _until(_from_key_frame(packets, start_at), end_at)
    if not chosen:
        raise SourceError("no key frame comes before the end of the clip")
    remuxable = not (mask or anew) and _plays_as_it_is(stream_format, chosen)
    footage, transcoded = _footage(stream_format, chosen, Span(start_at, end_at), mask, remuxable=remuxable)
    return Clip(
        data=footage.data,
        sha256=hashlib.sha256(footage.data).hexdigest(),
        first_frame_at=footage.first_frame_at,
        last_frame_at=footage.last_frame_at,
        frames=footage.frames,
        transcoded=transcoded,
        masked=bool(mask),
        shortened=_shortened(chosen[0], start_at, gop_too_long=gop_too_long),
    )


def _plays_as_it_is(stream_format: StreamFormat, packets: Sequence[EncodedPacket]) -> bool:
    """Tell whether remuxing makes a clip that plays to its end: Chromium stops at damage, for good."""
    known = stream_format.codec in _REMUXED_CODECS and bool(stream_format.extradata)
    return known and not any(packet.corrupt for packet in packets)


def _footage(
    stream_format: StreamFormat,
    packets: Sequence[EncodedPacket],
    span: Span,
    mask: Mask | None,
    *,
    remuxable: bool,
) -> tuple[Footage, bool]:
    if remuxable:
        try:
            return remux(stream_format, packets), False
        except AstrayError:
            pass  # decoding puts the pictures in order, and leaves out those that run back
    return transcode(stream_format, packets, span, mask), True


def _shortened(first: EncodedPacket, start_at: int, *, gop_too_long: bool) -> Shortened | None:
    if first.at is None or first.at <= start_at:
        return None
    return "gop_too_long" if gop_too_long else "starts_late"


def _from_key_frame(packets: Sequence[EncodedPacket], start_at: int) -> Sequence[EncodedPacket]:
    """From the last key frame at or before `start_at`; from the first where none is."""
    first: int | None = None
    for index, packet in enumerate(packets):
        if packet.key and packet.at is not None and (first is None or packet.at <= start_at):
            first = index
    return [] if first is None else packets[first:]


def _until(packets: Sequence[EncodedPacket], end_at: int) -> Sequence[EncodedPacket]:
    """Everything needed to present what is due by `end_at`, and no picture missing in between.

    A picture is decoded after those it refers to, which may be presented after `end_at`: whatever
    is presented before these belongs to the clip as well.

        decoded:    P8  B4  B2  B1  B3 │ B6  B5  B7 │ P16
                               end_at ─┘            └─ the clip ends here
    """
    needed = max((i for i, packet in enumerate(packets) if _due(packet, end_at)), default=-1) + 1
    reach = max((p.at for p in packets[:needed] if p.at is not None), default=end_at)
    while needed and needed < len(packets) and _due(packets[needed], reach):
        needed += 1
    return packets[:needed]


def _due(packet: EncodedPacket, at: int) -> bool:
    return packet.at is not None and packet.at <= at
