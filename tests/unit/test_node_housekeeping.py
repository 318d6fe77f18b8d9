import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sharp_eyes.clock import FakeClock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.lake.hot_window import IndexPlace, set_archived, visible_end
from sharp_eyes.store.spool import Spool
from workers.node import housekeeping
from workers.node.archive import IndexArchive, IndexEnd
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


class Lake:
    """A history that is as far as `flush` brought it, behind an index that shows what was shipped."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.name = "first"
        self.away = False
        self.asked = 0
        self.shows: int | None = None  # else what was shipped
        self.archived: IndexPlace | None = None

    def end(self) -> IndexEnd:
        self.asked += 1
        if self.away:
            raise StoreError("the index is away")
        shown = self.journal.cursor("records") if self.shows is None else self.shows
        return IndexEnd(self.name, IndexPlace(shown, 0))

    def holds(self, end: IndexEnd) -> bool:
        return self.archived is not None and self.archived.holds(end.place)

    def flush(self) -> None:
        self.archived = self.end().place


@pytest.fixture
def lake(journal: Journal) -> Lake:
    return Lake(journal)


def ship(journal: Journal, position: int) -> None:
    for name in CURSORS:
        journal.move_cursor(name, position)


def test_rows_that_are_archived_and_a_day_old_are_purged(journal: Journal, lake: Lake) -> None:
    clock = FakeClock(AT)
    fill(journal, 4)
    ship(journal, 3)
    lake.flush()
    purge = Purge(journal, CURSORS, lake, clock)
    clock.sleep(DAY)
    assert purge.step() is Outcome.IDLE
    clock.sleep(1)
    assert purge.step() is Outcome.DONE
    assert positions(journal) == [4]


def test_a_row_that_any_shipper_has_not_passed_stays_however_old_it_is(journal: Journal, lake: Lake) -> None:
    fill(journal, 4)
    journal.move_cursor("records", 4)  # and evidence never moved
    lake.flush()
    assert Purge(journal, CURSORS, lake, FakeClock(AT + 9 * DAY)).step() is Outcome.IDLE
    assert positions(journal) == [1, 2, 3, 4]


def test_a_long_journal_is_purged_in_pieces_up_to_the_first_row_that_is_young(
    journal: Journal, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 10)
    fill(journal, 25)
    fill(journal, 5, AT + DAY)
    ship(journal, 30)
    lake.flush()
    purge = Purge(journal, CURSORS, lake, FakeClock(AT + DAY + 1))
    assert [purge.step() for _ in range(4)] == [Outcome.MORE, Outcome.MORE, Outcome.DONE, Outcome.IDLE]
    assert positions(journal) == [26, 27, 28, 29, 30]


def test_where_no_clerk_ever_was_nothing_is_purged(journal: Journal, lake: Lake) -> None:
    fill(journal, 4)
    ship(journal, 4)
    purge = Purge(journal, CURSORS, lake, FakeClock(AT + 90 * DAY))
    assert [purge.step() for _ in range(3)] == [Outcome.IDLE] * 3
    assert positions(journal) == [1, 2, 3, 4]


def test_a_row_stays_until_the_history_holds_what_was_visible_when_it_was_asked_for(
    journal: Journal, lake: Lake
) -> None:
    fill(journal, 2)
    ship(journal, 2)
    lake.flush()
    fill(journal, 2)
    ship(journal, 4)
    purge = Purge(journal, CURSORS, lake, FakeClock(AT + 9 * DAY))
    assert purge.step() is Outcome.IDLE  # the history has two of four
    fill(journal, 3)
    ship(journal, 7)
    lake.archived = IndexPlace(4, 0)  # never level with the index, which goes on
    assert purge.step() is Outcome.DONE
    assert positions(journal) == [5, 6, 7]


def test_while_the_index_is_away_nothing_is_purged_that_is_not_known_to_be_archived(
    journal: Journal, lake: Lake
) -> None:
    fill(journal, 4)
    ship(journal, 4)
    lake.flush()
    lake.away = True
    purge = Purge(journal, CURSORS, lake, FakeClock(AT + 9 * DAY))
    with pytest.raises(StoreError, match="away"):
        purge.step()
    assert positions(journal) == [1, 2, 3, 4]
    lake.away = False
    purge.step()
    assert positions(journal) == []


def test_the_index_is_not_asked_for_rows_that_stay_anyway_or_are_known_to_be_archived(
    journal: Journal, lake: Lake
) -> None:
    clock = FakeClock(AT + DAY)
    fill(journal, 2)
    fill(journal, 2, AT + DAY)
    ship(journal, 4)
    lake.flush()
    lake.asked = 0
    purge = Purge(journal, CURSORS, lake, clock)
    purge.step()
    assert lake.asked == 0
    clock.sleep(1)
    purge.step()
    assert (lake.asked, positions(journal)) == (1, [3, 4])
    clock.sleep(DAY)
    purge.step()
    assert (lake.asked, positions(journal)) == (1, [])


def test_the_end_of_an_index_that_is_there_no_more_is_not_waited_for(journal: Journal, lake: Lake) -> None:
    fill(journal, 4)
    ship(journal, 4)
    purge = Purge(journal, CURSORS, lake, FakeClock(AT + 9 * DAY))
    lake.shows = 10**9
    assert purge.step() is Outcome.IDLE
    lake.name, lake.shows = "second", 1
    lake.flush()
    purge.step()
    assert positions(journal) == []


def test_the_archive_is_read_beside_a_real_index(tmp_path: Path) -> None:
    with closing(open_index(f"sqlite:///{tmp_path / 'index.sqlite'}")) as index:
        archive = IndexArchive(lambda: index)
        index.insert([raised_row("w1", 1, AT)], AT)
        end = archive.end()
        assert not archive.holds(end)  # no clerk was here
        set_archived(index, visible_end(index))
        assert archive.holds(end)
        index.insert([raised_row("w1", 2, AT)], AT)
        later = archive.end()
        assert later.incarnation == end.incarnation
        assert not archive.holds(later)


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
