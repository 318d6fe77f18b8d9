"""`sharp-eyes access`: who may ask: people with passwords, programs with tokens."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.clock import SystemClock, to_iso
from sharp_eyes.errors import ConfigError, Problem, printable
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings

if TYPE_CHECKING:
    from sharp_eyes.store.registry.registry_store import RegistryStore

AUTHOR = "command line"

_EVERYWHERE = ("",)


@click.group(
    epilog="""\b
Examples:
  sharp-eyes access user ann --scope events:read --scope media:read --division 330802
  sharp-eyes access token governance-centre --scope events:read
  sharp-eyes access list"""
)
def access() -> None:
    """Give and take rights: people with passwords, programs with tokens."""


def _granted(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what somebody may do, and where."""
    scope = click.option("--scope", "scopes", multiple=True, required=True, help="What they may; repeatable.")
    division = click.option(
        "--division",
        "divisions",
        multiple=True,
        help="Where: the beginning of a code; all, if none is given.",
    )
    return scope(division(command))


def _registry(settings: Settings) -> "RegistryStore":
    from sharp_eyes.store.registry.opening import open_registry

    keep_files_private()
    return open_registry(settings.index)


def _checked(scopes: tuple[str, ...]) -> frozenset[str]:
    from api.scope_names import SCOPES
    from sharp_eyes.labels import closest

    problems = [
        Problem("--scope", "", f'"{scope}" is no scope', closest(scope, SCOPES))
        for scope in scopes
        if scope not in SCOPES
    ]
    if problems:
        raise ConfigError(problems)
    return frozenset(scopes)


@access.command(
    epilog="""\b
Examples:
  sharp-eyes access user ann --scope events:read --division 330802"""
)
@click.argument("name")
@_granted
@click.pass_obj
def user(settings: Settings, name: str, scopes: tuple[str, ...], divisions: tuple[str, ...]) -> None:
    """Add a person, or change what they may; prints a one-time password, and ends their sessions."""
    from api import passwords
    from sharp_eyes.store.registry.users import User

    password, now = passwords.one_time(), SystemClock().now()
    made = User(
        name=name,
        password_hash=passwords.hashed_one_time(password),
        scopes=_checked(scopes),
        divisions=divisions or _EVERYWHERE,
        created_at=now,
    )
    with _registry(settings) as registry:
        (registry.change_user if registry.find_user(name) else registry.add_user)(made)
    click.echo(f"user {printable(name)}, one-time password {password}")


@access.command(
    epilog="""\b
Examples:
  sharp-eyes access token governance-centre --scope events:read"""
)
@click.argument("name")
@_granted
@click.pass_obj
def token(settings: Settings, name: str, scopes: tuple[str, ...], divisions: tuple[str, ...]) -> None:
    """Make a program's token and print it: the only time that it is to be seen."""
    allowed = _checked(scopes)
    with _registry(settings) as registry:
        text = registry.add_token(
            name,
            scopes=allowed,
            divisions=divisions or _EVERYWHERE,
            author=AUTHOR,
            at=SystemClock().now(),
        )
    click.echo(text)


@access.command(
    epilog="""\b
Examples:
  sharp-eyes access revoke governance-centre"""
)
@click.argument("name")
@click.pass_obj
def revoke(settings: Settings, name: str) -> None:
    """Take the right away: a token of this name is gone, a person of this name cannot sign in any more."""
    from dataclasses import replace

    with _registry(settings) as registry:
        gone = registry.revoke_token(name)
        person = registry.find_user(name)
        if person is not None:
            registry.change_user(replace(person, disabled=True))
    if not gone and person is None:
        known = "`sharp-eyes access list` shows who may ask"
        raise ConfigError([Problem("access", name, "there is no user or token of this name", known)])


@access.command(
    name="list",
    epilog="""\b
Examples:
  sharp-eyes access list""",
)
@click.pass_obj
def list_(settings: Settings) -> None:
    """Who may ask what, and where."""
    table = Table()
    for heading in ("name", "kind", "scopes", "divisions", "since"):
        table.add_column(heading, overflow="fold")
    with _registry(settings) as registry:
        for person in registry.users():
            _add(table, person, "disabled" if person.disabled else "person")
        for program in registry.tokens():
            _add(table, program, "token")
    Console().print(table)


def _add(table: Table, who: Any, kind: str) -> None:  # a user or a token: both have these four
    divisions = ", ".join(prefix or "all" for prefix in who.divisions)
    cells = (who.name, kind, ", ".join(sorted(who.scopes)), divisions, to_iso(who.created_at))
    table.add_row(*(Text(printable(cell)) for cell in cells))
