"""How far the history is, for the purge: what the index shows now, and whether that is archived."""

from collections.abc import Callable
from dataclasses import dataclass

from sharp_eyes.store.index.feed import read_incarnation
from sharp_eyes.store.lake import hot_window
from sharp_eyes.store.lake.hot_window import IndexPlace, OnEngine
from sharp_eyes.store.sql import reading


@dataclass(frozen=True, slots=True)
class IndexEnd:
    """Behind everything that the index of this name showed at some moment; a rebuilt one has another name."""

    incarnation: str
    place: IndexPlace


class IndexArchive:
    """Reads the marks that the clerk leaves beside the index, which is opened when it is first needed."""

    def __init__(self, index: Callable[[], OnEngine]) -> None:
        self._index = index

    def end(self) -> IndexEnd:
        """The index's end now. Raises StoreError while the index is away."""
        index = self._index()
        with reading(index.engine) as connection:
            incarnation = read_incarnation(connection)
        return IndexEnd(incarnation, hot_window.visible_end(index))

    def holds(self, end: IndexEnd) -> bool:
        """Whether all before this end is in the history; never where no clerk was. Raises StoreError."""
        archived = hot_window.archived(self._index())
        return archived is not None and archived.holds(end.place)
