"""Makes what is watched what the registry wants: asks, places, tells, twice a second.

Everything that it knows can be asked again: the registry says what is wanted, the workers what they
watch. A controller that starts anew takes over without moving a camera.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import StoreError
from workers.crew import Crew, Member
from workers.farm_count import FarmCount
from workers.node.counted_log import CountedLog
from workers.placement import Placement, Seat, place
from workers.reconciliation import done, reconcile
from workers.wishes import Registry, Wishes

log = logging.getLogger("sharp_eyes.controller")

ROUND_SECONDS = 0.5
# A worker that has gone is awaited for so long, before its cameras go to the others: it is back
# in 2 to 4 s, and its neighbours are left in peace.
AWAITED = 20 * SECOND

_REGISTRY, _ROUND = "registry", "round"


class Controller:
    """Runs round after round; `registry` opens the registry, again while that fails."""

    def __init__(self, registry: Callable[[], Registry], crew: Crew, clock: Clock) -> None:
        self._registry = registry
        self._crew = crew
        self._clock = clock
        self._log = CountedLog(log, clock)
        self._wishes = Wishes()
        self._placement = Placement({})
        self._placed_for: tuple[int, tuple[Seat, ...]] | None = None
        self.count = FarmCount()

    def run(self, stopping: threading.Event) -> None:
        """Round after round until `stopping`; what goes wrong in one is said, and the next begins."""
        while not stopping.wait(ROUND_SECONDS):
            try:
                self.run_once()
            except Exception as error:  # noqa: BLE001 - the supervisor's loop
                self._log.error(_ROUND, f"{type(error).__name__}: {error}", trace=True)
            else:
                self._log.fine(_ROUND)

    def run_once(self) -> None:
        """One round. While the registry is away, what it said last goes on."""
        self._ask()
        members = self._crew.muster()
        if self._wishes.revision < 0:
            return  # nothing is known yet: better leave alone what may be running well
        self._place(members)
        self._tell(members)
        self._acknowledge(members)

    def _ask(self) -> None:
        try:
            self._wishes.refresh(self._registry())
        except StoreError as error:
            self._log.error(_REGISTRY, error)
        else:
            self._log.fine(_REGISTRY)

    def _place(self, members: Sequence[Member]) -> None:
        """Anew where cameras, orders or workers changed, or more should move."""
        seats = self._seats(members)
        question = (self._wishes.revision, seats)
        if question == self._placed_for and (self._placement.settled or self._moving(members)):
            return
        loads = list(self._wishes.loads.values())
        self._placement = place(loads, seats, self._places_now(members))
        self._placed_for = question

    def _seats(self, members: Sequence[Member]) -> tuple[Seat, ...]:
        """Workers that cameras may be on: not those of drained nodes, nor such as stay away.

        One that is new gets cameras when it is ready, unless none is: then all start together.
        """
        draining, home = self._wishes.draining, set(self._placement.workers.values())
        nobody = not any(member.ready for member in members)
        return tuple(
            Seat(member.worker, member.capacity)
            for member in sorted(members, key=lambda member: member.worker)
            if member.node not in draining
            and (member.ready or (self._awaited(member) and (nobody or member.worker in home)))
        )

    def _awaited(self, member: Member) -> bool:
        return member.absent_since is None or self._clock.monotonic() - member.absent_since < AWAITED

    def _places_now(self, members: Sequence[Member]) -> Mapping[str, str]:
        """Where each camera is, or was going to be."""
        held = {one.camera: member.worker for member in members for one in member.held}
        return held | dict(self._placement.workers)

    def _moving(self, members: Sequence[Member]) -> bool:
        """Whether cameras are still on their way to where they were placed."""
        where = self._placement.workers
        return any(where.get(one.camera) != member.worker for member in members for one in member.held)

    def _tell(self, members: Sequence[Member]) -> None:
        lists = reconcile(self._wishes.assignments, self._placement.workers, members, self._wishes.restarting)
        for worker, assignments in lists.items():
            log.info("worker %s: %d cameras", worker, len(assignments))
            self._crew.assign(worker, assignments)
        self.count = self._counted(members)

    def _counted(self, members: Sequence[Member]) -> FarmCount:
        wanted = self._wishes.assignments
        held = {one.camera for member in members for one in member.held}
        return FarmCount(
            workers=len(members),
            ready=sum(member.ready for member in members),
            wanted=len(wanted),
            assigned=len(held & wanted.keys()),
            left_out=len(wanted) - len(self._placement.workers) if members else 0,
        )

    def _acknowledge(self, members: Sequence[Member]) -> None:
        for order in done(self._wishes.open_orders, members):
            self._wishes.carried_out(order)
        for order in self._wishes.owed():
            try:
                self._registry().acknowledge_order(order)
            except StoreError as error:
                self._log.error(_REGISTRY, error)
                return
            self._wishes.acknowledged(order)
