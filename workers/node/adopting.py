"""Ships what a node left behind that never returns: its disk was carried over, or its machine is lent."""

import threading
from dataclasses import dataclass
from pathlib import Path

from sharp_eyes.clock import Clock
from sharp_eyes.errors import ConfigError, Problem
from workers.node import evidence_shipper, record_shipper
from workers.node.node import JOURNAL, Node, Stores

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was still to be shipped when the folder was opened, and whether all of it is now."""

    records: int
    bodies: int
    complete: bool


def adopt(folder: Path, stores: Stores, clock: Clock, stopping: threading.Event) -> Adopted:
    """Ship the journal and the spool in this folder until nothing waits, or until `stopping`.

    Its workers are dead with it: evidence that they promised and did not spool is recorded as lost.
    May be broken off and repeated. Raises ConfigError for a folder that holds no journal or whose
    node is alive, StoreError for one that cannot be used; stores that are away are tried for ever.
    """
    if not (folder / JOURNAL).is_file():
        raise ConfigError([_no_journal(folder)])
    node = Node(folder, "", stores, clock, serve=False)
    records = record_shipper.behind(node.journal).rows
    bodies = node.journal.backlog(evidence_shipper.CURSOR, "spooled").rows
    with node:
        while not (complete := node.idle()):
            if stopping.wait(LOOK_SECONDS):
                break
    return Adopted(records, bodies, complete)


def _no_journal(folder: Path) -> Problem:
    return Problem("--adopt", "", f"{folder} holds no {JOURNAL}", "name the folder of a node")
