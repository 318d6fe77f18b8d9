import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sharp_eyes.clock import FakeClock
from sharp_eyes.domain import Evidence
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.entries import RowRefusedError
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.rows import Row, evidence_row
from workers.node.counted_log import CountedLog
from workers.node.load import raised_row
from workers.node.loop import Outcome
from workers.node.record_shipper import BATCH, CURSOR, RecordShipper, RefusedRows, behind

AT = 1_800_000_000_000_000


class FakeIndex:
    """Keeps rows by their key; refuses those it is told to, or everything while it is away."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.batches: list[int] = []
        self.poison: set[str] = set()
        self.away = False

    def insert(self, rows: Sequence[Row], visible_at: int) -> int:
        if self.away:
            raise StoreError("the index is away")
        for row in rows:
            if row.key in self.poison:
                raise RowRefusedError(row, "it is poison")
        self.batches.append(len(rows))
        new = {row.key: row for row in rows if row.key not in self.rows}
        self.rows.update(new)
        return len(new)


class FullRefusedRows(RefusedRows):
    def add(self, row: Row, reason: str, at: int) -> None:
        raise StoreError("no room")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as journal:
        yield journal


@pytest.fixture
def index() -> FakeIndex:
    return FakeIndex()


def shipper(journal: Journal, index: FakeIndex, refused: RefusedRows | None = None) -> RecordShipper:
    log = CountedLog(logging.getLogger("sharp_eyes.node"), FakeClock())
    file = refused or RefusedRows(Path("/nonexistent/refused.jsonl"))
    shipper = RecordShipper(journal, lambda: index, file, FakeClock(AT), log)
    shipper.stop_gathering()
    return shipper


def rows(count: int, begin: int = 0) -> list[Row]:
    return [raised_row("w1", number, AT + number) for number in range(begin, begin + count)]


def spooled(row: Row) -> Row:
    return evidence_row(row, Evidence(row.event_id, "reason", "stored", "k", "0" * 64, 1), spooled=True)


def test_records_are_shipped_in_order_and_batches_and_the_cursor_follows(
    journal: Journal, index: FakeIndex
) -> None:
    journal.append(rows(BATCH + 5), AT)
    ships = shipper(journal, index)
    assert [ships.step(), ships.step(), ships.step()] == [Outcome.MORE, Outcome.MORE, Outcome.IDLE]
    assert list(index.rows.values()) == rows(BATCH + 5)
    assert index.batches == [BATCH, 5]
    assert journal.cursor(CURSOR) == ships.position == journal.end()


def test_bodies_that_wait_are_passed_over(journal: Journal, index: FakeIndex) -> None:
    first, second = rows(2)
    journal.append([first, spooled(first), second, spooled(second)], AT)
    assert behind(journal).rows == 2
    ships = shipper(journal, index)
    ships.step()
    assert list(index.rows.values()) == [first, second]
    assert ships.position == journal.end()
    assert behind(journal) == replace(behind(journal), rows=0, oldest_at=None)


def test_nothing_is_lost_while_the_index_is_away_and_all_comes_afterwards(
    journal: Journal, index: FakeIndex
) -> None:
    journal.append(rows(3), AT)
    ships = shipper(journal, index)
    index.away = True
    for _ in range(3):
        with pytest.raises(StoreError, match="away"):
            ships.step()
    assert (ships.position, behind(journal).rows, behind(journal).oldest_at) == (0, 3, AT)
    index.away = False
    ships.step()
    assert list(index.rows.values()) == rows(3)


def test_a_kill_before_the_cursor_moved_ships_the_batch_again(journal: Journal, index: FakeIndex) -> None:
    journal.append(rows(3), AT)
    index.insert(rows(3), AT)  # what a node did just before it was killed
    shipper(journal, index).step()
    assert len(index.rows) == 3
    assert index.batches == [3, 3]


def test_a_journal_that_cannot_remember_how_far_it_is_shipped_stops_nothing(
    journal: Journal, index: FakeIndex, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(name: str, position: int) -> None:
        raise StoreError("the disk is full")

    journal.append(rows(BATCH + 1), AT)
    ships = shipper(journal, index)
    monkeypatch.setattr(journal, "move_cursor", full)
    assert [ships.step(), ships.step()] == [Outcome.MORE, Outcome.MORE]
    assert len(index.rows) == BATCH + 1
    monkeypatch.undo()
    journal.append(rows(1, BATCH + 1), AT)
    ships.step()
    assert journal.cursor(CURSOR) == journal.end()
    assert "the disk is full" in caplog.text


def test_rows_that_the_index_refuses_are_set_aside_and_the_others_go_on(
    journal: Journal, index: FakeIndex, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal.append(rows(20), AT)
    poison = [rows(20)[3], rows(20)[4], rows(20)[19]]
    index.poison = {row.key for row in poison}
    ships = shipper(journal, index, RefusedRows(tmp_path / "refused.jsonl"))
    ships.step()
    assert list(index.rows.values()) == [row for row in rows(20) if row not in poison]
    assert ships.position == journal.end()
    aside = [json.loads(line) for line in (tmp_path / "refused.jsonl").read_text().splitlines()]
    assert [one["row"]["key"] for one in aside] == [row.key for row in poison]
    assert "poison" in aside[0]["reason"]
    assert "set aside" in caplog.text


def test_a_row_that_cannot_be_set_aside_is_not_passed_over(journal: Journal, index: FakeIndex) -> None:
    journal.append(rows(1), AT)
    index.poison = {rows(1)[0].key}
    ships = shipper(journal, index, FullRefusedRows(Path("unused")))
    with pytest.raises(StoreError, match="no room"):
        ships.step()
    assert ships.position == 0


def test_where_there_is_no_room_to_set_aside_the_error_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"missing.refused\.jsonl: No such file"):
        RefusedRows(tmp_path / "missing" / "refused.jsonl").add(rows(1)[0], "poison", AT)
