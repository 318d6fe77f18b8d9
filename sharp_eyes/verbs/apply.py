"""`sharp-eyes apply`: make the registry say what camera files say."""

import getpass
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from sharp_eyes.clock import SystemClock
from sharp_eyes.config.checking import Checked, check_reading, note_shared_ids
from sharp_eyes.config.csv_import import read_csv
from sharp_eyes.config.entries import DivisionEntry
from sharp_eyes.config.reading import Profiles, Reading, read_cameras, read_profiles
from sharp_eyes.config.stored import Declared, declared_in
from sharp_eyes.errors import ConfigError, Problem, printable, printable_json
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import ModelCards, installed_cards


@click.command(
    epilog="""\b
Examples:
  sharp-eyes apply cameras.toml --dry-run
  sharp-eyes apply city/*.toml --prune
  sharp-eyes apply export.csv --profiles profiles.toml
  sharp-eyes apply cameras.toml --json | jq '.changed[].keys'

\b
The files together are what is wanted: with --prune, every camera that none of them names is removed.
Exit code 1: done, but cameras that were edited in the console were left alone."""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Remove the cameras that the files do not name.")
@click.option("--take", is_flag=True, help="Overrule cameras that were last edited in the console.")
@click.option(
    "--profiles", type=click.Path(path_type=Path), help="TOML file with the profiles that CSV files name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_obj
def apply(
    settings: Settings,
    files: tuple[Path, ...],
    dry_run: bool,
    prune: bool,
    take: bool,
    profiles: Path | None,
    as_json: bool,
) -> None:
    """Make the registry say what camera files (TOML, or CSV by its extension) say.

    The files are checked as `check` does; where anything is wrong in one, nothing changes.
    """
    from sharp_eyes.store.registry.applying import Wanted
    from sharp_eyes.store.registry.opening import open_registry
    from sharp_eyes.verbs.difference_table import difference_document, print_difference

    cameras, divisions, warnings = _checked(files, profiles, installed_cards(settings.models), as_json)
    if prune and not cameras:
        raise click.UsageError("the files name no camera: --prune would remove every one")
    wanted = Wanted(cameras, divisions, prune=prune, take=take)
    keep_files_private()
    with open_registry(settings.index) as registry, _told("comparing" if dry_run else "writing"):
        if dry_run:
            difference = registry.preview(wanted)
        else:
            difference = registry.apply(wanted, author=_author(), at=SystemClock().now())
    if as_json:
        document = difference_document(difference, dry_run=dry_run) | {
            "problems": [],
            "warnings": _rows(warnings),
        }
        click.echo(printable_json(json.dumps(document, ensure_ascii=False)))
    else:
        print_difference(difference, dry_run=dry_run)
    if difference.refused:
        raise click.exceptions.Exit(1)


def _checked(
    files: Sequence[Path], profiles_file: Path | None, cards: ModelCards, as_json: bool
) -> tuple[list[Declared], list[DivisionEntry], list[Problem]]:
    """What the files declare, and the warnings. Raises ConfigError, or prints it as JSON and exits."""
    profiles = read_profiles(profiles_file) if profiles_file else Profiles()
    results: dict[Path, Checked] = {}
    cameras: list[Declared] = []
    divisions: dict[str, DivisionEntry] = {}
    for file in dict.fromkeys(files):
        with _told(f"reading {file}"):
            reading = _read(file, profiles)
            results[file] = check_reading(reading, file, cards)
            cameras += declared_in(reading, file.parent)
            divisions |= {entry.code: entry for entry in reading.divisions}
    note_shared_ids(results)
    problems = [*profiles.problems, *(one for checked in results.values() for one in checked.problems)]
    warnings = [one for checked in results.values() for one in checked.warnings]
    _report(problems, warnings, as_json)
    return cameras, list(divisions.values()), warnings


def _read(file: Path, profiles: Profiles) -> Reading:
    return read_csv(file, profiles) if file.suffix.lower() == ".csv" else read_cameras(file)


def _report(problems: list[Problem], warnings: list[Problem], as_json: bool) -> None:
    """Warnings for people; and where there are problems, these and the end."""
    if as_json and problems:
        document = {"problems": _rows(problems), "warnings": _rows(warnings)}
        click.echo(printable_json(json.dumps(document, ensure_ascii=False)))
        raise click.exceptions.Exit(ConfigError.exit_code)
    for warning in warnings if not as_json else ():
        click.echo(f"warning: {warning}", err=True)
    if problems:
        raise ConfigError(problems)


def _rows(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"file": p.file, "path": p.path, "message": p.message, "hint": p.hint} for p in problems]


def _author() -> str:
    """Whom the operating system takes us for; in a container without a list of users, their number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@contextmanager
def _told(work: str) -> Iterator[None]:
    """On a terminal, say what takes so long; a city takes half a minute to read."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(printable(work)):
            yield
    else:
        yield
