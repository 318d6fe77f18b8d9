"""Keeps the processes of one machine alive: its node, Ray, and the farm's driver.

    sharp-eyes farm (this)
    ├── sharp-eyes node          started again when it ends; knows nothing of the others
    ├── keeper ── ray start ──…  ends as a whole when gcs_server or raylet does
    └── driver                   beats once a second while Ray answers

When Ray ends or hangs, all of it is taken down and formed anew from the registry: it is told nothing
that it would have to remember.
"""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.program import command
from workers.child import Child, kept, tethered
from workers.farm_count import FarmCount, read_beat
from workers.farm_log import ours
from workers.process_tree import end_strays
from workers.ray_runtime import READY, VITAL, RayNode, free_address, new_folder

Say = Callable[[str], None]

EVERY_SECONDS = 0.2
FORMING = 60 * SECOND  # Ray has so long to start, and the driver to connect
SILENCE = 15 * SECOND  # without a beat after that, Ray hangs
DRIVER_DEATHS = 3  # in one formation: it is not the driver's fault

# Ctrl-C to the end takes at most the sum.
DRIVER_SECONDS, RAY_SECONDS, NODE_SECONDS = 8.0, 2.5, 4.0

_DRIVER = [sys.executable, "-P", "-c", "from workers.farm_driver import main; main()"]


@dataclass(slots=True)
class _Formation:
    """How far the cluster is formed; `beat_at` is monotonic."""

    ready: bool = False
    beat_at: int | None = None
    driver_deaths: int = 0


class Supervisor:
    """Runs until it is asked to stop; `say` takes lines for people, from any thread.

    `with_node` False: somebody else keeps this machine's node process. `child` is another class in tests.
    """

    def __init__(
        self, ray: RayNode, *, with_node: bool, say: Say, clock: Clock, child: type[Child] = Child
    ) -> None:
        self._plan = ray
        self._present = ray
        self._say = say
        self._clock = clock
        self._formation = _Formation()
        self._told = ""
        self._folder = ""
        self._node = child("node", self._node_command, _plain, self._hear_node, clock) if with_node else None
        self._ray = child("Ray", self._ray_command, ray.environment, self._hear_ray, clock)
        self._driver = child("driver", self._driver_command, ray.environment, self._hear_driver, clock)

    def run(self, stopping: threading.Event) -> None:
        """Until `stopping`; then all children end, in order. Raises ConfigError where one cannot start."""
        try:
            while not stopping.is_set():
                self.run_once()
                stopping.wait(EVERY_SECONDS)
        finally:
            self.close()

    def run_once(self) -> None:
        """Look after every child once."""
        self._keep_node()
        self._keep_ray()
        self._keep_driver()

    def close(self) -> None:
        """The workers first, for they have something to hand over, and the node last, for it takes it."""
        self._say("stopping")
        self._driver.stop(DRIVER_SECONDS)
        self._ray.stop(RAY_SECONDS)
        if self._node is not None:
            self._node.stop(NODE_SECONDS)
        end_strays(os.getpid(), [])
        shutil.rmtree(self._folder, ignore_errors=True)

    def _keep_node(self) -> None:
        if self._node is None:
            return
        self._bury(self._node)
        if self._node.start_if_due():
            self._say(f"starting node {self._plan.node}")

    def _keep_ray(self) -> None:
        if self._bury(self._ray):
            self._take_down()
        why = self._hanging()
        if why:
            self._say(f"Ray hangs: {why}; it is started anew")
            self._take_down()
        if self._ray.start_if_due():
            self._formation = _Formation()
            self._say(f"starting Ray {'at' if self._plan.head else 'to join'} {self._present.address}")

    def _keep_driver(self) -> None:
        if self._bury(self._driver):
            self._formation.driver_deaths += 1
        if self._formation.ready and self._driver.start_if_due():
            self._formation.beat_at = None

    def _take_down(self) -> None:
        """Nothing of the cluster stays on this machine, not even what its keeper may have left."""
        self._driver.kill()
        self._ray.stop(RAY_SECONDS)
        node = self._node.pid if self._node is not None else None
        end_strays(os.getpid(), [] if node is None else [node])
        shutil.rmtree(self._folder, ignore_errors=True)  # its keeper's work, where that lives
        self._formation = _Formation()

    def _hanging(self) -> str | None:
        """Why Ray cannot be well, though its processes are there."""
        now = self._clock.monotonic()
        if self._ray.pid is None:
            return None
        if not self._formation.ready:
            return "it does not start" if now - self._ray.started_at > FORMING else None
        if self._formation.driver_deaths >= DRIVER_DEATHS:
            return "no driver stays alive in it"
        if self._driver.pid is None:
            return None
        if self._formation.beat_at is None:
            return "nobody can connect" if now - self._driver.started_at > FORMING else None
        return "it does not answer" if now - self._formation.beat_at > SILENCE else None

    def _bury(self, child: Child) -> bool:
        """Whether this child ended by itself; said, with its last words."""
        code = child.ended()
        if code is None:
            return False
        last = _last_words(child)
        if code == ConfigError.exit_code and child is self._node:
            raise ConfigError([Problem(child.name, "", last.removeprefix("error: "))])
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self._say(f"{child.name} ended ({how}){': ' + last[:200] if last else ''}; it starts again")
        return True

    def _node_command(self) -> list[str]:
        role = ["--head"] if self._plan.head else []
        return tethered(command("node", "--name", self._plan.node, *role))

    def _ray_command(self) -> list[str]:
        self._present = replace(self._plan, address=self._plan.address or free_address())
        self._folder = new_folder()
        return kept(self._present.command(self._folder), self._folder, VITAL)

    def _driver_command(self) -> list[str]:
        role = "head" if self._plan.head else "joined"
        return tethered([*_DRIVER, self._present.address, self._plan.node, str(self._plan.workers), role])

    def _hear_node(self, line: str) -> None:
        self._say(line)

    def _hear_ray(self, line: str) -> None:
        if READY in line:
            self._formation.ready = True
        self._pass_on(line)

    def _hear_driver(self, line: str) -> None:
        count = read_beat(line)
        if count is None:
            self._pass_on(line)
            return
        self._formation.beat_at = self._clock.monotonic()
        self._tell(count)

    def _pass_on(self, line: str) -> None:
        text = ours(line)
        if text is not None:
            self._say(text)

    def _tell(self, count: FarmCount) -> None:
        if str(count) != self._told:
            self._told = str(count)
            self._say(self._told)


def _last_words(child: Child) -> str:
    """The last line that says why; not one of those that were passed on."""
    lines = [
        line for line in child.last_lines if line.strip() and read_beat(line) is None and ours(line) is None
    ]
    return lines[-1] if lines else ""


def _plain() -> Mapping[str, str]:
    return os.environ
