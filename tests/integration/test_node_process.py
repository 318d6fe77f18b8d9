"""The node as the process that it is: killed, left alone by its stores, adopted."""

import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.node_site import Site, soon
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.domain import Evidence
from sharp_eyes.farm_status import CameraStatus, WorkerStatus
from sharp_eyes.program import command
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.queries import CountQuery
from sharp_eyes.store.local_blobs import LocalBlobs
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.rows import row_of
from workers.node.client import NodeClient

CLOCK = SystemClock()
KILLS = 10


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture
def index(site: Site) -> Iterator[Index]:
    index = open_index(site.index_url)
    yield index
    index.close()


class Raising:
    """A worker that raises events as fast as it may until it is stopped."""

    def __init__(self, site: Site, client: NodeClient) -> None:
        self.ids: list[str] = []
        self._site, self._client = site, client
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(0.02):
            for _ in range(5):
                raised = self._site.raised(len(self.ids))
                self.ids.append(raised.event_id)
                self._client.append([row_of(raised)])


@pytest.mark.slow
def test_a_node_that_is_killed_again_and_again_loses_nothing_and_shows_nothing_twice(
    site: Site, index: Index
) -> None:
    client = site.client()
    raising = Raising(site, client)
    for kill in range(KILLS):
        site.start()
        time.sleep(0.15 + 0.05 * kill)
        site.end(signal.SIGKILL)
    raising.stop()
    site.start()
    assert client.flush(20 * SECOND)
    ids = set(raising.ids)
    assert len(ids) == len(raising.ids) > 500
    soon(lambda: len(site.events(index)) >= len(ids))
    assert [event.event_id for event in site.events(index)] == sorted(ids, reverse=True)
    assert counted(index) == len(ids)
    assert site.end(signal.SIGTERM) == 0


