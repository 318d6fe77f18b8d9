import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.domain import CoverageSpan
from sharp_eyes.errors import ConfigError, StoreError
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.store.rows import Row, row_of
from workers.node import outbox, wire
from workers.node.client import NodeClient
from workers.node.counted_log import CountedLog
from workers.node.load import raised_row
from workers.node.outbox import BATCH, Outbox
from workers.node.roll_call import RollCall
from workers.node.server import NodeServer, checked_socket

AT = 1_800_000_000_000_000
WORKER = WorkerStatus(worker="w1", pid=7, memory_bytes=1000, cameras=1)
CAMERA = CameraStatus(camera="gate", worker="w1", run="r1", state="watching", revision=1)
CLOCK = SystemClock()


class Notebook:
    """Takes rows like a journal; may refuse them, or keep everybody waiting."""

    def __init__(self) -> None:
        self.requests: list[list[Row]] = []
        self.refusals = 0
        self.waiting: list[Future[None]] | None = None

    @property
    def rows(self) -> list[Row]:
        return [row for request in self.requests for row in request]

    def append(self, rows: Sequence[Row]) -> Future[None]:
        done: Future[None] = Future()
        if self.refusals:
            self.refusals -= 1
            done.set_exception(StoreError("the disk is full"))
        elif self.waiting is not None:
            self.waiting.append(done)
        else:
            self.requests.append(list(rows))
            done.set_result(None)
        return done


