"""The spool: bodies that wait on the node's disk to be stored, each in a file named by its hash.

    spool/4f5a…c1      a body; its SHA-256 is its name
    spool/8d0e….part   one that is still being written, or whose writer died

Workers put, the node reads and removes. Two events of one frame may share a body: the node removes
it when no row waits for it any more.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sharp_eyes.errors import StoreError
from sharp_eyes.store.durability import PART, make_folder, part_in, sync, write_synced

KEPT_FREE = 256 << 20  # bytes …
KEPT_SHARE = 20  # … or this part of a smaller disk
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Spool:
    """Bodies in a folder of a local disk. Raises StoreError for what the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._translated():
            make_folder(folder)

    def put(self, body: bytes) -> str:
        """Write the body and give its SHA-256; durable when this returns.

        One that is there already is written anew, so that it counts as young (see `remove`).
        """
        sha256 = hashlib.sha256(body).hexdigest()
        self._leave_room(len(body))
        part = part_in(self._folder)
        with self._translated():
            write_synced(part, body)
            part.replace(self._folder / sha256)
            sync(self._folder)
        return sha256

    def _leave_room(self, size: int) -> None:
        """The last of a disk is for records, which matter more than bodies."""
        with self._translated():
            disk = shutil.disk_usage(self._folder)
        if disk.free - size < min(KEPT_FREE, disk.total // KEPT_SHARE):
            raise StoreError(
                f"{self._folder}: only {disk.free >> 20} MiB are free; they are kept for records"
            )

    def get(self, sha256: str) -> bytes:
        """The body. Raises StoreError where it is missing or is no longer what was put."""
        file = self._file(sha256)
        with self._translated():
            body = file.read_bytes()
        if hashlib.sha256(body).hexdigest() != sha256:
            raise StoreError(f"{file} is damaged: its content is not what its name says")
        return body

    def remove(self, sha256: str, *, put_before: int | None = None) -> None:
        """Remove the body, if it is there; with `put_before` (microseconds UTC) only if put earlier.

        The node names a moment some seconds ago: a worker may just have put the same body again and
        not have announced it yet.
        """
        file = self._file(sha256)
        taken = part_in(self._folder)
        with self._translated(), suppress(FileNotFoundError):
            if not _older(file, put_before):
                return
            file.rename(taken)  # a body put from here on is another file; one put just now is seen below
            if _older(taken, put_before):
                taken.unlink()
            else:
                taken.replace(file)

    def names(self) -> list[str]:
        """The hashes of the bodies that are there, in order."""
        with self._translated():
            return sorted(file.name for file in self._folder.iterdir() if _SHA256.fullmatch(file.name))

    def sweep(self, before: int) -> int:
        """Remove files that a dead writer left unfinished before this moment (microseconds UTC); how many."""
        swept = 0
        with self._translated():
            for part in list(self._folder.glob(f"*{PART}")):
                with suppress(FileNotFoundError):  # finished just now
                    if _older(part, before):
                        part.unlink()
                        swept += 1
        return swept

    def _file(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256 in hexadecimal digits")
        return self._folder / sha256

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{error.filename or self._folder}: {error.strerror}") from error


def _older(file: Path, before: int | None) -> bool:
    return before is None or file.stat().st_mtime_ns // 1000 < before
