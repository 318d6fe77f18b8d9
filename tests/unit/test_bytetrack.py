"""Objects keep their numbers: by the library's own method, with memory in seconds that were watched."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import supervision as sv
from trackers.core.bytetrack.tracker import ByteTrackTracker

from models.bytetrack import GRID, ByteTracker, TrackerSettings
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import Detection, TrackedObject
from sharp_eyes.geometry import Xyxy, rounded

FPS = 5.0
STEP = round(SECOND / FPS)
MIDDLE: Xyxy = (0.4, 0.4, 0.45, 0.55)


def person(box: Xyxy = MIDDLE, confidence: float = 0.9, label: str = "person") -> Detection:
    return Detection(label, confidence, rounded(box))


def moved(box: Xyxy, dx: float, dy: float = 0.0) -> Xyxy:
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


class Camera:
    """Feeds a tracker frame by frame."""

    def __init__(self, fps: float = FPS, settings: TrackerSettings | None = None) -> None:
        self.tracker = ByteTracker(fps, settings)
        self.at = REPLAY_EPOCH
        self.step = round(SECOND / fps)

    def see(self, *detections: Detection, times: int = 1) -> tuple[TrackedObject, ...]:
        """The same detections so many times, one interval apart; gives the last answer."""
        seen: tuple[TrackedObject, ...] = ()
        for _ in range(times):
            seen = self.tracker.update(detections, self.at)
            self.at += self.step
        return seen

    def close_gate(self, seconds: float) -> None:
        """Nobody looks for so long."""
        self.at += round(seconds * SECOND)

    def wait(self) -> float | None:
        """After how many seconds from the last look the next is due."""
        due_at = self.tracker.due_at()
        return None if due_at is None else (due_at - (self.at - self.step)) / SECOND


def crowd(seed: int, frames: int) -> Iterator[list[Detection]]:
    """People who walk through each other, vanish for some frames and are seen with changing certainty."""
    rng = np.random.default_rng(seed)
    place, way = rng.uniform(0.1, 0.8, (12, 2)), rng.normal(0, 0.012, (12, 2))
    for _ in range(frames):
        place = place + way
        way = np.where((place < 0.05) | (place > 0.85), -way, way)
        jitter = rng.normal(0, 0.002, (12, 4))
        yield [
            person((x + j[0], y + j[1], x + 0.05 + j[2], y + 0.13 + j[3]), round(rng.uniform(0.3, 1), 4))
            for (x, y), j in zip(place, jitter, strict=True)
            if rng.random() > 0.15
        ]


def plain(fps: float) -> ByteTrackTracker:
    settings = TrackerSettings()
    return ByteTrackTracker(
        lost_track_buffer=round(settings.memory_seconds * 30),
        frame_rate=fps,
        track_activation_threshold=settings.begins,
        high_conf_det_threshold=settings.sure,
        minimum_iou_threshold=settings.min_iou,
        minimum_consecutive_frames=2,
    )


def numbers_by_library(
    tracker: ByteTrackTracker, detections: Sequence[Detection], seconds: float
) -> set[tuple[int, Xyxy]]:
    table = sv.Detections(
        xyxy=np.array([d.xyxy for d in detections]).reshape(-1, 4) * GRID,
        confidence=np.array([d.confidence for d in detections], np.float32),
        class_id=np.arange(len(detections)),
    )
    result = tracker.update(table, timestamp=seconds)
    pairs = zip(result.tracker_id.tolist(), result.class_id.tolist(), strict=True)
    return {(own, detections[index].xyxy) for own, index in pairs if own >= 0}


@pytest.mark.parametrize("fps", [5.0, 10.0])
@pytest.mark.parametrize("seed", range(3))
def test_at_a_steady_rate_one_sort_of_objects_is_numbered_as_by_the_plain_library(
    seed: int, fps: float
) -> None:
    as_it_comes = TrackerSettings(nested=math.inf, restless=1.0, recover_seconds=0.0)
    ours, library = Camera(fps, as_it_comes), plain(fps)
    numbered = 0
    for frame, detections in enumerate(crowd(seed, 200)):
        wanted = numbers_by_library(library, detections, frame / fps)
        seen = ours.see(*detections)
        assert {(one.track - 1, one.xyxy) for one in seen} == wanted
        numbered = max([numbered, *(one.track for one in seen)])
    assert numbered >= 12


def test_an_object_has_a_number_from_its_second_look_on_and_keeps_it() -> None:
    camera = Camera()
    assert camera.see(person()) == ()
    for step in range(1, 30):
        [seen] = camera.see(person(moved(MIDDLE, 0.01 * step)))
        assert (seen.track, seen.label) == (1, "person")
        assert seen.xyxy == rounded(moved(MIDDLE, 0.01 * step))


def test_what_was_seen_once_gets_no_number() -> None:
    camera = Camera()
    camera.see(person())
    camera.see(times=3)
    camera.see(person((0.7, 0.1, 0.75, 0.3)))
    assert camera.see() == ()


@pytest.mark.parametrize("fps", [2.0, 5.0, 15.0])
def test_a_lost_object_is_remembered_for_its_seconds_whatever_the_rate(fps: float) -> None:
    for gone, remembered in ((2.4, True), (3.6, False)):
        camera = Camera(fps)
        camera.see(person(), times=round(2 * fps))
        camera.see(times=round(gone * fps) - 1)
        seen = camera.see(person(), times=2)
        assert [one.track == 1 for one in seen] == [remembered]


def test_the_memory_is_in_seconds_when_frames_are_lost() -> None:
    """Half the frames do not come: a memory that counts updates would last twice as long."""
    for gone, remembered in ((2.4, True), (3.6, False)):
        camera = Camera()
        camera.see(person(), times=10)
        camera.step = 2 * STEP
        camera.see(times=round(gone * FPS / 2) - 1)
        seen = camera.see(person(), times=2)
        assert [one.track == 1 for one in seen] == [remembered]


def test_while_the_gate_is_closed_no_time_passes_for_the_memory() -> None:
    camera = Camera()
    camera.see(person(), times=10)
    camera.close_gate(3600)
    [seen] = camera.see(person())
    assert seen.track == 1


def test_a_walker_who_stood_while_the_gate_was_closed_is_not_looked_for_far_away() -> None:
    """His speed must not be carried on through the time in which nobody looked."""
    camera = Camera()
    for step in range(10):
        camera.see(person(moved(MIDDLE, 0.01 * step)))
    camera.close_gate(30)
    [seen] = camera.see(person(moved(MIDDLE, 0.1)))
    assert seen.track == 1


def test_a_new_object_is_due_at_once_and_one_that_rests_a_second_later() -> None:
    camera = Camera()
    assert camera.tracker.due_at() is None
    camera.see()
    assert camera.tracker.due_at() is None
    camera.see(person())
    assert camera.wait() == 0
    camera.see(person())
    assert camera.wait() == 1


def test_a_lost_object_is_searched_soon_until_it_is_forgotten() -> None:
    camera = Camera()
    camera.see(person(), times=10)
    camera.see()
    assert camera.wait() == 0.4
    camera.see(times=20)
    assert camera.wait() is None


EDGES = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}


@pytest.mark.parametrize("speed", [0.01, 0.04])
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("label", ["person", "car", "bag"])
def test_an_object_that_left_over_the_edge_is_not_searched(label: str, edge: str, speed: float) -> None:
    camera = Camera()
    (x, y), box = EDGES[edge], (0.45, 0.45, 0.55, 0.55)
    while True:
        shown = tuple(min(1.0, max(0.0, side)) for side in box)
        if shown[2] - shown[0] < 0.03 or shown[3] - shown[1] < 0.03:
            break
        camera.see(person(shown, label=label))  # type: ignore[arg-type]
        box = moved(box, x * speed, y * speed)
    for _ in range(14):
        camera.see()
        assert camera.wait() is None


def test_the_soonest_wish_of_all_objects_counts() -> None:
    camera = Camera()
    other = person((0.7, 0.1, 0.75, 0.3))
    camera.see(person(), other, times=5)
    assert camera.wait() == 1
    camera.see(other)
    assert camera.wait() == 0.4
    camera.see(other, person((0.1, 0.1, 0.2, 0.3), label="car"))
    assert camera.wait() == 0


def test_a_label_is_what_most_of_the_confidence_says() -> None:
    camera = Camera()
    said = ["car", "car", "truck", "car", "truck", "truck", "truck", "truck"]
    labels = [[one.label for one in camera.see(person(label=label, confidence=0.8))] for label in said]
    # The first look begins no track; its vote is not counted.
    assert labels == [[], ["car"], ["car"], ["car"], ["car"], ["truck"], ["truck"], ["truck"]]
    surely = Camera()
    surely.see(person(label="car", confidence=0.95), times=2)
    assert [one.label for one in surely.see(person(label="van", confidence=0.9))] == ["car"]


def test_a_person_never_goes_on_as_a_car_nor_a_bag_as_a_person() -> None:
    camera = Camera()
    camera.see(person(label="car"), times=5)
    for label in ("person", "bag"):
        assert camera.see(person(label=label)) == ()
        [seen] = camera.see(person(label=label))
        assert seen.label == label
        assert seen.track > 1


def test_numbers_are_unique_across_sorts_and_answers_stand_in_their_order() -> None:
    camera = Camera()
    boxes = [(0.1 * i, 0.1, 0.1 * i + 0.08, 0.3) for i in range(6)]
    labels = ["bag", "person", "car", "person", "truck", "dog"]
    detections = [person(box, label=label) for box, label in zip(boxes, labels, strict=True)]
    seen = camera.see(*detections, times=3)
    assert [one.track for one in seen] == sorted({one.track for one in seen}) == list(range(1, 7))
    assert {one.label for one in seen} == set(labels)


def test_people_and_cars_at_the_same_place_are_followed_apart() -> None:
    camera = Camera()
    for step in range(20):
        box = moved(MIDDLE, 0.01 * step)
        seen = camera.see(person(box), person(box, label="car"))
        if step:
            assert {(one.track, one.label) for one in seen} == {(1, "person"), (2, "car")}


def test_what_is_less_sure_continues_a_track_and_begins_none() -> None:
    camera = Camera()
    assert camera.see(person(confidence=0.4), times=5) == ()
    camera.see(person(confidence=0.9), times=3)
    [seen] = camera.see(person(confidence=0.3))
    assert (seen.track, seen.confidence) == (1, 0.3)


def test_the_upper_body_of_somebody_who_is_followed_is_nobody_new() -> None:
    camera = Camera()
    left, top, right, bottom = MIDDLE
    chest = (left + 0.01, top + 0.01, right - 0.01, bottom - 0.06)
    camera.see(person(), times=2)
    assert [one.track for one in camera.see(person(), person(chest, 0.95), times=6)] == [1]


def test_who_steps_out_from_behind_another_is_followed_from_then_on() -> None:
    camera = Camera()
    left, top, right, bottom = MIDDLE
    behind = (left + 0.01, top + 0.01, right - 0.01, bottom - 0.03)
    camera.see(person(), person(behind), times=4)
    beside = moved(behind, 0.045)
    assert [one.track for one in camera.see(person(), person(beside), times=2)] == [1, 2]
    for back in (0.03, 0.015, 0.0):  # and behind again
        assert [one.track for one in camera.see(person(), person(moved(behind, back)))] == [1, 2]


def test_all_of_somebody_whose_narrower_box_is_followed_is_nobody_new() -> None:
    """With a trolley, say: detectors call both boxes a person, and both stand on the same ground."""
    camera = Camera()
    left, top, right, bottom = MIDDLE
    wide = (left - 0.04, top - 0.03, right + 0.02, bottom + 0.005)
    camera.see(person(), times=5)
    assert [one.track for one in camera.see(person(), person(wide, 0.95), times=6)] == [1]
    [seen] = camera.see(person(wide))  # and goes on as him
    assert seen.track == 1


def test_who_stands_before_somebody_and_nearer_is_somebody_else() -> None:
    camera = Camera()
    left, top, right, bottom = MIDDLE
    before = (left - 0.04, top - 0.02, right + 0.04, bottom + 0.1)
    camera.see(person(), times=5)
    assert [one.track for one in camera.see(person(), person(before), times=2)] == [1, 2]


@pytest.mark.parametrize(
    ("restless", "recover_seconds", "kept"), [(1.0, 0.0, False), (1.0, 1.0, True), (16.0, 0.0, True)]
)
def test_who_turns_round_keeps_his_number(restless: float, recover_seconds: float, kept: bool) -> None:
    """At half of his width a look ByteTrack's own filter runs past him."""
    camera = Camera(settings=TrackerSettings(restless=restless, recover_seconds=recover_seconds))
    places = [0.1 + 0.025 * step for step in range(10)]
    for x in places:
        camera.see(person((x, 0.4, x + 0.05, 0.55)))
    for x in places[-1:-7:-1]:
        seen = camera.see(person((x - 0.01, 0.4, x + 0.04, 0.55)))
    assert [one.track == 1 for one in seen] == [kept]


