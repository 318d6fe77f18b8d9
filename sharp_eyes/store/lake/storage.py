"""Where the history lies: `lake/` in the object storage of the settings, and how delta-rs reaches it.

delta-rs appends to a table by creating the next file of its log, which must fail when that is there:
in a folder by a link, in S3 by a conditional put. Files of data never change once they are written.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from sharp_eyes.errors import StoreError
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.durability import part_in, sync

FOLDER = "lake"

# Copies of files of the history that this machine keeps when it lies in S3: a year of a city is 155 GB.
COPIES_BYTES = 20 << 30


class LakeFiles(Protocol):
    """The files of the history as DuckDB can open them."""

    @property
    def folder(self) -> Path:
        """The folder below which they all lie."""
        ...

    def local(self, names: Sequence[str]) -> list[str]:
        """Their paths on this machine; a name is that below `lake/`. Raises StoreError for one missing."""
        ...

    def settle(self, names: Sequence[str]) -> None:
        """Return when these files, just written, outlive a power cut."""
        ...


class FolderFiles:
    """The history lies on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder of the history."""
        return self._folder

    def local(self, names: Sequence[str]) -> list[str]:
        """They are where they are."""
        return [str(self._folder / name) for name in names]

    def settle(self, names: Sequence[str]) -> None:
        """Sync the files and the folders they are in: delta-rs syncs nothing."""
        files = [self._folder / name for name in names]
        try:
            for place in [*files, *{file.parent for file in files}]:
                sync(place)
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror or error}") from error


class CopiedFiles:
    """The history lies in object storage: what is asked for is copied here once, the oldest copies go.

    Several processes may share the folder of the copies.
    """

    def __init__(self, blobs: Blobs, folder: Path, limit: int = COPIES_BYTES) -> None:
        self._blobs, self._folder, self._limit = blobs, folder.absolute(), limit

    @property
    def folder(self) -> Path:
        """The folder of the copies."""
        return self._folder

    def local(self, names: Sequence[str]) -> list[str]:
        """Copy those that are not here yet."""
        try:
            paths = [self._folder / name for name in names]
            missing = [(name, path) for name, path in zip(names, paths, strict=True) if not _touched(path)]
            for name, path in missing:
                self._copy(name, path)
            if missing:
                self._evict(keep=set(paths))
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror or error}") from error
        return [str(path) for path in paths]

    def settle(self, names: Sequence[str]) -> None:
        """Nothing: the object storage answered that it has them."""

    def _copy(self, name: str, path: Path) -> None:
        body = self._blobs.get(f"{FOLDER}/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = part_in(path.parent)
        part.write_bytes(body)
        part.rename(path)

    def _evict(self, keep: set[Path]) -> None:
        known = [(path, path.stat()) for path in self._folder.rglob("*.parquet")]
        total = sum(stat.st_size for _, stat in known)
        for path, stat in sorted(known, key=lambda one: one[1].st_mtime):
            if total <= self._limit:
                return
            if path not in keep:
                path.unlink(missing_ok=True)
                total -= stat.st_size


def _touched(path: Path) -> bool:
    """Whether the copy is here; if so, it counts as used now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class LakePlace:
    """The history's address in delta-rs' words, what delta-rs must know to reach it, and its files."""

    address: str
    files: LakeFiles
    options: Mapping[str, SecretStr] = field(default_factory=dict)

    def plain_options(self) -> dict[str, str]:
        """The options as delta-rs takes them."""
        return {name: value.get_secret_value() for name, value in self.options.items()}


def lake_place(settings: Settings) -> LakePlace:
    """The place that the settings name. Raises ConfigError for an address or keys that cannot be used."""
    blobs = open_blobs(settings)
    if settings.blobs.startswith("file:"):
        folder = Path(settings.blobs.removeprefix("file:").removeprefix("//")).absolute() / FOLDER
        return LakePlace(str(folder), FolderFiles(folder))
    address = urlsplit(settings.blobs)
    copies = CopiedFiles(blobs, settings.node.parent / "lake-copies")
    return LakePlace(f"s3://{address.path.strip('/')}/{FOLDER}", copies, _options(settings))


def _options(settings: Settings) -> dict[str, SecretStr]:
    address = urlsplit(settings.blobs)
    plain = address.scheme == "s3+http"
    options = {
        "AWS_ENDPOINT_URL": f"{'http' if plain else 'https'}://{address.netloc}",
        "AWS_ALLOW_HTTP": str(plain).lower(),
        "AWS_REGION": "us-east-1",  # what servers other than Amazon's answer to
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false",
        "AWS_CONDITIONAL_PUT": "etag",  # If-None-Match makes a commit
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_EC2_METADATA_DISABLED": "true",
        "timeout": "60s",
        "connect_timeout": "3s",
        "max_retries": "4",
        "retry_timeout": "20s",
    }
    secrets = {
        "AWS_ACCESS_KEY_ID": settings.s3_access_key,
        "AWS_SECRET_ACCESS_KEY": settings.s3_secret_key,
    }
    return {name: SecretStr(value) for name, value in options.items()} | {
        name: value for name, value in secrets.items() if value is not None
    }
