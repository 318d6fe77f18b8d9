"""A camera on the network, played for ever: RTSP over TCP, with TLS or without; HTTP and HLS.

address → resolved, checked → asked what it offers → FFmpeg, by that IP: packets → reception
   ▲                                                                                │
   └───────────── back-off ◄── whatever goes wrong, the end of the stream too ◄──────┘
"""

import random
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

import av
from av.container import InputContainer

from ingest.address import Address, Endpoint, Networks, resolve
from ingest.back_off import BackOff
from ingest.connection import Connection
from ingest.credentials import Credential, Credentials
from ingest.http_stream import Browser, open_http
from ingest.live_source import SourceListener
from ingest.pacing import Pace
from ingest.reception import Reception
from ingest.ring import VideoPacket
from ingest.rtsp_inquiry import RtspInquiry
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import SourceError, printable

_BY_HTTP = frozenset({"http", "https"})
_MOST_AHEAD = 10 * SECOND  # some servers begin with what they have kept since the last key frame
_WORKS_AFTER = 25  # pictures: a camera that brings fewer before it breaks is not hurried
_LIMITS = (3.0, 4.0)  # seconds to open, and without a single byte; a camera that lives sends each second
_RTSP = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtp,tcp,tls",
    "reorder_queue_size": "0",  # TCP keeps the order
}
# What the description says of the codec is enough; to look into the stream keeps back seconds of it …
_AT_ONCE = {"probesize": "32", "analyzeduration": "1"}
# … but some cameras say nothing.
_LOOKING = {"analyzeduration": "2000000"}
_SLICE = SECOND // 5


class RtspSource:
    """One camera by its address. With `decoding` False only its packets are handed on."""

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        networks: Networks,
        clock: Clock,
        *,
        decoding: bool = True,
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._networks = networks
        self._clock = clock
        self._decoding = decoding
        self._lead = 0 if address.scheme in _BY_HTTP else _MOST_AHEAD
        self._reception: Reception | None = None
        self._stopping = threading.Event()
        self.reconnects = 0

    @property
    def message(self) -> str:
        """Why there is no video; empty while there is."""
        return self._reception.message if self._reception else ""

    def run(self, listener: SourceListener, stopping: threading.Event) -> None:
        """Play until `stopping` is set."""
        self._stopping = stopping
        reception = self._reception = Reception(listener, self._clock, decoding=self._decoding)
        back_off = BackOff(random.Random())
        while not stopping.is_set():
            try:
                self._play(reception)
            except SourceError as error:
                self._failed(reception, back_off, error)

    def _failed(self, reception: Reception, back_off: BackOff, error: SourceError) -> None:
        """Say so, and wait before the next attempt."""
        if self._stopping.is_set():
            return
        if reception.connected_frames >= _WORKS_AFTER:
            back_off.reset()
        reception.failed(f"{self._address}: {error}")
        self.reconnects += 1
        self._pause(back_off.next(), reception)

    def _play(self, reception: Reception) -> None:
        """One connection, until it ends: always by SourceError, unless told to stop."""
        reception.connecting()
        with self._opened(reception) as container:
            if not container.streams.video or container.streams.video[0].codec_context is None:
                raise SourceError("it sends no video of a codec that is known here")
            stream = container.streams.video[0]
            reception.connected(stream)
            pace = Pace(self._clock, lambda: self._idle(reception), self._lead)
            ticks, per = _scale(stream)
            for packet in _packets(container, stream):
                self._idle(reception)
                if packet.dts is not None:
                    pace.wait(packet.dts * ticks // per)
                reception.packet(packet)
        raise SourceError("the stream ended")

    def _idle(self, reception: Reception) -> None:
        if self._stopping.is_set():
            raise SourceError("stopped")
        reception.tick()

    @contextmanager
    def _opened(self, reception: Reception) -> Iterator[InputContainer]:
        """FFmpeg's view of the camera."""
        address, credential = self._address, self._credentials.of(self._address.credential)

        def idle() -> None:
            self._idle(reception)

        if address.scheme in _BY_HTTP:
            with open_http(Browser(address, credential, self._networks, self._clock, idle)) as container:
                yield container
            return
        endpoint = resolve(address, self._networks)
        with closing(Connection(endpoint, self._clock, idle)) as connection:
            RtspInquiry(connection, address, credential).ask()
        with _foreign_errors():
            container = _open_rtsp(_url(address, endpoint, credential))
        with container:
            yield container

    def _pause(self, duration: int, reception: Reception) -> None:
        until = self._clock.monotonic() + duration
        while not self._stopping.is_set() and (left := until - self._clock.monotonic()) > 0:
            self._clock.sleep(min(left, _SLICE))
            reception.tick()


def _url(address: Address, endpoint: Endpoint, credential: Credential | None) -> str:
    """What FFmpeg is given, and nobody else ever sees: the checked IP, and the credential.

    With TLS it is the host's name, for which the certificate is.
    """
    host = endpoint.host if endpoint.encrypted else endpoint.ip
    host = f"[{host}]" if ":" in host else host
    login = ""
    if credential is not None:
        login = f"{quote(credential.user, safe='')}:{quote(credential.password.get_secret_value(), safe='')}@"
    return f"{address.scheme}://{login}{host}:{endpoint.port}{address.path}"


def _open_rtsp(url: str) -> InputContainer:
    container = av.open(url, options=_RTSP | _AT_ONCE, timeout=_LIMITS)
    videos = container.streams.video
    if not videos or videos[0].codec_context is None or videos[0].codec_context.width:
        return container
    container.close()
    return av.open(url, options=_RTSP | _LOOKING, timeout=_LIMITS)


def _scale(stream: av.VideoStream) -> tuple[int, int]:
    """A timestamp × the first ÷ the second: microseconds."""
    base = stream.time_base
    return (base.numerator * SECOND, base.denominator) if base else (SECOND, 90_000)


def _packets(container: InputContainer, stream: av.VideoStream) -> Iterator[VideoPacket]:
    demuxed = container.demux(stream)
    first = True
    while True:
        with _foreign_errors():
            packet = next(demuxed, None)
        if packet is None:
            return
        if first and packet.pts is None:
            packet.pts = 0  # FFmpeg counts RTP time from the first packet, and leaves out its nought
        first = False
        yield packet


@contextmanager
def _foreign_errors() -> Iterator[None]:
    try:
        yield
    except av.ExitError:
        raise SourceError("it sends nothing") from None
    except av.FFmpegError as error:
        # Not `from error`: FFmpeg's own knows the address that it was given.
        raise SourceError(f"its stream cannot be read: {printable(str(error.strerror))}") from None
