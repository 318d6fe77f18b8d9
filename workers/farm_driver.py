"""The farm's driver on one machine: makes the controller, says each second how the farm is, takes leave.

    python -P -c "from workers.farm_driver import main; main()" ADDRESS NODE WORKERS HEAD

The controller and the workers are detached actors: they live on when a driver dies, and the next
driver finds them. Each second that Ray answers, one beat goes to standard output; their absence
tells the supervisor that Ray hangs. On SIGTERM the workers of this machine end in good order.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from sharp_eyes.clock import SECOND
from workers.farm_count import FarmCount, beat_line
from workers.farm_log import log_as
from workers.ray_crew import HUNG, ray_nodes
from workers.ray_farm import CONTROLLER, NAMESPACE, ControllerActor
from workers.ray_runtime import NODE

log = logging.getLogger("sharp_eyes.driver")

BEAT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
LEAVING_SECONDS = 7.0


class Ward:
    """One worker of this machine; it is killed where it hangs, which only its own machine can do."""

    def __init__(self, worker: Any) -> None:
        self.worker = worker
        self._pulse: Any = None
        self._asked_at = 0.0
        self._pid: int | None = None

    def look(self) -> None:
        """Take its pulse, or hear whether the last one came."""
        if self._pulse is None:
            self._pulse, self._asked_at = self.worker.pulse.remote(), time.monotonic()
        elif ray.wait([self._pulse], timeout=0)[0]:
            self._hear()
        elif self._pid is not None and time.monotonic() - self._asked_at > HUNG / SECOND:
            log.warning("process %d gives no pulse: it is killed", self._pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._pid = None

    def _hear(self) -> None:
        answer, self._pulse = self._pulse, None
        try:
            self._pid = ray.get(answer).pid
        except RayError:
            self._pid = None  # it ended; Ray starts it again


class Driver:
    """Connected to Ray at `address`; `head` makes the controller, the others only look after their node."""

    def __init__(self, address: str, node: str, workers: int, *, head: bool) -> None:
        ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
        self._here = _ray_node_of(node)
        self._names = [f"{node}-{number}@{self._here[:12]}" for number in range(1, workers + 1)]
        self._wards: dict[str, Ward] = {}
        self._head = head
        self._controller: Any = None

    def run(self, stopping: threading.Event) -> None:
        """Beat until `stopping`, then take leave."""
        while not stopping.is_set():
            count = self._count()
            self._look_after_workers()
            print(beat_line(count), flush=True)  # noqa: T201 - the supervisor reads it
            stopping.wait(BEAT_SECONDS)
        self._leave()

    def _count(self) -> FarmCount:
        """The farm in numbers, none while the controller does not answer; asking Ray may hang, and shall."""
        ray_nodes()
        try:
            if self._controller is None:
                self._controller = self._found_controller()
            count: FarmCount = ray.get(self._controller.count.remote(), timeout=ANSWER_SECONDS)
        except (RayError, ValueError) as error:  # ValueError: there is no actor of this name
            log.warning("the controller does not answer: %s", type(error).__name__)
            self._controller = None
            return FarmCount()
        return count

    def _found_controller(self) -> Any:
        if not self._head:
            return ray.get_actor(CONTROLLER)
        return ControllerActor.options(
            name=CONTROLLER,
            get_if_exists=True,
            lifetime="detached",
            scheduling_strategy=NodeAffinitySchedulingStrategy(self._here, soft=False),
        ).remote()

    def _look_after_workers(self) -> None:
        """Handles are kept, for in the end Ray's directory may be gone."""
        for name in self._names:
            if name not in self._wards:
                with contextlib.suppress(ValueError):  # not made yet
                    self._wards[name] = Ward(ray.get_actor(name))
        for ward in self._wards.values():
            ward.look()

    def _leave(self) -> None:
        """Nothing is assigned any more, where this is the head; then the workers here end in good order."""
        by = time.monotonic() + LEAVING_SECONDS
        if self._head and self._controller is not None:
            ray.wait([self._controller.stop.remote()], timeout=2.0)
        closing = [ward.worker.close.remote() for ward in self._wards.values()]
        if closing:
            closed, late = ray.wait(closing, num_returns=len(closing), timeout=by - time.monotonic())
            log.info("%d workers ended%s", len(closed), f", {len(late)} did not in time" if late else "")


def _ray_node_of(node: str) -> str:
    """By its label, for several Ray nodes may share an address. Raises RuntimeError where it has none yet."""
    found = [str(one["NodeID"]) for one in ray_nodes() if one["Alive"] and one["Labels"].get(NODE) == node]
    if not found:
        raise RuntimeError(f"Ray knows no node {node}")
    if len(found) > 1:
        log.warning("%d machines are called %s, one gets workers: give each a --name", len(found), node)
    return found[0]


def main() -> None:
    """The program above."""
    address, node, workers, head = sys.argv[1:]
    log_as("driver")
    driver = Driver(address, node, int(workers), head=head == "head")
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())  # only now: Ray sets its own when it connects
    driver.run(stopping)
    # Ray's own way out waits for a GCS that may be gone.
    sys.stdout.flush()
    signal.raise_signal(signal.SIGKILL)
