"""The live feed: one poller of the index's changes per process, and a bounded queue per subscriber.

    index.changes ──► Feed.poll (4/s, only while somebody listens) ──► queue ──► one WebSocket
                                                                  └──► queue ──► …
A subscriber that is too slow loses its queue and is told to resync. Delivered at least once: what a
subscriber catches up with may come again from the poller, in the state that it has by then.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from starlette.concurrency import run_in_threadpool

from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.queries import Changes, EventView

QUEUE = 512  # changes that a subscriber may be behind
PAGE = 500  # changes read at once
CATCH_UP = 2_000  # changes that a returning subscriber is given one by one; beyond it, it resyncs
POLL_SECONDS = 0.25
OUTAGE_SECONDS = 2.0

_log = logging.getLogger(__name__)


class ChangeLog(Protocol):
    """What the feed asks of the index."""

    def position(self) -> str:
        """Where the log ends now."""
        ...

    def changes(self, after: str, limit: int) -> Changes:
        """What came after a position, in order. Raises ValueError for what is no position."""
        ...

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        """The events with these ids, those of these divisions alone."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """One change as a subscriber is told it: the event in its present state."""

    position: str
    change: str
    event: EventView


@dataclass(frozen=True, slots=True)
class Resync:
    """Something was left out: ask for the list again, and go on from `position`."""

    position: str


Message = Told | Resync


@dataclass(eq=False, slots=True)
class Subscriber:
    """One listener: the divisions it may see, and what it has not heard yet."""

    divisions: tuple[str, ...]
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, message: Message) -> None:
        """Queue this; where there is no room, all of the queue becomes one resync."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            message = Resync(message.position)
        self.queue.put_nowait(message)


class Feed:
    """Polls while anybody listens; `run` it once in the application's event loop."""

    def __init__(self, log: ChangeLog, poll_seconds: float = POLL_SECONDS) -> None:
        self._changes = log
        self._poll_seconds = poll_seconds
        self._subscribers: set[Subscriber] = set()
        self._position: str | None = None
        self._somebody = asyncio.Event()

    async def run(self) -> None:
        """Poll for ever; an index that does not answer is asked again, and nothing is skipped."""
        while True:
            await self._somebody.wait()
            try:
                more = await self.poll()
            except StoreError as error:
                _log.warning("the feed waits for the index: %s", error)
                await asyncio.sleep(OUTAGE_SECONDS)
            except Exception:  # noqa: BLE001 - a supervisor's loop
                _log.exception("the feed begins anew: everybody resyncs")
                self._position = None
                await asyncio.sleep(OUTAGE_SECONDS)
            else:
                await asyncio.sleep(0 if more else self._poll_seconds)

    async def poll(self) -> bool:
        """Tell what is new; whether there may be more at once."""
        if self._position is None:
            self._position = await run_in_threadpool(self._changes.position)
            for subscriber in self._subscribers:
                subscriber.offer(Resync(self._position))
            return False
        changes = await run_in_threadpool(self._changes.changes, self._position, PAGE)
        for divisions in {subscriber.divisions for subscriber in self._subscribers}:
            told = await run_in_threadpool(self._told, changes, divisions)
            for subscriber in [one for one in self._subscribers if one.divisions == divisions]:
                for message in told:
                    subscriber.offer(message)
        self._position = changes.position
        return len(changes.items) == PAGE

    def _told(self, changes: Changes, divisions: tuple[str, ...]) -> list[Told]:
        """These changes, with their events as those who see these divisions may have them."""
        wanted = list(dict.fromkeys(item.event_id for item in changes.items if item.event_id))
        views = {view.event_id: view for view in self._changes.views(wanted, divisions)} if wanted else {}
        return [
            Told(item.position, item.kind, views[item.event_id])
            for item in changes.items
            if item.event_id in views
        ]

    @contextlib.asynccontextmanager
    async def subscribed(self, divisions: tuple[str, ...]) -> AsyncIterator[Subscriber]:
        """A subscriber who hears everything from now on. Raises StoreError where the index is away."""
        if not self._subscribers:
            position = await run_in_threadpool(self._changes.position)
            if not self._subscribers:  # else who came meanwhile has yet to hear what came before this
                self._position = position
        subscriber = Subscriber(divisions)
        self._subscribers.add(subscriber)
        self._somebody.set()
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
            if not self._subscribers:
                self._somebody.clear()

    async def position(self) -> str:
        """Where the log ends now."""
        return await run_in_threadpool(self._changes.position)

    async def missed(self, since: str, divisions: tuple[str, ...]) -> list[Message]:
        """What came after `since`; a resync where that is too much, or no position of this index."""
        found: list[Message] = []
        seen, at = 0, since
        while seen < CATCH_UP:
            try:
                changes = await run_in_threadpool(self._changes.changes, at, PAGE)
            except ValueError:
                break
            found += await run_in_threadpool(self._told, changes, divisions)
            seen, at = seen + len(changes.items), changes.position
            if len(changes.items) < PAGE:
                return found
        return [Resync(await self.position())]
