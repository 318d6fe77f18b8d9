"""What an event leaves behind in a folder: clip or snapshot, the boxes over it, and its reason.

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
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.frame import Frame
from ingest.recorder import Recorded
from ingest.snapshot import jpeg
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Evidence, EvidenceKind, Raised, Scene
from sharp_eyes.errors import StoreError
from sharp_eyes.rules.plain import as_plain
from sharp_eyes.rules.spec import RuleSpec

# Scenes older than this are no longer needed by any clip: longest roll, key frame distance and lag.
TRAIL = 300 * SECOND

_SUFFIX: dict[EvidenceKind, str] = {
    "clip": ".mp4",
    "snapshot": ".jpg",
    "boxes": ".boxes.json",
    "reason": ".reason.json",
}


class BoxTrail:
    """The scenes of the last minutes of one camera, for the boxes of its evidence."""

    def __init__(self) -> None:
        self._scenes: deque[Scene] = deque()

    def add(self, scene: Scene) -> None:
        """Remember a scene and forget what is too old for any clip."""
        self._scenes.append(scene)
        while scene.at - self._scenes[0].at > TRAIL:
            self._scenes.popleft()

    def document(self, first_at: int, last_at: int, fps: float) -> dict[str, object]:
        """The boxes of a stretch; `t` in seconds from its first presented frame.

        `coasted` boxes were not seen at that moment: nothing moved, and the object is where it was.
        """
        items = [
            {
                "t": round((scene.at - first_at) / SECOND, 6),
                "track": seen.track,
                "label": seen.label,
                "confidence": seen.confidence,
                "xyxy": list(seen.xyxy),
                "coasted": not scene.looked,
            }
            for scene in self._scenes
            if first_at <= scene.at <= last_at
            for seen in scene.objects
        ]
        return {"clip_first_frame_at": first_at, "fps": fps, "items": items}


class EvidenceFolder:
    """Writes the evidence of one camera's events into a folder.

    Events matter more than their evidence: what cannot be written (a full disk) is recorded as
    lost and remembered in `unwritten`; only a folder that cannot be made raises StoreError.
    """

    def __init__(self, folder: Path, fps: float, rules: Sequence[RuleSpec]) -> None:
        self.folder = folder
        self._fps = fps
        self._specs = {spec.name: spec for spec in rules}
        self._records: dict[str, list[Evidence]] = {}  # of events whose evidence is not complete
        self.unwritten: list[str] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be made a folder for clips: {error.strerror}") from error

    def keep_reason(self, raised: Raised) -> None:
        """The reason of an event: its rule as it was, what it consumed, its thresholds."""
        document: dict[str, object] = {
            "event_id": raised.event_id,
            "camera": raised.camera,
            "rule": raised.rule,
            "rule_revision": raised.rule_revision,
            "run": raised.run,
            "model": raised.model,
            "spec": as_plain(self._specs[raised.rule]),
            "thresholds": dict(raised.reason.thresholds),
            "observations": [dataclasses.asdict(seen) for seen in raised.reason.observations],
        }
        self._keep(raised.event_id, "reason", _json(document))

    def keep_snapshot(self, raised: Raised, frame: Frame, trail: BoxTrail) -> None:
        """The picture at which the rule fired; for a crossing that is a moment after it."""
        self._keep(raised.event_id, "snapshot", jpeg(frame), frame.at)
        self._keep(raised.event_id, "boxes", _json(trail.document(frame.at, frame.at, self._fps)), frame.at)

    def keep_clip(self, raised: Raised, recorded: Recorded, trail: BoxTrail) -> None:
        """A cut clip with its boxes, or the reason why it is lost."""
        clip = recorded.clip
        if clip is None:
            lost = Evidence(raised.event_id, "clip", "lost", because=recorded.lost)
            self._records.setdefault(raised.event_id, []).append(lost)
        else:
            boxes = trail.document(clip.first_frame_at, clip.last_frame_at, self._fps)
            notes: dict[str, str | int | float | bool] = {
                "event_offset_seconds": round((raised.at - clip.first_frame_at) / SECOND, 6),
                "frames": clip.frames,
                "transcoded": clip.transcoded,
                "masked": clip.masked,
                "shortened": clip.shortened or "",
            }
            self._keep(raised.event_id, "clip", clip.data, clip.first_frame_at, notes)
            self._keep(raised.event_id, "boxes", _json(boxes), clip.first_frame_at)

    def complete(self, event_id: str) -> None:
        """All evidence of this event is there: write its records."""
        rows = [
            dataclasses.asdict(record) | {"notes": dict(record.notes)}
            for record in self._records.pop(event_id)
        ]
        self._written(f"{event_id}.evidence.json", _json({"event_id": event_id, "evidence": rows}))

    def _keep(
        self,
        event_id: str,
        kind: EvidenceKind,
        body: bytes,
        first_frame_at: int | None = None,
        notes: Mapping[str, str | int | float | bool] | None = None,
    ) -> None:
        key = event_id + _SUFFIX[kind]
        if self._written(key, body):
            record = Evidence(
                event_id=event_id,
                kind=kind,
                state="stored",
                key=key,
                sha256=hashlib.sha256(body).hexdigest(),
                bytes=len(body),
                first_frame_at=first_frame_at,
                notes=tuple((notes or {}).items()),
            )
        else:
            record = Evidence(event_id, kind, "lost", because="not_written")
        self._records.setdefault(event_id, []).append(record)

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


def _json(document: dict[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()
