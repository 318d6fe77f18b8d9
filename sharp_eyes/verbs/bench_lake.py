"""`sharp-eyes bench lake`: what flushing, sealing and asking the history cost on this machine."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sharp_eyes.clock import SystemClock


@click.command(
    epilog="""\b
Examples:
  sharp-eyes bench lake
  sharp-eyes bench lake --rows 1000000 --json"""
)
@click.option(
    "--rows",
    type=click.IntRange(min=10_000),
    default=100_000,
    show_default=True,
    help="Rows of the day that is imagined.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def lake(rows: int, *, as_json: bool) -> None:
    """Fill an index and a history with a day of an imagined city, in a temporary folder, and measure."""
    from sharp_eyes.store.lake.benchmark import measured

    with tempfile.TemporaryDirectory(prefix="sharp-eyes-bench-") as folder:
        figures = asdict(measured(Path(folder), rows, SystemClock()))
    if as_json:
        click.echo(json.dumps({name: round(value, 3) for name, value in figures.items()}))
        return
    table = Table("figure", "value", title="history, CPU seconds for 100,000 rows")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,.2f}".removesuffix(".00"))
    Console().print(table)
