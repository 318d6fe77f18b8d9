"""Asks an RTSP camera what it offers, before FFmpeg is let near it (RFC 2326).

FFmpeg follows redirects to anywhere, waits long for what never answers, and says little of why it was
refused. So each connection begins with a question of our own: who is redirected, refused or answered in
another language is told so in words, and FFmpeg never hears of it.

    OPTIONS → DESCRIBE (→ DESCRIBE with the credential) → hang up
"""

from ingest.address import Address
from ingest.authorization import Challenge, challenge_of
from ingest.connection import Connection
from ingest.credentials import Credential
from ingest.messages import Head, read_body, read_head, refusal
from sharp_eyes.errors import SourceError, printable

_OK = 200
_UNAUTHORIZED = 401


class RtspInquiry:
    """One question. Raises SourceError for whatever the camera does wrong."""

    def __init__(self, connection: Connection, address: Address, credential: Credential | None) -> None:
        self._connection = connection
        self._url = address.url
        self._credential = credential
        self._challenge: Challenge | None = None
        self._sequence = 0
        self._answer = b""

    def ask(self) -> None:
        """Make sure that the camera answers, lets us in, and has video."""
        self._ask("OPTIONS", needed=False)
        self._ask("DESCRIBE", ("Accept", "application/sdp"))
        check_description(self._answer.decode("utf-8", "replace"))

    def _ask(self, method: str, *headers: tuple[str, str], needed: bool = True) -> None:
        """Ask and wait for the answer; log in where it is demanded."""
        for _ in range(2):
            self._say(method, *headers)
            head = self._answered()
            if head.status != _UNAUTHORIZED or self._credential is None:
                break
            self._challenge = challenge_of(head.all("www-authenticate"))
        if needed and head.status != _OK:
            raise refusal(head)

    def _say(self, method: str, *headers: tuple[str, str]) -> None:
        self._sequence += 1
        lines = [f"{method} {self._url} RTSP/1.0", f"CSeq: {self._sequence}", "User-Agent: sharp-eyes"]
        if self._challenge is not None and self._credential is not None:
            lines.append(f"Authorization: {self._challenge.answer(self._credential, method, self._url)}")
        lines += [f"{name}: {value}" for name, value in headers]
        self._connection.send("\r\n".join([*lines, "", ""]).encode())

    def _answered(self) -> Head:
        """The answer to the last request."""
        while True:
            head = read_head(self._connection)
            self._answer = read_body(self._connection, head)
            if head.status is not None and head.one("cseq", str(self._sequence)) == str(self._sequence):
                return head


def check_description(text: str) -> None:
    """Raises SourceError where a session description (RFC 8866) holds no video that is spoken here."""
    medias = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.startswith("m=")]
    video = next((media for media in medias if media.startswith("m=video")), None)
    if video is None:
        kinds = ", ".join(sorted({media[2:].split(" ")[0] for media in medias}))
        raise SourceError("it sends no video" + (f", only {printable(kinds)}" if kinds else ""))
    if "RTP/AVP" not in video:
        raise SourceError(f'its video comes by "{printable(video[:60])}"; only RTP/AVP is understood')
