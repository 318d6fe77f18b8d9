"""Room on the disk that is kept for records: bodies may fill the rest, and must not lock themselves in.

A body leaves the disk only once a row says where it is stored, and that row needs room itself.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sharp_eyes.errors import StoreError
from workers.node.loop import Outcome

SIZE = 64 << 20  # bytes: some 20,000 rows
SHARE = 20  # … but no more than this part of the disk
AMPLE = 4  # held again when so many times as much is free


class Reserve:
    """A file that only takes up room; removed when the journal finds none, made again when there is."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def release(self) -> None:
        """Give the room to the journal, if it is held."""
        with suppress(OSError):  # a disk that refuses this too is told of by the journal
            self._file.unlink(missing_ok=True)

    def step(self) -> Outcome:
        """Hold the room again where there is plenty. Raises StoreError where the disk does not say."""
        try:
            disk = shutil.disk_usage(self._file.parent)
            size = min(SIZE, disk.total // SHARE)
            if self._file.exists() or disk.free < AMPLE * size:
                return Outcome.IDLE
            self._hold(size)
        except OSError as error:
            self.release()
            raise StoreError(f"{self._file}: {error.strerror}") from error
        return Outcome.DONE

    def _hold(self, size: int) -> None:
        with self._file.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, size)
