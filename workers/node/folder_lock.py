"""One node to a folder: a lock that its process holds, and loses only by ending."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sharp_eyes.errors import ConfigError, Problem, StoreError

LOCK = "node.lock"


class FolderLock:
    """Holds a node's folder, made where there is none.

    Raises ConfigError where another process holds it, StoreError where the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be a node's folder: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise ConfigError([_held(folder, holder)]) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another node have the folder."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.release()


def _held(folder: Path, holder: str) -> Problem:
    return Problem(
        "SHARP_EYES_NODE",
        "",
        f"a node works in {folder} already (process {holder})",
        "stop it first, or name another folder: one node to a machine is enough",
    )
