"""`sharp-eyes bench api`: what a query costs a served API, over the stores that the settings name."""

import http.client
import json
import re
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from sharp_eyes.clock import SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.program import command
from sharp_eyes.settings import Settings

CLIENTS = 8
TIMEOUT = 30.0  # seconds

PATHS = ("/api/v1/events?limit=50", "/api/v1/events?limit=50&severity=2", "/api/v1/cameras?limit=200")


@dataclass(frozen=True, slots=True)
class Served:
    """A served API: where, and its process."""

    host: str
    pid: int


@click.command(
    epilog="""\b
Examples:
  sharp-eyes bench api
  sharp-eyes bench api --rate 50 --seconds 20 --path '/api/v1/events/counts?by=day'"""
)
@click.option(
    "--rate", default=20.0, show_default=True, type=click.FloatRange(0.1), help="Requests a second."
)
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(0.1), help="For so long.")
@click.option("--path", "paths", multiple=True, help="What to ask, in turn; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_obj
def api(settings: Settings, rate: float, seconds: float, paths: tuple[str, ...], *, as_json: bool) -> None:
    """Ask a served API at a steady rate; prints latencies, and the memory and processor time it took."""
    with _token(settings) as token, _served() as served:
        before = _cpu_seconds(served.pid)
        latencies, failures = _asked(served, token, rate, seconds, paths or PATHS)
        used = _cpu_seconds(served.pid) - before
        memory = _memory_mb(served.pid)
    found = {
        "requests": len(latencies) + failures,
        "failures": failures,
        "p50_ms": _percentile(latencies, 0.5),
        "p95_ms": _percentile(latencies, 0.95),
        "cpu_ms_per_request": round(1e3 * used / max(len(latencies), 1), 2),
        "memory_mb": memory,
    }
    click.echo(
        json.dumps(found) if as_json else "\n".join(f"{key:20} {value}" for key, value in found.items())
    )


@contextmanager
def _token(settings: Settings) -> Iterator[str]:
    """A token that holds for as long as the benchmark runs."""
    from sharp_eyes.store.registry.opening import open_registry

    name = f"bench-{secrets.token_hex(4)}"
    with open_registry(settings.index) as registry:
        at = SystemClock().now()
        token = registry.add_token(name, scopes={"admin"}, divisions=("",), author="bench", at=at)
        try:
            yield token
        finally:
            registry.revoke_token(name)


@contextmanager
def _served() -> Iterator[Served]:
    """`sharp-eyes serve` as a child, with these settings. Raises StoreError where it does not start."""
    words = command("serve", "--port", "0", "--no-clerk")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        try:
            for line in child.stdout or ():
                if found := re.match(r"serving (\S+)", line):
                    yield Served(urlsplit(found[1]).netloc, child.pid)
                    return
            raise StoreError("`sharp-eyes serve` did not start; what it said stands above")
        finally:
            child.terminate()


def _asked(
    served: Served, token: str, rate: float, seconds: float, paths: tuple[str, ...]
) -> tuple[list[float], int]:
    """The latencies in milliseconds from when each request was due, and how many failed."""
    connections = threading.local()
    begin = time.perf_counter() + 0.1

    def ask(number: int) -> float | None:
        due = begin + number / rate
        time.sleep(max(due - time.perf_counter(), 0))
        if not hasattr(connections, "one"):
            connections.one = http.client.HTTPConnection(served.host, timeout=TIMEOUT)
        connections.one.request(
            "GET", paths[number % len(paths)], headers={"Authorization": f"Bearer {token}"}
        )
        answer = connections.one.getresponse()
        answer.read()
        return 1e3 * (time.perf_counter() - due) if answer.status == 200 else None

    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(ask, range(round(rate * seconds))))
    good = sorted(one for one in found if one is not None)
    return good, len(found) - len(good)


def _percentile(values: list[float], share: float) -> float | None:
    return round(values[min(int(share * len(values)), len(values) - 1)], 1) if values else None


def _memory_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return round(int(found[1]) / 1e3, 1) if found else 0.0


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process so far: user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # the kernel counts hundredths of a second for us
