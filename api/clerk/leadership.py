"""Who is the clerk: one process of all, by a lock that ends with its holder.

    SQLite       flock on a file beside the index; held until the process ends
    PostgreSQL   a session's advisory lock, on a connection of its own; gone when the connection is

A leader whose lock is gone must stop at once: somebody else may lead by now. What it commits to the
history nevertheless is refused there, for the other one was quicker or will be.
"""

import fcntl
import os
from pathlib import Path
from threading import Event, Lock
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from sharp_eyes.errors import StoreError

_LOCK = 0x5EE5_C1E7  # any number that nothing else in this database locks

# A machine that vanished must not lead for ever: either side notices within half a minute.
CLIENTS_PATIENCE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_SERVERS_PATIENCE = (
    "tcp_keepalives_idle = 10",
    "tcp_keepalives_interval = 5",
    "tcp_keepalives_count = 3",
    "tcp_user_timeout = 30000",
)


class MandateEndedError(StoreError):
    """One may not go on: the process is to end, or leads no more."""


class Leadership(Protocol):
    """A lock that one process of all holds."""

    def take(self) -> bool:
        """Hold it, if nobody else does; True also when it is held already. Raises StoreError."""
        ...

    def release(self) -> None:
        """Let somebody else have it."""
        ...


class FileLeadership:
    """By a lock on a file of this machine."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Hold the lock, if nobody else does."""
        try:
            return self._same() or self._lock()
        except OSError as error:
            raise StoreError(f"{self._file}: {error.strerror or error}") from error

    def _same(self) -> bool:
        """Whether it is held, on the file that others see."""
        if self._descriptor is None:
            return False
        try:
            if os.path.samestat(os.fstat(self._descriptor), self._file.stat()):
                return True
        except FileNotFoundError:
            pass
        self.release()
        return False

    def _lock(self) -> bool:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let somebody else have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PostgresLeadership:
    """By an advisory lock of a session; the connection is the first and only one of `engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._held = False

    def take(self) -> bool:
        """Hold the lock, if nobody else does. Where the session is gone, so is the lock."""
        try:
            if self._connection is None:
                self._connection = self._connected()
            if self._held:
                self._connection.execute(text("SELECT 1"))  # a session that answers still has its lock
            else:
                lock = text("SELECT pg_try_advisory_lock(:lock)")
                self._held = bool(self._connection.execute(lock, {"lock": _LOCK}).scalar())
        except SQLAlchemyError as error:
            self.release()
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise StoreError(f"the clerk's lock: {reason}") from error
        return self._held

    def _connected(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting in _SERVERS_PATIENCE:
            connection.execute(text(f"SET {setting}"))
        return connection

    def release(self) -> None:
        """Let somebody else have it: the session ends."""
        self._held = False
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class Mandate:
    """Whether this process may work now: it leads, and is not to end. Threads may share it.

    `stopping` is set when it is to end.
    """

    def __init__(self, leadership: Leadership, stopping: Event) -> None:
        self._leadership, self.stopping = leadership, stopping
        self._lock = Lock()

    def leads(self) -> bool:
        """Take the lead, or see whether one still has it. Raises StoreError where nobody can tell."""
        with self._lock:
            return self._leadership.take()

    def still(self) -> None:
        """Return while the work may go on. Raises MandateEndedError, or StoreError where nobody can tell."""
        if self.stopping.is_set():
            raise MandateEndedError("the clerk ends")
        if not self.leads():
            raise MandateEndedError("another clerk leads now")

    def end(self) -> None:
        """Let somebody else lead."""
        with self._lock:
            self._leadership.release()
