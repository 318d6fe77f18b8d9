"""The crew as Ray actors: one set of workers on each Ray node, looked after by pulses."""

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import ActorDiedError, RayActorError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import printable
from workers.assignment import Assignment
from workers.crew import Member
from workers.node.counted_log import CountedLog
from workers.ray_runtime import CAPACITY, NODE, WORKERS

log = logging.getLogger("sharp_eyes.crew")

# A worker that gives no pulse for so long hangs, and is killed; one that starts has more time.
HUNG = 10 * SECOND
STARTING = 60 * SECOND
ROUND_SECONDS = 0.25
NODES_EVERY = SECOND


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a worker answers when asked whether it lives. `told` counts its assignments so far."""

    pid: int
    told: int
    closed: bool = False


@dataclass(slots=True)
class _Seat:
    """A worker's place on a Ray node, and what is known of who sits there."""

    worker: str
    node: str
    ray_node: str
    capacity: float
    gpus: float
    since: int  # monotonic: it was last ready then, or asked for
    actor: Any = None  # a handle of Ray's
    pulse: Any = None  # the answer that is awaited
    asked_at: int = 0
    telling: Any = None
    sent: tuple[Assignment, ...] = ()
    last: Pulse | None = None
    held: tuple[Assignment, ...] | None = None  # None: not known
    left: bool = False  # it was closed, as its machine is about to go

    @property
    def name(self) -> str:
        """Of the actor: another one where the node joined again."""
        return f"{self.worker}@{self.ray_node[:12]}"

    @property
    def ready(self) -> bool:
        """Whether it lives, and what it watches is known."""
        return self.last is not None and self.held is not None


class RayCrew:
    """Makes workers on every Ray node that offers seats, and keeps them going.

    `shell` is the actor class; `WorkerActor` but in tests. Needs a connection to Ray.
    """

    def __init__(self, shell: Any, clock: Clock) -> None:
        self._shell = shell
        self._clock = clock
        self._log = CountedLog(log, clock)
        self._seats: dict[str, _Seat] = {}
        self._nodes_at = -NODES_EVERY

    def muster(self) -> Sequence[Member]:
        """Follow the Ray nodes that come and go, ask every worker for its pulse, hear the answers."""
        now = self._clock.monotonic()
        if now - self._nodes_at >= NODES_EVERY:
            self._nodes_at = now
            self._follow(offered_seats(ray_nodes(), now))
        for seat in self._seats.values():
            self._ask(seat)
        self._hear()
        for seat in self._seats.values():
            self._judge(seat)
        return [_member(seat) for seat in self._seats.values() if not seat.left]

    def assign(self, worker: str, assignments: Sequence[Assignment]) -> None:
        """Send it off; the answer is heard at a later muster."""
        seat = self._seats[worker]
        seat.sent = tuple(assignments)
        seat.telling = seat.actor.assign.remote(seat.sent)

    def _follow(self, offered: Mapping[str, _Seat]) -> None:
        for seat in [seat for seat in self._seats.values() if _moved(seat, offered)]:
            log.warning("worker %s: its machine is gone", seat.worker)
            del self._seats[seat.worker]
            if seat.actor is not None:
                ray.kill(seat.actor, no_restart=True)
        for worker, seat in offered.items():
            self._seats.setdefault(worker, seat)

    def _ask(self, seat: _Seat) -> None:
        if seat.pulse is not None:
            return
        if seat.actor is None:
            seat.actor = self._actor(seat)
        seat.pulse, seat.asked_at = seat.actor.pulse.remote(), self._clock.monotonic()

    def _actor(self, seat: _Seat) -> Any:
        """The worker of this seat, which may be there from an earlier controller."""
        return self._shell.options(
            name=seat.name,
            get_if_exists=True,
            lifetime="detached",
            num_cpus=0,
            num_gpus=seat.gpus,
            resources={WORKERS: 1},
            scheduling_strategy=NodeAffinitySchedulingStrategy(seat.ray_node, soft=False),
        ).remote(seat.worker)

    def _hear(self) -> None:
        """What came in time; what comes later is heard in the next round."""
        awaited = [seat.pulse for seat in self._seats.values()]
        awaited += [seat.telling for seat in self._seats.values() if seat.telling is not None]
        if not awaited:
            self._clock.sleep(int(ROUND_SECONDS * SECOND))
            return
        came, _ = ray.wait(awaited, num_returns=len(awaited), timeout=ROUND_SECONDS)
        for seat in self._seats.values():
            if seat.telling in came:
                self._heard_telling(seat)
            if seat.pulse in came:
                self._heard_pulse(seat)

    def _heard_telling(self, seat: _Seat) -> None:
        answer, seat.telling = seat.telling, None
        try:
            ray.get(answer)
        except RayActorError:
            seat.held = None  # its pulse says what became of it
        except RayError as error:
            seat.held = None
            self._log.error(seat.worker, f"did not take its cameras: {printable(str(error))}")
        else:
            seat.held = seat.sent
            self._log.fine(seat.worker)

    def _heard_pulse(self, seat: _Seat) -> None:
        answer, seat.pulse = seat.pulse, None
        try:
            pulse: Pulse = ray.get(answer)
        except ActorDiedError as error:
            self._lose(seat, f"ended for good ({printable(str(error))[:120]}); another is made")
            seat.actor = None
        except RayActorError:
            self._lose(seat, "its process ended; it starts again")
        except RayError as error:
            self._log.error(seat.worker, printable(str(error)))
        else:
            self._living(seat, pulse)

    def _living(self, seat: _Seat, pulse: Pulse) -> None:
        if seat.last is None or seat.last.pid != pulse.pid:
            log.info("worker %s: process %d", seat.worker, pulse.pid)
            seat.held, seat.telling = None, None
        seat.last, seat.left = pulse, pulse.closed
        if seat.held is None and seat.telling is None:
            seat.held = () if pulse.told == 0 else self._asked_for_list(seat)
        if seat.ready:
            seat.since = self._clock.monotonic()

    def _asked_for_list(self, seat: _Seat) -> tuple[Assignment, ...] | None:
        try:
            held: tuple[Assignment, ...] = ray.get(seat.actor.held.remote(), timeout=1.0)
        except RayError:
            return None  # asked again after the next pulse
        return held

    def _judge(self, seat: _Seat) -> None:
        """Kill one that hangs; Ray starts it again. One that cannot even hear that, its own driver kills."""
        patience = HUNG if seat.last is not None else STARTING
        if seat.pulse is None or self._clock.monotonic() - seat.asked_at < patience:
            return
        self._lose(seat, f"no pulse for {patience // SECOND} s; it is killed and starts again")
        seat.pulse = None
        ray.kill(seat.actor, no_restart=False)

    def _lose(self, seat: _Seat, why: str) -> None:
        if seat.last is not None:
            log.warning("worker %s: %s", seat.worker, why)
        seat.last, seat.held, seat.telling = None, None, None


