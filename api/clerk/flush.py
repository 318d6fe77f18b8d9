"""The duty of flushing: what became visible goes into the history, and the nodes are told how far."""

from collections.abc import Callable

from sharp_eyes.clock import Clock
from sharp_eyes.store.lake.flushing import Flusher
from sharp_eyes.store.lake.hot_window import IndexPlace, OnEngine, begin_hot_window, set_archived
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.reading_index import IndexRows
from sharp_eyes.store.lake.schema import EVENTS, TRACKS


class Flush:
    """Moves the new rows of this index to the history, and marks how far it is."""

    def __init__(self, index: OnEngine, lake: Lake, clock: Clock, still: Callable[[], None]) -> None:
        self._index, self._lake, self._clock, self._still = index, lake, clock, still
        self._rows = IndexRows(index.engine)

    def __call__(self) -> str:
        """Flush once."""
        self._still()
        self._meet_history()
        flusher = Flusher(self._lake, self._rows, self._still)
        records, tracks = flusher.flush(EVENTS), flusher.flush(TRACKS)
        set_archived(self._index, IndexPlace(records.position, tracks.position))
        moved = [f"{one.rows} {name}" for one, name in ((records, "records"), (tracks, "tracks")) if one.rows]
        return " and ".join(moved)

    def _meet_history(self) -> None:
        """An index that is new beside an older history is complete only from where that one ends."""
        snapshot = self._lake.find(EVENTS)
        if snapshot is None or snapshot.flushed(self._rows.incarnation()) is not None:
            return
        ends = [file.hour.end_at for file in snapshot.files()]
        if ends:
            begin_hot_window(self._index, min(max(ends), self._clock.now()))
