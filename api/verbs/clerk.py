"""`sharp-eyes clerk`: the process that keeps the stores in order."""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator

import click

from sharp_eyes.clock import SystemClock
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings

_PARENT_SECONDS = 1.0


@click.command(
    epilog="""\b
Examples:
  sharp-eyes clerk          as long as it is let; `serve` starts one by itself
  sharp-eyes clerk --once   one round, for example before the machine is switched off

\b
Any number may run: one leads, the others wait until it is gone."""
)
@click.option("--once", is_flag=True, help="Do every duty once, then end; fails where another clerk leads.")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Flush so often.  [default: 60]",
)
@click.option("--tied", is_flag=True, help="End when the process that started this one is gone.")
@click.pass_obj
def clerk(settings: Settings, *, once: bool, every: float | None, tied: bool) -> None:
    """Move what became visible into the history, seal its hours, let go of what is old.

    Ends in good order on SIGTERM or Ctrl-C; killed, it loses and doubles nothing.
    """
    keep_files_private()
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("api.clerk").setLevel(logging.INFO)
    from api.clerk.keeping import FLUSH_EVERY
    from api.clerk.office import opened_clerk
    from sharp_eyes.clock import microseconds
    from sharp_eyes.errors import StoreError

    flush_every = FLUSH_EVERY if every is None else microseconds(every)
    with (
        _asked_to_stop(tied=tied) as stopping,
        opened_clerk(settings, SystemClock(), stopping, flush_every) as at_work,
    ):
        if not once:
            at_work.run()
        elif not at_work.run_once():
            raise StoreError("another clerk leads; this one did nothing")


@contextlib.contextmanager
def _asked_to_stop(*, tied: bool) -> Iterator[threading.Event]:
    """Set at SIGTERM or Ctrl-C; if tied, also when our parent is another than at the start."""
    stopping = threading.Event()
    if tied:
        threading.Thread(target=_watch_parent, args=(os.getppid(), stopping), daemon=True).start()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopping.set()) for number in numbers]
    try:
        yield stopping
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _watch_parent(parent: int, stopping: threading.Event) -> None:
    while not stopping.wait(_PARENT_SECONDS):
        if os.getppid() != parent:
            stopping.set()
