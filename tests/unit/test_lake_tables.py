"""The history's tables: what is flushed, sealed and refused."""

import os
import time
from pathlib import Path

import pytest
from arro3.core import Table

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import TrackPath
from sharp_eyes.errors import StoreError
from sharp_eyes.store.lake.benchmark import city_rows
from sharp_eyes.store.lake.duck import open_duck
from sharp_eyes.store.lake.flushing import Batch, Flusher
from sharp_eyes.store.lake.hours import HOUR, Hour, hour_of
from sharp_eyes.store.lake.lake import Lake, LakeConflictError
from sharp_eyes.store.lake.records import VisibleRow, table_of
from sharp_eyes.store.lake.restoring import visible_row
from sharp_eyes.store.lake.schema import EVENTS, TRACKS, LakeTable
from sharp_eyes.store.lake.sealing import SEALED_AFTER, Sealer, unsealed
from sharp_eyes.store.lake.storage import FolderFiles, LakePlace
from sharp_eyes.store.rows import Row, row_of

LATER = REPLAY_EPOCH + 10 * HOUR
FIRST = Hour("2026-01-01", 0)


class ListedRows:
    """An index of rows in a list: positions are how many there were."""

    def __init__(self, *rows: Row) -> None:
        self.rows, self.name = [VisibleRow(row, row.at) for row in rows], "first"

    def incarnation(self) -> str:
        return self.name

    def after(self, table: LakeTable, position: int | None, limit: int) -> Batch:
        begin = position or 0
        new = self.rows[begin : begin + limit]
        return Batch(tuple(new), begin + len(new))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(LakePlace(str(tmp_path / "lake"), FolderFiles(tmp_path / "lake")))


@pytest.fixture
def rows() -> list[Row]:
    return list(city_rows(50, REPLAY_EPOCH, REPLAY_EPOCH + HOUR))


def read(lake: Lake, table: LakeTable = EVENTS) -> list[Row]:
    """The rows of the table, in the order of the files."""
    snapshot = lake.snapshot(table)
    with open_duck(lake.files.folder) as duck:
        columns = ", ".join(f'"{name}"' for name in table.names)
        sql = f"SELECT {columns} FROM read_parquet(?, hive_partitioning = false)"  # noqa: S608
        return [
            visible_row(table, values).row
            for file in snapshot.files()
            for values in duck.execute(sql, [snapshot.paths([file])]).fetchall()
        ]


def keys(rows: list[Row]) -> list[str]:
    return sorted(row.key for row in rows)


def test_what_is_flushed_twice_is_there_once(lake: Lake, rows: list[Row]) -> None:
    index = ListedRows(*rows)
    flusher = Flusher(lake, index)
    assert flusher.flush(EVENTS).rows == len(rows)
    assert flusher.flush(EVENTS).rows == 0
    assert Flusher(lake, index).flush(EVENTS).position == len(rows)
    assert keys(read(lake)) == keys(rows)


def test_of_two_who_flush_at_once_one_is_refused_and_nothing_is_doubled(lake: Lake, rows: list[Row]) -> None:
    one, other = lake.snapshot(EVENTS), lake.snapshot(EVENTS)
    data = table_of(EVENTS, [VisibleRow(row, 0) for row in rows])
    one.append(data, "first", 7)
    with pytest.raises(LakeConflictError):
        other.append(data, "first", 7)
    assert keys(read(lake)) == keys(rows)


def test_a_rebuilt_index_is_flushed_anew_and_sealing_takes_the_doubles_away(
    lake: Lake, rows: list[Row]
) -> None:
    index = ListedRows(*rows)
    Flusher(lake, index).flush(EVENTS)
    index.name = "second"
    Flusher(lake, index).flush(EVENTS)
    assert len(read(lake)) == 2 * len(rows)
    assert Sealer(lake).seal(EVENTS, LATER) == 1
    assert keys(read(lake)) == keys(rows)


def test_an_hour_is_sealed_ten_minutes_after_its_end_and_not_before(lake: Lake, rows: list[Row]) -> None:
    index = ListedRows(*rows[:100])
    Flusher(lake, index).flush(EVENTS)
    index.rows += ListedRows(*rows[100:]).rows
    Flusher(lake, index).flush(EVENTS)
    due = FIRST.end_at + SEALED_AFTER
    assert unsealed(lake.snapshot(EVENTS), due - 1) == []
    assert unsealed(lake.snapshot(EVENTS), due) == [FIRST]
    assert Sealer(lake).seal(EVENTS, due) == 1
    assert Sealer(lake).seal(EVENTS, due) == 0
    assert len(lake.snapshot(EVENTS).files()) == 1


