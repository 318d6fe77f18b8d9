"""Ranges of bodies: what RFC 9110 asks for, over bodies held in memory."""

import asyncio

import pytest
from anyio import CapacityLimiter
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import media_ranges
from api.media_ranges import Body, Span, matches_etag, respond, span_of
from api.problems import ProblemError
from sharp_eyes.errors import StoreError
from sharp_eyes.store.blobs import BlobMissingError, MemoryBlobs

DATA = bytes(range(256)) * 10
BODY = Body("clips/a.mp4", "ab" * 32, len(DATA), "video/mp4")
ETAG = f'"{BODY.sha256}"'


def blobs() -> MemoryBlobs:
    held = MemoryBlobs()
    held.put(BODY.key, DATA)
    return held


def asked(held: MemoryBlobs, method: str = "GET", **headers: str) -> tuple[Response, bytes]:
    async def ask() -> tuple[Response, bytes]:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        request = Request({"type": "http", "method": method, "headers": raw, "path": "/"})
        response = await respond(request, held, BODY, CapacityLimiter(2))
        if isinstance(response, StreamingResponse):
            return response, b"".join([bytes(chunk) async for chunk in response.body_iterator])  # type: ignore[arg-type]
        return response, bytes(response.body)

    return asyncio.run(ask())


def test_without_a_range_the_whole_body_comes_with_its_hash_as_etag() -> None:
    response, body = asked(blobs())
    assert (response.status_code, body) == (200, DATA)
    assert response.headers["etag"] == ETAG
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-length"] == str(len(DATA))
    assert response.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-", 0, 2560), ("bytes=5-9", 5, 10), ("bytes=-3", 2557, 2560), ("bytes=2000-9999", 2000, 2560)],
)
def test_a_range_gives_these_bytes_and_says_which(header: str, start: int, end: int) -> None:
    response, body = asked(blobs(), range=header)
    assert (response.status_code, body) == (206, DATA[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/2560"
    assert response.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("header", ["bytes=2560-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_outside_of_the_body_is_416_and_says_how_long_it_is(header: str) -> None:
    with pytest.raises(ProblemError) as caught:
        asked(blobs(), range=header)
    assert caught.value.status_code == 416
    assert caught.value.headers is not None
    assert caught.value.headers["Content-Range"] == "bytes */2560"


@pytest.mark.parametrize("header", ["bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-", ""])
def test_what_is_no_single_range_is_ignored(header: str) -> None:
    response, body = asked(blobs(), range=header)
    assert (response.status_code, body) == (200, DATA)


@given(start=st.integers(0, 400), end=st.integers(0, 400), size=st.integers(1, 300))
def test_a_span_never_leaves_the_body(start: int, end: int, size: int) -> None:
    try:
        span = span_of(f"bytes={start}-{end}", size)
    except ProblemError:
        assert start >= size
        return
    assert span is None or span == Span(start, min(end + 1, size))
    assert span is not None or end < start


def test_if_range_of_another_body_gives_the_whole_one() -> None:
    assert asked(blobs(), range="bytes=0-1", if_range='"other"')[0].status_code == 200
    assert asked(blobs(), range="bytes=0-1", if_range=ETAG)[0].status_code == 206


def test_who_has_the_body_already_gets_304_without_one() -> None:
    response, body = asked(MemoryBlobs(), if_none_match=f'"x", W/{ETAG}')
    assert (response.status_code, body) == (304, b"")
    assert "content-length" not in response.headers
    assert matches_etag("*", ETAG)
    assert not matches_etag(None, ETAG)


def test_head_says_the_length_and_reads_nothing() -> None:
    response, body = asked(MemoryBlobs(), "HEAD")
    assert (response.status_code, body) == (200, b"")
    assert response.headers["content-length"] == str(len(DATA))


def test_a_long_body_comes_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_ranges, "CHUNK", 100)
    assert asked(blobs(), range="bytes=50-849")[1] == DATA[50:850]


def test_a_body_that_is_gone_or_too_short_is_missing_before_the_first_byte() -> None:
    with pytest.raises(BlobMissingError):
        asked(MemoryBlobs())
    short = MemoryBlobs()
    short.put(BODY.key, b"abc")
    with pytest.raises(BlobMissingError):
        asked(short)


def test_a_storage_that_is_away_is_an_error_of_the_store() -> None:
    held = blobs()
    held.refusal = "away"
    with pytest.raises(StoreError):
        asked(held)
