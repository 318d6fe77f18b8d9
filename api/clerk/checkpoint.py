"""The duty that only the clerk may have: moving SQLite's write-ahead logs into their files."""

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from sharp_eyes.store.sql import checkpoint


class Checkpoint:
    """Checkpoints these databases; PostgreSQL's do it by themselves."""

    def __init__(self, engines: Sequence[Engine], still: Callable[[], None]) -> None:
        self._engines, self._still = engines, still

    def __call__(self) -> str:
        """Checkpoint each."""
        for engine in self._engines:
            self._still()
            checkpoint(engine)
        return ""
