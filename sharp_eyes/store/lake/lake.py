"""The history as Delta tables: what is in it at one moment, and the two ways to change it.

    snapshot ──► append(rows, position)     the index's next rows; once, whoever tries again
             └─► replace(hour, rows)        a whole hour, in better order; nothing new in it

Each change is one commit on top of the snapshot that it was made from. If somebody else changed the
same meanwhile, it is refused, and the caller looks again: two clerks at once can slow each other
down, but double or lose nothing.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from arro3.core import Table
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from sharp_eyes.errors import StoreError, printable
from sharp_eyes.settings import Settings
from sharp_eyes.store.lake.hours import Hour
from sharp_eyes.store.lake.schema import PARTITIONS, LakeTable
from sharp_eyes.store.lake.storage import LakeFiles, LakePlace, lake_place

ROW_GROUP = 16_384  # rows: a page of one camera touches one or two groups
LARGEST_FILE = 4 << 30  # bytes: an hour is one file

# The log of a table: a checkpoint every 100 commits; what lies before one is dropped after a week.
_CONFIGURATION = {
    "delta.checkpointInterval": "100",
    "delta.logRetentionDuration": "interval 7 days",
    "delta.deletedFileRetentionDuration": "interval 7 days",
}
REPLACED_HOURS = 168  # that files which were replaced are kept for those who still read them

_WRITING = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=ROW_GROUP)


class LakeConflictError(StoreError):
    """Somebody else changed the same part of the history meanwhile: look again, then try again."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One file of a table: `name` is that below `lake/`, `size` in bytes."""

    name: str
    hour: Hour
    size: int
    rows: int


class Lake:
    """The tables of the history. Threads may share it."""

    def __init__(self, place: LakePlace) -> None:
        self._place = place

    @property
    def files(self) -> LakeFiles:
        """How this machine opens the files."""
        return self._place.files

    def find(self, table: LakeTable) -> "Snapshot | None":
        """The table as it is now; None where nothing was ever flushed into it. Raises StoreError."""
        address, options = self._address(table), self._place.plain_options()
        with translated(address):
            if not DeltaTable.is_deltatable(address, storage_options=options):
                return None
            return Snapshot(table, DeltaTable(address, storage_options=options), self._place.files)

    def snapshot(self, table: LakeTable) -> "Snapshot":
        """The table as it is now; it is made where it is missing. Raises StoreError."""
        return self.find(table) or self._made(table)

    def _made(self, table: LakeTable) -> "Snapshot":
        address = self._address(table)
        with translated(address):
            delta = DeltaTable.create(
                address,
                schema=table.schema,
                mode="ignore",
                partition_by=list(PARTITIONS),
                configuration=_CONFIGURATION,
                storage_options=self._place.plain_options(),
            )
            return Snapshot(table, delta, self._place.files)

    def _address(self, table: LakeTable) -> str:
        return f"{self._place.address}/{table.name}"


class Snapshot:
    """A table of the history at one version."""

    def __init__(self, table: LakeTable, delta: DeltaTable, files: LakeFiles) -> None:
        self.table = table
        self._delta, self._files = delta, files
        self._listed: list[LakeFile] | None = None

    @property
    def version(self) -> int:
        """Rises by one with each change of the table."""
        return self._delta.version()

    def flushed(self, incarnation: str) -> int | None:
        """Up to which position the rows of this index are in the history; None before the first."""
        with self._translated():
            return self._delta.transaction_version(incarnation)

    def files(self, hours: Collection[Hour] | None = None) -> list[LakeFile]:
        """The files, of these hours only or of all; in no order."""
        if self._listed is None:
            self._listed = self._read_files()
        if hours is None:
            return list(self._listed)
        return [file for file in self._listed if file.hour in hours]

    def paths(self, files: Collection[LakeFile]) -> list[str]:
        """Where this machine finds them."""
        return self._files.local([file.name for file in files])

    def append(self, rows: Table, incarnation: str, position: int) -> None:
        """Add these rows, and that this index is in the history up to `position`.

        Raises LakeConflictError, and adds nothing, if anybody flushed this index since the snapshot.
        """
        self._write(
            rows,
            mode="append",
            commit_properties=CommitProperties(app_transactions=[Transaction(incarnation, position)]),
        )

    def replace(self, hour: Hour, rows: Table) -> None:
        """Let these rows be the whole of this hour.

        Raises LakeConflictError, and changes nothing, if the hour changed since the snapshot.
        """
        self._write(
            rows,
            mode="overwrite",
            predicate=f"date = '{hour.date}' AND hour = {hour.hour}",
            target_file_size=LARGEST_FILE,
        )

    def tidy(self) -> None:
        """Remove files that were replaced, or never committed, a week ago, and the log before them."""
        with self._translated():
            self._delta.vacuum(retention_hours=REPLACED_HOURS, dry_run=False, full=True)
            self._delta.create_checkpoint()
            self._delta.cleanup_metadata()

    def _write(self, rows: Table, **options: Any) -> None:  # the words of delta-rs
        before = {file.name for file in self.files()}
        with self._translated():
            # one batch: several are written side by side, and their order is lost
            write_deltalake(self._delta, rows.combine_chunks(), writer_properties=_WRITING, **options)
        self._listed = None
        written = [file.name for file in self.files() if file.name not in before]
        self._files.settle([*written, f"{self.table.name}/_delta_log/{self.version:020}.json"])

    def _read_files(self) -> list[LakeFile]:
        with self._translated():
            actions = self._delta.get_add_actions(flatten=True)
        names = ("path", "size_bytes", "num_records", "partition.date", "partition.hour")
        columns = [actions.column(name).to_pylist() for name in names]
        return [
            LakeFile(f"{self.table.name}/{path}", Hour(date, hour), size, rows)
            for path, size, rows, date, hour in zip(*columns, strict=True)
        ]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with translated(self._delta.table_uri):
            yield


@contextmanager
def translated(address: str) -> Iterator[None]:
    """What delta-rs says about the table at this address, in our words."""
    try:
        yield
    except CommitFailedError as error:
        raise LakeConflictError(f"{address}: {_reason(error)}") from error
    except (DeltaError, OSError) as error:
        raise StoreError(f"{address}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return printable(" ".join(str(error).split()))[:500]


def open_lake(settings: Settings) -> Lake:
    """The history of these settings; nothing is asked of the storage yet. Raises ConfigError."""
    return Lake(lake_place(settings))
