"""A worker with real parts: files as cameras, a node with its journal, an index and a folder of blobs."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import pattern
from ingest.live_source import HealthChange
from ingest.looped_file_source import LoopedFileSource
from ingest.pattern import Recipe
from ingest.scripted_source import ScriptedSource
from models.detector import Detector, ScriptedDetector
from servers.children import wait_for
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.config.entries import CameraEntry
from sharp_eyes.config.stored import entry_text
from sharp_eyes.domain import Detection
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EventQuery, EventView
from sharp_eyes.store.registry.opening import open_registry
from workers.assignment import Assignment
from workers.host import Host
from workers.live_camera import CameraSources
from workers.node.node import Node, Stores

PERSON = Detection("person", 0.9, (0.4, 0.4, 0.5, 0.7))
CLOCK = SystemClock()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("video") / "pattern.mkv"
    file.write_bytes(pattern.encode(Recipe(frames=120, fps=10, gop=20)))
    return file


def entry(camera: str, *, dwell: float = 1.0, evidence: str = "clip", file: str = "any.mkv") -> str:
    return entry_text(
        CameraEntry.model_validate(
            {
                "id": camera,
                "division": "330802001",
                "source": {"file": file},
                "gate": False,
                "pre_roll_seconds": 1.0,
                "post_roll_seconds": 1.0,
                "zone": [{"name": "all", "points": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]}],
                "rule": [
                    {
                        "name": "stay", "kind": "intrusion", "zone": "all", "labels": ["person"],
                        "dwell_seconds": dwell, "evidence": evidence,
                    }
                ],
            }
        ),
        Path(),
    )  # fmt: skip


def assignment(camera: str, revision: int = 1, **of_entry: object) -> Assignment:
    number = sum(map(ord, camera))
    return Assignment(camera, number, revision, entry(camera, **of_entry), "default")  # type: ignore[arg-type]


class Farm:
    """A node in this process, and what it ships to."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(node=folder / "node", index=f"sqlite:///{folder / 'index.sqlite'}")
        self.blobs = MemoryBlobs()
        self.index: Index = open_index(self.settings.index)
        stores = Stores(
            index=lambda: open_index(self.settings.index),
            blobs=lambda: self.blobs,
            registry=lambda: open_registry(self.settings.index),
        )
        self.node = Node(self.settings.node, "n1", stores, CLOCK)

    @contextmanager
    def host(
        self, sources: Callable[[Camera], CameraSources], detector: Detector | None = None
    ) -> Iterator[Host]:
        shared = detector or ScriptedDetector(lambda _: [PERSON])
        host = Host(
            self.settings, "w1", CLOCK, sources=sources, models=lambda name: (f"{name}@1", lambda: shared)
        )
        try:
            yield host
        finally:
            host.close()

    def events(self, **of_query: object) -> list[EventView]:
        now = CLOCK.now()
        query = EventQuery(from_at=now - 600 * SECOND, to_at=now + 60 * SECOND, **of_query)  # type: ignore[arg-type]
        return list(self.index.events(query).events)

    def wait(self, found: Callable[[list[EventView]], bool], seconds: float = 20) -> list[EventView]:
        wait_for(lambda: found(self.events()), seconds, "events")
        return self.events()


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Farm]:
    farm = Farm(tmp_path)
    with farm.node:
        yield farm
    farm.index.close()


@pytest.fixture
def looped(video: Path) -> Callable[[Camera], CameraSources]:
    return lambda _: CameraSources(LoopedFileSource(video, CLOCK))


def whole(event: EventView) -> bool:
    return {one.kind: one.state for one in event.evidence} == dict.fromkeys(
        ("clip", "boxes", "reason"), "stored"
    )


def test_what_a_camera_shows_becomes_an_event_with_its_clip_boxes_and_reason(
    farm: Farm, looped: Callable[[Camera], CameraSources]
) -> None:
    with farm.host(looped) as host:
        host.assign([assignment("gate")])
        (event,) = farm.wait(lambda events: any(whole(event) for event in events))
    assert (event.camera, event.rule, event.label, event.model) == ("gate", "stay", "person", "default@1")
    bodies = {one.kind: farm.blobs.get(one.key) for one in event.evidence}
    assert len(pattern.decode(bodies["clip"])) >= 15
    assert json.loads(bodies["reason"])["spec"]["name"] == "stay"
    assert json.loads(bodies["boxes"])["items"][0]["label"] == "person"
    ended = farm.events()[0]
    assert ended.ended_because == "run_ended"
    assert abs(event.visible_at - event.at) < 3 * SECOND


