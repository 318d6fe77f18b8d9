"""Event ids: UUIDs of version 8 (RFC 9562) in time order that tell their moment and camera.

    48 bits of milliseconds │ version │ 10 bits of microseconds, 2 of the camera
    variant │ 22 bits of the camera, 40 of a hash

The hash is that of (rule revision, run, track, zone): deterministic, so that a replay of the same
input gives the same ids, and a record delivered twice is one record.
"""

import hashlib
import uuid
from typing import NamedTuple

_VERSION, _VARIANT = 8, 0b10


class EventIdParts(NamedTuple):
    """What an id alone tells: `at` in microseconds UTC and the camera's number (24 bits)."""

    at: int
    camera_number: int


def mint(at: int, camera_number: int, *, rule_revision: str, run: str, track: int, zone: str) -> str:
    """The id of the event that this rule raises at `at` (microseconds UTC, not negative)."""
    subject = "\0".join((rule_revision, run, str(track), zone))
    digest = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:5], "big")
    milliseconds, rest = divmod(at, 1000)
    low = camera_number << 40 | digest  # 64 bits, of which the upper two go before the variant
    value = milliseconds << 80 | _VERSION << 76 | rest << 66 | (low >> 62) << 64
    return str(uuid.UUID(int=value | _VARIANT << 62 | low & (1 << 62) - 1))


def parse(event_id: str) -> EventIdParts:
    """Read an id back. Raises ValueError for text that is no event id."""
    value = uuid.UUID(event_id).int
    if (value >> 76) & 0xF != _VERSION or (value >> 62) & 0b11 != _VARIANT:
        raise ValueError(f"{event_id} is not an event id (UUID version 8)")
    low = (value >> 64 & 0b11) << 62 | value & (1 << 62) - 1
    return EventIdParts((value >> 80) * 1000 + (value >> 66 & 0x3FF), low >> 40)
