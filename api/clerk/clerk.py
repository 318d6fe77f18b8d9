"""The clerk: does its duties, each in its own rhythm, while it leads; waits while another does."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from api.clerk.leadership import Mandate, MandateEndedError
from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import SharpEyesError, StoreError, printable

LOOK_SECONDS = 1.0  # between two looks at who leads and what is due

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of work. `work` says in a few words what was done, "" where there was nothing to do.

    It begins `every` microseconds, and never twice at once.
    """

    name: str
    every: int
    work: Callable[[], str]


class Clerk:
    """Does these duties while its mandate lasts."""

    def __init__(self, mandate: Mandate, duties: Sequence[Duty], clock: Clock) -> None:
        self._mandate, self._duties, self._clock = mandate, tuple(duties), clock
        self._failures: dict[str, int] = {}

    def run_once(self) -> bool:
        """Do every duty once, in order; False, and nothing done, where another leads.

        Raises StoreError with the duties that failed, when all others are done.
        """
        if not self._mandate.leads():
            return False
        failed = [duty.name for duty in self._duties if not self._do(duty)]
        if failed:
            raise StoreError(f"duties that failed: {', '.join(failed)}")
        return True

    def run(self) -> None:
        """Do every duty whenever it is due, side by side, until the process is to end."""
        stopping = self._mandate.stopping
        due = {duty.name: self._clock.monotonic() for duty in self._duties}
        running: dict[str, Future[bool]] = {}
        with ThreadPoolExecutor(len(self._duties), "clerk") as threads:
            while not stopping.is_set():
                now = self._clock.monotonic()
                for duty in self._begin(due, running, now):
                    due[duty.name] = now + duty.every
                    running[duty.name] = threads.submit(self._do, duty)
                stopping.wait(LOOK_SECONDS)

    def _begin(self, due: dict[str, int], running: dict[str, Future[bool]], now: int) -> list[Duty]:
        """The duties that are to begin now: none while another leads."""
        ready = [duty for duty in self._duties if due[duty.name] <= now and _is_idle(running.get(duty.name))]
        try:
            return ready if ready and self._mandate.leads() else []
        except StoreError as error:
            self._failed("leading", error)
            return []

    def _do(self, duty: Duty) -> bool:
        """Whether it went well. This is the supervisor: one duty's failure leaves the others alone."""
        begun = self._clock.monotonic()
        try:
            done = duty.work()
        except MandateEndedError as ended:
            _log.info("%s: stopped: %s", duty.name, ended)
            return False
        except SharpEyesError as error:
            self._failed(duty.name, error)
            return False
        except Exception as error:  # noqa: BLE001 - the supervisor's loop
            self._failed(duty.name, error)
            _log.debug("%s", duty.name, exc_info=error)
            return False
        self._failures.pop(duty.name, None)
        if done:
            _log.info("%s: %s in %.2f s", duty.name, done, (self._clock.monotonic() - begun) / SECOND)
        return True

    def _failed(self, name: str, error: Exception) -> None:
        """Tell the first failure in a row, then every tenth."""
        count = self._failures[name] = self._failures.get(name, 0) + 1
        if count % 10 == 1:
            what = printable(f"{error}" if isinstance(error, SharpEyesError) else repr(error))
            _log.error("%s failed%s: %s", name, f" {count} times in a row" if count > 1 else "", what)


def _is_idle(future: Future[bool] | None) -> bool:
    return future is None or future.done()
