"""The owner's shape, whole: RTSP cameras, Ray, S3, PostgreSQL, the API, its feed, and a browser."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import json
import os
import re
import shutil
import signal
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from servers.farm import Event, RunningFarm, get_events, running_farm
from servers.feed import listening
from servers.page import opened_page, plays_and_seeks
from servers.postgres import PostgresAddress
from servers.rtsp import RtspServerMissingError, rtsp_cameras
from servers.s3 import S3Address
from sharp_eyes.clock import SECOND, from_iso

pytestmark = [
    pytest.mark.alone, pytest.mark.ray, pytest.mark.s3, pytest.mark.postgres, pytest.mark.rtsp,
    pytest.mark.real, pytest.mark.yolo, pytest.mark.slow,
]  # fmt: skip

WATCHED_SECONDS = float(os.environ.get("WATCHED_SECONDS", "45"))

CLIPS = {
    "pets": "pets09_s2l1_view001_480x360_10fps.mp4",
    "bottles": "intel_bottle_removed_640x360.mp4",
    "room": "intel_one_by_one_dwell_768x432.mp4",
    "night": "city_two_way_night_cctv_596x308.mp4",
}
WHOLE = "[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]"


def crossing(name: str, x: float, label: str) -> str:
    return f"""
[[camera.line]]
name = "{name}"
points = [[{x}, 0.0], [{x}, 1.0]]

[[camera.rule]]
name = "over {name}"
kind = "line"
line = "{name}"
labels = ["{label}"]
severity = 2
"""


def stay(label: str, dwell: float) -> str:
    return f"""
[[camera.zone]]
name = "all"
points = {WHOLE}

[[camera.rule]]
name = "in sight"
kind = "intrusion"
zone = "all"
labels = ["{label}"]
dwell_seconds = {dwell}
severity = 3
"""


RULES = {
    "pets": crossing("200", 0.4167, "person"),
    "bottles": stay("bottle", 2.0),
    "room": stay("person", 2.0),
    "night": crossing("middle", 0.5, "car") + crossing("right", 0.7, "car"),
}


def cameras_toml(urls: dict[str, str]) -> str:
    return "".join(
        f"""
