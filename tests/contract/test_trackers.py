"""What every tracker keeps to: detections in, the same objects with lasting numbers out."""

import pytest

from models.bytetrack import ByteTracker
from models.tracker import Tracker
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, TrackedObject

STEP = SECOND // 5


def byte_tracker() -> Tracker:
    return ByteTracker(5)


def ultralytics_tracker() -> Tracker:
    from models.peer import UltralyticsTracker

    return UltralyticsTracker()


@pytest.fixture(
    params=[byte_tracker, pytest.param(ultralytics_tracker, marks=pytest.mark.yolo)],
    ids=lambda make: make.__name__,
)
def tracker(request: pytest.FixtureRequest) -> Tracker:
    made: Tracker = request.param()
    return made


def walker(frame: int, y: float = 0.3, label: str = "person", confidence: float = 0.9) -> Detection:
    x = round(0.1 + 0.01 * frame, 4)
    return Detection(label, confidence, (x, y, round(x + 0.06, 4), round(y + 0.2, 4)))


def play(tracker: Tracker, frames: list[list[Detection]]) -> list[tuple[TrackedObject, ...]]:
    return [tracker.update(seen, REPLAY_EPOCH + number * STEP) for number, seen in enumerate(frames)]


def test_two_walkers_keep_two_numbers(tracker: Tracker) -> None:
    answers = play(tracker, [[walker(n, 0.1), walker(n, 0.6)] for n in range(30)])
    for number, seen in enumerate(answers[3:], 3):
        places = {one.xyxy[1]: one.track for one in seen}
        assert places.keys() == {0.1, 0.6}
        assert places == {one.xyxy[1]: one.track for one in answers[3]}
        assert {one.xyxy for one in seen} == {walker(number, 0.1).xyxy, walker(number, 0.6).xyxy}


def test_an_object_is_given_with_the_box_it_was_detected_at(tracker: Tracker) -> None:
    for number, seen in enumerate(play(tracker, [[walker(n, confidence=0.8125)] for n in range(10)])):
        for one in seen:
            assert one.xyxy == walker(number).xyxy
            assert one.confidence == 0.8125
            assert one.label == "person"


def test_an_empty_picture_has_no_objects(tracker: Tracker) -> None:
    assert play(tracker, [[]] * 5) == [()] * 5
    answers = play(tracker, [[walker(n)] for n in range(5)] + [[]])
    assert answers[-1] == ()


def test_a_walker_hidden_for_half_a_second_is_the_same(tracker: Tracker) -> None:
    frames = [[walker(n)] for n in range(10)] + [[], []] + [[walker(n)] for n in range(12, 20)]
    answers = play(tracker, frames)
    assert answers[9]
    assert answers[-1][0].track == answers[9][0].track


def test_numbers_begin_above_zero_and_no_two_objects_share_one(tracker: Tracker) -> None:
    for seen in play(tracker, [[walker(n, 0.2 * row) for row in range(4)] for n in range(10)]):
        numbers = [one.track for one in seen]
        assert len(set(numbers)) == len(numbers)
        assert all(number >= 1 for number in numbers)


def test_somebody_far_away_is_somebody_else(tracker: Tracker) -> None:
    answers = play(tracker, [[walker(n, 0.0)] for n in range(10)] + [[walker(n, 0.7)] for n in range(10, 20)])
    assert {one.track for one in answers[-1]}.isdisjoint(one.track for one in answers[9])


def test_the_next_look_is_never_due_in_the_past(tracker: Tracker) -> None:
    for number in range(20):
        at = REPLAY_EPOCH + number * STEP
        tracker.update([walker(number)] if number % 3 else [], at)
        due_at = tracker.due_at()
        assert due_at is None or due_at >= at
