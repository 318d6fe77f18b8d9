"""One TCP or TLS connection to a resolved address: bounded reads, no wait that nobody can end.

Every half second of waiting, and of receiving too, `idle` is called: it may raise to end everything.
"""

import contextlib
import errno
import os
import select
import socket
import ssl
from collections.abc import Callable

from ingest.address import Endpoint
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import SourceError

OPEN_LIMIT = 3 * SECOND
READ_LIMIT = 4 * SECOND  # without a single byte; a camera that lives sends each second
_TICK = SECOND // 2
_CHUNK = 65_536
_HALF_SECOND = 0.5

Idle = Callable[[], None]


class Connection:
    """Bytes to and from a camera. Raises SourceError for all that goes wrong with them."""

    def __init__(self, endpoint: Endpoint, clock: Clock, idle: Idle) -> None:
        self._clock = clock
        self._idle = idle
        self._idle_at = clock.monotonic() + _TICK
        self._buffer = b""
        self._place = 0
        self._socket = self._connected(endpoint)

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def send(self, data: bytes) -> None:
        """Send all of it; a camera that takes nothing for half a second is gone."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise SourceError(f"the connection broke: {_reason(error)}") from error

    def take(self, size: int) -> bytes:
        """Exactly so many bytes."""
        place = self._place
        end = place + size
        if end > len(self._buffer):
            while len(self._buffer) - self._place < size:
                self._fill()
            place, end = self._place, self._place + size
        self._place = end
        return self._buffer[place:end]

    def take_some(self, size: int) -> bytes:
        """At least one byte and at most so many; empty at the end of the stream."""
        if self._place == len(self._buffer):
            try:
                self._fill()
            except _EndedError:
                return b""
        return self.take(min(size, len(self._buffer) - self._place))

    def take_until(self, end: bytes, limit: int) -> bytes:
        """All up to and including `end`, which must come within `limit` bytes."""
        searched = 0
        while (found := self._buffer.find(end, self._place + searched)) < 0:
            searched = max(0, len(self._buffer) - self._place - len(end) + 1)
            if searched > limit:
                raise SourceError("it sends something else than was asked for, without end")
            self._fill()
        return self.take(found + len(end) - self._place)

    def _fill(self) -> None:
        """Wait for more; raises SourceError at the end of the stream and after the limit."""
        data = self._received()
        if not data:
            raise _EndedError("the camera hung up")
        rest = self._buffer[self._place :]
        self._buffer = rest + data if rest else data
        self._place = 0

    def _received(self) -> bytes:
        began = self._clock.monotonic()
        while True:
            try:
                data = self._socket.recv(_CHUNK)
            except TimeoutError:
                data = None
            except OSError as error:
                raise SourceError(f"the connection broke: {_reason(error)}") from error
            now = self._clock.monotonic()
            if now >= self._idle_at:
                self._idle_at = now + _TICK
                self._idle()
            if data is not None:
                return data
            if now - began >= READ_LIMIT:
                raise SourceError(f"silent for {READ_LIMIT // SECOND} s")

    def _connected(self, endpoint: Endpoint) -> socket.socket:
        family = socket.AF_INET6 if ":" in endpoint.ip else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.setblocking(False)
            self._connect(plain, endpoint)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready = self._encrypted(plain, endpoint) if endpoint.encrypted else plain
            ready.settimeout(_HALF_SECOND)
        except BaseException:
            plain.close()
            raise
        return ready

    def _connect(self, plain: socket.socket, endpoint: Endpoint) -> None:
        code = plain.connect_ex((endpoint.ip, endpoint.port))
        if code == errno.EINPROGRESS:
            self._await(plain, "no connection", write=True)
            code = plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise SourceError(f"no connection: {_reason(OSError(code, None))}")

    def _encrypted(self, plain: socket.socket, endpoint: Endpoint) -> socket.socket:
        context = ssl.create_default_context()  # SSL_CERT_FILE adds the cameras' own authority
        wrapped = context.wrap_socket(plain, server_hostname=endpoint.host, do_handshake_on_connect=False)
        try:
            self._shake_hands(wrapped)
        except BaseException as error:
            wrapped.close()
            if isinstance(error, OSError):
                raise SourceError(f"no encrypted connection: {_reason(error)}") from error
            raise
        return wrapped

    def _shake_hands(self, wrapped: ssl.SSLSocket) -> None:
        while True:
            try:
                wrapped.do_handshake()
            except ssl.SSLWantReadError:
                self._await(wrapped, "no encrypted connection", write=False)
            except ssl.SSLWantWriteError:
                self._await(wrapped, "no encrypted connection", write=True)
            else:
                return

    def _await(self, opening: socket.socket, what: str, *, write: bool) -> None:
        began = self._clock.monotonic()
        poll = select.poll()
        poll.register(opening, select.POLLOUT if write else select.POLLIN)
        while not poll.poll(1000 * _TICK // SECOND):
            self._idle()
            if self._clock.monotonic() - began >= OPEN_LIMIT:
                raise SourceError(f"{what} within {OPEN_LIMIT // SECOND} s")


class _EndedError(SourceError):
    """The other side closed."""


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}); SSL_CERT_FILE names who is"
    if error.errno is not None and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__
