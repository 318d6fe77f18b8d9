"""What each worker must be told: desired × running → complete lists, without a clock or Ray.

A camera never runs twice: one that moves is first taken from its old worker, and given to the new
one in a later round, when the old one says that it has let go. A restart is the same in one place.
"""

from collections.abc import Collection, Iterable, Mapping

from sharp_eyes.store.registry.statuses import Order
from workers.assignment import Assignment
from workers.crew import Member


def reconcile(
    wanted: Mapping[str, Assignment],
    placed: Mapping[str, str],
    members: Collection[Member],
    restarting: Collection[str] = (),
) -> dict[str, tuple[Assignment, ...]]:
    """The new list of each worker that watches something else than it should, sorted by camera.

    `placed` names the worker of each camera. Workers that are not ready, or still busy with what
    they were told, are told nothing now.
    """
    lists = _lists(wanted, placed, _holders(members), restarting)
    return {
        member.worker: tuple(lists.get(member.worker, ()))
        for member in _shrinking_first(members, lists)
        if member.ready and not member.busy and set(lists.get(member.worker, ())) != set(member.held)
    }


def _lists(
    wanted: Mapping[str, Assignment],
    placed: Mapping[str, str],
    holders: Mapping[str, str],
    restarting: Collection[str],
) -> dict[str, list[Assignment]]:
    lists: dict[str, list[Assignment]] = {}
    for camera, worker in sorted(placed.items()):
        leaving = camera in restarting and camera in holders
        if camera in wanted and holders.get(camera, worker) == worker and not leaving:
            lists.setdefault(worker, []).append(wanted[camera])
    return lists


def _holders(members: Iterable[Member]) -> dict[str, str]:
    """The worker that watches each camera now; one that is not ready watches nothing.

    Of two that say so, as after a split of the network, the first by name keeps the camera.
    """
    ready = sorted((member for member in members if member.ready), key=lambda member: member.worker)
    return {one.camera: member.worker for member in reversed(ready) for one in member.held}


def _shrinking_first(members: Iterable[Member], lists: Mapping[str, list[Assignment]]) -> list[Member]:
    return sorted(members, key=lambda member: len(lists.get(member.worker, ())) - len(member.held))


def done(orders: Iterable[Order], members: Collection[Member]) -> list[Order]:
    """Those of these orders that are carried out by now.

    A restart is, when nobody watches the camera any more: from then on it is placed like any other.
    A drained node is, when none of its workers watches anything.
    """
    watched = set(_holders(members))
    at_work = {member.node for member in members if member.held or member.busy}
    still = {"restart": watched, "drain": at_work}
    return [order for order in orders if order.subject not in still[order.kind]]
