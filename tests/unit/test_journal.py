import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sharp_eyes.errors import StoreError
from sharp_eyes.store import journal as journal_module
from sharp_eyes.store.journal import Backlog, Journal, Journalled
from sharp_eyes.store.journal_file import APPLICATION
from sharp_eyes.store.rows import Kind, Row


def row(number: int, kind: Kind = "raised") -> Row:
    event = f"0190-{number}"
    return Row(kind, f"{event}/{kind}", event, "gate", "330802", number, f'{{"北门": {number}}}')


def rows(*numbers: int, kind: Kind = "raised") -> list[Row]:
    return [row(number, kind) for number in numbers]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "node" / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    with Journal(file) as journal:
        yield journal


def positions(found: list[Journalled]) -> list[int]:
    return [one.position for one in found]


def test_rows_come_back_in_their_order_as_they_were(journal: Journal) -> None:
    assert journal.append(rows(1, 2), committed_at=100) == 2
    assert journal.append(rows(3), committed_at=200) == 1
    assert journal.after(0, 10) == [
        Journalled(1, 100, row(1)),
        Journalled(2, 100, row(2)),
        Journalled(3, 200, row(3)),
    ]


def test_rows_are_given_in_pieces(journal: Journal) -> None:
    journal.append(rows(1, 2, 3), 100)
    assert positions(journal.after(0, 2)) == [1, 2]
    assert positions(journal.after(2, 2)) == [3]
    assert journal.after(3, 2) == []


def test_a_row_that_comes_again_is_one_row_and_stays_the_first(journal: Journal) -> None:
    journal.append(rows(1, 2), 100)
    changed = replace(row(2), body="{}")
    assert journal.append([changed, row(3), row(3)], 200) == 1
    assert [(one.row, one.committed_at) for one in journal.after(0, 10)] == [
        (row(1), 100),
        (row(2), 100),
        (row(3), 200),
    ]


def test_nothing_appended_is_nothing(journal: Journal) -> None:
    assert journal.append([], 100) == 0
    assert journal.end() == 0


def test_rows_of_one_kind_can_be_asked_for(journal: Journal) -> None:
    journal.append([row(1), row(1, "spooled"), row(2), row(2, "spooled"), row(3)], 100)
    assert positions(journal.after(0, 10, "spooled")) == [2, 4]
    assert positions(journal.after(2, 10, "spooled")) == [4]


def test_the_end_is_the_last_rows_position_even_after_repetitions(journal: Journal) -> None:
    assert journal.end() == 0
    journal.append(rows(1, 2), 100)
    journal.append(rows(1, 2), 100)
    assert journal.end() == 2 == positions(journal.after(0, 10))[-1]


def test_a_key_is_known_or_not(journal: Journal) -> None:
    journal.append(rows(1), 100)
    assert journal.has(row(1).key)
    assert not journal.has(row(1, "ended").key)


def test_each_shipper_has_its_own_cursor(journal: Journal) -> None:
    journal.append(rows(1, 2, 3), 100)
    journal.move_cursor("records", 2)
    assert (journal.cursor("records"), journal.cursor("evidence")) == (2, 0)
    journal.move_cursor("records", 1)  # to ship again what an index lost
    assert journal.cursor("records") == 1


def test_a_backlog_counts_what_a_cursor_has_not_passed_and_tells_the_oldest(journal: Journal) -> None:
    assert journal.backlog("records") == Backlog(0, None)
    journal.append(rows(1, 2), 100)
    journal.append([row(3), row(3, "spooled")], 200)
    assert journal.backlog("records") == Backlog(4, 100)
    assert journal.backlog("records", "spooled") == Backlog(1, 200)
    journal.move_cursor("records", 2)
    assert journal.backlog("records") == Backlog(2, 200)
    journal.move_cursor("records", 4)
    assert journal.backlog("records") == Backlog(0, None)


def test_rows_and_cursors_are_there_after_a_restart(file: Path) -> None:
    with Journal(file) as journal:
        journal.append(rows(1, 2), 100)
        journal.move_cursor("records", 1)
    with Journal(file) as journal:
        assert positions(journal.after(0, 10)) == [1, 2]
        assert journal.cursor("records") == 1
        assert journal.append(rows(2, 3), 200) == 1


