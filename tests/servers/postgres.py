"""A PostgreSQL of our own for tests: Debian's programs, its own folder, port and user.

with postgres_server() as server:                  about 2 s to start
    engine = open_engine(server.fresh_database())
    server.kill(); server.start()                  a power cut, as far as processes go

The data lies in a folder directly under the system's temporary one: PostgreSQL refuses to run as
root, another user cannot enter pytest's folders, and a socket's path is limited to 107 bytes.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from servers.children import end, free_ports, lives, run, shared, spawn, wait_for

OLDEST = 15
START_SECONDS = 60.0


class PostgresMissingError(Exception):
    """PostgreSQL's server programs, or a user to run them as, are not on this machine."""


def programs() -> Path:
    """The folder of the newest server's programs. Raises PostgresMissingError without one of 15 or above."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and _version(folder) >= OLDEST:
            return folder
    raise PostgresMissingError(f"PostgreSQL's server programs ({OLDEST} or newer) are not installed")


def _version(folder: Path) -> int:
    number = run([folder / "postgres", "--version"], environment={}).split()[2]
    return int(number.partition(".")[0])


@dataclass(frozen=True)
class PostgresAddress:
    """Where a server answers: a port of the loopback that asks for no password."""

    port: int

    def url_for(self, database: str) -> str:
        """The address of a database, as SQLAlchemy and psycopg read it."""
        return f"postgresql://farm@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """The address of a new, empty database."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url_for("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url_for(name)


@dataclass(frozen=True)
class PostgresServer(PostgresAddress):
    """A server of one's own, for tests that disturb it; what it has committed it has synced."""

    folder: Path
    user: str | None
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def pid(self) -> int:
        """The first of its processes."""
        return self.children[-1].pid

    def start(self) -> None:
        """Start it, also after `stop` or `kill`, on the same port."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "64MB",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.children.append(
            spawn(
                [programs() / "postgres", "-D", self.folder / "data", *settings],
                self.folder / "log",
                user=self.user,
                environment={"PATH": os.environ.get("PATH", "")},
            )
        )
        wait_for(self._answers, START_SECONDS, "PostgreSQL")

    def stop(self) -> None:
        """End it in order; clients are thrown out."""
        end(self.children.pop(), signal.SIGINT)

    def kill(self) -> None:
        """kill -9 of all its processes."""
        server = self.children.pop()
        others = _children_of(server.pid)
        end(server)
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(map(lives, others)), START_SECONDS, "the end of PostgreSQL's processes")

    def form(self) -> None:
        """Make its data folder."""
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        options = ["-U", "farm", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]
        run(
            [programs() / "initdb", "-D", self.folder / "data", *options],
            user=self.user,
            environment={"PATH": os.environ.get("PATH", "")},
        )

    def _answers(self) -> bool:
        if self.children[-1].poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {(self.folder / 'log').read_text()[-500:]}")
        try:
            psycopg.connect(self.url_for("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _children_of(pid: int) -> list[int]:
    """The processes that this one started, by what /proc says of their parents."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(") ")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _unprivileged() -> str | None:
    """Whom to run as when we are root. Raises PostgresMissingError where there is nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise PostgresMissingError("there is no user postgres to run PostgreSQL's server programs as")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server of one's own. Raises PostgresMissingError where its programs are missing."""
    with tempfile.TemporaryDirectory(prefix="sharp-eyes-pg-") as folder:
        server = PostgresServer(free_ports(1)[0], Path(folder), _unprivileged())
        server.form()
        try:
            server.start()
            yield server
        finally:
            while server.children:
                server.kill()


@contextmanager
def shared_postgres_server(run_folder: Path) -> Iterator[PostgresAddress]:
    """One server for all processes of a test run; each test takes a database of its own."""

    @contextmanager
    def opened() -> Iterator[dict[str, str]]:
        with postgres_server() as server:
            yield {"port": str(server.port)}

    with shared(run_folder, "postgres", opened) as facts:
        yield PostgresAddress(int(facts["port"]))
