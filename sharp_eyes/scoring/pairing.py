"""The largest one-to-one match of two sorts of things that are known by their numbers."""

from collections import deque
from collections.abc import Callable, Iterator


def largest_match(asking: int, offered: int, near: Callable[[int], Iterator[int]]) -> dict[int, int]:
    """Who of `asking` gets which of `offered`, as many as can be: asking → offered.

    `near` gives what would do for one that asks, best first. Augmenting paths, breadth first (H. W. Kuhn,
    The Hungarian method for the assignment problem, 1955).
    """
    pairs: dict[int, int] = {}
    owner: dict[int, int] = {}
    hopeless: set[int] = set()
    for one in range(asking):
        if len(hopeless) == offered:
            break
        _place(one, near, pairs, owner, hopeless, offered)
    return pairs


def _place(
    first: int,
    near: Callable[[int], Iterator[int]],
    pairs: dict[int, int],
    owner: dict[int, int],
    hopeless: set[int],
    offered: int,
) -> None:
    """Find something for `first`; those on the way move on to their next.

    What a search in vain has seen leads to nothing free later either: it goes to `hopeless`.
    """
    asked_by: dict[int, int] = {}
    waiting = deque([first])
    while waiting:
        asking = waiting.popleft()
        for thing in near(asking):
            if thing in asked_by or thing in hopeless:
                continue
            asked_by[thing] = asking
            if thing not in owner:
                _move(thing, asked_by, pairs, owner)
                return
            waiting.append(owner[thing])
        if len(asked_by) + len(hopeless) == offered:
            break  # there is nobody left to ask
    hopeless.update(asked_by)


def _move(free: int, asked_by: dict[int, int], pairs: dict[int, int], owner: dict[int, int]) -> None:
    """Hand what is free to who asked for it, and his own to who asked for that, back to the first."""
    thing: int | None = free
    while thing is not None:
        asking = asked_by[thing]
        before = pairs.get(asking)
        pairs[asking], owner[thing] = thing, asking
        thing = before
