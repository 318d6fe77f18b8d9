import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharp_eyes.clock import FakeClock
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.spool import Spool
from workers.node import housekeeping
from workers.node.housekeeping import DAY, DEAD, HOUR, Purge, Sweep
from workers.node.load import raised_row
from workers.node.loop import Outcome

AT = 1_800_000_000_000_000
CURSORS = ("records", "evidence")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as journal:
        yield journal


def fill(journal: Journal, count: int, at: int = AT) -> None:
    end = journal.end()
    journal.append([raised_row("w1", end + number, at) for number in range(count)], at)


def positions(journal: Journal) -> list[int]:
    return [one.position for one in journal.after(0, 10_000)]


def test_rows_that_are_shipped_and_a_day_old_are_purged(journal: Journal) -> None:
    clock = FakeClock(AT)
    fill(journal, 4)
    for name in CURSORS:
        journal.move_cursor(name, 3)
    purge = Purge(journal, CURSORS, clock)
    clock.sleep(DAY)
    assert purge.step() is Outcome.IDLE
    clock.sleep(1)
    assert purge.step() is Outcome.DONE
    assert positions(journal) == [4]


def test_a_row_that_any_shipper_has_not_passed_stays_however_old_it_is(journal: Journal) -> None:
    fill(journal, 4)
    journal.move_cursor("records", 4)  # and evidence never moved
    assert Purge(journal, CURSORS, FakeClock(AT + 9 * DAY)).step() is Outcome.IDLE
    assert positions(journal) == [1, 2, 3, 4]


def test_a_long_journal_is_purged_in_pieces_up_to_the_first_row_that_is_young(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 10)
    fill(journal, 25)
    fill(journal, 5, AT + DAY)
    for name in CURSORS:
        journal.move_cursor(name, 30)
    purge = Purge(journal, CURSORS, FakeClock(AT + DAY + 1))
    assert [purge.step() for _ in range(4)] == [Outcome.MORE, Outcome.MORE, Outcome.DONE, Outcome.IDLE]
    assert positions(journal) == [26, 27, 28, 29, 30]


class Around:
    """Which bodies are needed, and for how long nobody has been there."""

    def __init__(self, needed: set[str]) -> None:
        self.needed = needed
        self.read = True
        self.alone = 0

    def caught_up(self) -> bool:
        return self.read

    def waits_for(self, sha256: str) -> bool:
        return sha256 in self.needed

    def nobody_for(self) -> int:
        return self.alone


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def put(spool: Spool, body: bytes, at: int) -> str:
    name = spool.put(body)
    os.utime(spool._folder / name, (at / 1e6, at / 1e6))
    return name


def test_a_body_without_a_row_goes_after_an_hour(spool: Spool) -> None:
    needed, orphan, young = (
        put(spool, b"a", 0),
        put(spool, b"b", AT - HOUR - 1_000),
        put(spool, b"c", AT - HOUR),
    )
    around = Around({needed})
    Sweep(spool, around, around, FakeClock(AT)).step()
    assert orphan not in spool.names()
    assert set(spool.names()) == {needed, young}


def test_a_body_without_a_row_goes_soon_where_no_worker_is_left_to_announce_it(spool: Spool) -> None:
    put(spool, b"a", AT - DEAD - 1_000)
    around = Around(set())
    sweep = Sweep(spool, around, around, FakeClock(AT))
    around.alone = DEAD - 1
    sweep.step()
    assert len(spool.names()) == 1
    around.alone = DEAD
    sweep.step()
    assert spool.names() == []


def test_nothing_is_swept_before_every_row_was_read(spool: Spool) -> None:
    put(spool, b"a", 0)
    around = Around(set())
    around.read = False
    assert Sweep(spool, around, around, FakeClock(AT)).step() is Outcome.IDLE
    assert len(spool.names()) == 1


def test_what_a_dead_worker_left_half_written_is_swept_too(spool: Spool) -> None:
    part = spool._folder / "0123.part"
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    around = Around(set())
    Sweep(spool, around, around, FakeClock(AT)).step()
    assert not part.exists()
