"""`sharp-eyes replay`: the same bytes each time, complete, quiet, and the files that were asked for."""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from ingest.file_source import FileSource
from models.mot_evaluation import read
from sharp_eyes.clock import REPLAY_EPOCH, SECOND, from_iso

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]
Event = dict[str, object]

COMMON = {
    "event_id",
    "record",
    "camera",
    "division",
    "rule",
    "type",
    "at",
    "time",
    "offset_seconds",
    "label",
    "track",
    "xyxy",
    "severity",
    "rule_revision",
    "run",
}
RAISED = COMMON | {"place", "confidence", "model"}
ENDED = COMMON | {"because"}


@pytest.fixture(scope="module")
def world(samples: dict[str, Path]) -> Path:
    """A sample clip in which somebody intrudes."""
    return samples["intrusion"]


@pytest.fixture(scope="module")
def crossed(samples: dict[str, Path]) -> Path:
    """A sample clip in which a line is crossed more than once."""
    return samples["line"]


@pytest.fixture(scope="module")
def plain(world: Path, sharp_eyes: SharpEyes) -> subprocess.CompletedProcess[str]:
    ended = sharp_eyes("replay", world / "clip.mp4", "--cameras", world / "cameras.toml")
    assert ended.returncode == 0, ended.stderr
    return ended


def events(text: str) -> list[Event]:
    return [json.loads(line) for line in text.splitlines()]


def test_twice_the_same_is_the_same_bytes(
    plain: subprocess.CompletedProcess[str], world: Path, sharp_eyes: SharpEyes
) -> None:
    again = sharp_eyes("replay", world / "clip.mp4", "--cameras", world / "cameras.toml")
    assert plain.stdout
    assert again.stdout == plain.stdout


def test_in_a_pipe_nothing_is_said_but_events(plain: subprocess.CompletedProcess[str]) -> None:
    assert plain.stderr == ""


def test_every_line_is_complete(
    plain: subprocess.CompletedProcess[str], crossed: Path, sharp_eyes: SharpEyes
) -> None:
    crossings = sharp_eyes("replay", crossed / "clip.mp4", "--cameras", crossed / "cameras.toml")
    lines = events(plain.stdout) + events(crossings.stdout)
    assert {"raised", "ended"} == {line["record"] for line in lines}
    assert {"intrusion", "line"} == {line["type"] for line in lines}
    for line in lines:
        wanted = RAISED if line["record"] == "raised" else ENDED
        assert line.keys() - {"direction"} == wanted
        assert (line["type"] == "line") == ("direction" in line)
        assert line["at"] == REPLAY_EPOCH + round(float(str(line["offset_seconds"])) * SECOND)
        assert from_iso(str(line["time"])) == line["at"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(line["event_id"]))


def test_every_end_belongs_to_an_event_that_was_raised_before(
    plain: subprocess.CompletedProcess[str],
) -> None:
    open_events: set[object] = set()
    for line in events(plain.stdout):
        if line["record"] == "raised":
            assert line["event_id"] not in open_events
            open_events.add(line["event_id"])
        else:
            assert line["event_id"] in open_events


def test_a_start_moves_all_times_and_no_offset(
    plain: subprocess.CompletedProcess[str], world: Path, sharp_eyes: SharpEyes
) -> None:
    arguments = ("replay", world / "clip.mp4", "--cameras", world / "cameras.toml")
    moved = sharp_eyes(*arguments, "--start", "2026-05-01T08:00:00+08:00")
    shift = from_iso("2026-05-01T00:00:00Z") - REPLAY_EPOCH
    pairs = list(zip(events(plain.stdout), events(moved.stdout), strict=True))
    for before, after in pairs:
        assert after["at"] == before["at"] + shift  # type: ignore[operator]
        assert after["offset_seconds"] == before["offset_seconds"]
        assert after["event_id"] != before["event_id"]


@pytest.mark.parametrize("start", ["yesterday", "2026-05-01T08:00:00", "2026-13-01T08:00:00Z", ""])
def test_a_start_that_is_no_moment_is_a_usage_error(start: str, world: Path, sharp_eyes: SharpEyes) -> None:
    ended = sharp_eyes("replay", world / "clip.mp4", "--cameras", world / "cameras.toml", "--start", start)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "--start" in ended.stderr


