"""One machine for tests: its folder, its node as a child process, and workers that say something.

    site = Site(folder)
    site.start()
    site.client().append([row_of(site.raised(1))])
    site.end(signal.SIGKILL)

What a node leaves on its standard error is in `complaints`.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.domain import Evidence, EvidenceWish, Raised
from sharp_eyes.event_id import mint
from sharp_eyes.farm_status import NodeStatus, read_status
from sharp_eyes.program import command
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.queries import EventQuery, EventView
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.rows import evidence_row, row_of
from sharp_eyes.store.spool import Spool
from workers.node.client import NodeClient

CLOCK = SystemClock()
HOUR = 3600 * SECOND
START_SECONDS = 20.0


@dataclass
class Site:
    """One machine's folder, its node process, and a worker's client."""

    folder: Path
    index_url: str = ""
    blobs_environment: Mapping[str, str] = field(default_factory=dict)
    node: subprocess.Popen[bytes] | None = None
    clients: list[NodeClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index_url = self.index_url or f"sqlite:///{self.folder / 'stores' / 'index.sqlite'}"
        self.began = CLOCK.now()

    @property
    def blobs(self) -> Path:
        """The folder of the object storage."""
        return self.folder / "blobs"

    @property
    def complaints(self) -> str:
        """What its nodes said on their standard error."""
        return (self.folder / "stderr").read_text()

    def environment(self, node: str = "node") -> dict[str, str]:
        """Of a process whose node works in the folder of this name."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
        return inherited | {
            "SHARP_EYES_NODE": str(self.folder / node),
            "SHARP_EYES_INDEX": self.index_url,
            "SHARP_EYES_BLOBS": f"file:{self.blobs}",
            **self.blobs_environment,
        }

    def start(self) -> None:
        """Begin a node, and wait until workers may connect."""
        with (self.folder / "stderr").open("ab") as complaints:
            self.node = subprocess.Popen(
                command("node", "--name", "n1"),
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        assert self.node.stdout is not None
        ready, _, _ = select.select([self.node.stdout], [], [], START_SECONDS)
        line = self.node.stdout.readline() if ready else b""
        assert line.startswith(b"node n1 is ready"), self.complaints

    def end(self, number: signal.Signals) -> int:
        """End the node by this signal; its exit code."""
        assert self.node is not None
        assert self.node.stdout is not None
        self.node.send_signal(number)
        code = self.node.wait(timeout=30)
        assert self.node.stdout.read() == b""  # it said one line and nothing else
        self.node.stdout.close()
        self.node = None
        return code

    def client(self, run: str = "r1") -> NodeClient:
        """A worker that has this run."""
        client = NodeClient(self.folder / "node" / "node.sock", "w1", CLOCK)
        client.runs([run])
        self.clients.append(client)
        return client

    def raised(self, number: int, wish: EvidenceWish = "none", run: str = "r1") -> Raised:
        """An event of now."""
        at = CLOCK.now()
        return Raised(
            event_id=mint(at, 7, rule_revision="x", run=run, track=number, zone=""),
            camera="gate",
            division="330802001",
            rule="yard",
            rule_revision="x",
            type="intrusion",
            at=at,
            severity=2,
            run=run,
            track=number,
            label="person",
            confidence=0.9,
            xyxy=(0.1, 0.1, 0.2, 0.2),
            evidence=wish,
        )

    def keep(self, client: NodeClient, raised: Raised, body: bytes) -> Evidence:
        """Raise an event with its reason, as a worker does."""
        sha256 = Spool(self.folder / "node" / "spool").put(body)
        key = evidence_key("reason", raised.division, raised.camera, raised.event_id, sha256)
        evidence = Evidence(raised.event_id, "reason", "stored", key, sha256, len(body))
        client.append([row_of(raised), evidence_row(raised, evidence, spooled=True)])
        return evidence

    def events(self, index: Index) -> list[EventView]:
        """Every event of this test, newest first."""
        found: list[EventView] = []
        query = EventQuery(from_at=self.began - SECOND, to_at=CLOCK.now() + HOUR, limit=500)
        while True:
            page = index.events(query)
            found += page.events
            if page.next_before is None:
                return found
            query = replace(query, before=page.next_before)

    def status(self) -> NodeStatus:
        """What the node says of itself, as soon as it said anything."""
        with open_registry(self.index_url) as registry:
            soon(registry.statuses)
            return read_status(registry.statuses()[0].body)

    def close(self) -> None:
        """End everybody."""
        for client in self.clients:
            client.close()
        if self.node is not None:
            self.end(signal.SIGKILL)

    def stored(self, index: Index) -> int:
        """How many bodies are visible as stored."""
        return sum(one.state == "stored" for event in self.events(index) for one in event.evidence)

    def lost(self, index: Index) -> set[tuple[str, str]]:
        """Event and kind of the evidence that is recorded as lost."""
        return {
            (event.event_id, one.kind)
            for event in self.events(index)
            for one in event.evidence
            if one.state == "lost"
        }


def soon(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for this to come true; an assertion fails where it does not in time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.05)
