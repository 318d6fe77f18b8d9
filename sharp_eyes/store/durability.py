"""Files that outlive a power cut: synced before they get their name, and then their folder."""

import os
import uuid
from pathlib import Path

PART = ".part"  # the ending of a file that is not finished


def part_in(folder: Path) -> Path:
    """A name in this folder that nobody else has, for a file that is not finished."""
    return folder / f"{uuid.uuid4().hex}{PART}"


def write_synced(file: Path, body: bytes) -> None:
    """Write a new file and bring it to the disk. Raises OSError, and leaves nothing then."""
    try:
        with file.open("xb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        file.unlink(missing_ok=True)
        raise


def sync(place: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one above."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)