def test_events_tracks_and_clips_go_where_they_are_asked_for(
    plain: subprocess.CompletedProcess[str], world: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    out, tracks, clips = tmp_path / "new" / "events.jsonl", tmp_path / "tracks.txt", tmp_path / "clips"
    arguments = ("replay", world / "clip.mp4", "--cameras", world / "cameras.toml")
    ended = sharp_eyes(*arguments, "--out", out, "--tracks", tracks, "--clips", clips)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert out.read_text(encoding="utf-8") == plain.stdout
    frames = read(tracks)
    assert frames
    assert {(frame - 1) % 5 for frame in frames} == {0}  # 25 frames a second, five analysed
    raised = [line for line in events(plain.stdout) if line["record"] == "raised"]
    for line in raised:
        kept = json.loads((clips / f"{line['event_id']}.evidence.json").read_text(encoding="utf-8"))
        records = {record["kind"]: record for record in kept["evidence"]}
        assert set(records) == {"reason", "clip", "boxes"}
        for record in records.values():
            assert record["state"] == "stored"
            assert hashlib.sha256((clips / record["key"]).read_bytes()).hexdigest() == record["sha256"]
        evidence = records["clip"]
        offset = evidence["notes"]["event_offset_seconds"]
        assert evidence["first_frame_at"] + round(offset * SECOND) == line["at"]
        reason = json.loads((clips / f"{line['event_id']}.reason.json").read_text(encoding="utf-8"))
        assert line["track"] in {seen["track"] for seen in reason["observations"]}
        boxes = json.loads((clips / f"{line['event_id']}.boxes.json").read_text(encoding="utf-8"))
        there = [item for item in boxes["items"] if abs(item["t"] - offset) < 1e-5]
        assert line["xyxy"] in [item["xyxy"] for item in there]
        with FileSource(clips / f"{line['event_id']}.mp4") as clip:
            assert len(list(clip)) == evidence["notes"]["frames"]
    assert len(list(clips.iterdir())) == 4 * len(raised)


TWO = """
[[camera]]
id = "one"
[[camera]]
id = "two"
"""


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        (TWO, (), "holds 2 cameras — choose one with --camera: one, two"),
        (TWO, ("--camera", "tow"), 'there is no camera "tow" — did you mean "two"?'),
        (
            TWO,
            ("--camera", "one", "--model", "studoi"),
            'no model or channel "studoi"; did you mean "studio"?',
        ),
        ('[[camera]]\nid = "one"\nfps = 5\n', (), "fps"),
        ("[[camera", (), "cameras.toml"),
        ("", (), "cameras.toml"),
    ],
)
def test_a_wrong_choice_of_camera_or_model_is_answered_with_what_is_there(
    text: str, more: tuple[str, ...], message: str, world: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text(text, encoding="utf-8")
    ended = sharp_eyes("replay", world / "clip.mp4", "--cameras", file, *more)
    assert ended.returncode == 2, ended.stderr
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_one_of_several_cameras_can_be_chosen(world: Path, sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text(TWO, encoding="utf-8")
    ended = sharp_eyes("replay", world / "clip.mp4", "--cameras", file, "--camera", "two")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_file_that_cannot_be_written_is_an_error_of_the_store(
    world: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    arguments = ("replay", world / "clip.mp4", "--cameras", world / "cameras.toml")
    for option, path in (
        ("--out", tmp_path),
        ("--tracks", tmp_path / "file" / "x"),
        ("--clips", tmp_path / "file"),
    ):
        ended = sharp_eyes(*arguments, option, path)
        assert ended.returncode == 5, ended.stderr
        assert "Traceback" not in ended.stderr


def lines_as_they_come(command: list[str]) -> Iterator[tuple[float, Event]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            yield time.monotonic(), json.loads(line)


def test_paced_events_come_as_late_as_they_happen(crossed: Path) -> None:
    program = [sys.executable, "-c", "from sharp_eyes.cli import main; main()"]
    arguments = ["replay", str(crossed / "clip.mp4"), "--cameras", str(crossed / "cameras.toml"), "--paced"]
    came = [(at, float(str(event["offset_seconds"]))) for at, event in lines_as_they_come(program + arguments)
            if event["record"] == "raised"]  # fmt: skip
    assert len(came) >= 2
    (first, first_offset), (last, last_offset) = came[0], came[-1]
    assert last - first == pytest.approx(last_offset - first_offset, abs=0.8)


def test_a_reader_that_goes_away_ends_it_without_a_word(world: Path) -> None:
    code = f"{sys.executable} -c 'from sharp_eyes.cli import main; main()'"
    command = f"{code} replay {world}/clip.mp4 --cameras {world}/cameras.toml | head -n 1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stdout.count("\n") == 1
    assert "Traceback" not in ended.stderr


def test_what_ten_seconds_cost(world: Path, sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    """Start-up, loading and ending included; printed, and bounded only against the absurd."""
    video = first_seconds(world / "clip.mp4", 10, tmp_path / "ten.mp4")
    before = os.times()
    began = time.monotonic()
    ended = sharp_eyes("replay", video, "--cameras", world / "cameras.toml")
    assert ended.returncode == 0, ended.stderr
    cpu = (
        os.times().children_user - before.children_user + os.times().children_system - before.children_system
    )
    print(f"replay of 10 s: {time.monotonic() - began:.2f} s, {cpu:.2f} CPU s")
    assert cpu < 30


def first_seconds(video: Path, seconds: int, cut: Path) -> Path:
    with av.open(str(video)) as source, av.open(str(cut), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.pts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = stream
                out.mux(packet)
    return cut


def test_an_output_never_overwrites_an_input_or_another_output(
    world: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    video, cameras = tmp_path / "clip.mp4", tmp_path / "cameras.toml"
    shutil.copy(world / "clip.mp4", video)
    shutil.copy(world / "cameras.toml", cameras)
    before = video.read_bytes(), cameras.read_bytes()
    for more in (
        ("--out", video),
        ("--tracks", cameras),
        ("--out", tmp_path / "x", "--tracks", tmp_path / "x"),
    ):
        ended = sharp_eyes("replay", video, "--cameras", cameras, *more)
        assert ended.returncode == 2, ended.stderr
        assert "name another file" in ended.stderr
    assert (video.read_bytes(), cameras.read_bytes()) == before


def test_a_video_that_cannot_be_played_costs_no_earlier_result(
    world: Path, sharp_eyes: SharpEyes, tmp_path: Path
) -> None:
    out = tmp_path / "events.jsonl"
    out.write_text("kept\n", encoding="utf-8")
    ended = sharp_eyes("replay", tmp_path / "nosuch.mp4", "--cameras", world / "cameras.toml", "--out", out)
    assert ended.returncode == 3
    assert out.read_text(encoding="utf-8") == "kept\n"


@pytest.mark.parametrize("option", ["--out", "--tracks"])
def test_a_full_disk_is_an_error_of_the_store(option: str, world: Path, sharp_eyes: SharpEyes) -> None:
    ended = sharp_eyes("replay", world / "clip.mp4", "--cameras", world / "cameras.toml", option, "/dev/full")
    assert ended.returncode == 5
    assert "/dev/full: cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_interrupted_replay_ends_its_events_and_keeps_their_clips(world: Path, tmp_path: Path) -> None:
    out, clips = tmp_path / "events.jsonl", tmp_path / "clips"
    command = [sys.executable, "-P", "-c", "from sharp_eyes.cli import main; main()", "replay"]
    command += [str(world / "clip.mp4"), "--cameras", str(world / "cameras.toml"), "--paced"]
    with subprocess.Popen(
        [*command, "--out", str(out), "--clips", str(clips)], stderr=subprocess.PIPE
    ) as child:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (out.exists() and out.read_text(encoding="utf-8")):
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[1].decode()
    assert child.returncode == 130
    assert "Traceback" not in said
    lines = events(out.read_text(encoding="utf-8"))
    raised = [line["event_id"] for line in lines if line["record"] == "raised" and line["type"] != "line"]
    assert raised == [line["event_id"] for line in lines if line["record"] == "ended"]
    assert {line["because"] for line in lines if line["record"] == "ended"} == {"run_ended"}
    for event_id in raised:
        kept = json.loads((clips / f"{event_id}.evidence.json").read_text(encoding="utf-8"))
        assert "clip" in {record["kind"] for record in kept["evidence"]}
