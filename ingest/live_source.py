"""The port of a live camera: what plays for ever, and who listens."""

import threading
from dataclasses import dataclass
from typing import Literal, Protocol

from ingest.frame import Frame
from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.domain import Notes

HealthState = Literal["begun", "over", "moment"]


@dataclass(frozen=True, slots=True)
class HealthChange:
    """Something about a camera's health began, is over, or happened (a moment).

    `type` is one of `catalogue.HEALTH`; `at` is when it was noticed, microseconds UTC. Of each type
    at most one is open at a time: a loss that turns from degraded to lost is over and begins anew.
    """

    type: str
    at: int
    state: HealthState
    notes: Notes = ()


class SourceListener(Protocol):
    """Who is told what a camera sends. All calls come from the thread that runs the source."""

    def on_format(self, stream_format: StreamFormat) -> None:
        """What follows is encoded like this: before the first packet, and whenever it changes."""
        ...

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        """The next packet in decode order, presented at `at` (microseconds UTC).

        After each connection the first is a key frame.
        """
        ...

    def on_frame(self, frame: Frame) -> None:
        """The next picture in the order of presentation; times rise strictly, also over reconnections."""
        ...

    def on_health(self, change: HealthChange) -> None:
        """Something began, ended or happened."""
        ...


class FrameSource(Protocol):
    """One camera that plays until it is told to stop."""

    def run(self, listener: SourceListener, stopping: threading.Event) -> None:
        """Play until `stopping` is set; reconnect for ever; raise for nothing that a camera does."""
        ...


class WatchedSource(FrameSource, Protocol):
    """A source that also tells how it fares; readable from any thread."""

    @property
    def reconnects(self) -> int:
        """How often its connection was lost or could not be made."""
        ...

    @property
    def message(self) -> str:
        """Why there is no video; empty while there is."""
        ...


class Silent:
    """A shipped listener that does nothing with anything; a base for those that mind a part of it."""

    def on_format(self, stream_format: StreamFormat) -> None:
        """Nothing."""

    def on_packet(self, packet: VideoPacket, at: int) -> None:
        """Nothing."""

    def on_frame(self, frame: Frame) -> None:
        """Nothing."""

    def on_health(self, change: HealthChange) -> None:
        """Nothing."""