def test_where_somebody_was_long_ago_stands_somebody_else() -> None:
    camera = Camera(settings=TrackerSettings(memory_seconds=10.0))
    walk = [(0.1 + 0.025 * step, 0.4, 0.15 + 0.025 * step, 0.55) for step in range(6)]
    for box in walk:
        camera.see(person(box))
    camera.see(times=10)
    assert [one.track for one in camera.see(person(walk[-1]), times=2)] == [2]


@pytest.mark.parametrize("empty_looks", range(4))
@pytest.mark.parametrize("speed", [0.01, 0.02, 0.03])
def test_behind_a_closed_gate_the_next_through_the_door_is_somebody_else(
    speed: float, empty_looks: int
) -> None:
    camera = Camera()
    x = 0.8
    while x < 0.99:
        camera.see(person((x, 0.4, min(1.0, x + 0.06), 0.6)))
        x += speed
    camera.see(times=empty_looks)
    camera.close_gate(30)
    for step in range(4):
        seen = camera.see(person((0.93 - speed * step, 0.4, 0.99 - speed * step, 0.6)))
    assert [one.track for one in seen] == [2]


def test_two_boxes_of_a_newcomer_where_somebody_was_lost_are_followed_as_one() -> None:
    camera = Camera()
    walk = [(0.1 + 0.01 * step, 0.4, 0.15 + 0.01 * step, 0.6) for step in range(10)]
    for box in walk:
        camera.see(person(box))
    camera.see(times=6)
    narrow = walk[-1]
    wide = (narrow[0] - 0.02, 0.38, narrow[2] + 0.02, 0.605)
    assert len(camera.see(person(narrow), person(wide, 0.95), times=2)) == 1


