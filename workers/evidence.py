"""What an event leaves behind in a folder: its clip, the boxes over it, and its reason.

{event_id}.mp4            the clip
{event_id}.boxes.json     what to draw over it
{event_id}.reason.json    all that the rule consumed, and its thresholds
{event_id}.evidence.json  hash, times and flags of the clip, or why there is none
"""

import dataclasses
import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from ingest.clip import Clip
from ingest.recorder import Recorded
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Raised, Scene
from sharp_eyes.errors import StoreError

# Scenes older than this are no longer needed by any clip: longest roll, key frame distance and lag.
TRAIL = 300 * SECOND


class BoxTrail:
    """The scenes of the last minutes of one camera, for the boxes of its clips."""

    def __init__(self) -> None:
        self._scenes: deque[Scene] = deque()

    def add(self, scene: Scene) -> None:
        """Remember a scene and forget what is too old for any clip."""
        self._scenes.append(scene)
        while scene.at - self._scenes[0].at > TRAIL:
            self._scenes.popleft()

    def document(self, clip: Clip, fps: float) -> dict[str, object]:
        """The boxes of a clip; `t` in seconds from its first presented frame."""
        items = [
            {
                "t": round((scene.at - clip.first_frame_at) / SECOND, 6),
                "track": seen.track,
                "label": seen.label,
                "confidence": seen.confidence,
                "xyxy": list(seen.xyxy),
                "coasted": False,
            }
            for scene in self._scenes
            if clip.first_frame_at <= scene.at <= clip.last_frame_at
            for seen in scene.objects
        ]
        return {"clip_first_frame_at": clip.first_frame_at, "fps": fps, "items": items}


@dataclass(slots=True)
class EvidenceFolder:
    """Writes evidence into a folder. Raises StoreError where it cannot."""

    folder: Path
    fps: float

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.folder}: cannot be made a folder for clips: {error.strerror}") from error

    def keep_reason(self, raised: Raised) -> None:
        """The reason of an event, at once."""
        self._write(f"{raised.event_id}.reason.json", _json(dataclasses.asdict(raised.reason)))

    def keep_clip(self, raised: Raised, recorded: Recorded, trail: BoxTrail) -> None:
        """A cut clip with its boxes, or the reason why it is lost."""
        facts: dict[str, object] = {"event_id": raised.event_id, "kind": "clip"}
        clip = recorded.clip
        if clip is None:
            facts |= {"state": "lost", "because": recorded.lost}
        else:
            self._write(f"{raised.event_id}.mp4", clip.data)
            self._write(f"{raised.event_id}.boxes.json", _json(trail.document(clip, self.fps)))
            facts |= {
                "state": "stored",
                "sha256": clip.sha256,
                "bytes": len(clip.data),
                "first_frame_at": clip.first_frame_at,
                "event_offset_seconds": round((raised.at - clip.first_frame_at) / SECOND, 6),
                "frames": clip.frames,
                "transcoded": clip.transcoded,
                "masked": clip.masked,
                "shortened": clip.shortened,
            }
        self._write(f"{raised.event_id}.evidence.json", _json(facts))

    def _write(self, name: str, content: bytes) -> None:
        try:
            (self.folder / name).write_bytes(content)
        except OSError as error:
            raise StoreError(f"{self.folder / name}: cannot be written: {error.strerror}") from error


def _json(document: dict[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()
