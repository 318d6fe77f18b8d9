"""Sealing: an hour that is over becomes one file, without doubles, each camera's records together.

An hour is sealed while it is one file: whatever is flushed into it later makes it two, and it is
sealed again. Ten minutes after its end nearly all of an hour has come.
"""

from collections import Counter
from collections.abc import Callable

from arro3.core import Table

from sharp_eyes.clock import SECOND
from sharp_eyes.store.lake.duck import columns_of, duck_translated, named, open_duck, quoted
from sharp_eyes.store.lake.hours import Hour
from sharp_eyes.store.lake.lake import Lake, Snapshot
from sharp_eyes.store.lake.schema import LakeTable

SEALED_AFTER = 600 * SECOND  # microseconds behind the hour's end


def unsealed(snapshot: Snapshot, now: int) -> list[Hour]:
    """The hours that are to be sealed at `now` (microseconds UTC), oldest first."""
    files = Counter(file.hour for file in snapshot.files())
    return sorted(hour for hour, count in files.items() if count > 1 and hour.end_at + SEALED_AFTER <= now)


class Sealer:
    """Seals the hours of the history. `still` raises when one must stop at once."""

    def __init__(self, lake: Lake, still: Callable[[], None] = lambda: None) -> None:
        self._lake, self._still = lake, still

    def seal(self, table: LakeTable, now: int) -> int:
        """Seal all that is to be sealed at `now`; gives how many hours that were."""
        hours = unsealed(self._lake.snapshot(table), now)
        for hour in hours:
            self._still()
            self._seal_hour(table, hour)
        return len(hours)

    def _seal_hour(self, table: LakeTable, hour: Hour) -> None:
        snapshot, folder = self._lake.snapshot(table), self._lake.files.folder
        paths = snapshot.paths(snapshot.files({hour}))
        with duck_translated(folder), open_duck(folder) as duck:
            rows = Table.from_arrow(duck.sql(_sorted_once(table, hour), params=[paths]))
        snapshot.replace(hour, rows)


def _sorted_once(table: LakeTable, hour: Hour) -> str:
    """The hour's records, each once, in the order of a sealed hour, with the partition's columns.

    By a window: `DISTINCT ON` takes six times the processor time and three times the memory.
    """
    identity, order = (", ".join(map(named, names)) for names in (table.identity, table.order))
    return (  # of our own names alone
        f"SELECT {columns_of(table)}, "  # noqa: S608
        f"{quoted(hour.date)} AS date, CAST({hour.hour} AS INTEGER) AS hour "
        f"FROM read_parquet(?, hive_partitioning = false) "
        f"QUALIFY row_number() OVER (PARTITION BY {identity} ORDER BY visible_at) = 1 ORDER BY {order}"
    )
