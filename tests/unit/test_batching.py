"""The batch former by itself, and the detector that many threads share."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from models.batching import BatchFormer, BatchingDetector
from models.detector import Picture
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError


def test_a_batch_waits_until_it_is_full_or_the_oldest_has_waited_long_enough() -> None:
    former: BatchFormer[str] = BatchFormer(size=8, deadline=10_000)
    former.offer("a", "a1", now=0)
    assert former.take(now=9_999) == []
    assert former.ready_at() == 10_000
    assert former.take(now=10_000) == [("a", "a1")]
    for number in range(8):
        former.offer(f"c{number}", "x", now=20_000)
    assert len(former.take(now=20_000)) == 8
    assert former.ready_at() is None


def test_a_size_of_one_never_waits() -> None:
    former: BatchFormer[str] = BatchFormer(size=1, deadline=SECOND)
    former.offer("a", "a1", now=5)
    assert former.take(now=5) == [("a", "a1")]


def test_a_greedy_camera_cannot_keep_the_others_waiting() -> None:
    former: BatchFormer[int] = BatchFormer(size=2, deadline=0)
    served: list[str] = []
    for now in range(60):
        for camera in ("greedy", "b", "c", "d"):
            if camera == "greedy" or now % 3 == 0:
                former.offer(camera, now, now)
        served += [camera for camera, _ in former.take(now)]
    counts = {camera: served.count(camera) for camera in ("b", "c", "d")}
    assert min(counts.values()) == 20  # everything that b, c and d ever offered
    assert served.count("greedy") == 40  # every place that they left


def test_a_newer_picture_takes_the_place_and_the_deadline_of_the_older_one() -> None:
    former: BatchFormer[str] = BatchFormer(size=8, deadline=10)
    assert former.offer("a", "old", now=0) is None
    assert former.offer("a", "new", now=9) == "old"
    assert former.take(now=10) == [("a", "new")]


def test_a_camera_that_is_gone_leaves_nothing_behind() -> None:
    former: BatchFormer[int] = BatchFormer(size=2, deadline=0)
    for number in range(100):
        former.offer(f"c{number}", number, now=number)
        former.take(now=number)
        former.forget(f"c{number}")
    assert former._served == {}
    assert former._waiting == {}


class Counting:
    """A detector that remembers how large its batches were and names pictures by their brightness."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.gate = threading.Event()

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        return width, height

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        self.gate.wait(10)
        self.sizes.append(len(pictures))
        if any(int(picture[0, 0, 0]) == 255 for picture in pictures):
            raise ModelError("too bright")
        return [[Detection(str(int(picture[0, 0, 0])), 1.0, (0, 0, 1, 1))] for picture in pictures]


def picture(brightness: int) -> Picture:
    return np.full((2, 2, 3), brightness, np.uint8)


def test_eight_cameras_share_one_run_of_the_network_and_each_gets_its_own_answer() -> None:
    network = Counting()
    answers: dict[int, str] = {}
    with BatchingDetector(network, size=8, deadline=5 * SECOND) as shared:

        def ask(number: int) -> None:
            answers[number] = shared.detect(f"c{number}", picture(number))[0].label

        network.gate.set()
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert network.sizes == [8]
    assert answers == {number: str(number) for number in range(8)}


def test_a_failing_network_is_told_to_every_camera_of_the_batch_and_the_next_one_works() -> None:
    network = Counting()
    network.gate.set()
    with BatchingDetector(network, size=1, deadline=0) as shared:
        with pytest.raises(ModelError, match="too bright"):
            shared.detect("a", picture(255))
        assert shared.detect("a", picture(7))[0].label == "7"


def test_closing_answers_whoever_still_waits() -> None:
    network = Counting()
    found: list[str] = []
    shared = BatchingDetector(network, size=8, deadline=60 * SECOND)
    thread = threading.Thread(target=lambda: found.append(shared.detect("a", picture(3))[0].label))
    thread.start()
    while shared._former.ready_at() is None:
        pass
    network.gate.set()
    shared.__exit__()
    thread.join(10)
    assert found == ["3"]
    with pytest.raises(ModelError, match="shutting down"):
        shared.detect("a", picture(3))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_detector_that_breaks_down_leaves_nobody_waiting() -> None:
    class Broken(Counting):
        def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
            raise MemoryError

    with BatchingDetector(Broken(), size=1, deadline=0) as shared:
        with pytest.raises(ModelError, match="broke down"):
            shared.detect("a", picture(1))
        shared._thread.join(10)
        with pytest.raises(ModelError):
            shared.detect("b", picture(1))


def test_a_detector_that_answers_too_little_is_a_model_error() -> None:
    class Short(Counting):
        def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
            return []

    with BatchingDetector(Short(), size=1, deadline=0) as shared, pytest.raises(ModelError, match="0 of 1"):
        shared.detect("a", picture(1))
