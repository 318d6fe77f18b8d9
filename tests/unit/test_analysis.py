"""One detector for many cameras: the newest frame of each, fairly, and no camera's fault is another's."""

import threading
from collections.abc import Callable, Sequence

import av
import numpy as np
import pytest

from ingest.frame import Frame, Picture
from models.detector import ScriptedDetector
from sharp_eyes.clock import SystemClock
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError
from workers.analysis import Analysis

PERSON = Detection("person", 0.9, (0.1, 0.1, 0.2, 0.3))
PICTURE = np.zeros((4, 4, 3), np.uint8)


def frame(at: int) -> Frame:
    return Frame(av.VideoFrame(16, 16, "yuv420p"), at, at)


class Camera:
    """Remembers what became of its frames; `sees` decides whether its gate is open."""

    def __init__(self, *, sees: bool = True, fault: Callable[[], None] = lambda: None) -> None:
        self.sees, self.fault = sees, fault
        self.concluded: list[tuple[int, int | None]] = []
        self.failures: list[Exception] = []
        self.done = threading.Semaphore(0)

    def look(self, frame: Frame) -> Picture | None:
        self.fault()
        return PICTURE if self.sees else None

    def conclude(self, frame: Frame, detections: Sequence[Detection] | None) -> None:
        self.concluded.append((frame.at, None if detections is None else len(detections)))
        self.done.release()

    def failed(self, error: Exception) -> None:
        self.failures.append(error)
        self.done.release()

    def wait(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.done.acquire(timeout=10)


class Held:
    """A detector that works only when let go, and remembers the sizes of its batches."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.busy = threading.Event()
        self.sizes: list[int] = []

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        return width, height

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        self.busy.set()
        assert self.go.wait(10)
        self.sizes.append(len(pictures))
        return [[PERSON] for _ in pictures]


def test_a_frame_is_looked_at_and_concluded() -> None:
    camera = Camera()
    with Analysis(ScriptedDetector(lambda _: [PERSON]), SystemClock()) as analysis:
        assert not analysis.offer("a", camera, frame(1))
        camera.wait()
    assert camera.concluded == [(1, 1)]


def test_a_closed_gate_costs_no_detection() -> None:
    camera, detector = Camera(sees=False), ScriptedDetector(lambda _: [])
    with Analysis(detector, SystemClock()) as analysis:
        analysis.offer("a", camera, frame(1))
        camera.wait()
    assert camera.concluded == [(1, None)]
    assert detector.seen == 0


def test_while_the_detector_is_busy_only_the_newest_frame_of_a_camera_waits() -> None:
    busy, slow, detector = Camera(), Camera(), Held()
    with Analysis(detector, SystemClock()) as analysis:
        analysis.offer("busy", busy, frame(0))
        assert detector.busy.wait(10)
        told = [analysis.offer("slow", slow, frame(at)) for at in (1, 2, 3)]
        detector.go.set()
        slow.wait()
    assert told == [False, True, True]
    assert slow.concluded == [(3, 1)]


def test_cameras_that_wait_together_share_a_batch_where_that_is_wanted() -> None:
    first, detector = Camera(), Held()
    others = [Camera() for _ in range(4)]
    with Analysis(detector, SystemClock(), size=4, deadline=0) as analysis:
        analysis.offer("first", first, frame(0))
        assert detector.busy.wait(10)
        for number, camera in enumerate(others):
            analysis.offer(f"c{number}", camera, frame(1))
        detector.go.set()
        for camera in others:
            camera.wait()
    assert detector.sizes == [1, 4]


@pytest.mark.parametrize("fault", [ValueError("bug"), ModelError("nonsense")])
def test_one_camera_that_fails_stops_no_other(fault: Exception) -> None:
    def fail() -> None:
        raise fault

    bad, good = Camera(fault=fail), Camera()
    with Analysis(ScriptedDetector(lambda _: []), SystemClock()) as analysis:
        analysis.offer("bad", bad, frame(1))
        analysis.offer("good", good, frame(1))
        bad.wait()
        good.wait()
    assert bad.failures == [fault]
    assert good.concluded == [(1, 0)]


@pytest.mark.parametrize("answers", [0, 2])
def test_a_network_that_answers_too_little_or_too_much_is_told_to_its_cameras(answers: int) -> None:
    class Odd(Held):
        def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
            return [[]] * answers

    camera = Camera()
    with Analysis(Odd(), SystemClock()) as analysis:
        analysis.offer("a", camera, frame(1))
        camera.wait()
    assert isinstance(camera.failures[0], ModelError)
    assert camera.concluded == []


def test_a_network_that_fails_once_is_asked_again() -> None:
    def script(number: int) -> list[Detection]:
        if number == 0:
            raise ModelError("NaN")
        return [PERSON]

    camera = Camera()
    with Analysis(ScriptedDetector(script), SystemClock()) as analysis:
        analysis.offer("a", camera, frame(1))
        camera.wait()
        analysis.offer("a", camera, frame(2))
        camera.wait()
    assert (len(camera.failures), camera.concluded) == (1, [(2, 1)])


def test_what_waits_of_a_camera_that_is_gone_is_dropped() -> None:
    busy, gone, detector = Camera(), Camera(), Held()
    with Analysis(detector, SystemClock()) as analysis:
        analysis.offer("busy", busy, frame(0))
        assert detector.busy.wait(10)
        analysis.offer("gone", gone, frame(1))
        analysis.forget("gone")
        detector.go.set()
        busy.wait()
    assert gone.concluded == []
