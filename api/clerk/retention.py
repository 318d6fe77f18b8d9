"""The duties of letting go: old days of the index, old tracks, old evidence; when, `keeping` tells.

Evidence lies under keys that name kind, division, camera and day, in this order. So each camera's oldest
is met first: what is old is deleted, and at the first that is not the listing skips to the next camera.
"""

import re
from collections.abc import Callable

from api.clerk import keeping
from sharp_eyes.clock import Clock, to_datetime
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.lake.dropping import Dropping
from sharp_eyes.store.lake.hot_window import OnEngine
from sharp_eyes.store.lake.lake import Lake
from sharp_eyes.store.lake.reading_index import IndexRows

_OF_CAMERA = re.compile(r"(?P<camera>[^/]+/[^/]+/[^/]+)/(?P<day>\d{4}/\d{2}/\d{2})/[^/]+")


class DropHot:
    """Drops from the index what is older than the hot window and lies in the history."""

    def __init__(self, index: OnEngine, lake: Lake, clock: Clock, still: Callable[[], None]) -> None:
        self._index, self._lake, self._clock, self._still = index, lake, clock, still

    def __call__(self) -> str:
        """Drop once."""
        self._still()
        incarnation = IndexRows(self._index.engine).incarnation()
        dropping = Dropping(self._index, self._lake, incarnation, self._still)
        now = self._clock.now()
        tracks = dropping.drop_tracks(now - keeping.HOT_TRACKS)
        days = dropping.drop_days(now - keeping.HOT_RECORDS)
        return f"{days} days and {tracks} tracks left the index" if days or tracks else ""


class ExpireEvidence:
    """Deletes evidence whose time is over."""

    def __init__(self, blobs: Blobs, clock: Clock, still: Callable[[], None]) -> None:
        self._blobs, self._clock, self._still = blobs, clock, still

    def __call__(self) -> str:
        """Delete once."""
        deleted = {folder: self._expire(folder, kept) for folder, kept in keeping.EVIDENCE.items()}
        return ", ".join(f"{count} of {folder} deleted" for folder, count in deleted.items() if count)

    def _expire(self, folder: str, kept: int) -> int:
        """Delete those of a day that ended longer ago than they are kept; gives how many."""
        first_kept = f"{to_datetime(self._clock.now() - kept):%Y/%m/%d}"
        deleted, after = 0, ""
        while True:
            self._still()
            count, skip = self._expire_camera(folder, first_kept, after)
            deleted += count
            if skip is None:
                return deleted
            after = skip

    def _expire_camera(self, folder: str, first_kept: str, after: str) -> tuple[int, str | None]:
        """Delete what is old up to the first that is not; how many, and where to go on, None at the end."""
        deleted = 0
        for stat in self._blobs.list(f"{folder}/", after):
            key = _OF_CAMERA.fullmatch(stat.key)
            if key is None:
                continue  # not made by us: whoever put it there knows why
            if key["day"] >= first_kept:
                return deleted, f"{key['camera']}/:"  # sorts behind every year
            self._still()
            self._blobs.delete(stat.key)
            deleted += 1
        return deleted, None
