"""The farm's actors: shells around the host of cameras and around the controller."""

import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

import ray

from sharp_eyes import settings
from sharp_eyes.clock import SystemClock
from workers.assignment import Assignment
from workers.farm_count import FarmCount
from workers.farm_log import log_as
from workers.ray_crew import Pulse, RayCrew
from workers.restarts import count_restart

NAMESPACE = "sharp-eyes"
CONTROLLER = "controller"

_remote: Any = ray.remote  # its annotations know only some of its options


class WorkerShell:
    """Many cameras in one process. What it needs to know it reads in its machine's environment."""

    def __init__(self, worker: str) -> None:
        from workers.host import Host  # noqa: PLC0415 - pictures are for workers alone, not for the controller

        log_as(f"worker {worker}")
        here = settings.load()
        self._held: tuple[Assignment, ...] = ()
        self._told = 0
        self._closed = False
        self._host = Host(here, worker, SystemClock(), restarts=count_restart(here.node, worker))

    @ray.method(concurrency_group="pulse")
    def pulse(self) -> Pulse:
        """That it lives."""
        return Pulse(os.getpid(), self._told, self._closed)

    @ray.method(concurrency_group="work")  # behind an assignment that is being carried out
    def held(self) -> tuple[Assignment, ...]:
        """What it was told last to watch."""
        return self._held

    @ray.method(concurrency_group="work")
    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Watch exactly these."""
        if self._closed:
            return
        self._told += 1
        self._host.assign(assignments)
        self._held = tuple(assignments)

    @ray.method(concurrency_group="work")
    def close(self) -> None:
        """End every run in good order; it takes no cameras any more."""
        self._closed = True
        self._host.close()


class ControllerShell:
    """The controller on a thread of its own; there is one to a farm."""

    def __init__(self) -> None:
        from sharp_eyes.store.registry.opening import open_registry  # noqa: PLC0415 - not for workers
        from workers.controller import Controller  # noqa: PLC0415
        from workers.node.opened_late import OpenedLate  # noqa: PLC0415

        log_as("controller")
        clock = SystemClock()
        index = settings.load().index
        registry = OpenedLate(lambda: open_registry(index))
        self._controller = Controller(registry.get, RayCrew(WorkerActor, clock), clock)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._controller.run, args=(self._stopping,), daemon=True)
        self._thread.start()

    def count(self) -> FarmCount:
        """The farm in numbers, as of its last round."""
        return self._controller.count

    def stop(self) -> None:
        """The round under way is the last: workers that leave now are not missed."""
        self._stopping.set()
        self._thread.join()
        logging.getLogger("sharp_eyes.controller").info("stopped")


# A worker's pulse is taken while it works; what it is told, it does one after the other.
WorkerActor: Any = _remote(
    max_restarts=-1, max_task_retries=0, concurrency_groups={"pulse": 1, "work": 1}, enable_task_events=False
)(WorkerShell)
ControllerActor: Any = _remote(
    num_cpus=0, max_restarts=-1, max_task_retries=0, max_concurrency=2, enable_task_events=False
)(ControllerShell)
