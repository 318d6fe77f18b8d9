"""What the arrival of pictures says about a camera."""

from ingest.stream_health import (
    DEGRADED_AFTER,
    FLAP_WINDOW,
    LOST_AFTER,
    Change,
    DamageWatch,
    LossWatch,
    RateWatch,
)
from sharp_eyes.catalogue import HEALTH
from sharp_eyes.clock import SECOND

TICK = SECOND // 2


def said(changes: list[Change]) -> list[tuple[str, object]]:
    return [(change.state, dict(change.notes).get("state")) for change in changes]


class Camera:
    """Pictures, silence, and what the watch said."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND
        self.watch = LossWatch(self.now)
        self.changes: list[Change] = []

    def plays(self, duration: int) -> None:
        for _ in range(duration // TICK):
            self.now += TICK
            self.changes += self.watch.frame(self.now) + self.watch.tick(self.now, "")

    def silent(self, duration: int, message: str = "silent for 4 s") -> None:
        for _ in range(duration // TICK):
            self.now += TICK
            self.changes += self.watch.tick(self.now, message)


def test_a_camera_that_plays_is_never_lost() -> None:
    camera = Camera()
    camera.plays(600 * SECOND)
    assert camera.changes == []


def test_five_seconds_without_a_picture_are_a_degraded_camera_with_the_reason() -> None:
    camera = Camera()
    camera.plays(10 * SECOND)
    camera.silent(DEGRADED_AFTER - TICK)
    assert camera.changes == []
    camera.silent(TICK)
    (change,) = camera.changes
    assert (change.type, change.state) == ("video_lost", "begun")
    assert dict(change.notes) == {"state": "degraded", "seconds": 5.0, "message": "silent for 4 s"}


def test_a_camera_that_never_showed_anything_is_degraded_too() -> None:
    camera = Camera()
    camera.silent(DEGRADED_AFTER)
    assert said(camera.changes) == [("begun", "degraded")]


def test_it_is_said_once_until_it_is_back() -> None:
    camera = Camera()
    camera.silent(30 * SECOND)
    camera.plays(SECOND)
    assert said(camera.changes) == [("begun", "degraded"), ("over", "degraded")]
    assert dict(camera.changes[1].notes)["seconds"] == 30.5


def test_a_minute_without_a_picture_is_a_lost_camera() -> None:
    camera = Camera()
    camera.silent(LOST_AFTER + 100 * SECOND)
    assert said(camera.changes) == [("begun", "degraded"), ("over", "degraded"), ("begun", "lost")]
    camera.plays(SECOND)
    assert said(camera.changes[3:]) == [("over", "lost")]


def test_three_losses_in_ten_minutes_are_one_flapping() -> None:
    camera = Camera()
    for _ in range(10):
        camera.plays(20 * SECOND)
        camera.silent(10 * SECOND)
    states = said(camera.changes)
    assert states == [("begun", "degraded"), ("over", "degraded")] * 2 + [("begun", "flapping")]
    assert dict(camera.changes[-1].notes)["losses"] == 3
    camera.plays(FLAP_WINDOW - 10 * SECOND)
    assert len(camera.changes) == 5
    camera.plays(30 * SECOND)
    assert said(camera.changes[5:]) == [("over", "flapping")]


def test_a_flapping_camera_that_is_gone_for_good_is_lost() -> None:
    camera = Camera()
    for _ in range(3):
        camera.plays(20 * SECOND)
        camera.silent(10 * SECOND)
    camera.silent(LOST_AFTER)
    assert said(camera.changes)[-3:] == [("begun", "flapping"), ("over", "flapping"), ("begun", "lost")]


def test_losses_far_apart_do_not_flap() -> None:
    camera = Camera()
    for _ in range(5):
        camera.plays(FLAP_WINDOW // 2)
        camera.silent(10 * SECOND)
    assert "flapping" not in {state for _, state in said(camera.changes)}


def test_of_each_kind_at_most_one_is_open() -> None:
    camera = Camera()
    for seconds in (3, 10, 70, 6, 6, 6, 6, 200, 6, 1_000, 6):
        camera.plays(7 * SECOND)
        camera.silent(seconds * SECOND)
    open_events = 0
    for change in camera.changes:
        open_events += 1 if change.state == "begun" else -1
        assert open_events in {0, 1}


def test_the_memory_of_losses_is_bounded_by_its_window() -> None:
    camera = Camera()
    for _ in range(500):
        camera.plays(SECOND)
        camera.silent(6 * SECOND)
    assert len(camera.watch._losses) <= FLAP_WINDOW // (6 * SECOND)


class Stream:
    """Pictures at a rate, and what the watch said; `None` declares nothing."""

    def __init__(self, declared: float | None) -> None:
        self.now = 1_000 * SECOND
        self.watch = RateWatch()
        self.watch.connected(self.now, declared)
        self.changes: list[Change] = []

    def plays(self, fps: float, seconds: float) -> None:
        for _ in range(round(fps * seconds)):
            self.now += round(SECOND / fps)
            self.changes += self.watch.frame(self.now)


def states(stream: Stream) -> list[str]:
    return [change.state for change in stream.changes]


def test_a_stream_at_its_rate_is_not_slow() -> None:
    stream = Stream(25)
    stream.plays(25, 60)
    stream.plays(15, 60)
    assert stream.changes == []


def test_less_than_half_the_declared_rate_is_slow_within_ten_seconds_and_over_when_back() -> None:
    stream = Stream(25)
    stream.plays(25, 20)
    stream.plays(5, 9)
    assert states(stream) == ["begun"]
    assert dict(stream.changes[0].notes)["expected_fps"] == 25.0
    stream.plays(5, 60)
    stream.plays(25, 10)
    assert states(stream) == ["begun", "over"]


def test_what_nobody_declared_is_learnt() -> None:
    for declared in (None, 90_000.0, 0.0):
        stream = Stream(declared)
        stream.plays(20, 30)
        stream.plays(4, 10)
        assert states(stream) == ["begun"]


def test_one_silence_is_no_slowness() -> None:
    stream = Stream(25)
    stream.plays(25, 20)
    stream.now += 4 * SECOND
    stream.plays(25, 20)
    assert stream.changes == []


def test_pictures_every_two_seconds_are_slow() -> None:
    stream = Stream(10)
    stream.plays(10, 20)
    stream.plays(0.5, 20)
    assert states(stream) == ["begun"]


def test_a_lost_stream_is_not_slow_any_more() -> None:
    stream = Stream(25)
    stream.plays(25, 10)
    stream.plays(5, 10)
    assert [change.state for change in stream.watch.lost()] == ["over"]
    assert stream.watch.lost() == []


def test_a_new_connection_is_given_time() -> None:
    stream = Stream(25)
    stream.plays(25, 10)
    stream.watch.connected(stream.now, 25)
    stream.plays(5, 4.5)
    assert stream.changes == []


def test_single_damages_are_nothing_and_three_in_ten_seconds_a_fault() -> None:
    watch = DamageWatch()
    changes = []
    for second in (0, 60, 120, 180, 181, 182, 183):
        changes += watch.damaged(second * SECOND, "a packet is damaged")
        changes += watch.tick(second * SECOND)
    assert [(change.type, change.state) for change in changes] == [("corrupt_stream", "begun")]
    assert watch.tick(200 * SECOND) == []
    assert [change.state for change in watch.tick(213 * SECOND)] == ["over"]
    assert watch.tick(300 * SECOND) == []


def test_all_kinds_are_in_the_catalogue() -> None:
    camera = Camera()
    camera.silent(LOST_AFTER)
    assert {change.type for change in camera.changes} <= set(HEALTH)


def test_a_connection_that_breaks_is_a_loss_at_once_and_over_with_the_next_picture() -> None:
    watch = LossWatch(0)
    watch.frame(SECOND)
    (begun,) = watch.broken(2 * SECOND, "reset")
    assert (begun.type, begun.state) == ("video_lost", "begun")
    assert dict(begun.notes)["message"] == "reset"
    assert watch.broken(3 * SECOND, "refused") == []
    (over,) = watch.frame(4 * SECOND)
    assert over.state == "over"


def test_three_broken_connections_in_ten_minutes_are_one_event_that_goes_on() -> None:
    watch = LossWatch(0)
    said = []
    for number in range(1, 6):
        said += watch.frame(number * 20 * SECOND)
        said += watch.broken(number * 20 * SECOND + SECOND, "reset")
    states = [(change.state, dict(change.notes)["state"]) for change in said]
    assert states == [
        ("begun", "degraded"), ("over", "degraded"), ("begun", "degraded"), ("over", "degraded"),
        ("begun", "flapping"),
    ]  # fmt: skip
