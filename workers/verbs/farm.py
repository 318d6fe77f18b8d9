"""`sharp-eyes farm …`: start this machine's part of the farm, look at all of it, order it about."""

import getpass
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.live import Live

from sharp_eyes.clock import SystemClock
from sharp_eyes.errors import ConfigError, Problem, printable
from sharp_eyes.labels import closest
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings

if TYPE_CHECKING:
    from sharp_eyes.store.registry.registry_store import RegistryStore
    from sharp_eyes.store.registry.statuses import OrderKind
    from workers.farm_view import NodeRow, Wanted
    from workers.ray_runtime import RayNode

WATCH_SECONDS = 2.0


def parse_address(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    """The options --address and --listen: HOST:PORT."""
    if text is None:
        return None
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{text} is no address; write for example 10.0.0.5:6379")
    return text


def parse_name(_: click.Context, __: click.Parameter, text: str | None) -> str:
    """The option --name, which becomes a label of Ray's and a part of the workers' names."""
    import re
    import socket

    name = socket.gethostname() if text is None else text
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", name):
        raise click.BadParameter(
            f"{printable(name)!r} cannot name a node: give 1 to 63 letters, digits, dots, dashes, "
            "the first and last of them a letter or digit"
        )
    return name


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  sharp-eyes farm                                  a farm of this machine alone
  sharp-eyes farm --listen 10.0.0.5:6379           … that other machines may join
  sharp-eyes farm --address 10.0.0.5:6379          join it; its ray-token must lie in the node folder
  sharp-eyes farm status --watch
  sharp-eyes farm drain hall-2

\b
Without a command it runs until Ctrl-C or SIGTERM, and watches what the registry says
(`sharp-eyes apply`).""",
)
@click.option(
    "--address",
    callback=parse_address,
    metavar="HOST:PORT",
    help="Join the farm whose head listens there, instead of starting one.",
)
@click.option(
    "--listen",
    callback=parse_address,
    metavar="HOST:PORT",
    help="Be the head of a farm that other machines join here.  [default: a free port]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Worker processes on this machine.  [default: by its cores]",
)
@click.option(
    "--capacity",
    type=click.FloatRange(min=1, max=1_000_000),
    metavar="FPS",
    help="Analysed frames per second that a worker takes on; beyond, low tiers are left out.  [default: any]",
)
@click.option(
    "--name", callback=parse_name, help="What the farm calls this machine.  [default: its host name]"
)
@click.option("--no-node", is_flag=True, help="Leave the node process alone: somebody else runs it.")
@click.pass_context
def farm(
    context: click.Context,
    address: str | None,
    listen: str | None,
    workers: int | None,
    capacity: float | None,
    name: str,
    no_node: bool,
) -> None:
    """Start or join the worker farm, and keep it alive; with a command: look at it, order it about."""
    if context.invoked_subcommand is not None:
        return
    if address is not None and listen is not None:
        raise click.UsageError("--address joins a farm, --listen begins one: give one of them")
    settings: Settings = context.obj
    keep_files_private()
    _run(settings, _ray_node(settings, address, listen, workers, capacity, name), with_node=not no_node)


def _ray_node(
    settings: Settings,
    address: str | None,
    listen: str | None,
    workers: int | None,
    capacity: float | None,
    name: str,
) -> "RayNode":
    from workers.ray_runtime import TOKEN_FILE, RayNode, check_token, make_token

    token = settings.node / TOKEN_FILE
    if address is None:
        make_token(token)
    else:
        check_token(token)
    return RayNode(
        node=name,
        address=address or listen or "",
        head=address is None,
        workers=workers or _workers_of(os.cpu_count() or 1),
        token=token,
        capacity=capacity,
    )


def _workers_of(cores: int) -> int:
    """One to four cores, for decoding and the detector have threads of their own; two at least."""
    return max(2, cores // 4)


def _run(settings: Settings, ray: "RayNode", *, with_node: bool) -> None:
    from sharp_eyes.store.registry.opening import registry_url
    from workers.asked_to_stop import asked_to_stop
    from workers.farm_head import refuse_second_head
    from workers.node.folder_lock import FolderLock
    from workers.process_tree import inherit_orphans
    from workers.restarts import forget_restarts
    from workers.supervisor import Supervisor

    for part in ("ray", "av", "cv2", "onnxruntime"):
        _needed(part)
    registry_url(settings.index)  # says now what is wrong in the address
    if with_node:
        FolderLock(settings.node).release()  # says now that another farm works there; its node takes it
    if ray.head:
        refuse_second_head(settings.index, ray.node, SystemClock().now())
    forget_restarts(settings.node)
    inherit_orphans()
    supervisor = Supervisor(ray, with_node=with_node, say=_say, clock=SystemClock())
    with asked_to_stop() as asked:
        supervisor.run(asked.stopping)
    if asked.by_ctrl_c:
        raise click.Abort


def _needed(part: str) -> None:
    from importlib.util import find_spec

    if find_spec(part) is None:
        raise ModuleNotFoundError(name=part)


def _say(line: str) -> None:
    """One line on stderr, while anybody reads it."""
    try:
        click.echo(line, err=True)
    except OSError:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends


@farm.command(
    epilog="""\b
Examples:
  sharp-eyes farm status
  sharp-eyes farm status --watch
  sharp-eyes farm status --json"""
)
@click.option("--watch", is_flag=True, help="Show it again and again, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; with --watch one to a line.")
@click.pass_obj
def status(settings: Settings, watch: bool, as_json: bool) -> None:
    """Show nodes, workers and cameras as they last said they are; what is older than 10 s is stale."""
    from workers.farm_view import Wanted, farm_json, farm_table

    console = Console()
    with _registry(settings) as registry:
        wanted = Wanted(registry)
        if as_json:
            for rows, cameras in _again(registry, wanted, watch=watch):
                click.echo(farm_json(rows, cameras))
        elif watch:
            with Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
                for rows, cameras in _again(registry, wanted, watch=True):
                    live.update(farm_table(rows, cameras), refresh=True)
        else:
            console.print(farm_table(_rows(registry), wanted.ids()))


def _again(
    registry: "RegistryStore", wanted: "Wanted", *, watch: bool
) -> "Iterable[tuple[list[NodeRow], frozenset[str]]]":
    yield _rows(registry), wanted.ids()
    while watch:
        time.sleep(WATCH_SECONDS)
        yield _rows(registry), wanted.ids()


def _rows(registry: "RegistryStore") -> "list[NodeRow]":
    from workers.farm_view import node_rows

    return node_rows(registry.statuses(), registry.orders(), SystemClock().now())


@farm.command(
    epilog="""\b
Examples:
  sharp-eyes farm drain hall-2
  sharp-eyes farm drain hall-2 --end"""
)
@click.argument("node")
@click.option("--end", is_flag=True, help="Let the node watch cameras again.")
@click.pass_obj
def drain(settings: Settings, node: str, end: bool) -> None:
    """Take all cameras away from NODE, and give it none until `--end`."""
    from workers.farm_view import another_watches

    with _registry(settings) as registry:
        if end:
            if not registry.withdraw_order("drain", node):
                raise ConfigError([Problem("registry", f'node "{node}"', "it is not being drained")])
            click.echo(f"{printable(node)} may watch cameras again")
            return
        rows = _rows(registry)
        _known("node", node, [row.node for row in rows])
        _order(registry, "drain", node)
    click.echo(f"{node} gives up its cameras, and gets none until: sharp-eyes farm drain {node} --end")
    if not another_watches(rows, node):
        click.echo("warning: no other node is there to watch them", err=True)


@farm.command(
    epilog="""\b
Examples:
  sharp-eyes farm restart 33080200001310000001"""
)
@click.argument("camera")
@click.pass_obj
def restart(settings: Settings, camera: str) -> None:
    """Stop watching CAMERA, and start again, with a new connection and a new run."""
    with _registry(settings) as registry:
        known = {one.id for one in registry.cameras() if not one.removed}
        _known("camera", camera, known)
        _order(registry, "restart", camera)
    click.echo(f"{printable(camera)} is to begin again, with a new connection and a new run")


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in set(names):
        raise ConfigError([Problem("registry", f'{kind} "{name}"', f"no such {kind}", closest(name, names))])


def _order(registry: "RegistryStore", kind: "OrderKind", subject: str) -> None:
    registry.put_order(kind, subject, author=getpass.getuser(), at=SystemClock().now())


@contextmanager
def _registry(settings: Settings) -> "Iterator[RegistryStore]":
    from sharp_eyes.store.registry.opening import open_registry

    with closing(open_registry(settings.index)) as registry:
        yield registry
