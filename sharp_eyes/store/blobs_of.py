"""The object storage that the settings name: a folder, or a bucket behind S3's interface."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.settings import PREFIX, Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.local_blobs import LocalBlobs
from sharp_eyes.store.s3_blobs import S3Blobs

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SERVER = re.compile(r"([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?")
_FORMS = "write file:FOLDER, s3://host:port/bucket or, without TLS, s3+http://host:port/bucket"


def open_blobs(settings: Settings) -> Blobs:
    """The storage of `settings.blobs`; its folder is made, its bucket at the first use.

    Raises ConfigError for an address that is none, or for S3 without keys; StoreError where the
    folder cannot be made. A server is not asked yet: a process starts while it is down.
    """
    scheme, _, rest = settings.blobs.partition(":")
    if scheme == "file":
        return LocalBlobs(_folder(rest))
    if scheme in {"s3", "s3+http"}:
        return _bucket(settings)
    raise _unusable("BLOBS", f'"{scheme}:…" is no object storage that can be used', _FORMS)


def _folder(rest: str) -> Path:
    path = rest.removeprefix("//")
    if not path or (path != rest and not path.startswith("/")):
        raise _unusable("BLOBS", f'"file:{rest}" names no folder of this machine', "write file:FOLDER")
    return Path(path)


def _bucket(settings: Settings) -> S3Blobs:
    address = urlsplit(settings.blobs)
    bucket = address.path.strip("/")
    if "@" in address.netloc:  # never shown: it holds a secret
        raise _unusable(
            "BLOBS", "keys are no part of the address", f"set {PREFIX}S3_ACCESS_KEY and {PREFIX}S3_SECRET_KEY"
        )
    if not _SERVER.fullmatch(address.netloc) or not _BUCKET.fullmatch(bucket) or "?" in settings.blobs:
        raise _unusable("BLOBS", f'"{settings.blobs}" names no server and bucket', _FORMS)
    if settings.s3_access_key is None or settings.s3_secret_key is None:
        missing = "S3_ACCESS_KEY" if settings.s3_access_key is None else "S3_SECRET_KEY"
        raise _unusable(
            missing, f"it is not set, and {address.netloc} asks for it", "set it to the bucket's key"
        )
    return S3Blobs(
        address.netloc,
        bucket,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        tls=address.scheme == "s3",
    )


def _unusable(name: str, message: str, hint: str) -> ConfigError:
    return ConfigError([Problem("environment", f"{PREFIX}{name}", message, hint)])
