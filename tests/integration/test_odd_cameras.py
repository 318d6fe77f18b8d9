"""Cameras that say what no camera should: each is one sentence of an error, and nothing hangs."""

import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from pydantic import SecretStr

from ingest.address import parse_address, resolve
from ingest.connection import Connection
from ingest.credentials import Credential
from ingest.live_source import Silent
from ingest.rtsp_inquiry import RtspInquiry
from servers.watching import NETWORKS, source_of
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.errors import SourceError

VIDEO = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:1\r\n"
Answers = Callable[[str, str], bytes]


@contextmanager
def camera(answers: Answers) -> Iterator[str]:
    """A camera that answers each request (its method, all of its text) so; gives its address."""
    ending = threading.Event()

    def converse(client: socket.socket) -> None:
        with suppress(OSError), client, client.makefile("rb") as file:
            while not ending.is_set():
                lines = itertools.takewhile(lambda line: line not in {b"", b"\r\n"}, file)
                request = b"".join(lines).decode()
                if not request:
                    return
                client.sendall(answers(request.split(" ")[0], request))

    def serve() -> None:
        while not ending.is_set():
            with suppress(TimeoutError):
                client, _ = listening.accept()
                client.settimeout(2)
                converse(client)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"rtsp://127.0.0.1:{listening.getsockname()[1]}/x"
        finally:
            ending.set()
            thread.join()


def answer(request: str, *headers: str, status: str = "200 OK", body: str = "") -> bytes:
    sequence = request.split("CSeq: ")[1].split("\r\n", maxsplit=1)[0]
    lines = [f"RTSP/1.0 {status}", f"CSeq: {sequence}", *headers]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join([*lines, "", ""]) + body).encode()


def polite(method: str, request: str, sdp: str = VIDEO) -> bytes:
    """As a camera should."""
    if method == "OPTIONS":
        return answer(request, "Public: DESCRIBE, SETUP, PLAY, GET_PARAMETER")
    if method == "DESCRIBE":
        return answer(request, "Content-Type: application/sdp", body="v=0\r\n" + sdp)
    if method == "SETUP":
        return answer(request, "Session: 7;timeout=60", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5")
    return answer(request)


def rtp(number: int, payload: bytes = b"\x65picture") -> bytes:
    packet = struct.pack(">BBHII", 0x80, 96, number, number, 7) + payload
    return b"$\4" + struct.pack(">H", len(packet)) + packet


def ask(url: str, password: str = "") -> None:
    address = parse_address(url)
    credential = Credential("viewer", SecretStr(password)) if password else None
    with closing(Connection(resolve(address, NETWORKS), SystemClock(), lambda: None)) as connection:
        RtspInquiry(connection, address, credential).ask()


@pytest.mark.parametrize(
    ("sdp", "text"),
    [
        ("m=audio 0 RTP/AVP 0\r\n", "it sends no video, only audio"),
        ("m=video 0 RTP/SAVP 96\r\n", "only RTP/AVP is understood"),
        ("", "it sends no video"),
    ],
)
def test_a_camera_without_video_for_us_says_so(sdp: str, text: str) -> None:
    def says(method: str, request: str) -> bytes:
        return polite(method, request, sdp)

    with camera(says) as url, pytest.raises(SourceError, match=text):
        ask(url)


@pytest.mark.parametrize(
    ("at", "reply", "text"),
    [
        ("DESCRIBE", "404 Not Found", "it has no such stream"),
        ("DESCRIBE", "401 Unauthorized", "it refuses the name and password"),
        ("DESCRIBE", "453 Not Enough Bandwidth", "it has no bandwidth left"),
        ("DESCRIBE", "500 Oops", r"it refuses \(RTSP/1.0 500 Oops\)"),
        ("DESCRIBE", "301 Moved", "it sends elsewhere, which is refused"),
    ],
)
def test_a_refusal_is_told_in_words(at: str, reply: str, text: str) -> None:
    def refuses(method: str, request: str) -> bytes:
        return answer(request, status=reply) if method == at else polite(method, request)

    with camera(refuses) as url, pytest.raises(SourceError, match=text):
        ask(url)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 'it speaks another language: "SSH-2.0-OpenSSH_9.2"'),
        (b"RTSP/1.0 \x1b[31mred\r\n\r\n", "it answers without a status"),
        (b"x" * 200_000, "without end"),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 99999999\r\n\r\n", "99999999 bytes long"),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: -5\r\n\r\n", "no proper length"),
    ],
)
def test_what_is_no_camera_is_told_apart(reply: bytes, text: str) -> None:
    with camera(lambda *_: reply) as url, pytest.raises(SourceError) as caught:
        ask(url)
    assert text in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_password_is_given_once_and_never_without_being_asked() -> None:
    asked: list[tuple[str, bool]] = []

    def doubtful(method: str, request: str) -> bytes:
        asked.append((method, "Authorization:" in request))
        if method == "DESCRIBE":
            return answer(request, 'WWW-Authenticate: Digest realm="a", nonce="b"', status="401 Unauthorized")
        return polite(method, request)

    with camera(doubtful) as url, pytest.raises(SourceError, match="it refuses the name and password"):
        ask(url, password="hunter2")  # noqa: S106 # that of no camera
    assert asked == [("OPTIONS", False), ("DESCRIBE", False), ("DESCRIBE", True)]


def test_a_codec_that_nobody_knows_is_no_video() -> None:
    sdp = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 NONSUCH/90000\r\n"

    def plays(method: str, request: str) -> bytes:
        return polite(method, request, sdp) + b"".join(map(rtp, range(400 * (method == "PLAY"))))

    stopping = threading.Event()
    with camera(plays) as url:
        source = source_of(url)
        thread = threading.Thread(target=source.run, args=(Silent(), stopping))
        thread.start()
        until = time.monotonic() + 10
        while not source.message and time.monotonic() < until:
            time.sleep(0.05)
        stopping.set()
        thread.join(5)
    assert source.message.startswith(f"rtsp://127.0.0.1:{parse_address(url).port}/x: ")
    assert "video" in source.message


def test_a_camera_that_sends_nothing_but_noise_is_left_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.reception.NO_PICTURE_LIMIT", 2 * SECOND)
    noisy = threading.Event()

    def plays(method: str, request: str) -> bytes:
        if method == "PLAY":
            noisy.set()
        return polite(method, request) + b"".join(map(rtp, range(60_000 * (method == "PLAY"))))

    stopping = threading.Event()
    with camera(plays) as url:
        source = source_of(url)
        thread = threading.Thread(target=source.run, args=(Silent(), stopping))
        thread.start()
        until = time.monotonic() + 15
        while not source.message and time.monotonic() < until:
            time.sleep(0.05)
        stopping.set()
        thread.join(5)
    assert noisy.is_set()
    assert source.message
