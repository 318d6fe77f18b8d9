import logging
import threading
from collections.abc import Iterator, Sequence

import pytest

from sharp_eyes.clock import FakeClock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.rows import Row
from workers.node.committer import Committer
from workers.node.counted_log import CountedLog
from workers.node.load import raised_row

AT = 1_800_000_000_000_000


class SlowJournal:
    """Holds each append until it is let through, and may refuse it."""

    def __init__(self) -> None:
        self.groups: list[list[Row]] = []
        self.entered = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.errors: list[Exception] = []

    def append(self, rows: Sequence[Row], committed_at: int) -> int:
        self.entered.release()
        assert self.let.acquire(timeout=5)
        if self.errors:
            raise self.errors.pop(0)
        self.groups.append(list(rows))
        return len(rows)


@pytest.fixture
def journal() -> SlowJournal:
    return SlowJournal()


@pytest.fixture
def committer(journal: SlowJournal) -> Iterator[Committer]:
    committer = Committer(journal, FakeClock(), CountedLog(logging.getLogger("sharp_eyes.node"), FakeClock()))
    yield committer
    for _ in range(100):
        journal.let.release()
    committer.close()


def row(number: int) -> Row:
    return raised_row("w1", number, AT + number)


def test_what_is_appended_during_a_commit_goes_into_the_next_together(
    journal: SlowJournal, committer: Committer
) -> None:
    committer.start()
    first = committer.append([row(0)])
    assert journal.entered.acquire(timeout=5)
    others = [committer.append([row(number), row(number + 100)]) for number in range(1, 6)]
    assert not first.done()
    journal.let.release(2)
    for done in (first, *others):
        done.result(timeout=5)
    assert [len(group) for group in journal.groups] == [1, 10]
    assert journal.groups[1][:3] == [row(1), row(101), row(2)]


def test_nobody_is_answered_before_the_journal_has_it(journal: SlowJournal, committer: Committer) -> None:
    committer.start()
    done = committer.append([row(0)])
    assert journal.entered.acquire(timeout=5)
    assert not done.done()
    journal.let.release()
    done.result(timeout=5)


@pytest.mark.parametrize("error", [StoreError("the disk is full"), OverflowError("the disk is full")])
def test_a_group_that_the_journal_refuses_is_refused_to_all_and_the_next_is_tried(
    journal: SlowJournal, committer: Committer, error: Exception
) -> None:
    journal.errors = [error]
    refused = [committer.append([row(0)]), committer.append([row(1)])]
    journal.let.release(2)
    committer.start()
    for done in refused:
        with pytest.raises(StoreError, match="the disk is full"):
            done.result(timeout=5)
    committer.append([row(0)]).result(timeout=5)
    assert journal.groups == [[row(0)]]


def test_a_refusal_is_told_before_anybody_asks_again(journal: SlowJournal, committer: Committer) -> None:
    journal.errors = [StoreError("the disk is full")]
    told = threading.Event()
    committer.on_refusal(told.set)
    refused = committer.append([row(0)])
    heard: list[bool] = []
    refused.add_done_callback(lambda _: heard.append(told.is_set()))
    journal.let.release()
    committer.start()
    with pytest.raises(StoreError):
        refused.result(timeout=5)
    assert heard == [True]


def test_a_group_has_a_limit(journal: SlowJournal, committer: Committer) -> None:
    many = [committer.append([row(number)] * 1000) for number in range(9)]
    journal.let.release(9)
    committer.start()
    for done in many:
        done.result(timeout=5)
    assert [len(group) for group in journal.groups] == [5000, 4000]


def test_what_was_called_off_is_not_written(journal: SlowJournal, committer: Committer) -> None:
    called_off = committer.append([row(0)])
    kept = committer.append([row(1)])
    assert called_off.cancel()
    journal.let.release()
    committer.start()
    kept.result(timeout=5)
    assert journal.groups == [[row(1)]]


def test_listeners_hear_of_each_commit(journal: SlowJournal, committer: Committer) -> None:
    heard = threading.Event()
    committer.listen(heard.set)
    committer.start()
    committer.append([row(0)])
    assert not heard.is_set()
    journal.let.release()
    assert heard.wait(5)


def test_closing_commits_what_is_queued_and_refuses_what_comes_later(
    journal: SlowJournal, committer: Committer
) -> None:
    done = committer.append([row(0)])
    journal.let.release()
    committer.start()
    committer.close()
    assert done.result(timeout=0) is None
    with pytest.raises(StoreError, match="stopping"):
        committer.append([row(1)]).result(timeout=5)
