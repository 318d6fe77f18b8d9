"""The messages that RTSP and HTTP share: a first line, headers, a body of a stated length."""

from dataclasses import dataclass

from ingest.connection import Connection
from sharp_eyes.errors import SourceError, printable

HEAD_LIMIT = 32_768
BODY_LIMIT = 262_144
_ENDS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Head:
    """First line and headers. `status` is None where it is a request."""

    first: str
    headers: tuple[tuple[str, str], ...]
    status: int | None

    def all(self, name: str) -> list[str]:
        """The values of a header, however often it is there."""
        return [value for key, value in self.headers if key == name]

    def one(self, name: str, default: str = "") -> str:
        """The first value of a header, by its name in small letters."""
        return next(iter(self.all(name)), default)

    @property
    def length(self) -> int | None:
        """How long the body is said to be. Raises SourceError for what is no length."""
        text = self.one("content-length")
        if not text:
            return None
        if not text.isdecimal():
            raise SourceError("it states no proper length of its answer")
        return int(text)


def read_head(connection: Connection, begun: bytes = b"") -> Head:
    """The next message up to its empty line; `begun` are bytes of it already taken."""
    return parse_head(begun + connection.take_until(_ENDS, HEAD_LIMIT))


def parse_head(data: bytes) -> Head:
    """Raises SourceError for what is neither an answer nor a request."""
    first, *lines = data.decode("utf-8", "replace").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    if not first.startswith(("RTSP/", "HTTP/")):
        if " RTSP/" in first:
            return Head(first, headers, None)
        raise SourceError(f'it speaks another language: "{printable(first[:60])}"')
    _, _, rest = first.partition(" ")
    status = rest[:3]
    if not status.isdecimal():
        raise SourceError(f'it answers without a status: "{printable(first[:60])}"')
    return Head(first, headers, int(status))


def read_body(connection: Connection, head: Head) -> bytes:
    """The body of a small message. Raises SourceError for a large one."""
    length = head.length or 0
    if length > BODY_LIMIT:
        raise SourceError(f"its answer is {length} bytes long; at most {BODY_LIMIT} are read")
    return connection.take(length)


def refusal(head: Head) -> SourceError:
    """What to say of an answer that is no success."""
    words = {
        401: "it refuses the name and password",
        403: "it forbids this",
        404: "it has no such stream",
        453: "it has no bandwidth left",
        454: "it forgot the session",
        461: "it does not send over TCP",
        503: "it is overloaded",
    }
    status = head.status or 0
    if 300 <= status < 400:
        return SourceError("it sends elsewhere, which is refused; give the address that is meant")
    return SourceError(words.get(status, "it refuses") + f" ({printable(head.first[:60])})")
