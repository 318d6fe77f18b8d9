"""Where rendered scenarios are kept: by the studio's own sources and the scenario's name and length."""

import hashlib
import os
import re
import shutil
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sample_videos.studio.film import UNFINISHED, is_whole
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
    """Remove the clips of other studios that nobody has asked for in so many days.

    Never fails: a cache that cannot be tidied serves all the same.
    """
    ours = kept_in / studio_hash()
    with suppress(OSError):
        ours.mkdir(parents=True, exist_ok=True)
        os.utime(ours)
    with suppress(OSError):
        for folder in kept_in.iterdir():
            if _A_HASH.fullmatch(folder.name):
                _forget(folder)


def _forget(folder: Path) -> None:
    """Remove a studio's folder if it is old and holds clips alone."""
    with suppress(OSError):
        clips = [clip for clip in folder.iterdir() if not clip.name.startswith(UNFINISHED)]
        if clips and all(map(is_whole, clips)) and folder.stat().st_mtime < _oldest():
            shutil.rmtree(folder)


def _oldest() -> float:
    return time.time() - _KEPT_DAYS * 86_400


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