[[camera]]
id = "{name}"
division = "33080200{number}"
model = "yolo11n"
pre_roll_seconds = 3.0
post_roll_seconds = 2.0
source = {{ url = "{url}" }}
{RULES[name]}"""
        for number, (name, url) in enumerate(urls.items(), 1)
    )


@dataclass
class Watched:
    farm: RunningFarm
    file: Path
    events: list[Event]
    told_at: dict[str, int]


def small_model(models_folder: Path, folder: Path) -> Path:
    """The same network at half its size: four cameras on two cores, with everything else beside them."""
    shutil.copytree(models_folder, folder)
    card = folder / "yolo11n.toml"
    text = re.sub(r"(?m)^input_(width|height) = \d+$", r"input_\1 = 320", card.read_text())
    card.write_text(text)
    return folder


@pytest.fixture(scope="module")
def watched(
    real_data: Path,
    models_folder: Path,
    postgres: PostgresAddress,
    s3: S3Address,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("farm")
    environment = {
        "SHARP_EYES_INDEX": postgres.fresh_database(),
        "SHARP_EYES_BLOBS": f"s3+http://{s3.endpoint}/farm-test",
        "SHARP_EYES_S3_ACCESS_KEY": s3.access_key,
        "SHARP_EYES_S3_SECRET_KEY": s3.secret_key,
        "SHARP_EYES_MODELS": str(small_model(models_folder, folder / "models")),
    }
    clips = {name: real_data / "videos" / clip for name, clip in CLIPS.items()}
    try:
        cameras = rtsp_cameras(folder, clips)
        urls = dict(cameras.__enter__().urls)
    except RtspServerMissingError as missing:
        pytest.skip(str(missing))
    try:
        file = folder / "cameras.toml"
        file.write_text(cameras_toml(urls))
        with running_farm(folder, [file], environment, "--workers", "2") as farm:
            started = farm.wait_until_watching(list(CLIPS))
            print(f"{started:.1f} s until four cameras were watched")
            with farm.client() as client, listening(client) as feed:
                time.sleep(WATCHED_SECONDS)
                told_at = feed.raised()
            figures(farm)
            farm.children["farm"].send_signal(signal.SIGTERM)  # the runs end, the API stays
            farm.children.pop("farm").wait(60)
            yield Watched(farm, file, settled(farm), told_at)
    finally:
        cameras.__exit__(None, None, None)


def figures(farm: RunningFarm) -> None:
    for name, camera in farm.cameras().items():
        print(
            f"{name}: {camera.fps_in} fps in, {camera.fps_analysed} analysed, lag p95 {camera.lag_seconds} s,"
            f" gate {camera.gate_share}, {camera.dropped} dropped"
        )
    for worker in farm.workers().values():
        print(f"{worker.worker}: {worker.memory_bytes >> 20} MB, {worker.cameras} cameras")


def settled(farm: RunningFarm) -> list[Event]:
    """All events once nothing is pending any more."""
    from servers.children import wait_for

    def done() -> bool:
        with farm.client() as client:
            return not any(
                one["state"] == "pending" for event in get_events(client) for one in event["evidence"]
            )

    # The node ended with the farm; another ships what it left.
    farm.start("node")
    wait_for(done, 60, "all evidence")
    with farm.client() as client:
        return get_events(client)


def of_rules(events: list[Event]) -> list[Event]:
    return [event for event in events if event["rule"] != "camera-health"]


def test_every_camera_has_events_and_all_their_evidence(watched: Watched) -> None:
    events = of_rules(watched.events)
    print({name: sum(event["camera"] == name for event in events) for name in CLIPS})
    assert {event["camera"] for event in events} == set(CLIPS)
    lost = [one for event in events for one in event["evidence"] if one["state"] != "stored"]
    assert lost == []


def test_events_are_visible_within_two_seconds_of_their_frame(watched: Watched) -> None:
    events = [event for event in of_rules(watched.events) if event["event_id"] in watched.told_at]
    delays = sorted((watched.told_at[event["event_id"]] - from_iso(event["at"])) / SECOND for event in events)
    visible = sorted((from_iso(event["visible_at"]) - from_iso(event["at"])) / SECOND for event in events)
    p95 = delays[len(delays) * 95 // 100]
    print(
        f"{len(delays)} events: in the feed after {statistics.median(delays):.2f} s, p95 {p95:.2f} s; "
        f"in the index p95 {visible[len(visible) * 95 // 100]:.2f} s"
    )
    assert len(delays) >= 10
    assert p95 <= 2.0


def test_replaying_what_was_analysed_gives_the_same_events(watched: Watched, real_data: Path) -> None:
    for name, clip in CLIPS.items():
        live = [event for event in of_rules(watched.events) if event["camera"] == name]
        (run,) = {event["run"] for event in live}
        replayed = watched.farm.run(
            "replay", str(real_data / "videos" / clip), "--cameras", str(watched.file), "--camera", name,
            "--as-live", run,
        )  # fmt: skip
        assert replayed.returncode == 0, replayed.stderr
        assert "warning" not in replayed.stderr, replayed.stderr
        lines = [json.loads(line) for line in replayed.stdout.splitlines()]
        again = {facts(line) for line in lines if line["record"] == "raised"}
        assert again == {facts(event) for event in live}
        print(f"{name}: {len(again)} events, live and replayed the same")


def facts(event: Event) -> tuple[object, ...]:
    at = event["at"] if isinstance(event["at"], int) else from_iso(event["at"])
    return (event["event_id"], event["rule"], event["label"], at, tuple(event["xyxy"]))


def test_a_clip_is_served_in_ranges_and_its_boxes_lie_in_its_time(watched: Watched) -> None:
    event = next(event for event in of_rules(watched.events) if event["camera"] == "pets")
    clip = next(one for one in event["evidence"] if one["kind"] == "clip")
    with watched.farm.client() as client:
        part = client.get(clip["href"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)
        boxes = client.get(f"/api/v1/events/{event['event_id']}/boxes").json()
    times = [item["t"] for item in boxes["items"]]
    offset = clip["notes"]["event_offset_seconds"]
    assert min(times) <= offset <= max(times)
    assert boxes["clip_first_frame_at"] == from_iso(clip["first_frame_at"])


@pytest.mark.browser
def test_the_page_lists_the_events_and_plays_and_seeks_a_clip(watched: Watched) -> None:
    event = next(event for event in of_rules(watched.events) if event["camera"] == "pets")
    with opened_page(watched.farm.address, watched.farm.password, "?camera=pets") as page:
        assert plays_and_seeks(page, event["event_id"], 3.05) == pytest.approx(3.0, abs=0.11)
        assert plays_and_seeks(page, event["event_id"], 1.05) == pytest.approx(1.0, abs=0.11)


def test_nobody_without_a_session_sees_anything(watched: Watched) -> None:
    for path in ("events", "cameras", "farm", f"events/{watched.events[0]['event_id']}/clip"):
        assert httpx.get(f"{watched.farm.address}/api/v1/{path}").status_code == 401
