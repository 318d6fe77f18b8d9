"""A small city for tests of the API: two counties, their cameras, events with evidence in every state."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sharp_eyes import event_id as event_ids
from sharp_eyes.clock import SECOND
from sharp_eyes.config.entries import CameraEntry, DivisionEntry
from sharp_eyes.config.stored import declared_of
from sharp_eyes.domain import CoverageSpan, Ended, Evidence, EvidenceKind, Loss, Raised
from sharp_eyes.farm_status import (
    CameraState,
    CameraStatus,
    JournalStatus,
    NodeStatus,
    WorkerStatus,
    status_text,
)
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.registry.applying import Wanted
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore
from sharp_eyes.store.rows import Row, evidence_row, row_of

KECHENG, QUJIANG = "330802001", "330803002"

# id → (division, English, Chinese, longitude, latitude)
CAMERAS = {
    "gate": (KECHENG, "North gate", "北门", 118.87, 28.94),
    "quay": (KECHENG, "River quay", "江边码头", 118.88, 28.95),
    "market": (QUJIANG, "Market street", "集市街", 118.96, 28.80),
    "bridge": (QUJIANG, "Old bridge", "老桥", 118.97, 28.81),
}
DIVISIONS = {
    "330802": ("Kecheng", "柯城区"),
    KECHENG: ("Fushan", "府山街道"),
    "330803": ("Qujiang", "衢江区"),
    QUJIANG: ("Fuxi", "浮石街道"),
}
BOX = (0.25, 0.25, 0.5, 0.75)


@dataclass
class City:
    """The stores of one city in a folder, and what fills them."""

    index: Index
    registry: RegistryStore
    blobs: Blobs

    def declare(self, at: int) -> None:
        """Apply the cameras and the names of the divisions."""
        cameras = [declared_of(_entry(camera_id)) for camera_id in CAMERAS]
        names = [
            DivisionEntry(code=code, name={"en": english, "zh": chinese})
            for code, (english, chinese) in DIVISIONS.items()
        ]
        self.registry.apply(Wanted(cameras, names), author="test", at=at)

    def raised(self, camera: str, at: int, **changes: object) -> Raised:
        """An event of this camera, not yet visible."""
        made = Raised(
            event_id="",
            camera=camera,
            division=CAMERAS[camera][0],
            rule="yard",
            rule_revision="r1",
            type="intrusion",
            at=at,
            severity=2,
            run="run-1",
            label="person",
            track=7,
            confidence=0.91,
            xyxy=BOX,
            place="yard",
            model="studio 1",
            evidence="clip",
        )
        made = replace(made, **changes)  # type: ignore[arg-type]
        number = self.registry.camera_number(camera)
        event_id = event_ids.mint(
            at, number, rule_revision="r1", run="run-1", track=made.track or 0, zone=made.place
        )
        return replace(made, event_id=event_id)

    def see(self, *rows: Row, visible_at: int) -> None:
        """Make these rows visible."""
        self.index.insert(rows, visible_at)

    def store(
        self, raised: Raised, kind: EvidenceKind, body: bytes, first_frame_at: int | None = None
    ) -> Row:
        """Put a body into the object storage; gives the row that says so."""
        sha256 = hashlib.sha256(body).hexdigest()
        key = evidence_key(kind, raised.division, raised.camera, raised.event_id, sha256)
        self.blobs.put(key, body)
        said = Evidence(raised.event_id, kind, "stored", key, sha256, len(body), first_frame_at)
        return evidence_row(raised, said)

    def lose(self, raised: Raised, kind: EvidenceKind, because: Loss) -> Row:
        """The row of evidence that is lost."""
        return evidence_row(raised, Evidence(raised.event_id, kind, "lost", because=because))

    def watch(self, camera: str, from_at: int, to_at: int) -> None:
        """The camera was analysed all this time; within one UTC day."""
        span = CoverageSpan(
            camera=camera,
            division=CAMERAS[camera][0],
            run="run-1",
            from_at=from_at,
            to_at=to_at,
            watching="analysed",
        )
        self.see(row_of(span), visible_at=to_at)

    def report(self, at: int, node: str = "node-1", cameras: Sequence[CameraStatus] = ()) -> None:
        """A node's status at this moment."""
        watched = cameras or [camera_status(camera) for camera in CAMERAS]
        worker = WorkerStatus(
            worker="w1", pid=4242, memory_bytes=300_000_000, cameras=len(watched), seen_at=at
        )
        status = NodeStatus(
            node=node,
            host="host-1",
            started_at=at - 60 * SECOND,
            at=at,
            journal=JournalStatus(
                end=9, records_behind=3, oldest_unshipped_at=at - SECOND, evidence_pending=1
            ),
            workers=(worker,),
            cameras=tuple(watched),
            complete_until=at - 2 * SECOND,
        )
        self.registry.put_status(node, at, status_text(status))

    def close(self) -> None:
        """Let go of the databases."""
        self.index.close()
        self.registry.close()


