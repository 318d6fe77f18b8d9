import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sharp_eyes.clock import SystemClock
from sharp_eyes.errors import ConfigError, StoreError
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.registry.statuses import Order
from sharp_eyes.store.rows import Row
from sharp_eyes.store.sql import open_engine
from workers.node import node as node_module
from workers.node.client import NodeClient
from workers.node.load import raised_row
from workers.node.node import SOCKET, Node, Stores

CLOCK = SystemClock()
AT = 1_800_000_000_000_000


class HangingIndex:
    """Takes a batch and does not come back until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.let_go = threading.Event()
        self.closed = False
        self.engine = open_engine("sqlite:///:memory:")  # never connected: no row is a day old

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        self.entered.set()
        self.let_go.wait(10)
        return len(rows)

    def close(self) -> None:
        self.closed = True


class QuietRegistry:
    def put_status(self, node: str, at: int, body: str) -> None:
        pass

    def orders(self) -> list[Order]:
        return []

    def close(self) -> None:
        pass


def stores(index: HangingIndex) -> Stores:
    return Stores(lambda: index, MemoryBlobs, QuietRegistry)


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_a_node_ends_although_a_store_hangs_and_does_not_close_it_under_the_hanging_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "STOP_SECONDS", 0.1)
    index = HangingIndex()
    node = Node(tmp_path, "n1", stores(index), CLOCK)
    node.start()
    with NodeClient(tmp_path / SOCKET, "w1", CLOCK) as client:
        client.append([raised_row("w1", 1, AT)])
        assert index.entered.wait(5)
    began = time.monotonic()
    node.stop()
    assert time.monotonic() - began < 3
    assert not index.closed
    index.let_go.set()
    until = time.monotonic() + 5
    while "records to the index" in names() and time.monotonic() < until:
        time.sleep(0.01)


def test_a_node_that_ends_leaves_no_thread_and_lets_another_have_its_folder(tmp_path: Path) -> None:
    before = names()
    index = HangingIndex()
    index.let_go.set()
    for _ in range(3):
        with Node(tmp_path, "n1", stores(index), CLOCK):
            with pytest.raises(ConfigError, match="already"):
                Node(tmp_path, "n1", stores(index), CLOCK)
            assert names() - before
    assert names() == before


def test_a_node_that_cannot_listen_leaves_nothing_behind(tmp_path: Path) -> None:
    before = names()
    (tmp_path / SOCKET).mkdir()  # nothing that a socket could replace
    with pytest.raises(StoreError, match=r"node\.sock"):
        Node(tmp_path, "n1", stores(HangingIndex()), CLOCK).start()
    assert names() == before
    (tmp_path / SOCKET).rmdir()
    with Node(tmp_path, "n1", stores(HangingIndex()), CLOCK):
        pass


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be a node's folder"):
        Node(tmp_path / "file", "n1", stores(HangingIndex()), CLOCK)


def test_a_folder_too_deep_for_a_socket_is_refused_and_let_go(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    for _ in range(2):
        with pytest.raises(ConfigError, match="shorter path"):
            Node(deep, "n1", stores(HangingIndex()), CLOCK)
