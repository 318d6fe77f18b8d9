"""`sharp-eyes bench index`: how quickly an event index takes rows and answers, on this machine."""

import json
import tempfile
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from sharp_eyes.store.index.benchmark import Figure, Loaded


@click.command(
    name="index",
    epilog="""\b
Examples:
  sharp-eyes bench index
  sharp-eyes bench index --rows 100000 --days 1
  sharp-eyes bench index --index postgresql://farm@127.0.0.1/bench --json

\b
The rows are a made-up city's; the database must be empty, and keeps them. Figures are
wall time as one caller sees it, reading the answer included.""",
)
@click.option(
    "--rows",
    type=click.IntRange(1_000, 100_000_000),
    default=1_000_000,
    show_default=True,
    help="About how many rows to insert first.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=3,
    show_default=True,
    help="Over how many days they are spread.",
)
@click.option("--index", "url", help="An empty database; else a SQLite file that is removed afterwards.")
@click.option(
    "--rounds",
    type=click.IntRange(1, 10_000),
    default=200,
    show_default=True,
    help="How often each kind of question is asked.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def bench_index(rows: int, days: int, url: str | None, rounds: int, as_json: bool) -> None:
    """Fill an event index with a made-up city and measure each kind of question."""
    from sharp_eyes.store.index.benchmark import IndexBenchmark
    from sharp_eyes.store.index.opening import open_index

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sharp-eyes-bench-"))
        index = stack.enter_context(closing(open_index(url or f"sqlite:///{Path(folder) / 'index.sqlite'}")))
        benchmark = IndexBenchmark(index, rows, days)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("inserting", total=rows)
            loaded = benchmark.load(lambda done: bar.update(task, completed=done))
        figures = list(benchmark.measure(rounds))
        database = index.engine.dialect.name
    if as_json:
        facts = {
            "database": database,
            "loaded": asdict(loaded),
            "questions": [asdict(one) for one in figures],
        }
        click.echo(json.dumps(facts))
    else:
        _print(database, loaded, figures)


def _print(database: str, loaded: "Loaded", figures: "list[Figure]") -> None:
    rate = loaded.rows / loaded.seconds
    title = (
        f"{database}: {loaded.rows} rows inserted at {rate:.0f}/s, a batch p95 {loaded.batch_p95_ms:.0f} ms"
    )
    table = Table("question", "p50 ms", "p95 ms", "answers", title=title)
    for one in figures:
        table.add_row(one.name, f"{one.p50_ms:.1f}", f"{one.p95_ms:.1f}", str(one.answers))
    Console().print(table)
