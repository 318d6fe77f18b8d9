import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sharp_eyes.cli import program
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.config.stored import declared_of
from sharp_eyes.errors import ConfigError
from sharp_eyes.farm_status import JournalStatus, NodeStatus, WorkerStatus, read_status, status_text
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore
from workers.farm_head import refuse_second_head, saying_it_heads
from workers.farm_view import Wanted
from workers.node.folder_lock import FolderLock
from workers.restarts import count_restart

CAMERA = '{"id":"gate","division":"330802001"}'


class Registry:
    """A registry with one camera and one node, and the command line in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = f"sqlite:///{folder}/index.sqlite"
        with self.open() as store:
            store.edit_camera(declared_of(CAMERA), author="me", at=1)
        self.report("hall-1")

    def report(self, node: str, age: int = 0, *, head: bool = False) -> None:
        """A node's word, so many microseconds ago."""
        at = SystemClock().now() - age
        journal = JournalStatus(end=0, records_behind=0, oldest_unshipped_at=None, evidence_pending=0)
        worker = WorkerStatus(worker=f"{node}-1", pid=1, memory_bytes=1, cameras=1)
        status = NodeStatus(
            node=node, host="h", started_at=at, at=at, journal=journal, workers=(worker,), head=head
        )
        with self.open() as store:
            store.put_status(node, at, status_text(status))

    def open(self) -> RegistryStore:
        return open_registry(self.index)

    def run(self, *arguments: str) -> Result:
        settings = {"SHARP_EYES_INDEX": self.index, "SHARP_EYES_NODE": str(self.folder / "node")}
        return CliRunner().invoke(program, ["farm", *arguments], env=settings)

    def orders(self) -> list[tuple[str, str]]:
        with self.open() as store:
            return [(order.kind, order.subject) for order in store.orders()]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def test_draining_a_node_is_an_order_until_it_is_ended(registry: Registry) -> None:
    began = registry.run("drain", "hall-1")
    assert (began.exit_code, began.stdout.count("\n")) == (0, 1)
    assert "hall-1 gives up its cameras" in began.stdout
    assert registry.orders() == [("drain", "hall-1")]
    ended = registry.run("drain", "hall-1", "--end")
    assert (ended.exit_code, ended.stdout) == (0, "hall-1 may watch cameras again\n")
    assert registry.orders() == []


def test_draining_the_last_living_node_warns(registry: Registry) -> None:
    registry.report("hall-2", age=11 * SECOND)
    assert "no other node is there" in registry.run("drain", "hall-1").stderr
    registry.report("hall-2")
    assert registry.run("drain", "hall-1").stderr == ""
    assert "no other node is there" in registry.run("drain", "hall-2").stderr  # the other is drained, too


def test_restarting_a_camera_is_an_order(registry: Registry) -> None:
    ran = registry.run("restart", "gate")
    assert (ran.exit_code, ran.stdout) == (0, "gate is to begin again, with a new connection and a new run\n")
    assert registry.orders() == [("restart", "gate")]


def test_a_second_farm_in_a_folder_ends_before_it_touches_anything(registry: Registry) -> None:
    folder = registry.folder / "node"
    with FolderLock(folder):
        count_restart(folder, "hall-1-1")
        error = registry.run("--name", "hall-9").exception
        assert isinstance(error, ConfigError)
        assert "a node works in" in str(error)
        assert count_restart(folder, "hall-1-1") == 1


def test_a_second_head_on_a_registry_is_refused(registry: Registry) -> None:
    registry.report("hall-1", head=True)
    error = registry.run("--name", "hall-9").exception
    assert isinstance(error, ConfigError)
    assert 'node "hall-1": heads a farm on this registry already' in str(error)
    assert "join it with --address, or wait until it is gone" in str(error)


@pytest.mark.parametrize(
    ("node", "age", "head"),
    [("hall-9", 0, True), ("hall-1", 11 * SECOND, True), ("hall-1", 0, False)],
    ids=["itself, started again", "one that is gone", "one that had joined"],
)
def test_a_head_is_not_refused_for(registry: Registry, node: str, age: int, *, head: bool) -> None:
    registry.report(node, age, head=head)
    refuse_second_head(registry.index, "hall-9", SystemClock().now())


def test_a_registry_that_is_away_refuses_no_head(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").mkdir()
    (tmp_path / "registry.sqlite").mkdir()  # nothing that could be a database
    refuse_second_head(f"sqlite:///{tmp_path}/index.sqlite", "hall-9", 0)


def test_the_node_of_a_head_says_that_it_is_one(registry: Registry) -> None:
    store = saying_it_heads(registry.open)()
    with registry.open() as before:
        (row,) = before.statuses()
    assert not read_status(row.body).head
    store.put_status("hall-1", row.at, row.body)
    store.close()
    with registry.open() as after:
        (row,) = after.statuses()
    assert read_status(row.body).head


def test_a_camera_that_nobody_watches_is_in_the_status(registry: Registry) -> None:
    assert "0 of 1 watching, 1 unassigned" in registry.run("status").output
    with registry.open() as store:
        store.switch_camera("gate", enabled=False, author="me", at=2)
    assert "0 of 0 watching" in registry.run("status").output


def test_the_wanted_cameras_follow_the_registry(registry: Registry) -> None:
    with registry.open() as store:
        wanted = Wanted(store)
        assert wanted.ids() == {"gate"}
        store.switch_camera("gate", enabled=False, author="me", at=2)
        assert wanted.ids() == set()
        store.switch_camera("gate", enabled=True, author="me", at=3)
        assert wanted.ids() == {"gate"}
        store.remove_camera("gate", author="me", at=4)
        assert wanted.ids() == set()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["drain", "hall-2"], 'node "hall-2": no such node — did you mean "hall-1"?'),
        (["drain", "hall-1", "--end"], 'node "hall-1": it is not being drained'),
        (["restart", "gat"], 'camera "gat": no such camera — did you mean "gate"?'),
    ],
)
def test_what_is_not_there_cannot_be_ordered_about(
    registry: Registry, arguments: list[str], complaint: str
) -> None:
    error = registry.run(*arguments).exception
    assert isinstance(error, ConfigError)
    assert complaint in str(error)
    assert registry.orders() == []


def test_the_status_is_a_table_or_json(registry: Registry) -> None:
    assert "hall-1" in registry.run("status").output
    (node,) = json.loads(registry.run("status", "--json").output)["nodes"]
    assert (node["node"], node["stale"]) == ("hall-1", False)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--address", "10.0.0.5:1", "--listen", "10.0.0.6:1"], "give one of them"),
        (["--address", "10.0.0.5"], "10.0.0.5 is no address; write for example 10.0.0.5:6379"),
        (["--listen", "10.0.0.5:99999"], "is no address"),
        (["--name", "hall 1"], "cannot name a node"),
        (["--workers", "0"], "0 is not in the range"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_anything_starts(
    registry: Registry, options: list[str], complaint: str
) -> None:
    ended = registry.run(*options)
    assert ended.exit_code == 2
    assert complaint in ended.output
    assert not (registry.folder / "node").exists()


def test_joining_without_the_clusters_token_is_refused(registry: Registry) -> None:
    error = registry.run("--address", "10.0.0.5:6379").exception
    assert isinstance(error, ConfigError)
    assert "ray-token" in str(error)
