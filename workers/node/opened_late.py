"""A store that is opened at its first use, so that a node starts while the store is away."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class OpenedLate(Generic[T]):
    """Opens once; what cannot be opened is tried again at the next use. Raises what opening raises."""

    def __init__(self, opening: Callable[[], T]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._opened: T | None = None

    def get(self) -> T:
        """The store."""
        with self._lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened

    def close(self, close: Callable[[T], None]) -> None:
        """Close it, if it was ever opened."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            close(opened)