def test_only_what_changed_is_touched_and_a_change_of_rules_keeps_the_connection(
    farm: Farm, video: Path
) -> None:
    opened: list[str] = []

    def sources(camera: Camera) -> CameraSources:
        opened.append(camera.id)
        return CameraSources(LoopedFileSource(video, CLOCK))

    with farm.host(sources) as host:
        host.assign([assignment("a"), assignment("b", dwell=3600.0)])
        wait_for(lambda: all(c.state == "watching" for c in host.status()[1]), 10, "both watched")
        runs = {one.camera: one.run for one in host.status()[1]}
        host.assign([assignment("a"), assignment("b", revision=2, dwell=0.5)])
        after = {one.camera: one for one in host.status()[1]}
        farm.wait(lambda events: {event.camera for event in events} == {"a", "b"})
    assert after["a"].run == runs["a"]
    assert after["b"].run != runs["b"]
    assert (after["b"].revision, after["b"].state) == (2, "watching")
    assert opened == ["a", "b"]


def test_a_camera_that_is_no_longer_wanted_stops_and_another_starts(
    farm: Farm, looped: Callable[[Camera], CameraSources]
) -> None:
    with farm.host(looped) as host:
        host.assign([assignment("a")])
        wait_for(lambda: host.status()[1][0].state == "watching", 10, "a watched")
        host.assign([assignment("b")])
        assert [one.camera for one in host.status()[1]] == ["b"]
        assert not [thread for thread in threading.enumerate() if thread.name == "camera a"]


def test_a_camera_that_cannot_be_watched_is_refused_with_the_reason_and_the_others_go_on(
    farm: Farm, looped: Callable[[Camera], CameraSources]
) -> None:
    broken = Assignment("broken", 1, 1, '{"id": "broken", "colour": "red"}', "default")
    with farm.host(looped) as host:
        host.assign([broken, assignment("good")])
        wait_for(lambda: any(one.state == "watching" for one in host.status()[1]), 10, "good watched")
        told = {one.camera: one for one in host.status()[1]}
    assert told["broken"].state == "refused"
    assert "colour" in told["broken"].message


def test_health_of_a_camera_becomes_events_like_any_other(farm: Farm) -> None:
    now = CLOCK.now()
    script = [
        HealthChange("video_lost", now, "begun", (("state", "degraded"),)),
        HealthChange("clock_step", now + 1, "moment", (("seconds", -30.0),)),
        HealthChange("video_lost", now + SECOND, "over"),
    ]
    with farm.host(lambda _: CameraSources(ScriptedSource(script))) as host:
        host.assign([assignment("gate")])
        farm.wait(lambda events: len(events) == 2 and any(event.ended_at for event in events))
    step, lost = farm.events()
    assert (step.type, dict(step.notes), step.ended_at) == ("clock_step", {"seconds": -30.0}, None)
    assert (lost.type, lost.ended_because, lost.xyxy, lost.label) == ("video_lost", "over", None, "")


def test_coverage_and_the_log_of_the_run_are_left_behind(
    farm: Farm, looped: Callable[[Camera], CameraSources]
) -> None:
    from sharp_eyes.store.index.queries import CoverageQuery
    from workers.run_log import read_run

    with farm.host(looped) as host:
        host.assign([assignment("gate")])
        wait_for(lambda: host.status()[1][0].state == "watching", 10, "watched")
        time.sleep(3)
        run = host.status()[1][0].run
    now = CLOCK.now()
    query = CoverageQuery(from_at=now - 60 * SECOND, to_at=now + SECOND, cameras=("gate",))
    wait_for(lambda: bool(farm.index.coverage(query).get("gate")), 10, "coverage")
    (span,) = farm.index.coverage(query)["gate"]
    assert 2 * SECOND < span.to_at - span.from_at < 10 * SECOND
    recorded = read_run(farm.settings.node / "runs", run)
    assert recorded.header.camera == "gate"
    assert 10 <= len(recorded.frames) <= 40


def test_a_detector_that_fails_now_and_then_costs_frames_not_cameras(
    farm: Farm, looped: Callable[[Camera], CameraSources]
) -> None:
    def script(number: int) -> list[Detection]:
        if number % 2:
            raise ValueError("a bug in the network")
        return [PERSON]

    with farm.host(looped, ScriptedDetector(script)) as host:
        host.assign([assignment("gate", evidence="none")])
        farm.wait(lambda events: len(events) == 1)
        assert host.status()[1][0].fps_analysed > 0


def test_clips_are_cut_from_the_evidence_stream_where_a_camera_has_one(
    farm: Farm, video: Path, tmp_path: Path
) -> None:
    finer = tmp_path / "finer.mkv"
    finer.write_bytes(pattern.encode(Recipe(frames=240, fps=20, gop=20)))

    def sources(_: Camera) -> CameraSources:
        evidence = LoopedFileSource(finer, CLOCK, decoding=False)
        return CameraSources(LoopedFileSource(video, CLOCK), evidence)

    with farm.host(sources) as host:
        host.assign([assignment("gate", dwell=3.0)])
        (event,) = farm.wait(lambda events: any(whole(event) for event in events))
    (clip,) = [one for one in event.evidence if one.kind == "clip"]
    times = [at for at, _ in pattern.decode(farm.blobs.get(clip.key))]
    assert min(later - sooner for sooner, later in itertools.pairwise(times)) == SECOND // 20
