"""Video by HTTP: a stream in one answer, or an HLS playlist and its segments.

FFmpeg opens nothing by itself: every address that a playlist names is resolved, checked and fetched
here, and no redirect is followed. A name and password go to the camera's own host and port only.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import av
from av.container import InputContainer

from ingest.address import Address, Networks, parse_address, resolve
from ingest.authorization import challenge_of
from ingest.connection import Connection, Idle
from ingest.credentials import Credential
from ingest.messages import Head, read_head, refusal
from sharp_eyes.clock import Clock
from sharp_eyes.errors import SourceError, printable

FORMATS = "mpegts,flv,mpjpeg,mjpeg,mov,mp4,matroska,webm,h264,hevc"
_HLS = {
    "protocol_whitelist": "http,https,tcp,tls,crypto,data",
    "http_persistent": "0",  # both would need FFmpeg's own HTTP
    "http_multiple": "0",
    "live_start_index": "-3",
    "allowed_extensions": "ALL",
    "extension_picky": "0",
}
_LIMITS = (5.0, 5.0)  # seconds to open and to wait for a segment: between two, FFmpeg listens to nobody else
_PROBE = {"probesize": "2000000", "analyzeduration": "3000000"}
_LINE = 1_024


class Errors:
    """The first thing that went wrong; FFmpeg is told of an end instead, for it would try again and again."""

    def __init__(self) -> None:
        self.first: SourceError | None = None

    def note(self, error: SourceError) -> None:
        """Keep it if it is the first."""
        self.first = self.first or error


class Nothing:
    """An empty file."""

    def read(self, size: int) -> bytes:  # noqa: ARG002 # a file's shape
        """The end."""
        return b""

    def close(self) -> None:
        """Nothing to do."""


class Body:
    """The body of an answer as FFmpeg reads a file; closing it hangs up."""

    def __init__(self, connection: Connection, head: Head, errors: Errors) -> None:
        self._connection = connection
        self._errors = errors
        self.head = head
        self.closed = False
        self._chunked = "chunked" in head.one("transfer-encoding").lower()
        self._left = 0 if self._chunked else head.length
        self._ended = False

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end, and where something goes wrong."""
        try:
            return self._read(size)
        except SourceError as error:
            self._errors.note(error)
            return b""

    def _read(self, size: int) -> bytes:
        if self._chunked and self._left == 0 and not self._ended:
            self._next_chunk()
        if self._left == 0 or self._ended:
            return b""
        wanted = size if self._left is None else min(size, self._left)
        data = self._connection.take_some(wanted)
        if self._left is not None:
            self._left -= len(data)
            if self._chunked and self._left == 0:
                self._connection.take_until(b"\r\n", _LINE)
        return data

    def close(self) -> None:
        """Hang up."""
        self.closed = True
        self._connection.close()

    def _next_chunk(self) -> None:
        line = self._connection.take_until(b"\r\n", _LINE).split(b";")[0].strip()
        try:
            self._left = int(line, 16)
        except ValueError as error:
            raise SourceError("its answer breaks off in the middle") from error
        self._ended = self._left == 0


@dataclass(frozen=True, slots=True)
class Browser:
    """Gets addresses for one camera."""

    home: Address
    credential: Credential | None
    networks: Networks
    clock: Clock
    idle: Idle
    errors: Errors = field(default_factory=Errors)
    bodies: list[Body] = field(default_factory=list)

    def close(self) -> None:
        """Hang up everywhere: FFmpeg does not always close what it opened."""
        for body in self.bodies:
            body.close()

    def get(self, address: Address) -> Body:
        """The answer to a request. Raises SourceError for all but success."""
        self.idle()
        body = self._asked(address, None)
        if body.head.status == 401 and self.credential is not None and self._at_home(address):
            challenge = challenge_of(body.head.all("www-authenticate"))
            body.close()
            body = self._asked(address, challenge.answer(self.credential, "GET", address.path))
        if body.head.status != 200:
            body.close()
            raise refusal(body.head)
        return body

    def open(
        self,
        url: str,
        flags: int,  # noqa: ARG002 # FFmpeg's shape
        options: dict[str, str],  # noqa: ARG002
    ) -> Body | Nothing:
        """What a playlist names; nothing any more after an error."""
        try:
            return Nothing() if self.errors.first else self._followed(url)
        except SourceError as error:
            self.errors.note(error)
            return Nothing()

    def _followed(self, url: str) -> Body:
        address = parse_address(url)
        if address.scheme not in {"http", "https"}:
            raise SourceError(f'its playlist names a "{address.scheme}" address')
        return self.get(address)

    def _asked(self, address: Address, authorization: str | None) -> Body:
        connection = Connection(resolve(address, self.networks), self.clock, self.idle)
        host = address.url.split("/")[2]
        lines = [f"GET {address.path} HTTP/1.0", f"Host: {host}", "User-Agent: sharp-eyes"]
        lines += [f"Authorization: {authorization}"] if authorization else []
        try:
            connection.send("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            body = Body(connection, read_head(connection), self.errors)
        except SourceError:
            connection.close()
            raise
        self.bodies[:] = [body, *(other for other in self.bodies if not other.closed)]
        return body

    def _at_home(self, address: Address) -> bool:
        home = self.home
        return (home.scheme, home.host, home.port) == (address.scheme, address.host, address.port)


def is_playlist(address: Address, head: Head) -> bool:
    """Whether the answer is an HLS playlist."""
    return "mpegurl" in head.one("content-type").lower() or address.path.partition("?")[0].endswith(".m3u8")


@contextmanager
def open_http(browser: Browser) -> Iterator[InputContainer]:
    """FFmpeg's view of what the camera's address gives."""
    with closing(browser):
        try:
            with _opened(browser, browser.get(browser.home)) as container:
                yield container
        except SourceError as error:
            raise browser.errors.first or error from error


def _opened(browser: Browser, body: Body) -> InputContainer:
    try:
        if not is_playlist(browser.home, body.head):
            return av.open(body, "r", options={"format_whitelist": FORMATS, **_PROBE})
        body.close()
        options = _HLS | _PROBE
        url = browser.home.url
        return av.open(url, "r", format="hls", io_open=browser.open, options=options, timeout=_LIMITS)
    except av.FFmpegError as error:
        reason = printable(str(error.strerror))
        raise SourceError(f"what it sends is no video that can be read: {reason}") from error
