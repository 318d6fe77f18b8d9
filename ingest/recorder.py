"""The clips of one source's events: asked for when a rule fires, cut when their time is over."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.clip import Clip, cut
from ingest.masking import Mask
from ingest.remux import MOST_REORDERED
from ingest.ring import CAPACITY_BYTES, EncodedPacket, PacketRing, StreamFormat, Stretch, VideoPacket
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Loss
from sharp_eyes.errors import SourceError

# A rule speaks of a picture that was analysed some time after its packet had come.
ANALYSIS_LAG = 2 * SECOND


@dataclass(frozen=True, slots=True)
class Recorded:
    """The evidence of one event: its clip, or why there is none.

    `lost` is `gop_too_long` (the packets outgrew the ring), `no_packets` (none came in time) or
    `undecodable`.
    """

    event_id: str
    clip: Clip | None
    lost: Loss | None


@dataclass(frozen=True, slots=True)
class CutOrder:
    """All that cutting takes, detached from the stream: may be carried out in another thread.

    Events that asked for the same span share one clip.
    """

    event_ids: tuple[str, ...]
    stream_format: StreamFormat
    stretch: Stretch
    start_at: int
    end_at: int
    mask: Mask | None

    def carry_out(self) -> list[Recorded]:
        """Cut the clip; never raises for what a stream may hold."""
        clip, lost = self._cut()
        return [Recorded(event_id, clip, lost) for event_id in self.event_ids]

    def _cut(self) -> tuple[Clip | None, Loss | None]:
        too_long = self.stretch.gop_too_long
        first_at = next((packet.at for packet in self.stretch.packets), None)
        if first_at is None or first_at > self.end_at:
            return None, "gop_too_long" if too_long else "no_packets"
        try:
            return self._clip(), None
        except SourceError:
            return None, "undecodable"

    def _clip(self) -> Clip:
        return cut(
            self.stream_format,
            self.stretch.packets,
            self.start_at,
            self.end_at,
            self.mask,
            gop_too_long=self.stretch.gop_too_long,
        )


@dataclass(slots=True)
class _Pending:
    """Events that wait for the end of one span.

    `reach` is the latest picture seen up to the last packet that the span needs; `beyond` counts
    packets past it that do not tell their decoding time.
    """

    event_ids: list[str]
    start_at: int
    end_at: int
    reach: int
    beyond: int = 0

    def see(self, packet: EncodedPacket, newest_at: int) -> None:
        if packet.at is None:
            return
        if packet.at <= self.end_at:
            self.reach = newest_at
        elif packet.decode_at is None:
            self.beyond += 1

    def over(self, packet: EncodedPacket) -> bool:
        """Whether no picture of the span can still come: pictures are decoded before they are shown."""
        if packet.decode_at is None:
            return self.beyond > MOST_REORDERED
        return packet.decode_at > max(self.end_at, self.reach)


class ClipRecorder:
    """Holds one source's packets and cuts `pre_roll` before to `post_roll` after each event.

    Durations in microseconds; `lag` is how long after its moment an event may be asked for.
    Packets that a pending clip needs are held until it is cut, within `capacity_bytes`.
    """

    def __init__(
        self,
        stream_format: StreamFormat,
        pre_roll: int,
        post_roll: int,
        mask: Mask | None = None,
        *,
        lag: int = ANALYSIS_LAG,
        capacity_bytes: int = CAPACITY_BYTES,
    ) -> None:
        self._format = stream_format
        self._pre_roll = pre_roll
        self._post_roll = post_roll
        self._mask = mask
        self._ring = PacketRing(pre_roll + lag, capacity_bytes)
        self._pending: list[_Pending] = []

    def request(self, event_id: str, at: int) -> None:
        """Ask for the clip of an event at `at` (microseconds UTC)."""
        start_at, end_at = at - self._pre_roll, at + self._post_roll
        for pending in self._pending:
            if (pending.start_at, pending.end_at) == (start_at, end_at):
                pending.event_ids.append(event_id)
                return
        self._pending.append(_Pending([event_id], start_at, end_at, self._ring.newest_at or 0))
        self._hold()

    def push(self, packet: VideoPacket, at: int) -> list[Recorded]:
        """Take the next packet in decode order and cut the clips that are complete with it."""
        return _carried_out(self.collect(packet, at))

    def finish(self) -> list[Recorded]:
        """End the stream: cut what is pending, shorter at its end."""
        return _carried_out(self.close())

    def collect(self, packet: VideoPacket, at: int) -> list[CutOrder]:
        """Like `push`, but leaves the cutting to the caller."""
        orders = self.close() if self._time_goes_back(packet, at) else []
        encoded = self._ring.push(packet, at)
        if encoded is None:
            return orders
        for pending in self._pending:
            pending.see(encoded, self._ring.newest_at or 0)
        return orders + self._ordered([pending for pending in self._pending if pending.over(encoded)])

    def close(self) -> list[CutOrder]:
        """Like `finish`, but leaves the cutting to the caller."""
        return self._ordered(self._pending)

    def _time_goes_back(self, packet: VideoPacket, at: int) -> bool:
        """Whether the ring is about to forget, which must not take pending clips with it."""
        return packet.is_keyframe and packet.pts is not None and self._ring.is_before(at)

    def _ordered(self, due: Sequence[_Pending]) -> list[CutOrder]:
        orders = [self._order(pending) for pending in due]
        self._pending = [pending for pending in self._pending if pending not in due]
        self._hold()
        return orders

    def _order(self, pending: _Pending) -> CutOrder:
        return CutOrder(
            event_ids=tuple(pending.event_ids),
            stream_format=self._format,
            stretch=self._ring.since(pending.start_at),
            start_at=pending.start_at,
            end_at=pending.end_at,
            mask=self._mask,
        )

    def _hold(self) -> None:
        self._ring.hold(min((pending.start_at for pending in self._pending), default=None))


def _carried_out(orders: Sequence[CutOrder]) -> list[Recorded]:
    return [recorded for order in orders for recorded in order.carry_out()]