class Site:
    """A place where nodes and clients come and go."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "node.sock"
        self.notebook = Notebook()
        self.roll = RollCall(CLOCK)
        self.log = CountedLog(logging.getLogger("sharp_eyes.node"), CLOCK)
        self.servers: list[NodeServer] = []
        self.clients: list[NodeClient] = []

    def node(self) -> NodeServer:
        server = NodeServer(self.socket, self.notebook, self.roll, self.log)
        server.start()
        self.servers.append(server)
        return server

    def client(self, worker: str = "w1") -> NodeClient:
        client = NodeClient(self.socket, worker, CLOCK)
        self.clients.append(client)
        return client

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for server in self.servers:
            server.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def rows(count: int, begin: int = 0) -> list[Row]:
    return [raised_row("w1", number, AT + number) for number in range(begin, begin + count)]


def soon(true: Callable[[], object], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.005)


def test_rows_arrive_in_their_order_and_are_acknowledged(site: Site) -> None:
    site.node()
    client = site.client()
    for number in range(20):
        client.append(rows(50, number * 50))
    assert client.flush(5 * SECOND)
    assert client.pending() == 0
    assert site.notebook.rows == rows(1000)
    assert max(len(request) for request in site.notebook.requests) <= BATCH


def test_a_client_that_begins_before_its_node_keeps_everything(site: Site) -> None:
    client = site.client()
    client.append(rows(3))
    assert not client.flush(SECOND // 20)
    assert client.pending() == 3
    site.node()
    assert client.flush(5 * SECOND)
    assert site.notebook.rows == rows(3)


def test_a_client_is_back_within_half_a_second_of_a_new_node_and_claims_its_runs(site: Site) -> None:
    site.node()
    client = site.client()
    client.runs(["r1", "r2"])
    soon(lambda: site.roll.unclaimed_for("r1", 0) == 0)
    site.servers.pop().stop()
    soon(lambda: site.roll.unclaimed_for("r1", 0) > 0)
    time.sleep(0.5)
    site.node()
    began = time.monotonic()
    soon(lambda: site.roll.unclaimed_for("r1", 0) == 0 == site.roll.unclaimed_for("r2", 0))
    assert time.monotonic() - began < 0.6


def test_rows_whose_acknowledgement_was_lost_are_sent_again_and_nothing_before_them(site: Site) -> None:
    site.node()
    client = site.client()
    client.append(rows(2))
    assert client.flush(5 * SECOND)
    site.notebook.waiting = []
    client.append(rows(2, 2))
    soon(lambda: site.notebook.waiting)
    site.servers.pop().stop()
    site.notebook.waiting = None
    site.node()
    assert client.flush(5 * SECOND)
    assert site.notebook.rows == rows(4)


def test_rows_that_the_journal_refuses_are_sent_again_until_it_takes_them(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.node()
    site.notebook.refusals = 3
    client = site.client()
    client.append(rows(2))
    assert client.flush(5 * SECOND)
    assert site.notebook.rows == rows(2)
    assert "the disk is full" in caplog.text


def test_reports_go_on_while_the_journal_refuses(site: Site) -> None:
    site.node()
    site.notebook.refusals = 1_000_000
    client = site.client()
    client.append(rows(1))
    client.status(WORKER, [replace(CAMERA, watched_until=AT)])
    soon(site.roll.workers)
    assert site.roll.watched_until() is None  # its row is not durable, so nothing is judged yet
    site.notebook.refusals = 0
    assert client.flush(5 * SECOND)
    client.status(WORKER, [replace(CAMERA, watched_until=AT + SECOND)])
    soon(lambda: site.roll.watched_until() == AT + SECOND)


def test_a_node_hears_of_runs_that_begin_and_end(site: Site) -> None:
    site.node()
    client = site.client()
    client.runs(["r1"])
    soon(lambda: site.roll.unclaimed_for("r1", 0) == 0)
    client.runs(["r2"])
    soon(lambda: site.roll.unclaimed_for("r2", 0) == 0 < site.roll.unclaimed_for("r1", 0))


def test_when_a_worker_hangs_up_its_runs_are_unclaimed(site: Site) -> None:
    site.node()
    client = site.client()
    client.runs(["r1"])
    soon(lambda: site.roll.nobody_for() == 0)
    client.close()
    soon(lambda: site.roll.nobody_for() > 0 and site.roll.unclaimed_for("r1", 0) > 0)


def test_many_workers_are_served_at_once(site: Site) -> None:
    site.node()
    clients = [site.client(f"w{number}") for number in range(8)]
    for client in clients:
        client.append(rows(100))
    assert all(client.flush(5 * SECOND) for client in clients)
    assert len(site.notebook.rows) == 800


def test_closing_does_not_wait_for_an_answer_that_does_not_come(site: Site) -> None:
    site.node()
    site.notebook.waiting = []
    client = site.client()
    client.append(rows(1))
    soon(lambda: site.notebook.waiting)
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 2


def test_a_row_longer_than_any_record_is_refused_where_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LONGEST_BODY", 10)
    with pytest.raises(StoreError, match="too long"):
        Outbox().append(rows(1))


def test_where_nobody_takes_anything_coverage_is_dropped_and_events_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "FULL", 2)
    span = CoverageSpan(camera="gate", division="", run="r1", from_at=0, to_at=SECOND, watching="analysed")
    box = Outbox()
    assert box.append([row_of(span), *rows(1)]) == 0
    assert box.append([row_of(span), *rows(1, 1)]) == 1
    assert box.next(0).rows == [row_of(span), *rows(2)]


def test_coverage_that_is_dropped_is_told_in_the_log_and_not_with_each_row(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "FULL", 1)
    span = CoverageSpan(camera="gate", division="", run="r1", from_at=0, to_at=SECOND, watching="analysed")
    client = site.client()
    client.append(rows(1))
    for _ in range(5):
        client.append([row_of(span)])
    told = [record.getMessage() for record in caplog.records if record.getMessage().startswith("coverage:")]
    assert len(told) == 1
    assert "counts as not watched" in told[0]


def test_a_request_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BATCH_BYTES", len(rows(1)[0].body) * 2)
    box = Outbox()
    box.append(rows(5))
    assert len(box.next(0).rows) == 2
    monkeypatch.setattr(outbox, "BATCH_BYTES", 1)
    assert len(box.next(0).rows) == 1


def test_a_report_that_was_not_sent_is_replaced_by_the_newer(site: Site) -> None:
    client = site.client()
    for memory in range(100):
        client.status(replace(WORKER, memory_bytes=memory), [])
    site.node()
    soon(site.roll.workers)
    assert site.roll.workers()[0].memory_bytes == 99


def talk(path: Path, *lines: bytes) -> bytes:
    """Send these lines, hang up, and give what came back."""
    with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rb") as answers:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(b"".join(lines))
        connection.shutdown(socket.SHUT_WR)
        return answers.read()


def test_a_message_that_nobody_understands_is_answered_where_it_asks_for_it(site: Site) -> None:
    site.node()
    answer = talk(
        site.socket, b"nonsense\n", b'{"op":"append","n":5,"rows":[{}]}\n', wire.append_line(6, rows(1))
    )
    refused, taken = answer.splitlines()
    assert wire.read_answer(refused).n == 5
    assert wire.read_answer(refused).refusal
    assert wire.read_answer(taken) == wire.Answer(6)


def test_half_a_line_of_a_worker_that_died_is_not_believed(site: Site) -> None:
    site.node()
    assert talk(site.socket, wire.append_line(1, rows(1))[:-20]) == b""
    assert site.notebook.rows == []


def test_a_line_without_end_ends_the_connection_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LONGEST_LINE", 1000)
    site.node()
    with pytest.raises(OSError, match=r"."):  # reset or broken, as the kernel likes
        talk(site.socket, b"x" * 1_000_000)
    assert talk(site.socket, wire.hello_line("w1", 1, [])) == b""


def test_the_socket_of_a_dead_node_is_replaced_and_is_for_its_owner_only(site: Site) -> None:
    site.socket.write_bytes(b"stale")
    site.node()
    assert site.socket.stat().st_mode & 0o777 == 0o600
    site.servers.pop().stop()
    assert not site.socket.exists()


def test_a_socket_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    site = Site(tmp_path / "missing")
    server = NodeServer(site.socket, site.notebook, site.roll, site.log)
    with pytest.raises(StoreError, match="missing"):
        server.start()
    server.stop()


def test_a_path_too_long_for_a_socket_is_named_with_what_would_be_right() -> None:
    with pytest.raises(ConfigError, match="shorter path"):
        checked_socket(Path("/" + "x" * 107))
    assert checked_socket(Path("/" + "x" * 106))


def test_appending_from_many_threads_loses_nothing(site: Site) -> None:
    site.node()
    client = site.client()
    threads = [threading.Thread(target=client.append, args=[rows(100, number * 100)]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.flush(5 * SECOND)
    assert sorted(row.key for row in site.notebook.rows) == sorted(row.key for row in rows(1000))
