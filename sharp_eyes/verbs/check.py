"""`sharp-eyes check`: what is wrong in camera files, all of it at once."""

import json
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.config.checking import Checked, check_file, note_shared_ids
from sharp_eyes.errors import ConfigError, printable, printable_json
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import installed_cards


@click.command(
    epilog="""\b
Examples:
  sharp-eyes check cameras.toml
  sharp-eyes check city/*.toml --model yolo11n
  sharp-eyes check cameras.toml --json | jq '.problems[].path'"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--model", help="Judge all cameras by this model or channel, not by their own.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_obj
def check(settings: Settings, files: tuple[Path, ...], model: str | None, as_json: bool) -> None:
    """Check camera files: every error, with its path and what would be right."""
    cards = installed_cards(settings.models)
    results = {file: check_file(file, cards, model) for file in files}
    note_shared_ids(results)
    problems = [problem for checked in results.values() for problem in checked.problems]
    warnings = [warning for checked in results.values() for warning in checked.warnings]
    if as_json:
        click.echo(printable_json(json.dumps(_document(results), ensure_ascii=False)))
        if problems:
            raise click.exceptions.Exit(ConfigError.exit_code)
        return
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if problems:
        raise ConfigError(problems)
    Console().print(_table(results))


def _document(results: dict[Path, Checked]) -> dict[str, object]:
    def rows(kind: str) -> list[dict[str, str]]:
        return [
            {"file": p.file, "path": p.path, "message": p.message, "hint": p.hint}
            for checked in results.values()
            for p in getattr(checked, kind)
        ]

    cameras = sum(len(checked.cameras) for checked in results.values())
    return {"cameras": cameras, "problems": rows("problems"), "warnings": rows("warnings")}


def _table(results: dict[Path, Checked]) -> Table:
    table = Table(title="all in order")
    for heading in ("file", "cameras", "rules", "models"):
        table.add_column(heading, overflow="fold")  # a name is wrapped, never cut
    for file, checked in results.items():
        kinds = Counter(spec.kind for camera, _ in checked.cameras for spec in camera.rules)
        rules = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        models = ", ".join(sorted({card.name for _, card in checked.cameras}))
        cells = (str(file), str(len(checked.cameras)), rules, models)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table
