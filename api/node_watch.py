"""What the nodes say of themselves, read from the registry at most once in two seconds."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.farm_status import CameraStatus, NodeStatus, readable_status

FRESH = 2 * SECOND  # as often as a node says something new
SILENT = 60 * SECOND  # a node that said nothing for so long is dead, and its cameras are lost


class StatusRow(Protocol):
    """What a node wrote of itself."""

    @property
    def node(self) -> str:
        """Its name."""
        ...

    @property
    def at(self) -> int:
        """When it wrote, microseconds UTC."""
        ...

    @property
    def body(self) -> str:
        """What it wrote, JSON."""
        ...


class StatusSource(Protocol):
    """Where the nodes write: the registry."""

    def statuses(self) -> Collection[StatusRow]:
        """The newest of every node."""
        ...


@dataclass(frozen=True, slots=True)
class SeenNode:
    """One node's last words, and whether it is still alive."""

    status: NodeStatus
    alive: bool


class NodeWatch:
    """The nodes as of a moment ago; only what changed is parsed. Safe to use from several threads.

    A node whose status cannot be read is left out; while it lives, nothing is known to be complete.
    """

    def __init__(self, source: StatusSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._parsed: dict[str, tuple[int, NodeStatus | None]] = {}
        self._asked_at: int | None = None

    def nodes(self) -> list[SeenNode]:
        """Every node that ever spoke, by name. Raises StoreError where the registry is away."""
        self._refresh()
        known = sorted(self._parsed.items())
        return [SeenNode(status, self._alive(at)) for _, (at, status) in known if status is not None]

    def complete_until(self) -> int | None:
        """Before this moment nothing more will become visible, microseconds UTC.

        The earliest of the living nodes; None where none is alive, one that has cameras cannot say yet, or
        one cannot be understood.
        """
        alive = [seen.status for seen in self.nodes() if seen.alive]
        if any(status is None and self._alive(at) for at, status in list(self._parsed.values())):
            return None
        moments = [one.complete_until for one in alive if one.cameras or one.complete_until is not None]
        known = [moment for moment in moments if moment is not None]
        return min(known) if known and len(known) == len(moments) else None

    def camera_states(self) -> dict[str, CameraStatus]:
        """What the living nodes say of each camera."""
        return {one.camera: one for seen in self.nodes() if seen.alive for one in seen.status.cameras}

    def _alive(self, at: int) -> bool:
        return self._clock.now() - at < SILENT

    def _refresh(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            if self._asked_at is not None and now - self._asked_at < FRESH:
                return
            self._parsed = {row.node: self._newest(row) for row in self._source.statuses()}
            self._asked_at = now

    def _newest(self, row: StatusRow) -> tuple[int, NodeStatus | None]:
        known = self._parsed.get(row.node)
        return known if known is not None and known[0] == row.at else (row.at, readable_status(row.body))
