"""What workers and their node say to each other: JSON lines over a Unix socket.

worker → node   {"op":"hello","worker":"w1","pid":4711,"runs":["…"]}   first, at each connection
                {"op":"runs","runs":["…"]}                              runs begin or end; no answer
                {"op":"append","n":17,"rows":[{…}]}                     answered when durable
                {"op":"status","worker":{…},"cameras":[{…}]}            each second; no answer
node → worker   {"ok":17}   or   {"error":17,"message":"…"}             (then it is sent again)
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.store.rows import Row, row_line

LONGEST_LINE = 64 << 20  # bytes; what a node reads as one message
_LARGEST = 1 << 63  # SQLite's and PostgreSQL's integers end below


@dataclass(frozen=True, slots=True)
class Hello:
    """A worker connects; `runs` are those whose evidence it still has in its memory."""

    worker: str
    pid: int
    runs: tuple[str, ...]
    op: Literal["hello"] = "hello"


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a worker are these from now on."""

    runs: tuple[str, ...]
    op: Literal["runs"] = "runs"


@dataclass(frozen=True, slots=True)
class Append:
    """Rows for the journal; `n` names the request in its answer."""

    n: int
    rows: tuple[Row, ...]
    op: Literal["append"] = "append"


@dataclass(frozen=True, slots=True)
class Report:
    """How a worker and its cameras are."""

    worker: WorkerStatus
    cameras: tuple[CameraStatus, ...]
    op: Literal["status"] = "status"


Message = Hello | Runs | Append | Report


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of request `n`: durable, or refused with the reason."""

    n: int
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class _Ok:
    ok: int


@dataclass(frozen=True, slots=True)
class _Error:
    error: int
    message: str


_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="op")])
_ANSWER: TypeAdapter[_Ok | _Error] = TypeAdapter(_Ok | _Error)
_REPORT = TypeAdapter(Report)


def hello_line(worker: str, pid: int, runs: Collection[str]) -> bytes:
    """The first line of a connection."""
    return _line({"op": "hello", "worker": worker, "pid": pid, "runs": sorted(runs)})


def runs_line(runs: Collection[str]) -> bytes:
    """The line that says which runs there are."""
    return _line({"op": "runs", "runs": sorted(runs)})


def append_line(n: int, rows: Sequence[Row]) -> bytes:
    """The line that carries rows."""
    return f'{{"op":"append","n":{n},"rows":[{",".join(map(row_line, rows))}]}}\n'.encode()


def report_line(worker: WorkerStatus, cameras: Sequence[CameraStatus]) -> bytes:
    """The line that says how a worker is."""
    return _REPORT.dump_json(Report(worker, tuple(cameras))) + b"\n"


def answer_line(answer: Answer) -> bytes:
    """The node's answer."""
    if answer.refusal is None:
        return b'{"ok":%d}\n' % answer.n
    return _line({"error": answer.n, "message": answer.refusal})


def read_message(line: bytes) -> Message:
    """What a worker said. Raises StoreError for a line that is no message, or a row that no store takes."""
    try:
        message = _MESSAGE.validate_json(line)
    except ValidationError as error:
        raise StoreError(f"not a message of a worker: {error.errors()[0]['msg']}") from error
    if isinstance(message, Append):
        for row in message.rows:
            _check(row)
    return message


def read_answer(line: bytes) -> Answer:
    """What the node answered. Raises StoreError for a line that is no answer."""
    try:
        answer = _ANSWER.validate_json(line)
    except ValidationError as error:
        raise StoreError(f"not an answer of a node: {error.errors()[0]['msg']}") from error
    return Answer(answer.ok) if isinstance(answer, _Ok) else Answer(answer.error, answer.message)


def request_number(line: bytes) -> int | None:
    """The `n` of a request that cannot be read otherwise, so that it can be answered."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    n = document.get("n") if isinstance(document, dict) else None
    return n if isinstance(n, int) else None


def _check(row: Row) -> None:
    """One row that a store cannot hold would hold up all that are committed with it."""
    if not -_LARGEST <= row.at < _LARGEST:
        raise StoreError(f"the row {row.key} is of no moment: {row.at} is more than 64 bits")


def _line(document: dict[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"
