"""The wish of a person or of systemd that a long-running verb ends."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Asked:
    """That somebody wants the end, and how."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.by_ctrl_c = False

    def note(self, number: int, _: object) -> None:
        """The first signal asks, the second ends at once: the children follow their parent."""
        self.by_ctrl_c = number == signal.SIGINT
        if self.stopping.is_set():
            os._exit(128 + number)
        self.stopping.set()


@contextmanager
def asked_to_stop() -> Iterator[Asked]:
    """Takes SIGINT and SIGTERM for as long as this lasts."""
    asked = Asked()
    before = {number: signal.signal(number, asked.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
