"""Object storage in a folder of this machine: obstore's, made durable.

obstore writes beside the key and links the file to it, which is atomic, but syncs nothing. So a body
is written under `.incoming/`, synced, moved to its key if that is free, and the folders are synced.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore

from sharp_eyes.clock import to_datetime
from sharp_eyes.errors import StoreError, printable
from sharp_eyes.store.blobs import (
    BlobMissingError,
    BlobStat,
    checked_key,
    checked_prefix,
    checked_range,
)
from sharp_eyes.store.durability import make_folder, sync

INCOMING = ".incoming"  # no key begins with a dot
_EPOCH = to_datetime(0)


class LocalBlobs:
    """Bodies as files under one folder, which several processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        with self._translated():
            make_folder(self._folder / INCOMING)
            self._store = LocalStore(self._folder)

    def put(self, key: str, body: bytes) -> bool:
        """Put unless the key is taken."""
        target = self._folder / checked_key(key)
        with self._translated():
            created = not target.exists() and self._bring_in(key, body, target)
            if not target.is_file():
                raise StoreError(f"{target}: a folder is in the way of this body")
            sync(target.parent)  # of one that was there, too: whoever put it may not have come this far
        return created

    def _bring_in(self, key: str, body: bytes, target: Path) -> bool:
        part = f"{INCOMING}/{uuid.uuid4().hex}"
        try:
            self._store.put(part, body)
            sync(self._folder / part)
            make_folder(target.parent)
            self._store.rename(part, key, overwrite=False)
        except AlreadyExistsError:
            return False
        finally:
            (self._folder / part).unlink(missing_ok=True)
        return True

    def get(self, key: str) -> bytes:
        """The whole body."""
        checked_key(key)
        with self._translated(key):
            return bytes(self._store.get(key).bytes())

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Some of its bytes."""
        checked_range(start, end)
        with self._translated(key):
            if self._store.head(checked_key(key))["size"] <= start:
                return b""
            return bytes(self._store.get_range(key, start=start, end=end))

    def stat(self, key: str) -> BlobStat | None:
        """What is known of the body; None where there is none."""
        checked_key(key)
        try:
            with self._translated(key):
                found = self._store.head(key)
        except BlobMissingError:
            return None
        return BlobStat(key, found["size"], _microseconds(found["last_modified"]))

    def list(self, prefix: str, after: str = "") -> Iterator[BlobStat]:
        """Those whose keys begin with `prefix` and come after `after`."""
        yield from self._below(checked_prefix(prefix).rpartition("/")[0], prefix, after)

    def delete(self, key: str) -> None:
        """Remove the body, if it is there."""
        checked_key(key)
        try:
            with self._translated(key):
                self._store.delete(key)
        except BlobMissingError:
            return

    def _below(self, folder: str, prefix: str, after: str) -> Iterator[BlobStat]:
        """The folder's bodies in the order of their keys: a folder's place is that of its name with `/`."""
        with self._translated():
            level = self._store.list_with_delimiter(folder)
        objects = {found["path"]: found for found in level["objects"]}
        for name in sorted([*objects, *(f"{inner}/" for inner in level["common_prefixes"])]):
            if name.removeprefix(folder).removeprefix("/").startswith("."):
                continue
            if not name.endswith("/") and name.startswith(prefix) and name > after:
                yield BlobStat(name, objects[name]["size"], _microseconds(objects[name]["last_modified"]))
            elif name.endswith("/") and _may_hold(name, prefix, after):
                yield from self._below(name.removesuffix("/"), prefix, after)

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if key:
                raise BlobMissingError(f"{self._folder}: there is nothing under {key}") from error
            raise StoreError(f"{error.filename}: {error.strerror}") from error
        except OSError as error:
            raise StoreError(f"{error.filename or self._folder}: {error.strerror or error}") from error
        except BaseError as error:
            reason = str(error).strip().partition("\n")[0]  # what follows is obstore's own debugging
            raise StoreError(f"{self._folder}: {printable(reason)}") from error


def _may_hold(folder: str, prefix: str, after: str) -> bool:
    """Whether a folder, written with its `/`, can hold keys that are asked for."""
    on_the_way = folder.startswith(prefix) or prefix.startswith(folder)
    return on_the_way and (folder > after or after.startswith(folder))


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
