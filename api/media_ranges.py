"""Bodies from object storage over HTTP (RFC 9110): whole, in ranges, or not at all where the client has them.

Each view is authorised anew (`private, no-cache`); the ETag is the body's SHA-256, so that coming
back costs nothing. One range is served; of several, the whole body, as the standard allows.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.problems import ProblemError
from sharp_eyes.store.blobs import BlobMissingError, Blobs

CHUNK = 1 << 19  # bytes held of a body at once, per viewer
READERS = 8  # threads that may wait for object storage: the rest of the API stays awake

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class Body:
    """A body in object storage: its key, SHA-256, size in bytes and type."""

    key: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Span:
    """Some bytes of a body: from `start` up to but not including `end`."""

    start: int
    end: int


def span_of(header: str | None, size: int) -> Span | None:
    """The range that a Range header asks for; None for the whole body.

    Raises ProblemError 416 for one that lies outside of the body.
    """
    asked = _ONE_RANGE.fullmatch(header.replace(" ", "")) if header else None
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        span = Span(max(size - int(asked[2]), 0), size)
    else:
        span = Span(int(asked[1]), min(int(asked[2] or size) + 1, size))
        if asked[2] and int(asked[2]) < int(asked[1]):
            return None  # no range at all: to be ignored
    if span.start >= span.end:
        raise ProblemError(
            "wrong-range",
            f"the body has {size} bytes: 0 to {size - 1}",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        )
    return span


def matches_etag(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag; weak comparison, as the standard asks for."""
    if header is None:
        return False
    named = {name.strip().removeprefix("W/") for name in header.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


async def respond(request: Request, blobs: Blobs, body: Body, limiter: CapacityLimiter) -> Response:
    """The answer to GET or HEAD of this body. Raises ProblemError 416; StoreError before the first byte."""
    etag = f'"{body.sha256}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range") if _still(request, etag) else None
    span = span_of(wanted, body.size)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{body.size}"
    status = 200 if span is None else 206
    span = span or Span(0, body.size)
    headers["Content-Length"] = str(span.end - span.start)
    if request.method == "HEAD" or span.start == span.end:
        return Response(status_code=status, headers=headers, media_type=body.media_type)
    first = await _read(blobs, body.key, Span(span.start, min(span.start + CHUNK, span.end)), limiter)
    chunks = _chunks(blobs, body.key, span, first, limiter)
    return StreamingResponse(chunks, status, headers, media_type=body.media_type)


def _still(request: Request, etag: str) -> bool:
    """Whether a range may be served: If-Range, where it is there, must name this very body."""
    condition = request.headers.get("if-range")
    return condition is None or condition == etag


async def _chunks(
    blobs: Blobs, key: str, span: Span, first: bytes, limiter: CapacityLimiter
) -> AsyncIterator[bytes]:
    yield first
    at = span.start + len(first)
    while at < span.end:
        chunk = await _read(blobs, key, Span(at, min(at + CHUNK, span.end)), limiter)
        yield chunk
        at += len(chunk)


async def _read(blobs: Blobs, key: str, span: Span, limiter: CapacityLimiter) -> bytes:
    """These bytes, all of them. Raises StoreError for a body that is shorter than its record says."""
    found = await to_thread.run_sync(blobs.get_range, key, span.start, span.end, limiter=limiter)
    if len(found) != span.end - span.start:
        raise BlobMissingError(f"{key}: {len(found)} of the bytes {span.start} to {span.end}")
    return found
