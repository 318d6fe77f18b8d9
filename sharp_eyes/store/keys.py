"""The keys of object storage, made of what is checked already and never of a user's text.

clips/{division}/{camera}/{yyyy}/{mm}/{dd}/{event_id}-{sha256[:16]}.mp4
lake/…                                                                      (the history's own)

The day is that of the event's id, in UTC; the hash makes the key that of exactly this body, so that
whoever puts it twice puts the same. Every key ends in its kind's ending, which no folder does.
"""

import re

from sharp_eyes import event_id as event_ids
from sharp_eyes.clock import to_datetime
from sharp_eyes.domain import EvidenceKind
from sharp_eyes.store.blobs import checked_key

NO_DIVISION = "none"  # cameras without a division still have a folder

_PLACES: dict[EvidenceKind, tuple[str, str]] = {
    "clip": ("clips", "mp4"),
    "snapshot": ("snapshots", "jpg"),
    "boxes": ("boxes", "json"),
    "reason": ("reasons", "json"),
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIVISION = re.compile(r"[0-9]{0,20}")
_CAMERA = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def evidence_key(kind: EvidenceKind, division: str, camera: str, event_id: str, sha256: str) -> str:
    """Where the body of an event's evidence lies; `sha256` is the body's, in 64 hexadecimal digits.

    Raises ValueError for what is no event id, no hash, or no division or camera of a camera file.
    """
    for value, form in ((sha256, _SHA256), (division, _DIVISION), (camera, _CAMERA)):
        if not form.fullmatch(value):
            raise ValueError(f"{value!r} cannot be part of a key")
    folder, ending = _PLACES[kind]
    day = to_datetime(event_ids.parse(event_id).at).strftime("%Y/%m/%d")
    place = f"{folder}/{division or NO_DIVISION}/{camera}/{day}"
    return checked_key(f"{place}/{event_id}-{sha256[:16]}.{ending}")
