"""What the history costs: rows of an imagined city are flushed, sealed and asked for.

The figures are those of one run on this machine; processor seconds are of this process.
"""

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sharp_eyes import event_id as event_ids
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.domain import Ended, Evidence, EvidenceKind, Raised
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EVERYWHERE, EventQuery
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.lake.flushing import Flusher
from sharp_eyes.store.lake.history import History
from sharp_eyes.store.lake.hours import DAY, HOUR
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.reading_index import IndexRows
from sharp_eyes.store.lake.schema import EVENTS
from sharp_eyes.store.lake.sealing import Sealer
from sharp_eyes.store.lake.storage import FolderFiles, LakePlace
from sharp_eyes.store.rows import Row, evidence_row, row_of

CAMERAS = 52_600  # of the city that is imagined
ROWS_PER_EVENT = 4
INSERTED_AT_ONCE = 1_000
STEP = HOUR // 6  # microseconds between two flushes

_TYPES = ("intrusion", "intrusion", "line", "line", "line", "loitering", "stopped", "crowd")
_LABELS = ("person", "person", "person", "car", "car", "truck", "bicycle")


def city_rows(events: int, from_at: int, to_at: int, seed: int = 7) -> Iterator[Row]:
    """The rows of so many events between these moments, in order of time, the same for the same seed.

    Few cameras see most of it. Each event is raised, ends, and has two bodies of evidence.
    """
    dice = random.Random(seed)
    moments = sorted(dice.randrange(from_at, to_at) for _ in range(events))
    for track, at in enumerate(moments):
        yield from _event(dice, at, track)


def _event(dice: random.Random, at: int, track: int) -> Iterator[Row]:
    raised = _raised(dice, at, track)
    yield row_of(raised)
    yield row_of(_ended(raised, at + dice.randrange(60 * SECOND)))
    clip: tuple[EvidenceKind, ...] = ("clip", "boxes")
    for kind in clip if raised.evidence == "clip" else ("snapshot", "boxes"):
        yield evidence_row(raised, _stored(dice, raised, kind))


def _raised(dice: random.Random, at: int, track: int) -> Raised:
    number = min(int(dice.paretovariate(0.6)), CAMERAS)
    kind, severity = dice.choice(_TYPES), dice.choice((2, 3, 3, 4, 4, 4))
    revision = hashlib.sha256(f"{kind}{number}".encode()).hexdigest()[:16]
    x, y = dice.randrange(8000) / 1e4, dice.randrange(6000) / 1e4
    return Raised(
        event_id=event_ids.mint(at, number, rule_revision=revision, run="1", track=track, zone="yard"),
        camera=f"3308{2 + number % 6:04}001131{number:07}"[:20],
        division=f"33080{2 + number % 6}{number % 20:03}",
        rule=f"{kind}-{number % 3}",
        rule_revision=revision,
        type=kind,
        at=at,
        severity=severity,
        run=f"{number:x}-{at // DAY}",
        label=dice.choice(_LABELS),
        track=track,
        confidence=dice.randrange(3000, 10000) / 1e4,
        xyxy=(x, y, round(x + 0.1, 4), round(y + 0.3, 4)),
        place="yard" if kind != "line" else "gate",
        direction=dice.choice(("left", "right")) if kind == "line" else None,
        model="yolo11n@1+1a2b3c4d",
        evidence="clip" if severity < 4 else "snapshot",
    )


def _ended(raised: Raised, at: int) -> Ended:
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
        label=raised.label,
        track=raised.track,
        xyxy=raised.xyxy,
    )


def _stored(dice: random.Random, raised: Raised, kind: EvidenceKind) -> Evidence:
    sha256 = dice.randbytes(32).hex()
    key = evidence_key(kind, raised.division, raised.camera, raised.event_id, sha256)
    size = dice.randrange(5_000_000) if kind == "clip" else dice.randrange(40_000)
    return Evidence(raised.event_id, kind, "stored", key, sha256, size, raised.at - 5 * SECOND)


@dataclass(frozen=True, slots=True)
class LakeFigures:
    """What it cost. Processor seconds are for 100,000 rows; pages are of 50 events, milliseconds."""

    rows: int
    insert_cpu_seconds: float
    flush_cpu_seconds: float
    seal_cpu_seconds: float
    flushed_bytes_per_row: float
    sealed_bytes_per_row: float
    page_of_all_p95_ms: float
    page_of_camera_p95_ms: float
    page_of_type_p95_ms: float
    event_p95_ms: float


def measured(folder: Path, rows: int, clock: Clock, pages: int = 40) -> LakeFigures:
    """Fill an index and a history in this folder with a day of so many rows, and measure."""
    lake = Lake(LakePlace(str(folder / "lake"), FolderFiles(folder / "lake")))
    start = clock.now() - clock.now() % DAY - 40 * DAY
    insert, flush = _filled(folder, lake, rows, start, clock)
    flushed = _bytes_per_row(lake)
    seal = _cpu_seconds(lambda: Sealer(lake).seal(EVENTS, clock.now()))
    pages_ms = _pages(lake, start, clock, pages)
    scale = 100_000 / sum(file.rows for file in lake.snapshot(EVENTS).files())
    return LakeFigures(
        rows, insert * scale, flush * scale, seal * scale, flushed, _bytes_per_row(lake), *pages_ms
    )


def _filled(folder: Path, lake: Lake, rows: int, start: int, clock: Clock) -> tuple[float, float]:
    """The day as it comes: ten minutes' rows are inserted in batches, then flushed."""
    insert = flush = 0.0
    with closing(open_index(f"sqlite:///{folder}/index.sqlite")) as index:
        flusher = Flusher(lake, IndexRows(index.engine))
        for step in range(DAY // STEP):
            begin = start + step * STEP
            rows_now = list(city_rows(rows * STEP // DAY // ROWS_PER_EVENT, begin, begin + STEP, seed=step))
            insert += _cpu_seconds(partial(_insert, index, rows_now, clock))
            flush += _cpu_seconds(partial(flusher.flush, EVENTS))
    return insert, flush


def _insert(index: Index, rows: list[Row], clock: Clock) -> None:
    for first in range(0, len(rows), INSERTED_AT_ONCE):
        index.insert(rows[first : first + INSERTED_AT_ONCE], clock.now())


def _pages(lake: Lake, start: int, clock: Clock, pages: int) -> tuple[float, float, float, float]:
    dice = random.Random(1)
    with closing(History(lake, clock)) as history:
        day = EventQuery(from_at=start, to_at=start + DAY)
        found = history.events(replace(day, limit=1000)).events
        until = [replace(day, to_at=start + dice.randrange(HOUR, DAY)) for _ in range(pages)]
        cameras = [replace(one, cameras=(dice.choice(found).camera,)) for one in until]
        types = [replace(one, types=(dice.choice(_TYPES),), labels=("truck",)) for one in until]
        ids = [dice.choice(found).event_id for _ in until]
        return (
            _p95([partial(history.events, one) for one in until]),
            _p95([partial(history.events, one) for one in cameras]),
            _p95([partial(history.events, one) for one in types]),
            _p95([partial(history.event, one, EVERYWHERE) for one in ids]),
        )


def _bytes_per_row(lake: Lake) -> float:
    files = lake.snapshot(EVENTS).files()
    return sum(file.size for file in files) / sum(file.rows for file in files)


def _cpu_seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _p95(asked: list[Callable[[], object]]) -> float:
    """The 95th percentile of how long these take, in milliseconds."""
    taken = []
    for work in asked:
        before = time.perf_counter()
        work()
        taken.append((time.perf_counter() - before) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]
