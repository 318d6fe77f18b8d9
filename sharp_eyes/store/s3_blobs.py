"""Object storage over S3's interface, by the `minio` SDK.

The SDK has no conditional put, so bodies are put through presigned addresses with the header
`If-None-Match: *`, and `Content-MD5` lets the server refuse what arrives damaged. Reading and
deleting is tried again after a refusal that passes; putting is not: a second try could not tell
its own first from somebody else's. Whoever puts tries again.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from xml.etree.ElementTree import ParseError  # the SDK parses; its failure has this name

import stamina
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error, ServerError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from sharp_eyes.clock import to_datetime
from sharp_eyes.errors import StoreError, printable
from sharp_eyes.store.blobs import (
    BlobMissingError,
    BlobStat,
    checked_key,
    checked_prefix,
    checked_range,
)

CONNECT_SECONDS, READ_SECONDS = 3.0, 30.0
CONNECTIONS = 16  # kept open; more may be in use
TRIES, TRIES_SECONDS = 3, 10.0  # no further try begins after so long
ADDRESS_LIVES = timedelta(minutes=5)  # of a presigned address
PAGE = 1000  # keys in one answer, S3's own limit

_EPOCH = to_datetime(0)
_MISSING = {"NoSuchKey", "NoSuchObject"}
_PASSING = {
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class _PassingError(StoreError):
    """A refusal that may be over soon."""


class S3Blobs:
    """Bodies in one bucket, which is made at the first use where it is missing and that is allowed.

    `endpoint` is `host:port`. Nothing is asked of the server before the first call, so that a
    process starts while the storage is down. Threads may share it, processes may not.
    """

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        *,
        tls: bool,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._name = f"{'s3' if tls else 's3+http'}://{endpoint}/{bucket}"
        self._bucket = bucket
        self._read_seconds = read_seconds
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
            maxsize=CONNECTIONS,
            retries=False,
        )
        self._client = Minio(
            endpoint, access_key=access_key, secret_key=secret_key, secure=tls, http_client=self._http
        )
        self._bucket_found = False

    def put(self, key: str, body: bytes) -> bool:
        """Put unless the key is taken."""
        checked_key(key)
        with self._translated():
            self._find_bucket()
            address = self._client.presigned_put_object(self._bucket, key, expires=ADDRESS_LIVES)
            answer = self._http.request("PUT", address, body=body, headers=_condition(body))
        if answer.status == HTTPStatus.OK:
            return True
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            return False
        raise StoreError(f"{self._name}: the server refused a body of {len(body)} bytes: {_refusal(answer)}")

    def get(self, key: str) -> bytes:
        """The whole body."""
        return self._read(checked_key(key), 0, 0)

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Some of its bytes."""
        checked_range(start, end)
        return self._read(checked_key(key), start, end - start)

    def stat(self, key: str) -> BlobStat | None:
        """What is known of the body; None where there is none."""
        checked_key(key)
        for attempt in _tries():
            with attempt, self._translated():
                self._find_bucket()
                try:
                    found = self._client.stat_object(self._bucket, key)
                except S3Error as error:
                    if error.code in _MISSING:
                        return None
                    raise
        return BlobStat(key, found.size or 0, _microseconds(found.last_modified))

    def list(self, prefix: str, after: str = "") -> Iterator[BlobStat]:
        """Those whose keys begin with `prefix` and come after `after`, asked for page by page."""
        checked_prefix(prefix)
        page = self._page(prefix, after)
        yield from page
        while len(page) == PAGE:
            page = self._page(prefix, page[-1].key)
            yield from page

    def delete(self, key: str) -> None:
        """Remove the body, if it is there."""
        checked_key(key)
        for attempt in _tries():
            with attempt, self._translated():
                self._find_bucket()
                self._client.remove_object(self._bucket, key)

    def _read(self, key: str, offset: int, length: int) -> bytes:
        """The bytes from `offset`, `length` at most; all where both are 0."""
        for attempt in _tries():
            with attempt, self._translated(key):
                self._find_bucket()
                try:
                    answer = self._client.get_object(self._bucket, key, offset=offset, length=length)
                except S3Error as error:
                    if error.code == "InvalidRange":  # it begins at or after the body's end
                        return b""
                    raise
                with answer:
                    body = answer.read()
        return body

    def _page(self, prefix: str, after: str) -> tuple[BlobStat, ...]:
        for attempt in _tries():
            with attempt, self._translated():
                self._find_bucket()
                found = self._client.list_objects(
                    self._bucket, prefix, recursive=True, start_after=after or None
                )
                page = tuple(
                    BlobStat(entry.object_name or "", entry.size or 0, _microseconds(entry.last_modified))
                    for entry in islice(found, PAGE)
                )
        return page

    def _find_bucket(self) -> None:
        """Make the bucket once where it is missing; whoever may not ask may still put and read."""
        if self._bucket_found:
            return
        try:
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)
        except S3Error as error:
            if error.code not in {"AccessDenied", "BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                raise
        self._bucket_found = True

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            if key and error.code in _MISSING:
                raise BlobMissingError(f"{self._name}: there is nothing under {key}") from error
            kind = _PassingError if error.response.status in _PASSING else StoreError
            raise kind(f"{self._name}: {printable(f'{error.code}: {error.message}')}") from error
        except ServerError as error:
            kind = _PassingError if error.status_code in _PASSING else StoreError
            raise kind(f"{self._name}: {error}") from error
        except (ParseError, UnicodeDecodeError) as error:
            raise _PassingError(f"{self._name}: the answer is not one of S3: {error}") from error
        except MinioException as error:
            raise StoreError(f"{self._name}: {printable(str(error))[:200]}") from error
        except HTTPError as error:
            raise _PassingError(f"{self._name}: {self._failure(error)}") from error

    def _failure(self, error: HTTPError) -> str:
        """Why there was no answer, in words that hold no address: those of a put are signed."""
        if isinstance(error, NewConnectionError):
            return f"no connection: {error.__cause__ or 'refused'}"
        if isinstance(error, ConnectTimeoutError):
            return f"no connection within {CONNECT_SECONDS:g} s"
        if isinstance(error, ReadTimeoutError):
            return f"no answer within {self._read_seconds:g} s"
        return f"the connection broke: {type(error).__name__}"


def _tries() -> Iterable[stamina.Attempt]:
    return stamina.retry_context(
        on=_PassingError,
        attempts=TRIES,
        timeout=TRIES_SECONDS,
        wait_initial=0.1,
        wait_max=1.0,
        wait_jitter=0.1,
    )


def _condition(body: bytes) -> dict[str, str]:
    md5 = hashlib.md5(body, usedforsecurity=False).digest()
    return {"If-None-Match": "*", "Content-MD5": b64encode(md5).decode()}


def _refusal(answer: urllib3.BaseHTTPResponse) -> str:
    """What the server said; never the address, which is signed."""
    code = re.search(rb"<Code>(.{1,80}?)</Code>", answer.data)
    word = printable(code[1].decode(errors="replace")) if code else answer.reason or ""
    return f"{answer.status} {word}".strip()


def _microseconds(moment: datetime | None) -> int:
    return ((moment or _EPOCH) - _EPOCH) // timedelta(microseconds=1)
