"""A city's events as a benchmark needs them: many cameras, few of them busy, the same at each run.

52,600 cameras in 6 districts × 20 townships × 10 villages; how busy they are follows Zipf's law; nights
are quiet. Each event has what events have: an end, evidence.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Ended, Evidence, EvidenceKind, EvidenceWish, Raised
from sharp_eyes.event_id import mint
from sharp_eyes.store.rows import Row, evidence_row, row_of

CAMERAS = 52_600
DISTRICTS = ("330802", "330803", "330822", "330824", "330825", "330881")
HOUR = 3600 * SECOND
DAY = 24 * HOUR

# How often, and what: type, label, severity.
_KINDS: tuple[tuple[int, str, str, int], ...] = (
    (300, "line", "person", 4),
    (250, "line", "car", 4),
    (60, "line", "bicycle", 4),
    (120, "intrusion", "person", 2),
    (30, "intrusion", "car", 3),
    (40, "loitering", "person", 3),
    (2, "intrusion", "dog", 1),
    (8, "video_lost", "", 2),
    (1, "frozen", "", 3),
)
_WISHES: dict[int, EvidenceWish] = {1: "clip", 2: "clip", 3: "snapshot", 4: "none"}
_ROWS_OF_AN_EVENT = 2.73  # a crossing is two: itself and its reason; what stays has an end, a clip, boxes
_BUSY = (3, 2, 2, 2, 2, 3, 7, 14, 19, 17, 15, 16, 15, 15, 15, 16, 17, 20, 21, 18, 14, 11, 8, 5)  # by hour


@dataclass(frozen=True, slots=True)
class SampleCamera:
    """A camera of the city."""

    id: str
    number: int
    division: str


def sample_cameras() -> list[SampleCamera]:
    """All of them, neighbours next to each other."""
    return [_camera(number) for number in range(CAMERAS)]


def _camera(number: int) -> SampleCamera:
    place = number * 1_200 // CAMERAS
    district, township, village = DISTRICTS[place // 200], place // 10 % 20 + 1, place % 10 + 1
    return SampleCamera(f"{district}{131:05}{number:09}", number, f"{district}{township:03}{village:03}")


class SampleCity:
    """Makes about `rows` rows of events over `days` days up to `end`; `ids` are the events made so far."""

    def __init__(self, rows: int, days: int) -> None:
        self.cameras = sample_cameras()
        self.start, self.end = REPLAY_EPOCH, REPLAY_EPOCH + days * DAY
        self.ids: list[str] = []
        self._events = round(rows / _ROWS_OF_AN_EVENT)
        self._random = random.Random(7)
        self._by_business = self._random.sample(self.cameras, CAMERAS)
        self._business = list(accumulate(1 / (place + 20) for place in range(CAMERAS)))
        self._shares = list(accumulate(share for share, *_ in _KINDS))

    def batches(self, size: int) -> Iterator[list[Row]]:
        """The rows in the order of their moments, in batches of `size` or a few more."""
        batch: list[Row] = []
        for at in sorted(self._moment() for _ in range(self._events)):
            event = self._event(at)
            self.ids.append(event.event_id)
            batch += _rows_of(event)
            if len(batch) >= size:
                yield batch
                batch = []
        if batch:
            yield batch

    def busy_camera(self, chance: random.Random) -> SampleCamera:
        """One of the cameras, the busy ones more often."""
        return chance.choices(self._by_business, cum_weights=self._business)[0]

    def _moment(self) -> int:
        day = self._random.randrange((self.end - self.start) // DAY)
        hour = self._random.choices(range(24), _BUSY)[0]
        return self.start + day * DAY + hour * HOUR + self._random.randrange(HOUR)

    def _event(self, at: int) -> Raised:
        camera = self.busy_camera(self._random)
        _, type_, label, severity = self._random.choices(_KINDS, cum_weights=self._shares)[0]
        track = self._random.randrange(1, 1 << 20)
        left, top = (round(self._random.random() * 0.8, 4) for _ in range(2))
        return Raised(
            event_id=mint(at, camera.number, rule_revision="1", run="bench", track=track, zone=type_),
            camera=camera.id,
            division=camera.division,
            rule=f"{type_}-rule",
            rule_revision="0123456789abcdef",
            type=type_,
            at=at,
            severity=severity,
            run="bench-run-1",
            label=label,
            track=track if label else None,
            confidence=round(0.3 + 0.7 * self._random.betavariate(8, 2), 4) if label else None,
            xyxy=(left, top, left + 0.1, top + 0.2) if label else None,
            place="yard" if label else "",
            model="yolo11n@1+12345678" if label else "",
            evidence=_WISHES[severity] if label else "none",
        )


def _rows_of(event: Raised) -> Iterator[Row]:
    yield row_of(event)
    if event.type != "line":
        yield row_of(_end_of(event))
    if event.label:
        kinds: list[EvidenceKind] = (
            ["reason"] if event.evidence == "none" else [event.evidence, "boxes", "reason"]
        )
        yield from (evidence_row(event, _evidence(event, kind)) for kind in kinds)


def _end_of(event: Raised) -> Ended:
    return Ended(
        event_id=event.event_id,
        camera=event.camera,
        division=event.division,
        rule=event.rule,
        rule_revision=event.rule_revision,
        type=event.type,
        at=event.at + 20 * SECOND,
        severity=event.severity,
        run=event.run,
        because="left" if event.label else "over",
        label=event.label,
        track=event.track,
        xyxy=event.xyxy,
    )


def _evidence(event: Raised, kind: EvidenceKind) -> Evidence:
    sha256 = event.event_id.replace("-", "") * 2
    key = f"{kind}/{event.division}/{event.camera}/2026/01/01/{event.event_id}-{sha256[:16]}"
    return Evidence(event.event_id, kind, "stored", key, sha256, 512_000, event.at - 10 * SECOND)
