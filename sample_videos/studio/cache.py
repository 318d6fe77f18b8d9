"""Where rendered scenarios are kept: by the studio's own sources and the scenario's name and length."""

import hashlib
import os
import re
import shutil
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sample_videos.studio.suite import Entry
from sharp_eyes import catalogue
from sharp_eyes.settings import load

_KEPT_DAYS = 14
_A_HASH = re.compile("[0-9a-f]{16}")
_LIBRARIES = ("moderngl", "numpy", "av", "opencv-python", "shapely")


def default_cache() -> Path:
    """The studio's folder in the cache of the settings."""
    return load().cache.expanduser() / "studio"


def folder_of(entry: Entry, kept_in: Path) -> Path:
    """Where the clip folder of this entry is, or will be."""
    return kept_in / studio_hash() / f"{entry.name}-{entry.seconds:g}s"


def forget_old(kept_in: Path) -> None:
    """Remove what other studios rendered that nobody has asked for in so many days."""
    ours = kept_in / studio_hash()
    ours.mkdir(parents=True, exist_ok=True)
    os.utime(ours)
    oldest = time.time() - _KEPT_DAYS * 86_400
    for folder in kept_in.iterdir():
        if _A_HASH.fullmatch(folder.name) and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)  # two may be at it


@cache
def studio_hash() -> str:
    """The hash of this studio."""
    return hash_of(Path(__file__).parent)


def hash_of(studio: Path) -> str:
    """A hash of all that makes a clip folder: the studio's files, the kinds of rule, the libraries."""
    digest = hashlib.sha256()
    sources = (path for path in studio.rglob("*") if path.suffix in {".py", ".vert", ".frag", ".glsl"})
    for file in sorted(sources):
        digest.update(file.relative_to(studio).as_posix().encode() + b"\0" + file.read_bytes())
    digest.update(" ".join((*catalogue.BUILT, "", *catalogue.TO_COME)).encode())
    for library in _LIBRARIES:
        digest.update(_version(library).encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return library