def test_only_what_every_cursor_has_passed_is_purged(journal: Journal) -> None:
    journal.append(rows(1, 2, 3, 4), 100)
    assert journal.purge(4) == 0  # nobody has shipped anything yet
    journal.move_cursor("records", 3)
    journal.move_cursor("evidence", 2)
    assert journal.purge(4) == 2
    assert positions(journal.after(0, 10)) == [3, 4]
    journal.move_cursor("evidence", 4)
    assert journal.purge(3) == 0
    assert journal.purge(4) == 1


def test_a_purge_of_many_rows_is_done_in_pieces(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "PURGED_AT_ONCE", 3)
    journal.append(rows(*range(10)), 100)
    journal.move_cursor("records", 10)
    assert journal.purge(9) == 8
    assert positions(journal.after(0, 10)) == [9, 10]


def test_no_position_is_given_twice_even_after_everything_was_purged(file: Path) -> None:
    with Journal(file) as journal:
        journal.append(rows(1, 2, 3), 100)
        journal.move_cursor("records", 3)
        assert journal.purge(4) == 3
        assert journal.end() == 3
    with Journal(file) as journal:
        journal.append(rows(4), 200)
        assert positions(journal.after(3, 10)) == [4]
        assert journal.backlog("records") == Backlog(1, 200)


def test_threads_may_append_at_once(journal: Journal) -> None:
    together = threading.Barrier(4)

    def write(thread: int) -> int:
        together.wait()
        return sum(journal.append(rows(number), 100) for number in range(thread * 20, thread * 20 + 25))

    with ThreadPoolExecutor(4) as pool:
        new = sum(pool.map(write, range(4)))
    assert new == 85 == len(journal.after(0, 1000))


@pytest.mark.parametrize("wrong", [{"at": 1 << 70}, {"body": "\ud800"}])
def test_rows_that_cannot_be_written_are_refused_together_and_the_journal_goes_on(
    journal: Journal, wrong: dict[str, object]
) -> None:
    with pytest.raises(StoreError, match="a row holds what SQLite cannot"):
        journal.append([row(1), replace(row(2), **wrong)], 100)  # type: ignore[arg-type]
    assert journal.after(0, 10) == []
    assert journal.append(rows(3), 100) == 1


def test_a_second_process_is_refused_while_the_first_has_the_journal(journal: Journal, file: Path) -> None:
    with pytest.raises(StoreError, match=re.escape(f"{file}: another process has the journal")):
        Journal(file)
    assert journal.append(rows(1), 100) == 1


def test_a_closed_journal_says_so(file: Path) -> None:
    journal = Journal(file)
    journal.close()
    journal.close()
    with pytest.raises(StoreError, match="is closed"):
        journal.end()


@pytest.mark.parametrize("content", [b"no database " * 100, b"SQLite format 3\0" + b"\0" * 4080])
def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=re.escape(f"{file}: this is no journal, or a damaged one")):
        Journal(file)
    assert file.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(file: Path) -> None:
    file.parent.mkdir(parents=True)
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="another program's database"):
        Journal(file)
    assert file.read_bytes() == before


def test_a_journal_of_another_version_is_refused(file: Path) -> None:
    Journal(file).close()
    newer = sqlite3.connect(file)
    newer.execute("PRAGMA user_version=2")
    newer.close()
    with pytest.raises(StoreError, match="version 2; this program reads version 1"):
        Journal(file)


def test_the_file_says_what_it_is(file: Path) -> None:
    Journal(file).close()
    with file.open("rb") as head:
        assert int.from_bytes(head.read(100)[68:72], "big") == APPLICATION


def test_a_damaged_page_is_an_error_of_the_store(file: Path) -> None:
    with Journal(file) as journal:
        journal.append(rows(*range(2000)), 100)
    with file.open("r+b") as damaged:
        damaged.seek(4096 * 3)
        damaged.write(b"\xff" * 4096 * 20)
    with Journal(file) as journal, pytest.raises(StoreError, match="damaged one; move it"):
        journal.after(0, 10_000)


def test_a_folder_that_cannot_be_made_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        Journal(tmp_path / "file" / "journal.sqlite")