def camera_status(camera: str, state: CameraState = "watching") -> CameraStatus:
    """What a worker says of a camera that does well."""
    return CameraStatus(
        camera=camera,
        worker="w1",
        run="run-1",
        state=state,
        revision=1,
        fps_in=25.0,
        fps_analysed=5.0,
        lag_seconds=0.4,
        gate_share=0.1,
    )


def boxes_body(
    first_frame_at: int, boxes: Sequence[tuple[float, Sequence[float]]], fps: float = 5.0
) -> bytes:
    """Boxes of one track: (t, xyxy) each."""
    items = [
        {"t": t, "track": 7, "label": "person", "confidence": 0.91, "xyxy": list(xyxy), "coasted": False}
        for t, xyxy in boxes
    ]
    return json.dumps({"clip_first_frame_at": first_frame_at, "fps": fps, "items": items}).encode()


def reason_body(raised: Raised) -> bytes:
    """Why this event was raised, as workers store it."""
    seen = {"track": 7, "label": "person", "confidence": 0.9, "xyxy": list(BOX)}
    document = {
        "event_id": raised.event_id,
        "camera": raised.camera,
        "rule": raised.rule,
        "rule_revision": raised.rule_revision,
        "run": raised.run,
        "model": raised.model,
        "spec": {"kind": raised.type, "name": raised.rule},
        "thresholds": {"dwell_seconds": 2.0, "min_confidence": 0.4},
        "observations": [{"at": raised.at - n * 200_000} | seen for n in range(10, -1, -1)],
    }
    return json.dumps(document).encode()


def ended(raised: Raised, at: int) -> Ended:
    """The end of this event."""
    return Ended(
        event_id=raised.event_id,
        camera=raised.camera,
        division=raised.division,
        rule=raised.rule,
        rule_revision=raised.rule_revision,
        type=raised.type,
        at=at,
        severity=raised.severity,
        run=raised.run,
        because="left",
    )


def _entry(camera_id: str) -> str:
    division, english, chinese, lon, lat = CAMERAS[camera_id]
    entry = CameraEntry.model_validate(
        {
            "id": camera_id,
            "name": {"en": english, "zh": chinese},
            "division": division,
            "location": {"lon": lon, "lat": lat},
            "source": {"url": "rtsp://10.0.0.5/secret-path", "credential": "secret-name"},
            "zone": [{"name": "yard", "points": [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0]]}],
            "line": [{"name": "gate", "points": [[0.5, 0.2], [0.5, 0.8]]}],
            "rule": [
                {"name": "yard", "kind": "intrusion", "zone": "yard", "labels": ["person"], "severity": 2}
            ],
        }
    )
    return entry.model_dump_json(by_alias=True, exclude_none=True)


def settings_of(folder: Path) -> Settings:
    """The settings of a city that lies in this folder."""
    return Settings(index=f"sqlite:///{folder / 'index.sqlite'}", blobs=f"file:{folder / 'blobs'}")


def open_city(folder: Path) -> City:
    """The stores of the city in this folder, made where they are not there."""
    settings = settings_of(folder)
    return City(open_index(settings.index), open_registry(settings.index), open_blobs(settings))
