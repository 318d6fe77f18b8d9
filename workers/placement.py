"""Which worker watches which camera: cameras × workers → assignment, without a clock or Ray.

A camera stays where it is if it can; one that has no place, or has lost it, goes to the emptiest
worker; and when one worker does far more than its part, cameras move from the fullest to the
emptiest, a few at a time, for each move is a gap in what is watched. Where there is not room for
all, lower tiers (greater numbers) are left out first.
"""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# A worker may do a quarter more than the mean before cameras are moved away from it.
TOLERANCE = 1.25
# At most this share of all cameras moves at once, and never more than so many: a joining node is no outage.
MOVING_SHARE = 0.1
MOVING_MOST = 200


@dataclass(frozen=True, slots=True)
class Load:
    """A camera as a burden: `weight` in analysed frames per second; tier 1 is left out last."""

    camera: str
    weight: float
    tier: int = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker that cameras may be given to: at most `capacity` analysed frames per second."""

    worker: str
    capacity: float = math.inf


@dataclass(frozen=True, slots=True)
class Placement:
    """The worker of each camera; those without one are left out, for there was no room.

    Not `settled`: more should move, once these have.
    """

    workers: Mapping[str, str]
    settled: bool = True


def place(loads: Sequence[Load], seats: Sequence[Seat], now: Mapping[str, str]) -> Placement:
    """Give every camera a worker; `now` names the present one of those that have one.

    Drained and dead workers are simply not among the seats. The same arguments give the same answer,
    whatever their order.
    """
    hall = _Hall(seats)
    for tier in sorted({load.tier for load in loads}):
        _seat_tier([load for load in loads if load.tier == tier], hall, now)
    moves = min(max(1, int(len(loads) * MOVING_SHARE)), MOVING_MOST)
    settled = hall.level(moves) if seats else True
    return Placement(hall.placed, settled)


def _seat_tier(loads: Sequence[Load], hall: "_Hall", now: Mapping[str, str]) -> None:
    """Those that can stay do, the heaviest first; then the others find a place."""
    homeless = [load for load in _heaviest_first(loads) if not hall.take(load, now.get(load.camera))]
    for load in homeless:
        hall.take(load, hall.emptiest(load.weight))


def _heaviest_first(loads: Sequence[Load]) -> list[Load]:
    return sorted(loads, key=lambda load: (-load.weight, load.camera))


class _Hall:
    """The seats while they fill up."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._capacity = {seat.worker: seat.capacity for seat in seats}
        self._used = dict.fromkeys(sorted(self._capacity), 0.0)
        self._heap = [(0.0, worker) for worker in self._used]
        self._cameras: dict[str, dict[str, Load]] = {worker: {} for worker in self._used}
        self.placed: dict[str, str] = {}

    def take(self, load: Load, worker: str | None) -> bool:
        """Seat the camera there; whether there is such a worker and room at it."""
        if worker not in self._used or self._used[worker] + load.weight > self._capacity[worker]:
            return False
        self._cameras[worker][load.camera] = load
        self._change(worker, load.weight)
        self.placed[load.camera] = worker
        return True

    def emptiest(self, weight: float) -> str | None:
        """The worker that is filled least and has room for this; None where no one has."""
        passed = []
        found = None
        for fullness, worker in self._from_emptiest():
            passed.append((fullness, worker))
            if self._used[worker] + weight <= self._capacity[worker]:
                found = worker
                break
        for entry in passed:
            heapq.heappush(self._heap, entry)
        return found

    def level(self, moves: int) -> bool:
        """Move cameras from the fullest to the emptiest; whether all is level in so many moves."""
        for _ in range(moves):
            step = self._levelling()
            if step is None:
                return True
            load, source, target = step
            del self._cameras[source][load.camera]
            self._change(source, -load.weight)
            self.take(load, target)
        return self._levelling() is None

    def _levelling(self) -> tuple[Load, str, str] | None:
        """The move that helps most, or None where nobody does far more than the mean."""
        emptiest = min(self._used, key=self._fullness)
        fullest = max(self._used, key=self._fullness)
        mean = sum(map(self._fullness, self._used)) / len(self._used)
        if self._fullness(fullest) <= mean * TOLERANCE:
            return None
        half = (self._used[fullest] - self._used[emptiest]) / 2
        helping = [load for load in self._cameras[fullest].values() if self._helps(load, fullest, emptiest)]
        if not helping:
            return None
        return min(helping, key=lambda load: (abs(load.weight - half), load.camera)), fullest, emptiest

    def _helps(self, load: Load, source: str, target: str) -> bool:
        """Whether the target would be emptier after the move than the source is now."""
        after = self._used[target] + load.weight
        return after / self._scale(target) < self._fullness(source) and after <= self._capacity[target]

    def _change(self, worker: str, weight: float) -> None:
        self._used[worker] += weight
        heapq.heappush(self._heap, (self._fullness(worker), worker))

    def _from_emptiest(self) -> Iterator[tuple[float, str]]:
        """Entries of the heap that still hold, taken out of it one after the other."""
        while self._heap:
            fullness, worker = heapq.heappop(self._heap)
            if fullness == self._fullness(worker):
                yield fullness, worker

    def _fullness(self, worker: str) -> float:
        return self._used[worker] / self._scale(worker)

    def _scale(self, worker: str) -> float:
        """Frames per second that count as one: shares of the capacity, where there is one."""
        capacity = self._capacity[worker]
        return 1.0 if math.isinf(capacity) else max(capacity, 1e-9)
