"""`sharp-eyes node`: the process of a machine that commits what its workers say and ships it."""

import contextlib
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharp_eyes.clock import SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings

if TYPE_CHECKING:
    from workers.node.node import Node, Stores

LAST_SECONDS = 1.0  # at the end, for what was said last to be shipped


@click.command(
    epilog="""\b
Examples:
  sharp-eyes node
  sharp-eyes node --name camera-hall-2
  sharp-eyes node --adopt /mnt/rescued/node

\b
One to a machine, started before its workers; it works in the folder of SHARP_EYES_NODE.
Index and object storage may be away meanwhile: what workers say waits in the journal."""
)
@click.option("--name", help="What the farm calls this machine.  [default: its host name]")
@click.option(
    "--adopt",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Ship what another node left in DIR, which never returns, and end.",
)
@click.option("--head", is_flag=True, hidden=True, help="Say that the farm on this machine is a head.")
@click.pass_obj
def node(settings: Settings, name: str | None, adopt: Path | None, *, head: bool) -> None:
    """Commit what this machine's workers say, and ship it.

    Prints one line when workers may connect; ends in good order on SIGTERM or Ctrl-C.
    """
    keep_files_private()
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    with _asked_to_stop() as stopping:
        if adopt is None:
            _run(settings, name or socket.gethostname(), stopping, head=head)
        else:
            _adopt(settings, adopt, stopping)


def _run(settings: Settings, name: str, stopping: threading.Event, *, head: bool) -> None:
    from workers.farm_head import saying_it_heads
    from workers.node.node import Node

    stores = _stores(settings)
    if head:
        stores = replace(stores, registry=saying_it_heads(stores.registry))
    with Node(settings.node, name, stores, SystemClock()) as running:
        click.echo(f"node {name} is ready in {settings.node}")
        sys.stdout.flush()
        stopping.wait()
        shipped = _shipped(running)
    if shipped:
        _forget(settings, name)


def _shipped(running: "Node") -> bool:
    """Whether nothing is left to ship, now or in a moment: the workers have just handed over their last."""
    until = time.monotonic() + LAST_SECONDS
    with contextlib.suppress(StoreError):
        while not running.idle():
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True
    return False


def _forget(settings: Settings, name: str) -> None:
    """The farm misses nobody: the node's word is taken back, where the registry can be told so."""
    from sharp_eyes.store.registry.opening import open_registry

    with contextlib.suppress(StoreError), contextlib.closing(open_registry(settings.index)) as registry:
        registry.forget_status(name)


def _adopt(settings: Settings, folder: Path, stopping: threading.Event) -> None:
    from workers.node.adopting import adopt

    adopted = adopt(folder, _stores(settings), SystemClock(), stopping)
    click.echo(f"{folder}: {adopted.records} records and {adopted.bodies} bodies were still to be shipped")
    if not adopted.complete:
        raise click.Abort
    click.echo("all of it is shipped; the folder is needed no more")


def _stores(settings: Settings) -> "Stores":
    """How to open the stores of these settings. Raises ConfigError for settings of no use."""
    from sharp_eyes.store.blobs_of import open_blobs
    from sharp_eyes.store.index.opening import open_index
    from sharp_eyes.store.registry.opening import open_registry
    from sharp_eyes.store.sql import open_engine
    from workers.node.node import Stores

    with contextlib.suppress(StoreError, OSError):  # what is away is awaited; an address of no use is not
        open_engine(settings.index).dispose()
    with contextlib.suppress(StoreError):
        open_blobs(settings)
    return Stores(
        index=lambda: open_index(settings.index),
        blobs=lambda: open_blobs(settings),
        registry=lambda: open_registry(settings.index),
    )


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Set at the first SIGTERM or Ctrl-C; the second ends at once."""
    stopping = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def asked(*_: object) -> None:
        restore()
        stopping.set()

    for number in before:
        signal.signal(number, asked)
    try:
        yield stopping
    finally:
        restore()
