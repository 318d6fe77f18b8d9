import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sharp_eyes.cli import program
from sharp_eyes.clock import SystemClock
from sharp_eyes.config.stored import declared_of
from sharp_eyes.errors import ConfigError
from sharp_eyes.farm_status import JournalStatus, NodeStatus, status_text
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore

CAMERA = '{"id":"gate","division":"330802001"}'


class Registry:
    """A registry with one camera and one node, and the command line in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = f"sqlite:///{folder}/index.sqlite"
        with self.open() as store:
            store.edit_camera(declared_of(CAMERA), author="me", at=1)
            journal = JournalStatus(end=0, records_behind=0, oldest_unshipped_at=None, evidence_pending=0)
            now = SystemClock().now()
            status = NodeStatus(node="hall-1", host="h", started_at=now, at=now, journal=journal)
            store.put_status("hall-1", now, status_text(status))

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
    assert registry.run("drain", "hall-1").exit_code == 0
    assert registry.orders() == [("drain", "hall-1")]
    assert registry.run("drain", "hall-1", "--end").exit_code == 0
    assert registry.orders() == []


def test_restarting_a_camera_is_an_order(registry: Registry) -> None:
    assert registry.run("restart", "gate").exit_code == 0
    assert registry.orders() == [("restart", "gate")]


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
