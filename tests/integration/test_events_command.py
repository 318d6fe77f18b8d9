"""`sharp-eyes events`: the index asked from a shell, once and for as long as somebody looks."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sharp_eyes import event_id
from sharp_eyes.clock import SECOND, SystemClock, to_iso
from sharp_eyes.domain import Ended, Evidence, Raised
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.memory import MemoryIndex
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import EventQuery
from sharp_eyes.store.rows import evidence_row, row_of
from sharp_eyes.verbs.events import asked_for

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]
Events = Callable[..., subprocess.CompletedProcess[str]]

BEGIN = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z
DAY = ("--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z")


def raised(at: int, number: int = 1, **changes: object) -> Raised:
    minted = event_id.mint(at, number, rule_revision="1", run="r", track=at % 1000, zone="yard")
    event = Raised(
        event_id=minted,
        camera=f"camera-{number}",
        division="330802001",
        rule="stay",
        rule_revision="1",
        type="intrusion",
        at=at,
        severity=2,
        run="r",
        label="person",
        track=7,
        confidence=0.5,
        xyxy=(0.1, 0.2, 0.3, 0.4),
        place="yard",
        model="m",
    )
    return replace(event, **changes)  # type: ignore[arg-type] # the names of its fields


NORTH = raised(BEGIN + SECOND, 1, evidence="clip")
SOUTH = raised(
    BEGIN + 2 * SECOND, 2, division="330803", severity=1, type="line", direction="left", label="car"
)
SURE = raised(BEGIN + 3 * SECOND, 3, confidence=0.9, severity=3)
LOST = raised(
    BEGIN + 4 * SECOND, 1, type="video_lost", label="", track=None, confidence=None, xyxy=None, severity=4
)
ALL = (NORTH, SOUTH, SURE, LOST)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(f"sqlite:///{tmp_path / '.sharp-eyes/index.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def events(sharp_eyes: SharpEyes, index: Index, tmp_path: Path) -> Events:
    """Our verb, asking an index with four events."""
    index.insert([row_of(event) for event in ALL], BEGIN)
    clip = Evidence(
        NORTH.event_id, "clip", "stored", key="clips/k.mp4", sha256="ab", bytes=9, first_frame_at=BEGIN
    )
    ended = Ended(
        event_id=NORTH.event_id, camera=NORTH.camera, division=NORTH.division, rule="stay", rule_revision="1",
        type="intrusion", at=BEGIN + 9 * SECOND, severity=2, run="r", because="left",
    )  # fmt: skip
    index.insert([evidence_row(NORTH, clip), row_of(ended)], BEGIN)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return sharp_eyes("events", *arguments, cwd=tmp_path)

    return run


def told(ran: subprocess.CompletedProcess[str]) -> list[str]:
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line)["event_id"] for line in ran.stdout.splitlines()]


def test_in_a_pipe_each_event_is_a_line_the_newest_first(events: Events) -> None:
    ran = events(*DAY)
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert [line.split("  ")[2] for line in lines] == ["video_lost", "intrusion", "line", "intrusion"]
    assert "2026-01-01 00:00:02.000" in lines[2]
    assert "car 0.50 to the left" in lines[2]
    assert "clip" in lines[3]


def test_where_there_is_no_index_that_is_said_instead_of_peace(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    ran = sharp_eyes("events", cwd=tmp_path)
    assert ran.returncode == 5
    assert "there is no index" in ran.stderr
    assert not (tmp_path / ".sharp-eyes").exists()


def test_as_json_each_event_is_a_line_with_all_that_is_known(events: Events) -> None:
    ran = events(*DAY, "--camera", "camera-1", "--type", "intrusion", "--json")
    (line,) = ran.stdout.splitlines()
    event = json.loads(line)
    assert (event["event_id"], event["at"]) == (NORTH.event_id, "2026-01-01T00:00:01.000000Z")
    assert (event["ended_at"], event["ended_because"]) == ("2026-01-01T00:00:09.000000Z", "left")
    (clip,) = [one for one in event["evidence"] if one["kind"] == "clip"]
    assert (clip["state"], clip["key"], clip["first_frame_at"]) == ("stored", "clips/k.mp4", to_iso(BEGIN))


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--severity", "1", "--severity", "3"), [SURE, SOUTH]),
        (("--label", "car"), [SOUTH]),
        (("--division", "330802", "--min-confidence", "0.4"), [SURE, NORTH]),
        (("--limit", "2"), [LOST, SURE]),
    ],
    ids=str,
)
def test_only_what_was_asked_for_is_listed(
    events: Events, options: tuple[str, ...], found: list[Raised]
) -> None:
    assert told(events(*DAY, "--json", *options)) == [event.event_id for event in found]


def test_a_stretch_of_time_excludes_its_end(events: Events) -> None:
    stretch = ("--from", "2026-01-01T08:00:02+08:00", "--to", to_iso(SURE.at))
    assert told(events(*stretch, "--json")) == [SOUTH.event_id]


def test_nothing_found_is_said_and_is_no_error(events: Events) -> None:
    ran = events("--from", "1h")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "no such event\n")


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "yesterday"),
        ("--from", "2026-01-01T00:00:00"),
        ("--type", "intrusoin"),
        ("--severity", "5"),
        ("--min-confidence", "nan"),
        ("--division", "33%"),
        ("--limit", "0"),
        ("--follow", "--to", "1h"),
    ],
    ids=" ".join,
)
def test_a_wrong_question_is_refused_in_words(events: Events, options: tuple[str, ...]) -> None:
    ran = events(*options)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_hostile_text_is_printed_harmlessly(events: Events, index: Index, form: tuple[str, ...]) -> None:
    index.insert([row_of(raised(BEGIN + 5 * SECOND, label="\x1b[31mperson\u202e"))], BEGIN)
    ran = events(*DAY, *form)
    assert "31mperson" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert "\u202e" not in ran.stdout


def test_more_than_a_page_is_listed_when_asked_for(events: Events, index: Index) -> None:
    many = [raised(BEGIN + 60 * SECOND + n) for n in range(1100)]
    index.insert([row_of(event) for event in many], BEGIN)
    assert told(events(*DAY, "--limit", "1050", "--json")) == [one.event_id for one in many[:-1051:-1]]


def test_following_prints_what_was_there_and_then_what_comes(
    events: Events, index: Index, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    command = ["events", "--follow", "--json", "--from", "2026-01-01T00:00:00Z", "--type", "intrusion"]
    with subprocess.Popen(
        [sys.executable, "-u", "-P", "-c", "from sharp_eyes.cli import main; main()", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        text=True,
    ) as child:
        assert child.stdout is not None
        try:
            before = [json.loads(child.stdout.readline())["event_id"] for _ in range(2)]
            assert before == [NORTH.event_id, SURE.event_id]
            now = SystemClock().now()
            come = [raised(now), raised(now + 1, type="line"), raised(now + 2)]
            for event in come:
                index.insert([row_of(event)], now)
                time.sleep(0.01)
            after = [json.loads(child.stdout.readline())["event_id"] for _ in range(2)]
            assert after == [come[0].event_id, come[2].event_id]
        finally:
            child.send_signal(signal.SIGINT)
        try:
            assert child.wait(10) == 130
        finally:
            child.kill()  # else one that is deaf to it would be waited for for ever


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"from_at": SOUTH.at},
        {"cameras": ("camera-1", "camera-3")},
        {"division": "330803"},
        {"types": ("video_lost", "line")},
        {"labels": ("person",)},
        {"severities": (1, 4)},
        {"min_confidence": 0.0},
        {"min_confidence": 0.7},
    ],
    ids=str,
)
def test_what_is_followed_is_what_would_be_listed(changes: dict[str, object]) -> None:
    index = MemoryIndex()
    index.insert([row_of(event) for event in ALL], BEGIN)
    query = replace(EventQuery(from_at=BEGIN, to_at=BEGIN + 60 * SECOND), **changes)  # type: ignore[arg-type]
    views = index.views([event.event_id for event in ALL], ("",))
    followed = {view.event_id for view in views if asked_for(view, query)}
    assert followed == {view.event_id for view in index.events(query).events}
