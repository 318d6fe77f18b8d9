"""Compares what nodes committed with what the stores show: the judge of every test that kills something."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.queries import EventQuery, EventView
from sharp_eyes.store.lake.duck import open_duck
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.schema import EVENTS


@dataclass
class History:
    """`committed`: the keys in the journal by kind; read only while no node has it open."""

    committed: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Path) -> "History":
        """What the journal in a node's folder holds."""
        history = cls()
        with sqlite3.connect(f"file:{node / 'journal.sqlite'}?mode=ro", uri=True) as journal:
            for kind, key in journal.execute("SELECT kind, key FROM journal"):
                history.committed.setdefault(kind, set()).add(key)
        journal.close()
        return history

    def check(self, index: Index, blobs: Blobs, from_at: int, to_at: int) -> None:
        """Raises AssertionError where something that was committed is missing, or is there twice."""
        events = everything(index, from_at, to_at)
        twice = [event_id for event_id, times in Counter(e.event_id for e in events).items() if times > 1]
        assert twice == [], f"visible twice: {twice}"
        visible = {f"{event.event_id}/raised" for event in events}
        assert self.committed.get("raised", set()) <= visible, "committed and not visible"
        ended = {f"{event.event_id}/ended" for event in events if event.ended_at is not None}
        assert self.committed.get("ended", set()) <= ended, "an end that is not visible"
        told = {
            f"{event.event_id}/evidence/{one.kind}": one
            for event in events
            for one in event.evidence
            if one.state != "pending"
        }
        assert self.committed.get("evidence", set()) <= set(told), "evidence that is not visible"
        for key in self.committed.get("spooled", set()):
            assert key.replace("/spooled/", "/evidence/") in told, f"{key} was never stored"
        for key, one in told.items():
            if one.state == "stored":
                there = blobs.stat(one.key)
                assert there is not None, f"{key} says {one.key}, which is not there"
                assert there.size == one.bytes, key

    def check_lake(self, lake: Lake) -> None:
        """Raises AssertionError where a committed record is missing in the history, or is there twice."""
        snapshot = lake.snapshot(EVENTS)
        with open_duck(lake.files.folder) as duck:
            sql = "SELECT event_id, record, kind FROM read_parquet(?, hive_partitioning = false)"
            rows = duck.execute(sql, [snapshot.paths(snapshot.files())]).fetchall()
        keys = [
            "/".join((str(UUID(bytes=event)), record, *([kind] if kind else [])))
            for event, record, kind in rows
        ]
        twice = [key for key, times in Counter(keys).items() if times > 1]
        assert twice == [], f"archived twice: {twice[:5]}"
        for kind in ("raised", "ended", "evidence"):
            missing = self.committed.get(kind, set()) - set(keys)
            assert missing == set(), f"committed and not archived: {sorted(missing)[:5]}"

    def summary(self) -> str:
        """How much was judged."""
        return json.dumps({kind: len(keys) for kind, keys in sorted(self.committed.items())})


def everything(index: Index, from_at: int, to_at: int) -> list[EventView]:
    """All events of a stretch of time."""
    events: list[EventView] = []
    before: str | None = None
    while True:
        page = index.events(EventQuery(from_at=from_at, to_at=to_at, limit=200, before=before))
        events += page.events
        before = page.next_before
        if before is None:
            return events
