"""A real S3 server for tests: Ceph's monitor, one storage daemon on a sparse file, and its gateway.

with s3_server(folder) as server:                       8 to 12 s to start
    Minio(server.endpoint, server.access_key, server.secret_key, secure=False)
    server.stop(); server.start()                       an outage: the gateway dies and comes back
"""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from minio import Minio

from servers.children import end, free_ports, listens, run, shared, spawn, wait_for
from servers.rgw_packages import ceph

START_SECONDS = 90.0

_CONFIGURATION = """
[global]
fsid = {fsid}
mon_host = v2:127.0.0.1:{monitor}/0
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_mon_client_mode = crc
# one of each has nobody to wait for
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_tick_interval = 1
osd_tick_interval = 0.5
osd_pool_default_read_lease_ratio = 0.05
osd_heartbeat_interval = 1
mon_client_ping_interval = 2
mon_client_hunt_interval = 0.5
osd_beacon_report_interval = 5
rgw_curl_wait_timeout_ms = 200
objecter_tick_interval = 0.5
objecter_timeout = 1
run_dir = {folder}/run
admin_socket = {folder}/run/$name.asok
log_file = {folder}/log/$name.log
debug_default = 0
mon_data = {folder}/mon
osd_data = {folder}/osd
osd_objectstore = bluestore
bluestore_block_size = 8589934592
bluestore_cache_autotune = false
bluestore_cache_size = 134217728
plugin_dir = {libraries}/ceph
erasure_code_dir = {libraries}/ceph/erasure-code
osd_class_dir = {libraries}/rados-classes
osd_class_load_list = *
osd_class_default_list = *
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1
rgw_data = {folder}/rgw
"""


@dataclass
class S3Address:
    """Where a server answers: `endpoint` is host:port on the loopback, without TLS."""

    endpoint: str
    access_key: str
    secret_key: str

    def fresh_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        Minio(self.endpoint, self.access_key, self.secret_key, secure=False).make_bucket(name)
        return name

    def environment(self, bucket: str) -> dict[str, str]:
        """The settings of a program that is to use this bucket."""
        return {
            "SHARP_EYES_BLOBS": f"s3+http://{self.endpoint}/{bucket}",
            "SHARP_EYES_S3_ACCESS_KEY": self.access_key,
            "SHARP_EYES_S3_SECRET_KEY": self.secret_key,
        }


@dataclass
class S3Server(S3Address):
    """A server of one's own, for tests that disturb it."""

    folder: Path
    programs: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start the gateway again after `stop`, on the same port; well below a second."""
        self._spawn("radosgw", "-n", "client.rgw", "-f")
        wait_for(self._answers, START_SECONDS, "Ceph's gateway")

    def stop(self) -> None:
        """Kill the gateway: nobody listens any more, what was stored stays."""
        end(self.children.pop("radosgw"))

    def close(self) -> None:
        """Kill everything."""
        while self.children:
            end(self.children.popitem()[1])

    def _answers(self) -> bool:
        if not listens(int(self.endpoint.rpartition(":")[2])):
            return False
        with urllib3.PoolManager(retries=False, timeout=5) as http:
            return http.request("GET", f"http://{self.endpoint}/").status == 200

    def _spawn(self, program: str, *arguments: str) -> None:
        self.children[program] = spawn(
            [self.programs / "usr/bin" / program, *arguments],
            self.folder / f"{program}.out",
            environment=self._environment(),
        )

    def _run(self, program: str, *arguments: str) -> str:
        """A program that ends. Ceph's own command is a script for Debian's Python."""
        script = ["/usr/bin/python3"] if program == "ceph" else []
        return run(
            [*script, self.programs / "usr/bin" / program, *arguments], environment=self._environment()
        )

    def _environment(self) -> dict[str, str]:
        libraries = _libraries(self.programs)
        return {
            "PATH": f"{self.programs / 'usr/bin'}:{os.environ.get('PATH', '')}",
            "LD_LIBRARY_PATH": f"{libraries}:{libraries}/ceph:{self.programs / 'lib' / libraries.name}",
            "PYTHONPATH": str(self.programs / "usr/lib/python3/dist-packages"),
            "CEPH_CONF": str(self.folder / "ceph.conf"),
            "HOME": str(self.folder),
        }

    def _form(self) -> None:
        """Make the cluster and start it: monitor, storage, a user, gateway."""
        monitor, cluster, storage = free_ports(1)[0], str(uuid.uuid4()), str(uuid.uuid4())
        for name in ("mon", "osd", "rgw", "log", "run"):
            (self.folder / name).mkdir(parents=True)
        configuration = _CONFIGURATION.format(
            fsid=cluster,
            monitor=monitor,
            gateway=self.endpoint.rpartition(":")[2],
            folder=self.folder,
            libraries=_libraries(self.programs),
        )
        (self.folder / "ceph.conf").write_text(configuration)
        members = str(self.folder / "members")
        address = f"[v2:127.0.0.1:{monitor}]"
        self._run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", address, members)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", members)
        self._spawn("ceph-mon", "-i", "a", "-f")
        wait_for(lambda: listens(monitor), START_SECONDS, "Ceph's monitor")
        self._run("ceph", "osd", "new", storage)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", storage)
        self._spawn("ceph-osd", "-i", "0", "-f")
        wait_for(lambda: "1 up" in self._run("ceph", "osd", "stat"), START_SECONDS, "Ceph's storage")
        keys = (f"--access-key={self.access_key}", f"--secret-key={self.secret_key}")
        self._run("radosgw-admin", "user", "create", "--uid=farm", "--display-name=farm", *keys)
        self.start()


def _libraries(programs: Path) -> Path:
    return next((programs / "usr/lib").glob("*-linux-gnu"))


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """The server with its data in this folder. Raises PackagesMissingError where Ceph cannot be had."""
    server = S3Server(
        endpoint=f"127.0.0.1:{free_ports(1)[0]}",
        access_key=uuid.uuid4().hex[:20],
        secret_key=uuid.uuid4().hex,
        folder=folder,
        programs=ceph(),
    )
    try:
        server._form()
        yield server
    finally:
        server.close()


@contextmanager
def shared_s3_server(run_folder: Path) -> Iterator[S3Address]:
    """One server for all processes of a test run; each test takes a bucket of its own."""

    @contextmanager
    def opened() -> Iterator[dict[str, str]]:
        with s3_server(run_folder / "s3") as server:
            yield {
                "endpoint": server.endpoint,
                "access_key": server.access_key,
                "secret_key": server.secret_key,
            }

    with shared(run_folder, "s3", opened) as facts:
        yield S3Address(**facts)
