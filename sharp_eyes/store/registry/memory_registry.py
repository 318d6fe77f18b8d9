"""The part of the registry that the farm's processes use, held in memory: the fake for tests."""

from dataclasses import replace

from sharp_eyes.config.stored import Declared
from sharp_eyes.store.registry.registered import RegisteredCamera, UnknownCameraError
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order, OrderKind


class MemoryRegistry:
    """Cameras, statuses and orders as `RegistryStore` has them; without history, people or refusals."""

    def __init__(self) -> None:
        self._revision = 0
        self._cameras: dict[str, RegisteredCamera] = {}
        self._statuses: dict[str, NodeStatusRow] = {}
        self._orders: dict[tuple[OrderKind, str], Order] = {}

    def revision(self) -> int:
        """That of the last change."""
        return self._revision

    def cameras(self, after_revision: int = -1) -> list[RegisteredCamera]:
        """What changed after this revision, in the order of the changes; removed cameras too."""
        changed = (one for one in self._cameras.values() if one.revision > after_revision)
        return sorted(changed, key=lambda one: one.revision)

    def camera(self, camera_id: str) -> RegisteredCamera | None:
        """The camera of this id, also if it is removed."""
        return self._cameras.get(camera_id)

    def edit_camera(self, declared: Declared, *, author: str, at: int) -> RegisteredCamera:
        """Make or change a camera; what says nothing new is no change."""
        camera = declared.camera
        known = self._cameras.get(camera.id)
        if known and not known.removed and known.entry == declared.entry:
            return known
        return self._put(
            RegisteredCamera(
                id=camera.id,
                number=known.number if known else len(self._cameras) + 1,
                entry=declared.entry,
                revision=self._rise(),
                division=camera.division,
                edited_by=author,
                edited_at=at,
                removed=False,
                enabled=known.enabled if known and not known.removed else True,
                through="console",
            )
        )

    def remove_camera(self, camera_id: str, *, author: str, at: int) -> RegisteredCamera:
        """Remove a camera; its number stays. Raises UnknownCameraError."""
        known = self._present(camera_id)
        return self._put(replace(known, removed=True, revision=self._rise(), edited_by=author, edited_at=at))

    def switch_camera(self, camera_id: str, *, enabled: bool, author: str, at: int) -> RegisteredCamera:
        """Watch a camera, or stop watching it for a time. Raises UnknownCameraError."""
        known = self._present(camera_id)
        if known.enabled == enabled:
            return known
        return self._put(
            replace(known, enabled=enabled, revision=self._rise(), edited_by=author, edited_at=at)
        )

    def put_status(self, node: str, at: int, body: str) -> None:
        """The node's status is this now."""
        self._statuses[node] = NodeStatusRow(node, at, body)

    def statuses(self) -> list[NodeStatusRow]:
        """The last word of every node, by their names."""
        return [self._statuses[node] for node in sorted(self._statuses)]

    def forget_status(self, node: str) -> None:
        """The node is gone for good."""
        self._statuses.pop(node, None)

    def put_order(self, kind: OrderKind, subject: str, *, author: str, at: int) -> Order:
        """Order it, again where it was ordered before."""
        order = Order(kind, subject, self._rise(), author, at)
        self._orders[kind, subject] = order
        return order

    def orders(self) -> list[Order]:
        """Everything that is ordered, acknowledged or not, oldest first."""
        return sorted(self._orders.values(), key=lambda order: order.revision)

    def acknowledge_order(self, order: Order) -> None:
        """The farm has done this; nothing happens where it was ordered again in the meantime."""
        known = self._orders.get((order.kind, order.subject))
        if known and known.revision == order.revision:
            self._orders[order.kind, order.subject] = replace(known, acknowledged_revision=order.revision)

    def withdraw_order(self, kind: OrderKind, subject: str) -> bool:
        """No longer wanted; whether it was."""
        gone = self._orders.pop((kind, subject), None) is not None
        if gone:
            self._rise()
        return gone

    def _rise(self) -> int:
        self._revision += 1
        return self._revision

    def _put(self, camera: RegisteredCamera) -> RegisteredCamera:
        self._cameras[camera.id] = camera
        return camera

    def _present(self, camera_id: str) -> RegisteredCamera:
        known = self._cameras.get(camera_id)
        if known is None or known.removed:
            raise UnknownCameraError(f'there is no camera "{camera_id}" in the registry')
        return known
