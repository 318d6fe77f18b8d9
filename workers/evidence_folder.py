"""Evidence in a folder, for those who replay a file.

{event_id}.mp4            the clip, or
{event_id}.jpg            the snapshot
{event_id}.boxes.json     what to draw over it
{event_id}.reason.json    the rule, all that it consumed, and its thresholds
{event_id}.evidence.json  one evidence record for each of these: hash, times, or why it is lost
"""

import contextlib
import dataclasses
import hashlib
import json
from pathlib import Path

from sharp_eyes.domain import Evidence, EvidenceKind, Loss, Raised
from sharp_eyes.errors import StoreError
from workers.evidence import Body

_SUFFIX: dict[EvidenceKind, str] = {
    "clip": ".mp4",
    "snapshot": ".jpg",
    "boxes": ".boxes.json",
    "reason": ".reason.json",
}


class EvidenceFolder:
    """Writes the evidence of one camera's events into a folder.

    Events matter more than their evidence: what cannot be written (a full disk) is recorded as
    lost and remembered in `unwritten`; only a folder that cannot be made raises StoreError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._records: dict[str, list[Evidence]] = {}  # of events whose evidence is not complete
        self.unwritten: list[str] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be made a folder for clips: {error.strerror}") from error

    def keep(self, raised: Raised, body: Body) -> None:
        """Write a body beside the others."""
        key = raised.event_id + _SUFFIX[body.kind]
        if not self._written(key, body.content):
            self.lose(raised, body.kind, "not_written")
            return
        record = Evidence(
            event_id=raised.event_id,
            kind=body.kind,
            state="stored",
            key=key,
            sha256=hashlib.sha256(body.content).hexdigest(),
            bytes=len(body.content),
            first_frame_at=body.first_frame_at,
            notes=body.notes,
        )
        self._records.setdefault(raised.event_id, []).append(record)

    def lose(self, raised: Raised, kind: EvidenceKind, because: Loss) -> None:
        """Record that there is no such body."""
        lost = Evidence(raised.event_id, kind, "lost", because=because)
        self._records.setdefault(raised.event_id, []).append(lost)

    def complete(self, raised: Raised) -> None:
        """Write the event's evidence records."""
        rows = [
            dataclasses.asdict(record) | {"notes": dict(record.notes)}
            for record in self._records.pop(raised.event_id)
        ]
        document = json.dumps({"event_id": raised.event_id, "evidence": rows}, ensure_ascii=False)
        self._written(f"{raised.event_id}.evidence.json", (document + "\n").encode())

    def _written(self, name: str, content: bytes) -> bool:
        """Write whole or not at all: beside, then renamed."""
        beside = self.folder / f".{name}.new"
        try:
            beside.write_bytes(content)
            beside.replace(self.folder / name)
        except OSError as error:
            self.unwritten.append(f"{self.folder / name}: {error.strerror}")
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            return False
        return True
