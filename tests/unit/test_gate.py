"""The gate passes what moves and what is owed a look, and counts the two apart."""

import av
import numpy as np
from numpy.typing import NDArray

from ingest.frame import Frame
from ingest.gate import Gate, OpenGate, Pass
from ingest.motion import MotionDetector
from sharp_eyes.clock import REPLAY_EPOCH, SECOND

Luma = NDArray[np.uint8]
STEP = SECOND // 5
EMPTY = np.full((180, 320), 90, np.uint8)


def frame(luma: Luma, number: int) -> Frame:
    return Frame(av.VideoFrame.from_ndarray(luma, "gray"), REPLAY_EPOCH + number * STEP, number)


def walker(number: int) -> Luma:
    picture = EMPTY.copy()
    picture[80:110, 10 + 6 * number : 22 + 6 * number] = 220
    return picture


def verdicts(gate: Gate | OpenGate, pictures: list[Luma]) -> list[Pass | None]:
    return [gate.judge(frame(picture, number), None) for number, picture in enumerate(pictures)]


def test_an_empty_scene_is_looked_at_when_it_appears_and_once_when_it_settled() -> None:
    gate = Gate(MotionDetector())
    said = verdicts(gate, [EMPTY] * 50)
    assert [number for number, verdict in enumerate(said) if verdict] == [0, 5]
    assert {said[0], said[5]} == {Pass.DUE}


def test_what_moves_passes_for_its_motion_and_the_two_kinds_are_counted_apart() -> None:
    gate = Gate(MotionDetector())
    said = verdicts(gate, [EMPTY] * 10 + [walker(number) for number in range(20)] + [EMPTY] * 10)
    assert said[10:31] == [Pass.MOTION] * 21
    assert said[31:] == [None] * 9
    assert gate.analysed == 40
    assert gate.passes == {Pass.MOTION: 21, Pass.DUE: 2, Pass.OPEN: 0}


def test_a_change_of_light_brings_no_motion_and_two_looks() -> None:
    gate = Gate(MotionDetector())
    lit = np.full_like(EMPTY, 180)
    said = verdicts(gate, [EMPTY] * 20 + [lit] * 30)
    assert [number for number, verdict in enumerate(said) if verdict and number >= 20] == [20, 25]
    assert gate.passes == {Pass.MOTION: 0, Pass.DUE: 4, Pass.OPEN: 0}


def test_light_that_swings_on_is_looked_at_and_never_motion() -> None:
    gate = Gate(MotionDetector())
    swinging = [np.full_like(EMPTY, 90 + 40 * (number % 2)) for number in range(30)]
    said = verdicts(gate, [EMPTY] * 10 + swinging)
    assert gate.passes[Pass.MOTION] == 0
    assert said[11:] == [Pass.DUE] * 29


def test_a_tracked_object_that_rests_is_looked_at_when_it_is_due_and_not_before() -> None:
    gate = Gate(MotionDetector())
    looks: list[int] = []
    for number in range(100):
        due_at = looks[-1] + SECOND if looks else None
        at = REPLAY_EPOCH + number * STEP
        if gate.judge(frame(EMPTY, number), due_at):
            looks.append(at)
    assert [(at - REPLAY_EPOCH) / SECOND for at in looks] == [float(second) for second in range(20)]


def test_a_look_that_was_due_during_motion_is_counted_once_as_motion() -> None:
    gate = Gate(MotionDetector())
    for number in range(10):
        gate.judge(frame(EMPTY, number), None)
    due = REPLAY_EPOCH + 10 * STEP
    assert gate.judge(frame(walker(0), 10), due) is Pass.MOTION
    assert gate.passes == {Pass.MOTION: 1, Pass.DUE: 2, Pass.OPEN: 0}


def test_a_new_size_in_the_middle_of_a_stream_is_looked_at() -> None:
    gate = Gate(MotionDetector())
    large = np.full((360, 640), 90, np.uint8)
    said = verdicts(gate, [EMPTY] * 10 + [large] * 10)
    assert [number for number, verdict in enumerate(said) if verdict] == [0, 5, 10, 15]
    assert gate.passes[Pass.MOTION] == 0


def test_an_open_gate_passes_every_frame() -> None:
    gate = OpenGate()
    assert verdicts(gate, [EMPTY] * 7) == [Pass.OPEN] * 7
    assert gate.analysed == 7
    assert gate.passes == {Pass.MOTION: 0, Pass.DUE: 0, Pass.OPEN: 7}
