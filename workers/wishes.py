"""What the registry wants watched, kept up to date by its revisions, and remembered while it is away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from sharp_eyes.store.registry.registered import RegisteredCamera
from sharp_eyes.store.registry.statuses import Order
from workers.assignment import Assignment
from workers.placement import Load


class Registry(Protocol):
    """The part of the registry that the farm needs. Every method raises StoreError."""

    def revision(self) -> int:
        """Rises with every change of a camera or an order; cheap."""
        ...

    def cameras(self, after_revision: int = -1) -> list[RegisteredCamera]:
        """What changed after this revision, removed cameras too."""
        ...

    def orders(self) -> list[Order]:
        """Everything that is ordered, acknowledged or not."""
        ...

    def acknowledge_order(self, order: Order) -> None:
        """The farm has done this."""
        ...


@dataclass(frozen=True, slots=True)
class _Burden:
    """What placing a camera needs of its entry, in which every value is written out."""

    analyse_fps: float = 5.0
    tier: int = 2
    model: str = "default"


_BURDEN = TypeAdapter(_Burden)


class Wishes:
    """The cameras that are to be watched, and what is ordered; empty until the first `refresh`."""

    def __init__(self) -> None:
        self.revision = -1
        self.orders: Sequence[Order] = ()
        self._done: set[int] = set()  # revisions of orders that are carried out, until that is known
        self.assignments: dict[str, Assignment] = {}
        self.loads: dict[str, Load] = {}

    def refresh(self, registry: Registry) -> bool:
        """Read what changed; whether anything did. Raises StoreError, and stays as it was."""
        revision = registry.revision()
        if revision == self.revision:
            return False
        orders, changed = registry.orders(), registry.cameras(self.revision)
        for camera in changed:
            self._note(camera)
        self.orders = orders
        # What was written between the two questions is asked for once more: no harm in that.
        self.revision = revision
        return True

    @property
    def draining(self) -> frozenset[str]:
        """Nodes that are to watch nothing, until the order is withdrawn."""
        return frozenset(order.subject for order in self.orders if order.kind == "drain")

    @property
    def open_orders(self) -> list[Order]:
        """What nobody has done yet."""
        return [order for order in self.orders if order.pending and order.revision not in self._done]

    @property
    def restarting(self) -> frozenset[str]:
        """Cameras that are to be stopped once, and started again."""
        return frozenset(order.subject for order in self.open_orders if order.kind == "restart")

    def carried_out(self, order: Order) -> None:
        """This is done, and not to be done again, even while the registry cannot be told."""
        self._done.add(order.revision)

    def owed(self) -> list[Order]:
        """What is done, and the registry does not know it yet."""
        return [order for order in self.orders if order.pending and order.revision in self._done]

    def acknowledged(self, order: Order) -> None:
        """The registry knows it too."""
        known = replace(order, acknowledged_revision=order.revision)
        self.orders = [known if one == order else one for one in self.orders]
        self._done.discard(order.revision)

    def _note(self, camera: RegisteredCamera) -> None:
        if camera.removed or not camera.enabled:
            self.assignments.pop(camera.id, None)
            self.loads.pop(camera.id, None)
            return
        burden = _burden(camera.entry)
        self.assignments[camera.id] = Assignment(
            camera.id, camera.number, camera.revision, camera.entry, burden.model
        )
        self.loads[camera.id] = Load(camera.id, burden.analyse_fps, burden.tier)


def _burden(entry: str) -> _Burden:
    """An entry that cannot be read is placed all the same: its worker refuses it and says why."""
    try:
        return _BURDEN.validate_json(entry)
    except ValidationError:
        return _Burden()
