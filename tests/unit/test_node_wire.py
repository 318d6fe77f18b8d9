import json
from dataclasses import replace

import pytest

from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from workers.node import wire
from workers.node.load import raised_row

ROW = raised_row("w1", 1, 1_800_000_000_000_000)
WORKER = WorkerStatus(worker="w1", pid=7, memory_bytes=1000, cameras=1)
CAMERA = CameraStatus(camera="gate", worker="w1", run="r1", state="watching", revision=3)


def test_what_a_worker_says_is_read_as_it_was_said() -> None:
    assert wire.read_message(wire.hello_line("w1", 7, {"r2", "r1"})) == wire.Hello("w1", 7, ("r1", "r2"))
    assert wire.read_message(wire.runs_line(["r1"])) == wire.Runs(("r1",))
    assert wire.read_message(wire.append_line(17, [ROW])) == wire.Append(17, (ROW,))
    assert wire.read_message(wire.report_line(WORKER, [CAMERA])) == wire.Report(WORKER, (CAMERA,))


def test_every_line_is_one_line() -> None:
    hostile = replace(ROW, camera="two\nlines\u2028three")
    line = wire.append_line(1, [hostile])
    assert line.count(b"\n") == 1
    assert wire.read_message(line) == wire.Append(1, (hostile,))


def test_the_lines_are_those_that_the_contract_shows() -> None:
    assert json.loads(wire.hello_line("w1", 7, [])) == {"op": "hello", "worker": "w1", "pid": 7, "runs": []}
    assert json.loads(wire.answer_line(wire.Answer(17))) == {"ok": 17}
    assert json.loads(wire.answer_line(wire.Answer(17, "full"))) == {"error": 17, "message": "full"}


@pytest.mark.parametrize("answer", [wire.Answer(17), wire.Answer(18, "the disk is full")])
def test_an_answer_is_read_as_it_was_given(answer: wire.Answer) -> None:
    assert wire.read_answer(wire.answer_line(answer)) == answer


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"op":"shout"}', b'{"op":"append","n":1,"rows":[{"kind":"raised"}]}', b"\xff"]
)
def test_a_line_that_is_no_message_is_an_error_of_ours(line: bytes) -> None:
    with pytest.raises(StoreError, match="not a message"):
        wire.read_message(line)


def test_a_row_of_a_moment_beyond_64_bits_is_refused_before_it_can_spoil_others() -> None:
    with pytest.raises(StoreError, match="64 bits"):
        wire.read_message(wire.append_line(1, [replace(ROW, at=1 << 63)]))


def test_an_answer_that_is_none_is_an_error_of_ours() -> None:
    with pytest.raises(StoreError, match="not an answer"):
        wire.read_answer(b'{"okay":1}')


@pytest.mark.parametrize(("line", "n"), [(b'{"n":3}', 3), (b'{"n":"3"}', None), (b"[]", None), (b"{", None)])
def test_a_request_that_cannot_be_read_may_still_be_answered(line: bytes, n: int | None) -> None:
    assert wire.request_number(line) == n
