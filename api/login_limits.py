"""How often one may guess: failed logins are counted, and forgotten after a quarter of an hour.

Of one account from one address ten, from one address thirty; of one account from everywhere a hundred,
so that nobody locks another out from where he sits, and many together guess slowly.

Kept in this process: several API processes behind one name each count for themselves.
"""

import threading
from collections import OrderedDict, deque

from sharp_eyes.clock import SECOND, Clock

WINDOW = 900 * SECOND
PER_PAIR, PER_ADDRESS, PER_ACCOUNT = 10, 30, 100
REMEMBERED = 10_000  # accounts and addresses; beyond it the one that failed longest ago is forgotten


class LoginLimits:
    """Counts failures; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, account: str, address: str) -> int:
        """Whole seconds until one may try again; 0 where one may now."""
        with self._lock:
            now = self._clock.monotonic()
            return max(self._left(key, most, now) for key, most in self._keys(account, address))

    def failed(self, account: str, address: str) -> None:
        """This pair was wrong."""
        with self._lock:
            now = self._clock.monotonic()
            for key, most in self._keys(account, address):
                self._failures.setdefault(key, deque(maxlen=most)).append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """The account's owner is here: his failures are forgotten, those of the address are not."""
        with self._lock:
            self._failures.pop(("account", account), None)
            self._failures.pop((account, address), None)

    @staticmethod
    def _keys(account: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return (
            ((account, address), PER_PAIR),
            (("address", address), PER_ADDRESS),
            (("account", account), PER_ACCOUNT),
        )

    def _left(self, key: tuple[str, str], most: int, now: int) -> int:
        moments = self._failures.get(key, deque())
        while moments and now - moments[0] >= WINDOW:
            moments.popleft()
        if len(moments) < most:
            return 0
        return -(-(moments[0] + WINDOW - now) // SECOND)
