"""One head to a registry: two would watch every camera twice."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace

from sharp_eyes.clock import SECOND
from sharp_eyes.errors import ConfigError, Problem, StoreError
from sharp_eyes.farm_status import STALE, read_status, readable_status, status_text
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order
from workers.node.node import Registry


def refuse_second_head(index: str, node: str, now: int) -> None:
    """Raises ConfigError where another node than this one heads a farm on the registry of this index.

    A registry that is away refuses nobody: a farm starts without it, too.
    """
    with contextlib.suppress(StoreError), closing(open_registry(index)) as registry:
        check_heads(registry.statuses(), node, now)


def check_heads(rows: Iterable[NodeStatusRow], node: str, now: int) -> None:
    """The same for these status rows, as of `now` (microseconds UTC)."""
    for row in rows:
        age = max(0, now - row.at)
        status = readable_status(row.body)
        if row.node != node and age <= STALE and status is not None and status.head:
            raise ConfigError([_headed(row.node, age)])


def _headed(node: str, age: int) -> Problem:
    return Problem(
        "registry",
        f'node "{node}"',
        f"heads a farm on this registry already (heard {age // SECOND} s ago)",
        "join it with --address, or wait until it is gone",
    )


class _HeadRegistry:
    """A registry to which a node's status goes with the mark of a head."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def put_status(self, node: str, at: int, body: str) -> None:
        """This node's status is this now, and it is a head."""
        self._registry.put_status(node, at, status_text(replace(read_status(body), head=True)))

    def orders(self) -> Sequence[Order]:
        """What the farm is told to do."""
        return self._registry.orders()

    def close(self) -> None:
        """Give back its connections."""
        self._registry.close()


def saying_it_heads(opening: Callable[[], Registry]) -> Callable[[], Registry]:
    """The same registry for the node of a head: what the node says of itself says so."""
    return lambda: _HeadRegistry(opening())
