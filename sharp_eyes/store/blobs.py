"""The port to object storage: bodies under keys, each put once and never changed.

    put(key, body)   True: it is there now, whole and durable; False: the key was taken before

Keys are made by programs (`keys.py`), never by users, and no key is the beginning of another's path.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.clock import REPLAY_EPOCH
from sharp_eyes.errors import StoreError

CHEAP_TO_COMPARE = 1 << 20  # bytes
LONGEST_KEY = 512  # bytes; S3 takes 1,024, of which Delta tables want a part

_KEY = re.compile(r"(?!\.)[A-Za-z0-9._=-]+(/(?!\.)[A-Za-z0-9._=-]+)*")
_PREFIX = re.compile(r"[A-Za-z0-9._=/-]*")


class BlobMissingError(StoreError):
    """There is no body under this key."""


@dataclass(frozen=True, slots=True)
class BlobStat:
    """What is known of a body without reading it: `size` in bytes, `modified_at` in microseconds UTC."""

    key: str
    size: int
    modified_at: int


class Blobs(Protocol):
    """Object storage. Every method raises StoreError where it cannot be reached or refuses."""

    def put(self, key: str, body: bytes) -> bool:
        """Put unless the key is taken: True when it was put, durably, False when it was there already.

        After a lost answer a second try says False of what the first one put.
        """
        ...

    def get(self, key: str) -> bytes:
        """The whole body. Raises BlobMissingError where there is none."""
        ...

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to but not including `end`, less where the body is shorter.

        Raises BlobMissingError where there is no body, ValueError unless 0 ≤ start < end.
        """
        ...

    def stat(self, key: str) -> BlobStat | None:
        """What is known of the body; None where there is none."""
        ...

    def list(self, prefix: str, after: str = "") -> Iterator[BlobStat]:
        """Those whose keys begin with `prefix` and come after `after`, in the order of their keys' bytes."""
        ...

    def delete(self, key: str) -> None:
        """Remove the body, if it is there."""
        ...


def checked_key(key: str) -> str:
    """The key itself. Raises ValueError for one that some object storage would not take as it is."""
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise ValueError(
            f"{key!r} is no key: parts of A-Z a-z 0-9 . _ = - that begin with no dot, "
            f"with / between, {LONGEST_KEY} bytes at most"
        )
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself. Raises ValueError for one that no key can begin with."""
    if not _PREFIX.fullmatch(prefix) or len(prefix) > LONGEST_KEY:
        raise ValueError(f"no key begins with {prefix!r}")
    return prefix


def checked_range(start: int, end: int) -> None:
    """Raises ValueError unless 0 ≤ start < end."""
    if not 0 <= start < end:
        raise ValueError(f"from {start} to {end} is no range of bytes; 0 ≤ start < end")


def put_verified(blobs: Blobs, key: str, body: bytes) -> None:
    """Put a body whose key holds its hash, and look whether it is there.

    A storage that answers well and then has nothing is found out, and so is a body that was cut
    short under the same key before: that one is replaced. Raises StoreError where it did not help.
    """
    if not blobs.put(key, body) and not _same(blobs, key, body):
        blobs.delete(key)
        blobs.put(key, body)
    stat = blobs.stat(key)
    if stat is None or stat.size != len(body):
        found = "nothing" if stat is None else f"{stat.size} bytes"
        raise StoreError(f"{key}: {len(body)} bytes were stored, and {found} found there afterwards")


def _same(blobs: Blobs, key: str, body: bytes) -> bool:
    stat = blobs.stat(key)
    if stat is None or stat.size != len(body):
        return False
    return len(body) > CHEAP_TO_COMPARE or blobs.get(key) == body


class MemoryBlobs:
    """Bodies held in memory: the fake for tests.

    `at` is when what is put from now on was modified; while `refusal` says anything, every call
    raises a StoreError that says so.
    """

    def __init__(self) -> None:
        self.bodies: dict[str, tuple[bytes, int]] = {}
        self.at = REPLAY_EPOCH
        self.refusal = ""

    def put(self, key: str, body: bytes) -> bool:
        """Put unless the key is taken."""
        self._answer()
        entry = (bytes(body), self.at)
        return self.bodies.setdefault(checked_key(key), entry) is entry

    def get(self, key: str) -> bytes:
        """The whole body."""
        self._answer()
        try:
            return self.bodies[checked_key(key)][0]
        except KeyError:
            raise BlobMissingError(f"memory: there is nothing under {key}") from None

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Some of its bytes."""
        checked_range(start, end)
        return self.get(key)[start:end]

    def stat(self, key: str) -> BlobStat | None:
        """What is known of the body; None where there is none."""
        self._answer()
        entry = self.bodies.get(checked_key(key))
        return BlobStat(key, len(entry[0]), entry[1]) if entry else None

    def list(self, prefix: str, after: str = "") -> Iterator[BlobStat]:
        """Those whose keys begin with `prefix` and come after `after`."""
        self._answer()
        checked_prefix(prefix)
        for key, (body, at) in sorted(self.bodies.items()):
            if key.startswith(prefix) and key > after:
                yield BlobStat(key, len(body), at)

    def delete(self, key: str) -> None:
        """Remove the body, if it is there."""
        self._answer()
        self.bodies.pop(checked_key(key), None)

    def _answer(self) -> None:
        if self.refusal:
            raise StoreError(f"memory: {self.refusal}")
