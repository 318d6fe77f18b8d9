"""Work that nobody waits for: clips are cut and bodies written in a thread beside the analysis.

What waits holds memory (a clip's packets, a picture), so there is a limit to it: beyond that a body
is lost, and the events go on.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("sharp_eyes.worker")

Work = Callable[[], None]
Later = Callable[[Work, int], bool]  # the work and the bytes that it holds; False: there is no room for it

MOST_BYTES = 256 << 20
_NAME = "evidence"


def at_once(work: Work, size: int) -> bool:  # noqa: ARG001 - nothing waits here
    """Do it here and now: for replays."""
    work()
    return True


class Background:
    """One thread that works in the order of asking. What it asks for itself is done on the spot."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._waiting = 0  # bytes
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=_NAME)

    def later(self, work: Work, size: int) -> bool:
        """Do this soon; False where too much waits already. What holds nothing is always taken."""
        if threading.current_thread().name.startswith(_NAME):
            _done(work)
            return True
        with self._lock:
            if size and self._waiting + size > self._most:
                return False
            self._waiting += size
        self._thread.submit(self._work, work, size)
        return True

    def close(self) -> None:
        """Do what waits, then end."""
        self._thread.shutdown()

    def _work(self, work: Work, size: int) -> None:
        try:
            _done(work)
        finally:
            with self._lock:
                self._waiting -= size


def _done(work: Work) -> None:
    """A fault of one clip is said, and the next goes on."""
    try:
        work()
    except Exception:
        log.exception("evidence could not be kept")
