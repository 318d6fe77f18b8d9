"""How the S3 adapter takes what servers and networks do; a scripted server says it."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sharp_eyes.errors import StoreError
from sharp_eyes.store.s3_blobs import S3Blobs

ACCESS, SECRET = "the-access-key", "the-secret-key"
LOCATION = b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
Answer = Callable[[BaseHTTPRequestHandler], None]


class ScriptedServer(ThreadingHTTPServer):
    """Knows its bucket, and answers what is asked of objects from a list; the last answer stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[BaseHTTPRequestHandler] = []

    def blobs(self, read_seconds: float = 5) -> S3Blobs:
        endpoint = f"127.0.0.1:{self.server_address[1]}"
        return S3Blobs(endpoint, "farm", ACCESS, SECRET, tls=False, read_seconds=read_seconds)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def answer(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "location=" in self.path:
            says(200, LOCATION)(self)
        elif self.path == "/farm":
            says(200)(self)
        else:
            self.server.asked.append(self)
            answers = self.server.answers
            (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    do_GET = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815 # the names that http.server calls

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 # its interface
        pass


def says(status: int, body: bytes = b"", *, length: int | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = length is not None

    return answer


def refuses(status: int, code: str) -> Answer:
    return says(status, f"<Error><Code>{code}</Code><Message>told why</Message></Error>".encode())


def keeps_silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.5)
    handler.close_connection = True


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_reading_is_tried_again_while_the_server_is_busy(server: ScriptedServer) -> None:
    server.answers = [refuses(503, "SlowDown"), refuses(500, "InternalError"), says(200, b"body")]
    assert server.blobs().get("a/b") == b"body"
    assert len(server.asked) == 3


def test_reading_gives_up_and_says_what_the_server_said(server: ScriptedServer) -> None:
    server.answers = [refuses(503, "SlowDown")]
    with pytest.raises(StoreError, match=r"^s3\+http://127.0.0.1:\d+/farm: SlowDown: told why$"):
        server.blobs().get("a/b")
    assert len(server.asked) == 3


def test_a_body_cut_short_is_read_again_and_never_taken_for_whole(server: ScriptedServer) -> None:
    short = says(200, b"bo", length=4)
    server.answers = [short, says(200, b"body")]
    assert server.blobs().get("a/b") == b"body"
    server.answers = [short]
    with pytest.raises(StoreError, match="the connection broke"):
        server.blobs().get("a/b")


def test_a_refusal_that_does_not_pass_is_not_repeated(server: ScriptedServer) -> None:
    server.answers = [refuses(403, "InvalidAccessKeyId")]
    with pytest.raises(StoreError, match="InvalidAccessKeyId"):
        server.blobs().get("a/b")
    assert len(server.asked) == 1


def test_a_put_asks_for_absence_and_is_checked_on_arrival(server: ScriptedServer) -> None:
    server.answers = [says(200)]
    assert server.blobs().put("a/b", b"body") is True
    (asked,) = server.asked
    assert asked.headers["If-None-Match"] == "*"
    assert asked.headers["Content-MD5"] == "hBotaJrYa9FhFEdFPCLG/A=="
    assert "If-Match" not in asked.headers


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (403, "AccessDenied"), (400, "BadDigest")])
def test_a_put_is_tried_once_and_its_refusal_told(server: ScriptedServer, status: int, code: str) -> None:
    server.answers = [refuses(status, code)]
    with pytest.raises(StoreError, match=f"refused a body of 4 bytes: {status} {code}"):
        server.blobs().put("a/b", b"body")
    assert len(server.asked) == 1


def test_a_server_that_keeps_silent_is_given_up(server: ScriptedServer) -> None:
    server.answers = [keeps_silent]
    with pytest.raises(StoreError, match=r"no answer within 0\.1 s"):
        server.blobs(read_seconds=0.1).put("a/b", b"body")


def test_an_answer_that_is_no_list_is_an_error_of_the_store(server: ScriptedServer) -> None:
    server.answers = [says(200, b"<html>maintenance")]
    with pytest.raises(StoreError, match="the answer is not one of S3"):
        list(server.blobs().list("clips/"))


def test_no_error_holds_a_key_or_a_signed_address(server: ScriptedServer) -> None:
    server.answers = [keeps_silent]
    blobs = server.blobs(read_seconds=0.05)
    for use in (lambda: blobs.put("a/b", b""), lambda: blobs.get("a/b"), lambda: list(blobs.list(""))):
        with pytest.raises(StoreError) as caught:
            use()
        told = f"{caught.value} {caught.value.__cause__}"
        assert ACCESS not in told
        assert SECRET not in told
        assert "Signature" not in told


def test_a_server_that_is_not_there_is_told_by_its_address() -> None:
    with ScriptedServer() as gone:
        blobs = gone.blobs()
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:\d+/farm: no connection: .*refused"):
        blobs.stat("a/b")
