"""What an event leaves behind: clip or snapshot, the boxes over it, and its reason."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ingest.frame import Frame
from ingest.recorder import Recorded
from ingest.snapshot import jpeg
from sharp_eyes.domain import EvidenceKind, Loss, Notes, Raised, Scene
from sharp_eyes.rules.plain import as_plain
from sharp_eyes.rules.spec import RuleSpec
from workers.box_trail import boxes_document


@dataclass(frozen=True, slots=True)
class Body:
    """One piece of evidence before it is stored; `first_frame_at` (microseconds UTC) as in `Evidence`."""

    kind: EvidenceKind
    content: bytes = field(repr=False)
    first_frame_at: int | None = None
    notes: Notes = ()


class Bodies(Protocol):
    """Where the evidence of one camera goes."""

    def keep(self, raised: Raised, body: Body) -> None:
        """Keep a body; one that cannot be kept is recorded as lost, and stops nothing."""
        ...

    def lose(self, raised: Raised, kind: EvidenceKind, because: Loss) -> None:
        """There is no such body, and why."""
        ...

    def complete(self, raised: Raised) -> None:
        """Nothing more of this event will come."""
        ...


class EvidenceMaker:
    """Makes the bodies of one camera's events."""

    def __init__(self, bodies: Bodies, fps: float, rules: Sequence[RuleSpec]) -> None:
        self._bodies = bodies
        self._fps = fps
        self._specs = {spec.name: spec for spec in rules}

    def reason(self, raised: Raised) -> None:
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
        self._bodies.keep(raised, Body("reason", _json(document)))

    def snapshot(self, raised: Raised, frame: Frame, scenes: Iterable[Scene]) -> None:
        """The picture at which the rule fired; for a crossing that is a moment after it."""
        self._bodies.keep(raised, Body("snapshot", jpeg(frame), frame.at))
        boxes = boxes_document(scenes, frame.at, frame.at, self._fps)
        self._bodies.keep(raised, Body("boxes", _json(boxes), frame.at))

    def clip(self, raised: Raised, recorded: Recorded, scenes: Iterable[Scene]) -> None:
        """A cut clip with its boxes, or the reason why there is none."""
        clip = recorded.clip
        if clip is None:
            self.no_clip(raised, recorded.lost or "no_packets")
            return
        notes: Notes = (
            ("event_offset_seconds", round((raised.at - clip.first_frame_at) / 1_000_000, 6)),
            ("frames", clip.frames),
            ("transcoded", clip.transcoded),
            ("masked", clip.masked),
            ("shortened", clip.shortened or ""),
        )
        self._bodies.keep(raised, Body("clip", clip.data, clip.first_frame_at, notes))
        boxes = boxes_document(scenes, clip.first_frame_at, clip.last_frame_at, self._fps)
        self._bodies.keep(raised, Body("boxes", _json(boxes), clip.first_frame_at))

    def no_clip(self, raised: Raised, because: Loss) -> None:
        """There is no clip, and so no boxes over it."""
        self._bodies.lose(raised, "clip", because)
        self._bodies.lose(raised, "boxes", because)

    def complete(self, raised: Raised) -> None:
        """All evidence of this event is there."""
        self._bodies.complete(raised)


def _json(document: dict[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()
