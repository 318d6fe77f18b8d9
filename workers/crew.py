"""The workers as the controller sees them: the port, and its fake."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from workers.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Member:
    """A worker that is there, or should be.

    `held` is what it said last that it watches; nothing while it is not `ready`. `absent_since`
    (monotonic microseconds) counts from when it was last ready, or was asked for. `busy`: it has
    not finished with what it was last told. `capacity` is in analysed frames per second.
    """

    worker: str
    node: str
    ready: bool
    held: tuple[Assignment, ...] = ()
    absent_since: int | None = None
    busy: bool = False
    capacity: float = math.inf


class Crew(Protocol):
    """Keeps the workers of every node alive, and carries assignments to them."""

    def muster(self) -> Sequence[Member]:
        """Look after all workers, for half a second at most; gives how they are."""
        ...

    def assign(self, worker: str, assignments: Sequence[Assignment]) -> None:
        """Have the worker watch exactly these; `held` says later that it does. Never waits."""
        ...


class MemoryCrew:
    """Workers that do at once what they are told; tests make them fall ill and get well."""

    def __init__(self, *members: Member) -> None:
        self.members = {member.worker: member for member in members}
        self.told: list[tuple[str, tuple[str, ...]]] = []

    def muster(self) -> Sequence[Member]:
        """As they are."""
        return list(self.members.values())

    def assign(self, worker: str, assignments: Sequence[Assignment]) -> None:
        """Held from now on."""
        self.told.append((worker, tuple(one.camera for one in assignments)))
        self.members[worker] = replace(self.members[worker], held=tuple(assignments))

    def fall(self, worker: str, at: int) -> None:
        """Its process died at this monotonic time."""
        self.members[worker] = replace(self.members[worker], ready=False, held=(), absent_since=at)

    def rise(self, worker: str) -> None:
        """It is there again, and watches nothing yet."""
        self.members[worker] = replace(self.members[worker], ready=True, held=(), absent_since=None)
