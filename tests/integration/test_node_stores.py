"""The node and the stores of a city: PostgreSQL and S3 that go away and come back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from servers.node_site import Site, soon
from servers.postgres import PostgresMissingError, PostgresServer, postgres_server
from servers.rgw_packages import PackagesMissingError
from servers.s3 import S3Server, s3_server
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.rows import row_of
from workers.node.client import NodeClient
from workers.node.node import RESERVE, SPOOL, Node, Stores

CLOCK = SystemClock()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    try:
        with postgres_server() as server:
            yield server
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def own_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    try:
        with s3_server(tmp_path_factory.mktemp("s3") / "s3") as server:
            yield server
    except PackagesMissingError as missing:
        pytest.skip(str(missing))


@pytest.mark.postgres
@pytest.mark.slow
def test_postgresql_may_be_killed_under_a_node_and_every_event_is_visible_once(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    with closing(Site(tmp_path, own_postgres.fresh_database())) as site:
        site.start()
        client = site.client()
        ids = []
        for number in range(400):
            if number in {100, 250}:
                own_postgres.kill()
            if number in {200, 350}:
                own_postgres.start()
            raised = site.raised(number)
            ids.append(raised.event_id)
            client.append([row_of(raised)])
            time.sleep(0.01)
        assert client.flush(10 * SECOND)
        with closing(open_index(site.index_url)) as index:
            soon(lambda: len(site.events(index)) >= len(ids), 30)
            assert [event.event_id for event in site.events(index)] == sorted(ids, reverse=True)
        assert site.end(signal.SIGTERM) == 0


@pytest.mark.postgres
def test_a_node_starts_before_postgresql_does(own_postgres: PostgresServer, tmp_path: Path) -> None:
    with closing(Site(tmp_path, own_postgres.fresh_database())) as site:
        own_postgres.stop()
        site.start()
        client = site.client()
        client.append([row_of(site.raised(1))])
        assert client.flush(10 * SECOND)
        own_postgres.start()
        with closing(open_index(site.index_url)) as index:
            soon(lambda: len(site.events(index)) == 1)


@pytest.mark.s3
@pytest.mark.slow
def test_s3_may_go_away_under_a_node_and_every_body_is_stored(own_s3: S3Server, tmp_path: Path) -> None:
    bucket = own_s3.fresh_bucket()
    with closing(Site(tmp_path, blobs_environment=own_s3.environment(bucket))) as site:
        site.start()
        client = site.client()
        with closing(open_index(site.index_url)) as index:
            site.keep(client, site.raised(0), b"first")
            soon(lambda: site.stored(index) == 1)
            own_s3.stop()
            for number in range(1, 60):
                site.keep(client, site.raised(number), os.urandom(5000))
            soon(lambda: len(site.events(index)) == 60)
            assert site.stored(index) == 1
            own_s3.start()
            soon(lambda: site.stored(index) == 60, 60)


class DistantBlobs(MemoryBlobs):
    """Each call takes as long as one to a server in the same hall, and while it is away none works."""

    away = threading.Event()

    def _answer(self) -> None:
        time.sleep(0.01)
        if self.away.is_set():
            raise StoreError("503")


@pytest.mark.slow
@pytest.mark.alone
def test_after_an_outage_bodies_drain_at_three_times_their_inflow_or_faster(tmp_path: Path) -> None:
    inflow, outage = 30, 4  # bodies per second: 120 cameras at the plan's rate; seconds
    site = Site(tmp_path)
    blobs = DistantBlobs()
    stores = Stores(lambda: open_index(site.index_url), lambda: blobs, lambda: open_registry(site.index_url))
    with Node(tmp_path / "node", "n1", stores, CLOCK), closing(site):
        client = site.client()
        blobs.away.set()
        began = time.monotonic()
        for number in range(inflow * outage):
            site.keep(client, site.raised(number), b"%d" % number)
            time.sleep(max(0.0, began + number / inflow - time.monotonic()))
        blobs.away.clear()
        soon(lambda: blobs.bodies)  # whoever waited to try again has tried
        drained = time.monotonic()
        soon(lambda: len(blobs.bodies) == inflow * outage, 60)
        took = time.monotonic() - drained
    assert inflow * outage / took >= 3 * inflow, f"{inflow * outage} bodies in {took:.1f} s"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small tmpfs needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(site: Site, client: NodeClient) -> int:
    """Keep bodies until the disk takes no more; how many."""
    for number in range(10_000):
        try:
            site.keep(client, site.raised(number), os.urandom(100_000))
        except StoreError:
            return number
    raise AssertionError("the disk never filled")


def test_bodies_that_fill_the_disk_do_not_lock_themselves_in(small_disk: Path, tmp_path: Path) -> None:
    index_url = f"sqlite:///{tmp_path / 'index.sqlite'}"
    blobs = MemoryBlobs()
    blobs.refusal = "503"
    stores = Stores(lambda: open_index(index_url), lambda: blobs, lambda: open_registry(index_url))
    site = Site(small_disk, index_url)
    reserve = small_disk / "node" / RESERVE
    index = open_index(index_url)
    with closing(index), Node(small_disk / "node", "n1", stores, CLOCK), closing(site):
        soon(reserve.exists)
        client = site.client()
        kept = fill(site, client)
        with suppress(OSError):  # the node may have taken the last of it meanwhile: full is full
            (small_disk / "rest").write_bytes(bytes(shutil.disk_usage(small_disk).free))
        rows = 0
        while reserve.exists():  # events go on until there is no room for them either, and then some
            client.append([row_of(site.raised(20_000 + rows))])
            rows += 1
            assert rows < 50_000
            time.sleep(0.001)
        for body in (small_disk / "node" / SPOOL).iterdir():
            os.utime(body, (0, 0))  # they have waited for long
        blobs.refusal = ""
        assert client.flush(20 * SECOND)
        soon(lambda: len(blobs.bodies) == kept)
        soon(lambda: site.stored(index) == kept)
        soon(lambda: len(site.events(index)) == kept + rows)


@pytest.mark.slow
@pytest.mark.alone
def test_at_ten_times_the_yardstick_s_load_events_are_visible_within_two_seconds() -> None:
    code = (
        "from workers.node.benchmark import node\n"
        "node(['--rate', '1042', '--seconds', '8', '--json'], obj=None, standalone_mode=False)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr

    figures = json.loads(ran.stdout)
    assert figures["rows"] >= 8 * 1000
    assert figures["visible_p99"] <= 2000, figures