def test_whose_legs_are_hidden_stands_where_he_stood_and_a_car_does_not() -> None:
    left, top, right, bottom = MIDDLE
    for label, below in (("person", 0.07), ("car", 0.0)):
        camera = Camera()
        camera.see(person(label=label), times=6)
        [seen] = camera.see(person((left, top, right, bottom - 0.07), label=label))
        assert seen.hidden_below == pytest.approx(below)


def test_a_bag_before_somebody_is_no_part_of_him() -> None:
    camera = Camera()
    bag = (0.41, 0.45, 0.43, 0.5)
    assert len(camera.see(person(), person(bag, label="bag"), times=3)) == 2


def test_after_ten_thousand_objects_nothing_of_them_is_kept() -> None:
    camera = Camera()
    for generation in range(500):
        x = 0.1 * (generation % 9)
        detections = [person((x, 0.05 * i, x + 0.04, 0.05 * i + 0.045)) for i in range(20)]
        camera.see(*detections, times=2)
        camera.see(times=16)
    assert camera.see() == ()
    assert camera.tracker._votes == {}
    assert camera.tracker._footing._figures == {}
    assert camera.tracker._tracker.tracks == []
    assert camera.tracker.due_at() is None


def test_two_cameras_number_their_objects_apart() -> None:
    first, second = Camera(), Camera()
    first.see(person(), times=5)
    [seen] = second.see(person(), times=2)
    assert seen.track == 1
