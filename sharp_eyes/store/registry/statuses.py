"""What nodes say of themselves, and what the farm is told to do."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, delete, select, update

from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.revisions import rise
from sharp_eyes.store.registry.upsert import upsert
from sharp_eyes.store.sql import reading, writing

# `drain NODE` holds until it is withdrawn; `restart CAMERA` is done once it is acknowledged.
OrderKind = Literal["drain", "restart"]


@dataclass(frozen=True, slots=True)
class NodeStatusRow:
    """A node's last word at `at` (microseconds UTC); `body` is read by `farm_status.read_status`."""

    node: str
    at: int
    body: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a node or a camera, since `revision`; `ordered_at` is microseconds UTC."""

    kind: OrderKind
    subject: str
    revision: int
    ordered_by: str
    ordered_at: int
    acknowledged_revision: int | None = None

    @property
    def pending(self) -> bool:
        """Whether nobody has acknowledged it yet."""
        return self.acknowledged_revision != self.revision


def put_status(engine: Engine, node: str, at: int, body: str) -> None:
    """The node's status is this now; no revision: it is no wish."""
    with writing(engine) as connection:
        upsert(connection, schema.node_status, [{"node": node, "at": at, "body": body}])


def statuses(engine: Engine) -> list[NodeStatusRow]:
    """The last word of every node, by their names."""
    with reading(engine) as connection:
        rows = connection.execute(select(schema.node_status).order_by(schema.node_status.c.node)).mappings()
        return [NodeStatusRow(**row) for row in rows]


def forget_status(engine: Engine, node: str) -> None:
    """The node is gone for good."""
    with writing(engine) as connection:
        connection.execute(delete(schema.node_status).where(schema.node_status.c.node == node))


def put_order(engine: Engine, kind: OrderKind, subject: str, *, author: str, at: int) -> Order:
    """Order it, again where it was ordered before: a new revision that wants acknowledging."""
    with writing(engine) as connection:
        revision = rise(connection)
        row = {
            "kind": kind,
            "subject": subject,
            "revision": revision,
            "ordered_by": author,
            "ordered_at": at,
            "acknowledged_revision": None,
        }
        upsert(connection, schema.desired_order, [row])
    return Order(kind, subject, revision, author, at)


def orders(engine: Engine) -> list[Order]:
    """Everything that is ordered, acknowledged or not, oldest first."""
    with reading(engine) as connection:
        asked = select(schema.desired_order).order_by(schema.desired_order.c.revision)
        return [Order(**row) for row in connection.execute(asked).mappings()]


def acknowledge_order(engine: Engine, order: Order) -> None:
    """The farm has done this; nothing happens where it was ordered again in the meantime."""
    table = schema.desired_order
    same = (
        (table.c.kind == order.kind)
        & (table.c.subject == order.subject)
        & (table.c.revision == order.revision)
    )
    with writing(engine) as connection:
        connection.execute(update(table).where(same).values(acknowledged_revision=order.revision))


def withdraw_order(engine: Engine, kind: OrderKind, subject: str) -> bool:
    """No longer wanted; whether it was. The registry's revision rises, so that the farm notices."""
    table = schema.desired_order
    with writing(engine) as connection:
        doomed = delete(table).where((table.c.kind == kind) & (table.c.subject == subject))
        gone = connection.execute(doomed).rowcount > 0
        if gone:
            rise(connection)
    return gone