def test_a_late_record_reopens_its_hour_which_is_sealed_again(lake: Lake, rows: list[Row]) -> None:
    index = ListedRows(*rows[:-1])
    Flusher(lake, index).flush(EVENTS)
    assert unsealed(lake.snapshot(EVENTS), LATER) == []
    index.rows += ListedRows(rows[-1]).rows
    Flusher(lake, index).flush(EVENTS)
    assert unsealed(lake.snapshot(EVENTS), LATER) == [FIRST]
    Sealer(lake).seal(EVENTS, LATER)
    assert unsealed(lake.snapshot(EVENTS), LATER) == []
    assert keys(read(lake)) == keys(rows)


def test_a_sealed_hour_is_one_file_in_the_order_of_camera_and_time(lake: Lake) -> None:
    rows = list(city_rows(500, REPLAY_EPOCH, REPLAY_EPOCH + HOUR))
    index = ListedRows(*rows[:1200])
    Flusher(lake, index).flush(EVENTS)
    index.rows += ListedRows(*rows[1200:]).rows
    Flusher(lake, index).flush(EVENTS)
    Sealer(lake).seal(EVENTS, LATER)
    (file,) = lake.snapshot(EVENTS).files()
    assert (file.hour, file.rows) == (FIRST, len(rows))
    found = [(row.camera, row.event_id) for row in read(lake)]
    assert found == sorted(found)


def test_rows_that_come_in_many_batches_keep_their_order(lake: Lake) -> None:
    rows = sorted(city_rows(100, REPLAY_EPOCH, REPLAY_EPOCH + HOUR), key=lambda row: (row.camera, row.key))
    one = table_of(EVENTS, [VisibleRow(row, 0) for row in rows]).to_batches()
    many = [batch.slice(begin, 5) for batch in one for begin in range(0, batch.num_rows, 5)]
    lake.snapshot(EVENTS).append(Table.from_batches(many), "first", 1)
    assert read(lake) == rows


def test_a_flush_over_several_hours_leaves_each_in_order(lake: Lake) -> None:
    rows = list(city_rows(400, REPLAY_EPOCH, REPLAY_EPOCH + 3 * HOUR))
    Flusher(lake, ListedRows(*reversed(rows))).flush(EVENTS)
    assert sorted(file.hour.hour for file in lake.snapshot(EVENTS).files()) == [0, 1, 2]
    found = [(hour_of(row.at), row.camera, row.event_id) for row in read(lake) if row.kind == "raised"]
    by_hour = [[one for one in found if one[0].hour == hour] for hour in range(3)]
    assert all(one == sorted(one) and one for one in by_hour)


def test_a_seal_that_began_before_a_flush_is_refused(lake: Lake, rows: list[Row]) -> None:
    Flusher(lake, ListedRows(*rows[:-1])).flush(EVENTS)
    before = lake.snapshot(EVENTS)
    whole = table_of(EVENTS, [VisibleRow(row, 0) for row in rows[:-1]])
    Flusher(lake, ListedRows(*rows)).flush(EVENTS)
    with pytest.raises(LakeConflictError):
        before.replace(FIRST, whole)
    assert keys(read(lake)) == keys(rows)


def test_sealing_is_not_disturbed_by_what_is_flushed_into_other_hours(lake: Lake, rows: list[Row]) -> None:
    new = list(city_rows(20, REPLAY_EPOCH + HOUR, REPLAY_EPOCH + 2 * HOUR))
    index = ListedRows(*rows)
    Flusher(lake, index).flush(EVENTS)
    sealing = lake.snapshot(EVENTS)
    index.rows += ListedRows(*new).rows
    Flusher(lake, index).flush(EVENTS)
    sealing.replace(FIRST, table_of(EVENTS, [VisibleRow(row, 0) for row in rows]))
    assert keys(read(lake)) == keys(rows + new)


