"""What a replay left beside its events, `{event_id}.jpg` and `{event_id}.mp4`, for a page to show."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 4 * 1024 * 1024  # of one picture: a page of hundreds must still open
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")  # an event's id comes from a file and must not lead elsewhere
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture as a page embeds it; width and height in pixels."""

    data_uri: str
    width: int
    height: int


def read_snapshot(folder: Path, event_id: str) -> Snapshot | None:
    """The snapshot of an event; None where there is none, or it is no JPEG of a sane size."""
    file = _file_of(folder, event_id, ".jpg")
    if file is None:
        return None
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    size = jpeg_size(data)
    if size is None:
        return None
    return Snapshot(f"data:image/jpeg;base64,{base64.b64encode(data).decode()}", *size)


def find_clip(folder: Path, event_id: str) -> Path | None:
    """The clip of an event, where there is one."""
    return _file_of(folder, event_id, ".mp4")


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a JPEG's frame header tells (ITU-T T.81, B.2.2); None for anything else."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAME_HEADERS:
            height = int.from_bytes(data[at + 5 : at + 7])
            width = int.from_bytes(data[at + 7 : at + 9])
            return (width, height) if width and height else None
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _file_of(folder: Path, event_id: str, suffix: str) -> Path | None:
    if not _NAME.fullmatch(event_id):
        return None
    file = folder / (event_id + suffix)
    return file if file.is_file() else None
