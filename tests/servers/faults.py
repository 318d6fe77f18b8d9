"""A link to an RTSP camera that can be made faulty: a TCP proxy which understands interleaved RTP.

    with faulty_link(port, Fault(kind="stall", after=3)) as link:
        link.url("gate")                         rtsp://127.0.0.1:PORT/gate

A fault begins `after` seconds of a connection's video, on every connection or, with `times`, on the
first so many.

    silent   takes connections and never answers        stall    nothing comes any more, nothing is closed
    reset    the connection is reset (RST)               close    the connection is closed in order
    slow     one of `every` pictures gets through        frozen   the last key frame, again and again
    jump     RTP time moves by `seconds`                 still    RTP time stands
    wrap     the 32 bits of RTP time wrap                redirect DESCRIBE is sent elsewhere (`target`)
"""

import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CLOCK = 90_000
_KEY, _FU_A, _STAP_A = 5, 28, 24
_PARAMETERS = (7, 8)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and when."""

    kind: str = "none"
    after: float = 0.0
    seconds: float = 0.0
    every: int = 5
    times: int | None = None
    target: str = ""


@dataclass(slots=True)
class FaultyLink:
    """The link, listening; `connections` counts who came; `fault` may be changed for later connections."""

    target: int
    fault: Fault
    listening: socket.socket
    connections: int = 0
    faulty: int = 0
    open: list[socket.socket] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        """Where to connect to."""
        return int(self.listening.getsockname()[1])

    def url(self, name: str) -> str:
        """The camera's address by way of this link."""
        return f"rtsp://127.0.0.1:{self.port}/{name}"

    def hang_up(self) -> None:
        """End all connections there are."""
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Take connections until it is closed."""
        while not self.closing.is_set():
            try:
                client, _ = self.listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            self.open.append(client)
            threading.Thread(target=self.link, args=(client, self._fault()), daemon=True).start()

    def link(self, client: socket.socket, fault: Fault) -> None:
        """One connection, both ways, until either side is gone."""
        with suppress(OSError), client:
            if fault.kind == "silent":
                self.closing.wait()
                return
            with socket.create_connection(("127.0.0.1", self.target)) as camera:
                self.open.append(camera)
                gone = threading.Event()
                upward = threading.Thread(target=self._upward, args=(client, camera, fault, gone))
                upward.start()
                try:
                    Downward(self, client, camera, fault).run()
                finally:
                    gone.set()  # a socket that somebody still reads is not closed, and not reset
                    upward.join()

    def _fault(self) -> Fault:
        fault = self.fault
        if fault.times is not None and self.faulty >= fault.times:
            return Fault()
        self.faulty += 1
        return fault

    def _upward(
        self, client: socket.socket, camera: socket.socket, fault: Fault, gone: threading.Event
    ) -> None:
        with suppress(OSError):
            while not gone.is_set() and not self.closing.is_set():
                if not select.select([client], [], [], 0.05)[0]:
                    continue
                data = client.recv(65_536)
                if not data:
                    break
                if fault.kind == "redirect" and data.startswith(b"DESCRIBE"):
                    sequence = data.split(b"CSeq: ")[1].split(b"\r\n")[0]
                    answer = b"RTSP/1.0 302 Found\r\nCSeq: " + sequence
                    client.sendall(answer + b"\r\nLocation: " + fault.target.encode() + b"\r\n\r\n")
                    continue
                camera.sendall(data)
            camera.shutdown(socket.SHUT_WR)


class Downward:
    """What the camera sends, on its way to the client."""

    def __init__(self, link: FaultyLink, client: socket.socket, camera: socket.socket, fault: Fault) -> None:
        self.link, self.client, self.camera, self.fault = link, client, camera, fault
        self.file = camera.makefile("rb")
        self.began: float | None = None
        self.changes = Rewriting(fault)

    def run(self) -> None:
        """Until either side ends, or the fault does it."""
        with self.file:
            while piece := self.piece():
                if not self.passes(piece):
                    return

    def piece(self) -> bytes:
        """An RTSP answer or an interleaved packet, whole."""
        head = self.file.read(4)
        if len(head) < 4:
            return b""
        if head[0] == 0x24:
            return head + self.file.read(head[2] << 8 | head[3])
        return head + self._rest_of_answer()

    def _rest_of_answer(self) -> bytes:
        text, length = b"", 0
        while not text.endswith(b"\r\n\r\n"):
            line = self.file.readline()
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            text += line
        return text + self.file.read(length)

    def passes(self, piece: bytes) -> bool:
        """Send the piece on, as the fault leaves it; False ends the connection."""
        if piece[0] != 0x24:
            # A camera whose counter wraps would announce that counter, and not the one that was replaced.
            self.client.sendall(
                piece.replace(b"RTP-Info:", b"X-Info:") if self.fault.kind == "wrap" else piece
            )
            return True
        if piece[1] != 0:
            self.client.sendall(piece)
            return True
        self.began = self.began or time.monotonic()
        if time.monotonic() - self.began < self.fault.after:
            self.changes.learn(piece[4:])
            self.client.sendall(piece)
            return True
        return self.faulty(piece)

    def faulty(self, piece: bytes) -> bool:
        """The same, now that the fault is there."""
        kind = self.fault.kind
        if kind == "stall":
            self.link.closing.wait()
            return False
        if kind == "reset":
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if kind == "close":
            return False
        for packet in self.changes.of(piece[4:]):
            self.client.sendall(b"$\0" + struct.pack(">H", len(packet)) + packet)
        return True


class Rewriting:
    """RTP packets of H.264, as a lying or lame camera would have sent them."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.time: int | None = None  # the first RTP time of the fault
        self.picture = -1
        self.current: int | None = None
        self.key: list[bytes] = []
        self.key_time: int | None = None
        self.sequence = 0

    def learn(self, packet: bytes) -> None:
        """Remember the packets of the newest key frame."""
        self.sequence = packet[2] << 8 | packet[3]
        at = _time(packet)
        if _kind(packet) in {_KEY, *_PARAMETERS}:
            if at != self.key_time:
                self.key, self.key_time = [], at
            self.key.append(packet)

    def of(self, packet: bytes) -> list[bytes]:
        """What is sent instead."""
        at = _time(packet)
        new = at != self.current
        self.picture += new
        self.current = at
        if self.time is None:
            self.time = at
        kind = self.fault.kind
        if kind == "slow":
            return [packet] if self.picture % self.fault.every == 0 else []
        if kind == "frozen":
            return self._again(at) if new else []
        return [_timed(packet, self._moved(at))]

    def _moved(self, at: int) -> int:
        kind, first = self.fault.kind, self.time or 0
        if kind == "jump":
            return at + round(self.fault.seconds * CLOCK)
        if kind == "still":
            return first
        if kind == "wrap":
            return at - first - 3 * CLOCK
        return at

    def _again(self, at: int) -> list[bytes]:
        packets = []
        for packet in self.key:
            self.sequence = (self.sequence + 1) & 0xFFFF
            packets.append(packet[:2] + struct.pack(">H", self.sequence) + _timed(packet, at)[4:])
        return packets


def _time(packet: bytes) -> int:
    return int.from_bytes(packet[4:8], "big")


def _timed(packet: bytes, at: int) -> bytes:
    return packet[:4] + (at & 0xFFFFFFFF).to_bytes(4, "big") + packet[8:]


def _kind(packet: bytes) -> int:
    """The kind of unit that an RTP packet of H.264 holds, or is a part of."""
    kind = packet[12] & 0x1F
    if kind == _FU_A:
        return packet[13] & 0x1F
    return _PARAMETERS[0] if kind == _STAP_A else kind


@contextmanager
def faulty_link(target: int, fault: Fault) -> Iterator[FaultyLink]:
    """A link to the cameras at the port `target` of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        link = FaultyLink(target, fault, listening)
        serving = threading.Thread(target=link.serve, daemon=True)
        serving.start()
        try:
            yield link
        finally:
            link.closing.set()
            serving.join()
            link.hang_up()
            for one in link.open:
                one.close()
