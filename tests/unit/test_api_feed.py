"""The feed: everybody hears what is theirs, slow ones resync, and an index that is away is waited for."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from api import feed as feeds
from api.feed import QUEUE, Feed, Message, Resync, Told
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.queries import Change, Changes, EventView, WrongPositionError


def view(event_id: str, division: str) -> EventView:
    return EventView(
        event_id=event_id, camera="gate", division=division, rule="yard", rule_revision="r", type="intrusion",
        at=0, severity=2, run="r", label="person", track=1, confidence=0.9, xyxy=None, place="yard",
        direction=None, model="", notes=(), ended_at=None, ended_because=None, evidence=(),
        visible_at=0,
    )  # fmt: skip


@dataclass
class ScriptedLog:
    """A log of changes in memory; `refusals` errors come first."""

    items: list[Change] = field(default_factory=list)
    refusals: int = 0
    asked: int = 0

    def add(self, division: str = "330802", kind: str = "raised") -> None:
        number = len(self.items) + 1
        self.items.append(Change(str(number), kind, f"e{number}", "gate", division))  # type: ignore[arg-type]

    def position(self) -> str:
        return str(len(self.items))

    def changes(self, after: str, limit: int) -> Changes:
        self.asked += 1
        if self.refusals:
            self.refusals -= 1
            raise StoreError("away")
        if not after.isdecimal():
            raise WrongPositionError(after)
        found = tuple(self.items[int(after) : int(after) + limit])
        return Changes(found, found[-1].position if found else after)

    def views(self, event_ids: Sequence[str], divisions: tuple[str, ...]) -> list[EventView]:
        known = {item.event_id: item.division for item in self.items}
        return [view(one, known[one]) for one in event_ids if known[one].startswith(divisions)]


def drained(subscriber: feeds.Subscriber) -> list[Message]:
    found = []
    while not subscriber.queue.empty():
        found.append(subscriber.queue.get_nowait())
    return found


def test_a_subscriber_hears_what_comes_after_it_came_and_only_of_its_divisions() -> None:
    async def scene() -> None:
        log = ScriptedLog()
        log.add()
        feed = Feed(log)
        async with feed.subscribed(("330802",)) as one, feed.subscribed(("",)) as all_of_it:
            log.add("330803001")
            log.add("330802001")
            await feed.poll()
            assert [message.position for message in drained(one)] == ["3"]
            assert [message.position for message in drained(all_of_it)] == ["2", "3"]

    asyncio.run(scene())


@dataclass
class HeldLog(ScriptedLog):
    """A log whose first answer about its end comes only when it is let go."""

    ends_asked: int = 0
    letting_go: threading.Event = field(default_factory=threading.Event)

    def position(self) -> str:
        self.ends_asked += 1
        if self.ends_asked == 1:
            assert self.letting_go.wait(10)
        return super().position()


def test_of_two_who_come_first_at_once_neither_misses_anything() -> None:
    async def scene() -> None:
        log = HeldLog()
        feed = Feed(log)
        later = feed.subscribed(("",))
        coming = asyncio.create_task(later.__aenter__())
        while not log.ends_asked:
            await asyncio.sleep(0.001)
        async with feed.subscribed(("",)) as sooner:
            log.add()
            log.letting_go.set()
            await coming
            await feed.poll()
            assert [message.position for message in drained(sooner)] == ["1"]
        await later.__aexit__(None, None, None)

    asyncio.run(scene())


def test_who_is_too_slow_loses_the_queue_and_resyncs_once() -> None:
    async def scene() -> None:
        log = ScriptedLog()
        feed = Feed(log)
        async with feed.subscribed(("",)) as slow:
            for _ in range(QUEUE + 1):
                log.add()
            while await feed.poll():
                pass
            messages = drained(slow)
            assert messages[0] == Resync(str(QUEUE + 1))
            assert len(messages) == 1

    asyncio.run(scene())


def test_who_comes_back_hears_what_was_missed_in_order() -> None:
    async def scene() -> None:
        log = ScriptedLog()
        for _ in range(feeds.PAGE + 3):
            log.add()
        missed = await Feed(log).missed("1", ("3308",))
        assert [message.position for message in missed] == [str(n) for n in range(2, feeds.PAGE + 4)]
        assert all(isinstance(message, Told) for message in missed)

    asyncio.run(scene())


@pytest.mark.parametrize("since", ["another index's", "-1"])
def test_a_position_that_is_none_is_a_resync(since: str) -> None:
    log = ScriptedLog()
    log.add()
    assert asyncio.run(Feed(log).missed(since, ("",))) == [Resync("1")]


def test_who_missed_too_much_resyncs() -> None:
    log = ScriptedLog()
    for _ in range(feeds.CATCH_UP + feeds.PAGE):
        log.add()
    assert asyncio.run(Feed(log).missed("0", ("",))) == [Resync(log.position())]


def test_nobody_listening_means_that_nobody_asks() -> None:
    async def scene() -> None:
        log = ScriptedLog()
        feed = Feed(log, poll_seconds=0.001)
        polling = asyncio.create_task(feed.run())
        await asyncio.sleep(0.03)
        assert log.asked == 0
        async with feed.subscribed(("",)):
            await asyncio.sleep(0.05)
            assert log.asked > 0
        await asyncio.sleep(0.02)
        before = log.asked
        await asyncio.sleep(0.03)
        assert log.asked == before
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    asyncio.run(scene())


def test_an_index_that_was_away_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "OUTAGE_SECONDS", 0.001)

    async def scene() -> None:
        log = ScriptedLog()
        feed = Feed(log, poll_seconds=0.001)
        async with feed.subscribed(("",)) as one:
            log.refusals = 3
            log.add()
            polling = asyncio.create_task(feed.run())
            message = await asyncio.wait_for(one.queue.get(), 5)
            assert isinstance(message, Told)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    asyncio.run(scene())


def test_a_mistake_of_ours_is_a_resync_for_everybody_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(feeds, "OUTAGE_SECONDS", 0.001)

    async def scene() -> None:
        log = ScriptedLog()
        feed = Feed(log, poll_seconds=0.001)
        async with feed.subscribed(("",)) as one:
            log.items.append("no change")  # type: ignore[arg-type]
            polling = asyncio.create_task(feed.run())
            assert await asyncio.wait_for(one.queue.get(), 5) == Resync("1")
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    asyncio.run(scene())
    assert "everybody resyncs" in caplog.text