def ray_nodes() -> list[dict[str, Any]]:
    """Every machine that Ray knows, dead ones too; waits where GCS does not answer."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call] # Ray's own
    return nodes


def offered_seats(nodes: Iterable[Mapping[str, Any]], now: int) -> dict[str, _Seat]:
    """The seats of the Ray nodes that live, by worker; `nodes` as `ray.nodes()` gives them.

    Two machines that call themselves the same would share their workers' names: the second gets none.
    """
    seats: dict[str, _Seat] = {}
    for node in sorted((node for node in nodes if node["Alive"]), key=lambda node: str(node["NodeID"])):
        resources, name = node["Resources"], node["Labels"].get(NODE)
        count = int(resources.get(WORKERS, 0))
        if name is None or f"{name}-1" in seats:
            continue
        for number in range(1, count + 1):
            seats[f"{name}-{number}"] = _Seat(
                worker=f"{name}-{number}",
                node=name,
                ray_node=node["NodeID"],
                capacity=resources.get(CAPACITY, math.inf),
                gpus=min(1.0, math.floor(resources.get("GPU", 0) / count * 100) / 100),
                since=now,
            )
    return seats


def _moved(seat: _Seat, offered: Mapping[str, _Seat]) -> bool:
    return seat.worker not in offered or offered[seat.worker].ray_node != seat.ray_node


def _member(seat: _Seat) -> Member:
    return Member(
        worker=seat.worker,
        node=seat.node,
        ready=seat.ready,
        held=seat.held or () if seat.ready else (),
        absent_since=None if seat.ready else seat.since,
        busy=seat.telling is not None,
        capacity=seat.capacity,
    )
