"""Twelve good cameras and four bad ones in one worker: the bad cost the good nothing, and are told apart."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest import pattern
from ingest.pattern import Recipe
from models.detector import ScriptedDetector
from servers.children import wait_for
from servers.faults import Fault, faulty_link
from servers.rtsp import RtspServerMissingError, rtsp_cameras
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.config.entries import CameraEntry
from sharp_eyes.config.stored import entry_text
from sharp_eyes.domain import Detection
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EventQuery, EventView
from sharp_eyes.store.registry.opening import open_registry
from workers.assignment import Assignment
from workers.host import Host
from workers.node.node import Node, Stores

pytestmark = [pytest.mark.alone, pytest.mark.rtsp, pytest.mark.slow]

SECONDS = 60.0  # a frozen picture is told within them
SECONDS_WITHOUT = 30.0
FAULT_AFTER = 8.0
GOOD = tuple(f"good-{number:02}" for number in range(12))
BAD = {
    "silent": Fault("silent"),
    "slow": Fault("slow", after=FAULT_AFTER, every=5),
    "resetting": Fault("reset", after=3.0),
    "jumping": Fault("jump", after=FAULT_AFTER, seconds=-30.0),
    "standing": Fault("still", after=FAULT_AFTER),
    "wrapping": Fault("wrap"),
    "frozen": Fault("frozen", after=6.0),  # between two key frames, 4 s apart: a whole one is repeated
}
CLOCK = SystemClock()


@dataclass
class Outcome:
    """What a run of the worker gave: per camera analysed and dropped frames, and all events."""

    analysed: Mapping[str, float]
    dropped: Mapping[str, int]
    lag: float
    began_at: int
    events: list[EventView]


def assignment(camera: str, number: int, url: str) -> Assignment:
    entry = CameraEntry.model_validate(
        {
            "id": camera,
            "source": {"url": url},
            "gate": False,
            "zone": [{"name": "all", "points": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]}],
            "rule": [
                {"name": "stay", "kind": "intrusion", "zone": "all", "labels": ["person"], "evidence": "clip"}
            ],
        }
    )
    return Assignment(camera, number, 1, entry_text(entry, Path()), "default")


@contextmanager
def worker(folder: Path) -> Iterator[tuple[Host, Settings]]:
    settings = Settings(
        node=folder / "node",
        index=f"sqlite:///{folder / 'index.sqlite'}",
        source_networks="127.0.0.0/8",
    )
    stores = Stores(
        index=lambda: open_index(settings.index),
        blobs=MemoryBlobs,
        registry=lambda: open_registry(settings.index),
    )
    detector = ScriptedDetector(lambda _: [Detection("person", 0.9, (0.4, 0.4, 0.5, 0.7))])
    with Node(settings.node, "n1", stores, CLOCK):
        host = Host(settings, "w1", CLOCK, models=lambda name: (name, lambda: detector))
        try:
            yield host, settings
        finally:
            host.close()


def watch(folder: Path, urls: Mapping[str, str], seconds: float) -> Outcome:
    """Watch these cameras for so long."""
    with worker(folder) as (host, settings):
        began_at = CLOCK.now()
        host.assign([assignment(name, number, url) for number, (name, url) in enumerate(urls.items())])
        wait_for(
            lambda: {c.camera for c in host.status()[1] if c.state == "watching"} >= set(GOOD),
            30,
            "good ones",
        )
        time.sleep(seconds)
        told = {camera.camera: camera for camera in host.status()[1]}
        counted = {name: told[name].fps_analysed for name in GOOD}
        index = open_index(settings.index)
        query = EventQuery(from_at=began_at - SECOND, to_at=CLOCK.now() + SECOND, limit=200)
        try:
            events = list(index.events(query).events)
        finally:
            index.close()
        lag = max(told[name].lag_seconds for name in GOOD)
        return Outcome(counted, {name: told[name].dropped for name in GOOD}, lag, began_at, events)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Outcome]:
    folder = tmp_path_factory.mktemp("bad-cameras")
    clip = folder / "pattern.mp4"
    clip.write_bytes(pattern.encode(Recipe(frames=300, fps=10, gop=40, container="mp4")))
    with ExitStack() as stack:
        try:
            names = (*GOOD, *BAD)
            cameras = stack.enter_context(rtsp_cameras(folder, dict.fromkeys(names, clip)))
        except RtspServerMissingError as missing:
            pytest.skip(str(missing))
        good = {name: cameras.urls[name] for name in GOOD}
        bad = {
            name: stack.enter_context(faulty_link(cameras.port, fault)).url(name)
            for name, fault in BAD.items()
        }
        without = watch(folder / "alone", good, SECONDS_WITHOUT)
        return without, watch(folder / "together", good | bad, SECONDS)


def test_the_good_cameras_lose_no_more_than_without_the_bad_ones(outcomes: tuple[Outcome, Outcome]) -> None:
    alone, together = outcomes
    for name, outcome in (("alone", alone), ("with the bad ones", together)):
        print(
            f"{name}: {min(outcome.analysed.values()):.2f} to {max(outcome.analysed.values()):.2f} analysed"
            f" a second, {sum(outcome.dropped.values())} dropped, lag p95 {outcome.lag:.2f} s"
        )
    assert min(together.analysed.values()) >= 4.8
    expected = sum(alone.dropped.values()) * SECONDS / SECONDS_WITHOUT
    assert sum(together.dropped.values()) <= expected + 2
    assert {event.camera for event in together.events if event.type == "intrusion"} >= set(GOOD)


@pytest.mark.parametrize(
    ("camera", "kind", "within"),
    [
        ("silent", "video_lost", 10.0),
        ("slow", "slow_stream", FAULT_AFTER + 10.0),
        ("resetting", "video_lost", 3.0 + 10.0),
        ("jumping", "clock_step", FAULT_AFTER + 10.0),
        ("standing", "clock_step", FAULT_AFTER + 10.0),
        ("frozen", "frozen", FAULT_AFTER + 60.0),
    ],
)
def test_each_fault_is_an_event_in_time(
    outcomes: tuple[Outcome, Outcome], camera: str, kind: str, within: float
) -> None:
    _, together = outcomes
    found = [event for event in together.events if (event.camera, event.type) == (camera, kind)]
    assert found, {(event.type, event.camera) for event in together.events if event.camera in BAD}
    seconds = min(event.at for event in found) / SECOND - together.began_at / SECOND
    print(f"{camera}: {kind} {seconds:.1f} s after the start, the fault began at {FAULT_AFTER:.0f} s")
    assert seconds <= within


def test_a_counter_that_wraps_is_nothing_to_tell(outcomes: tuple[Outcome, Outcome]) -> None:
    _, together = outcomes
    told = {event.type for event in together.events if event.camera == "wrapping"}
    assert told <= {"intrusion"}