def counted(index: Index) -> int:
    now = CLOCK.now()
    day = 86_400 * SECOND
    query = CountQuery(from_at=now // day * day - day, to_at=now // day * day + 2 * day, by="day")
    return sum(count.count for count in index.counts(query))


@pytest.mark.slow
def test_bodies_survive_kills_too_and_each_is_stored_once(site: Site, index: Index) -> None:
    client = site.client()
    kept: list[Evidence] = []
    for kill in range(4):
        site.start()
        kept += [
            site.keep(client, site.raised(kill * 100 + number), os.urandom(2000)) for number in range(30)
        ]
        time.sleep(0.1 * kill)
        site.end(signal.SIGKILL)
    site.start()
    assert client.flush(20 * SECOND)
    soon(lambda: site.stored(index) == len(kept))
    blobs = LocalBlobs(site.blobs)
    assert [blob.key for blob in blobs.list("reasons/")] == sorted(one.key for one in kept)
    assert all(len(blobs.get(one.key)) == one.bytes for one in kept)


def registered(site: Site) -> list[str]:
    with open_registry(site.index_url) as registry:
        return [row.node for row in registry.statuses()]


def test_a_node_that_was_asked_to_end_and_shipped_all_is_not_missed(site: Site) -> None:
    site.start()
    soon(lambda: registered(site) == ["n1"])
    assert site.end(signal.SIGTERM) == 0
    assert registered(site) == []


def test_a_node_that_dies_or_has_something_left_to_ship_keeps_its_word(site: Site) -> None:
    site.start()
    soon(lambda: registered(site) == ["n1"])
    site.end(signal.SIGKILL)
    assert registered(site) == ["n1"]
    site.start()
    client = site.client()
    site.blobs.mkdir(exist_ok=True)
    shutil.rmtree(site.blobs)
    site.blobs.write_bytes(b"")  # nothing that could be a folder
    site.keep(client, site.raised(1), b"a body that waits")
    assert client.flush(20 * SECOND)
    assert site.end(signal.SIGTERM) == 0
    assert registered(site) == ["n1"]


def test_what_a_node_makes_is_its_owners_alone(site: Site) -> None:
    site.start()
    site.end(signal.SIGTERM)
    made = [file for file in site.folder.rglob("*") if file.name != "stderr"]
    assert made
    assert [file for file in made if file.stat().st_mode & 0o077] == []


def test_while_the_index_is_away_the_journal_grows_and_then_all_is_there(site: Site) -> None:
    file = site.folder / "stores" / "index.sqlite"
    file.mkdir(parents=True)  # nothing that could be a database
    client = site.client()
    site.start()
    ids = []
    for number in range(300):
        raised = site.raised(number)
        ids.append(raised.event_id)
        client.append([row_of(raised)])
    assert client.flush(10 * SECOND)  # committed although nothing is visible
    kept = site.keep(client, site.raised(300), b"why")
    soon((site.blobs / kept.key).exists)  # and evidence goes on
    soon(lambda: site.status().journal.records_behind >= 301)
    assert site.status().journal.oldest_unshipped_at is not None
    assert site.status().complete_until is None
    file.rmdir()
    soon(lambda: site.status().journal.records_behind == 0)
    index = open_index(site.index_url)
    assert {event.event_id for event in site.events(index)} == {*ids, kept.event_id}
    index.close()
    assert "records to the index" in site.complaints
    assert "works again" in site.complaints
    assert site.complaints.count("records to the index") < 10


def test_while_the_index_is_locked_nothing_is_lost(site: Site, index: Index) -> None:
    client = site.client()
    site.start()
    with sqlite3.connect(site.index_url.removeprefix("sqlite:///"), isolation_level=None) as locker:
        locker.execute("BEGIN IMMEDIATE")
        client.append([row_of(site.raised(number)) for number in range(50)])
        assert client.flush(10 * SECOND)
        time.sleep(1)
        locker.execute("ROLLBACK")
    locker.close()
    soon(lambda: len(site.events(index)) == 50)


def test_while_the_storage_is_away_events_are_visible_and_their_bodies_come_later(
    site: Site, index: Index
) -> None:
    client = site.client()
    site.start()
    first = site.keep(client, site.raised(0), b"first")
    soon(lambda: site.stored(index) == 1)
    site.blobs.rename(site.folder / "away")
    site.blobs.write_bytes(b"no folder")
    kept = [site.keep(client, site.raised(number), b"%d" % number) for number in range(1, 40)]
    soon(lambda: len(site.events(index)) == 40)
    assert site.stored(index) == 1
    soon(lambda: site.status().journal.evidence_pending == 39)
    site.blobs.unlink()
    (site.folder / "away").rename(site.blobs)
    soon(lambda: site.stored(index) == 40)
    blobs = LocalBlobs(site.blobs)
    assert [blobs.stat(one.key) is not None for one in (first, *kept)] == [True] * 40


def test_a_node_starts_and_commits_although_none_of_its_stores_is_there(site: Site) -> None:
    (site.folder / "stores").write_bytes(b"no folder")
    site.blobs.write_bytes(b"no folder")
    site.start()
    client = site.client()
    site.keep(client, site.raised(1), b"why")
    assert client.flush(10 * SECOND)
    (site.folder / "stores").unlink()
    site.blobs.unlink()
    soon((site.folder / "stores" / "index.sqlite").exists)
    index = open_index(site.index_url)
    soon(lambda: site.stored(index) == 1)
    index.close()


def test_a_second_node_in_the_same_folder_is_refused(site: Site) -> None:
    site.start()
    assert site.node is not None
    second = subprocess.run(
        command("node"), env=site.environment(), capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 2
    assert f"works in {site.folder / 'node'} already (process {site.node.pid})" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_node_that_is_asked_to_end_does_so_in_good_order(site: Site, number: signal.Signals) -> None:
    site.start()
    assert site.end(number) == 0
    assert site.complaints == ""
    assert not (site.folder / "node" / "node.sock").exists()


def test_the_status_tells_of_the_worker_and_up_to_when_all_is_visible(site: Site) -> None:
    site.start()
    client = site.client()
    client.append([row_of(site.raised(1))])
    assert client.flush(10 * SECOND)
    until = CLOCK.now()
    worker = WorkerStatus(worker="w1", pid=os.getpid(), memory_bytes=1, cameras=1)
    camera = CameraStatus(
        camera="gate", worker="w1", run="r1", state="watching", revision=1, watched_until=until
    )
    client.status(worker, [camera])
    soon(lambda: site.status().complete_until == until)
    status = site.status()
    assert (status.node, status.journal.end, status.journal.records_behind) == ("n1", 1, 0)
    assert [one.worker for one in status.workers] == ["w1"]
    assert status.cameras == (camera,)


def test_what_a_node_left_behind_is_adopted_by_another_machine(site: Site) -> None:
    away = site.folder / "stores"
    away.write_bytes(b"no folder")
    site.start()
    client = site.client()
    promised = site.raised(1, "clip")
    client.append([row_of(promised)])
    kept = site.keep(client, site.raised(2), b"why")
    assert client.flush(10 * SECOND)
    site.end(signal.SIGKILL)
    away.unlink()
    adopted = subprocess.run(
        command("node", "--adopt", str(site.folder / "node")),
        env=site.environment("another"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (adopted.returncode, adopted.stderr) == (0, "")
    assert "2 records" in adopted.stdout
    assert "needed no more" in adopted.stdout
    index = open_index(site.index_url)
    second, first = site.events(index)
    index.close()
    assert (first.event_id, second.event_id) == (promised.event_id, kept.event_id)
    lost = {(one.kind, one.because) for one in first.evidence if one.state == "lost"}
    assert lost == {("clip", "worker_died"), ("boxes", "worker_died")}
    assert [(one.kind, one.state) for one in second.evidence] == [("reason", "stored")]


def test_only_a_node_s_folder_can_be_adopted_and_only_of_one_that_is_dead(site: Site) -> None:
    def adopt(folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command("node", "--adopt", str(folder)),
            env=site.environment("another"),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    nothing = adopt(site.folder)
    assert nothing.returncode == 2
    assert "holds no journal.sqlite" in nothing.stderr
    assert not (site.folder / "journal.sqlite").exists()
    site.start()
    alive = adopt(site.folder / "node")
    assert alive.returncode == 2
    assert "already" in alive.stderr


@pytest.mark.slow
def test_half_a_minute_after_a_worker_died_its_promises_are_recorded_as_lost(
    site: Site, index: Index
) -> None:
    site.start()
    client, survivor = site.client("r1"), site.client("r2")
    dead, alive = site.raised(1, "clip", "r1"), site.raised(2, "clip", "r2")
    client.append([row_of(dead)])
    survivor.append([row_of(alive)])
    assert client.flush(10 * SECOND)
    assert survivor.flush(10 * SECOND)
    client.close()
    soon(lambda: site.lost(index), 45)
    assert site.lost(index) == {(dead.event_id, "boxes"), (dead.event_id, "clip")}