def test_a_flush_that_meets_a_seal_looks_again_and_goes_on(lake: Lake, rows: list[Row]) -> None:
    index = ListedRows(*rows[:100])
    Flusher(lake, index).flush(EVENTS)
    index.rows += ListedRows(*rows[100:]).rows
    sealed: list[int] = []

    def seal_once() -> None:
        if not sealed:
            whole = table_of(EVENTS, [VisibleRow(row, 0) for row in rows[:100]])
            lake.snapshot(EVENTS).replace(FIRST, whole)
            sealed.append(1)

    assert Flusher(lake, index, seal_once).flush(EVENTS).rows == 100
    assert sealed
    assert keys(read(lake)) == keys(rows)


def test_tracks_are_flushed_and_sealed_like_records(lake: Lake) -> None:
    paths = [
        TrackPath(
            camera=f"c{n % 3}",
            division="",
            run="r",
            track=n,
            label="car",
            confidence=0.5,
            points=((REPLAY_EPOCH + n, 0.1, 0.2), (REPLAY_EPOCH + n + SECOND, 0.3, 0.4)),
        )
        for n in range(9)
    ]
    rows = [row_of(path) for path in paths]
    index = ListedRows(*rows[:4])
    Flusher(lake, index).flush(TRACKS)
    index.rows += ListedRows(*rows[4:]).rows
    Flusher(lake, index).flush(TRACKS)
    assert Sealer(lake).seal(TRACKS, LATER) == 1
    assert read(lake, TRACKS) == sorted(rows, key=lambda row: (row.camera, row.at))


def test_tidying_forgets_nothing_of_what_was_flushed(lake: Lake, rows: list[Row]) -> None:
    index = ListedRows(*rows)
    Flusher(lake, index).flush(EVENTS)
    lake.snapshot(EVENTS).tidy()
    assert Flusher(lake, index).flush(EVENTS).rows == 0
    assert keys(read(lake)) == keys(rows)


def test_what_a_killed_flush_left_is_tidied_away_after_a_week(lake: Lake, rows: list[Row]) -> None:
    Flusher(lake, ListedRows(*rows)).flush(EVENTS)
    (file,) = lake.snapshot(EVENTS).files()
    committed = lake.files.folder / file.name
    old, new = committed.with_name("old.parquet"), committed.with_name("new.parquet")
    for place, age in ((old, 8 * 86_400), (new, 6 * 86_400)):
        place.write_bytes(committed.read_bytes())
        os.utime(place, (time.time() - age, time.time() - age))
    lake.snapshot(EVENTS).tidy()
    assert not old.exists()
    assert new.exists()
    assert committed.exists()


def test_an_id_from_beyond_the_calendar_is_kept_in_its_last_hour(lake: Lake, rows: list[Row]) -> None:
    event_id = "ffffffff-ffff-8fff-bfff-ffffffffffff"
    row = Row("raised", f"{event_id}/raised", event_id, "a", "", 5, "{}")
    Flusher(lake, ListedRows(row)).flush(EVENTS)
    assert [file.hour for file in lake.snapshot(EVENTS).files()] == [Hour("9999-12-30", 23)]


def test_who_may_not_go_on_commits_nothing(lake: Lake, rows: list[Row]) -> None:
    def still() -> None:
        raise StoreError("another leads")

    with pytest.raises(StoreError, match="another leads"):
        Flusher(lake, ListedRows(*rows), still).flush(EVENTS)
    assert lake.snapshot(EVENTS).files() == []


def test_a_damaged_log_is_told_with_its_table(lake: Lake, rows: list[Row], tmp_path: Path) -> None:
    Flusher(lake, ListedRows(*rows)).flush(EVENTS)
    for log in (tmp_path / "lake/events/_delta_log").glob("*.json"):
        log.write_text("{")
    with pytest.raises(StoreError, match="lake/events"):
        lake.snapshot(EVENTS)


def test_duckdb_sees_the_history_and_nothing_else(lake: Lake, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with open_duck(tmp_path / "lake") as duck:
        assert _refused(lambda: duck.execute("FROM read_csv(?)", [str(secret)]))
        assert _refused(lambda: duck.execute("INSTALL httpfs"))
        assert _refused(lambda: duck.execute("SET enable_external_access = true"))


def _refused(work: object) -> bool:
    from duckdb import Error

    try:
        work()  # type: ignore[operator]
    except Error:
        return True
    return False
