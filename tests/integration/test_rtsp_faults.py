"""All that may go wrong between a camera and us, on links that do it to a real RTSP server."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from ingest.rtsp_source import RtspSource
from servers.children import wait_for
from servers.faults import Fault, FaultyLink, faulty_link
from servers.pattern_cameras import pattern_cameras
from servers.rtsp import RtspCameras, RtspServerMissingError
from servers.watching import Diary, playing, source_of
from sharp_eyes.clock import SECOND

pytestmark = pytest.mark.rtsp

NOTICED_WITHIN = 10.0  # seconds


@pytest.fixture(scope="module")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspCameras]:
    with ExitStack() as stack:
        try:
            yield stack.enter_context(pattern_cameras(tmp_path_factory.mktemp("cameras")))
        except RtspServerMissingError as missing:
            pytest.skip(str(missing))


@dataclass(frozen=True)
class Trial:
    """One camera behind a faulty link, watched for a while together with the others."""

    diary: Diary
    source: RtspSource
    link: FaultyLink


TRIALS = {
    "sound": ("gate", Fault()),
    "silent": ("gate", Fault("silent")),
    "stall": ("gate", Fault("stall", after=3)),
    "reset": ("gate", Fault("reset", after=2.5)),
    "close": ("gate", Fault("close", after=2.5)),
    "slow": ("keys", Fault("slow", after=4, every=5)),
    "ahead": ("gate", Fault("jump", after=3, seconds=30)),
    "back": ("gate", Fault("jump", after=3, seconds=-30)),
    "still": ("gate", Fault("still", after=3)),
    "wrap": ("gate", Fault("wrap")),
}
WATCHED_SECONDS = 15.0


@pytest.fixture(scope="module")
def trials(cameras: RtspCameras) -> dict[str, Trial]:
    """Every fault at once, each on its own link to the same server."""
    found: dict[str, Trial] = {}
    with ExitStack() as stack:
        for name, (camera, fault) in TRIALS.items():
            link = stack.enter_context(faulty_link(cameras.port, fault))
            trial = found[name] = Trial(Diary(), source_of(link.url(camera)), link)
            stack.enter_context(playing(trial.source, trial.diary))
        stalled = found["stall"]
        wait_for(lambda: len(stalled.diary.frames) > 0, 10, "its first picture")
        stalled.link.fault = Fault("silent")  # once stalled, it does not come back
        time.sleep(WATCHED_SECONDS)
    return found


def test_a_sound_camera_raises_nothing(trials: dict[str, Trial]) -> None:
    trial = trials["sound"]
    assert trial.diary.health == []
    assert trial.source.reconnects == 0
    assert trial.diary.formats == [(320, 192)]


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_times_rise_strictly_whatever_happens(trials: dict[str, Trial], name: str) -> None:
    assert trials[name].diary.rises()


@pytest.mark.parametrize("name", sorted(set(TRIALS) - {"silent", "stall"}))
def test_times_stay_those_of_now_whatever_happens(trials: dict[str, Trial], name: str) -> None:
    diary = trials[name].diary
    passed = diary.frames[-1][0] - diary.frames[0][0]
    told = (diary.frames[-1][1] - diary.frames[0][1]) / SECOND
    assert told == pytest.approx(passed, abs=1.5)


def test_a_camera_that_never_answers_is_lost_within_ten_seconds(trials: dict[str, Trial]) -> None:
    passed, notes = trials["silent"].diary.first("video_lost", "begun")
    assert 4.9 <= passed <= NOTICED_WITHIN
    assert notes["state"] == "degraded"
    assert "silent for 4 s" in str(notes["message"])
    assert "silent for 4 s" in trials["silent"].source.message


def test_a_stall_is_noticed_within_ten_seconds(trials: dict[str, Trial]) -> None:
    diary = trials["stall"].diary
    last_frame = diary.frames[-1][0]
    passed, _ = diary.first("video_lost", "begun")
    assert 3.9 <= passed - last_frame <= 6.0


@pytest.mark.parametrize("name", ["reset", "close"])
def test_a_broken_connection_is_made_again_at_once(trials: dict[str, Trial], name: str) -> None:
    diary, source = trials[name].diary, trials[name].source
    assert source.reconnects >= 2
    assert diary.said()[:3] == [("video_lost", state) for state in ("begun", "over", "begun")]
    assert diary.longest_gap() < 5.5
    assert all(diary.keys[:1])


def test_a_slow_camera_is_noticed_within_ten_seconds(trials: dict[str, Trial]) -> None:
    passed, notes = trials["slow"].diary.first("slow_stream", "begun")
    assert passed - 4 <= NOTICED_WITHIN
    assert notes["expected_fps"] == pytest.approx(25, abs=1)


@pytest.mark.parametrize(("name", "why"), [("ahead", "jumped"), ("back", "jumped"), ("still", "stood")])
def test_a_lying_clock_is_said_once_within_ten_seconds(trials: dict[str, Trial], name: str, why: str) -> None:
    diary = trials[name].diary
    assert diary.said() == [("clock_step", "moment")]
    passed, notes = diary.first("clock_step", "moment")
    assert passed - 3 <= NOTICED_WITHIN
    assert notes["why"] == why


def test_a_counter_that_wraps_is_nothing(trials: dict[str, Trial]) -> None:
    assert trials["wrap"].diary.said() == []
    assert len(trials["wrap"].diary.frames) > 200


@pytest.mark.slow
def test_a_frozen_picture_is_noticed_within_a_minute_and_its_end_too(cameras: RtspCameras) -> None:
    diary = Diary()
    with (
        faulty_link(cameras.port, Fault("frozen", after=6)) as link,
        playing(source_of(link.url("gate")), diary),
    ):
        wait_for(lambda: ("frozen", "begun") in diary.said(), 70, "frozen")
        passed, _ = diary.first("frozen", "begun")
        assert 24 <= passed - 6 <= 60  # it stands since its last key frame
        link.fault = Fault()
        link.hang_up()
        wait_for(lambda: ("frozen", "over") in diary.said(), 20, "the end of it")
    assert ("slow_stream", "begun") not in diary.said()
