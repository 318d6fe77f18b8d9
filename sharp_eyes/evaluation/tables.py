"""An evaluation for people at a terminal."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.errors import printable
from sharp_eyes.evaluation.blame import Blame
from sharp_eyes.evaluation.report import (
    TITLES,
    Report,
    change_sentence,
    speed_sentence,
    without_rule_sentence,
)
from sharp_eyes.scoring.height import narrowed_sentence
from sharp_eyes.scoring.summary import Summary
from sharp_eyes.scoring.table import score_table, silence_table


def print_report(report: Report, console: Console) -> None:
    """Tables, then what is worth a sentence."""
    evaluation = report.evaluation
    for stage in evaluation.stages:
        console.print(Text(f"{TITLES[stage]}:"))
        for table in _tables(evaluation.at(stage)):
            console.print(table)
    if report.blame is not None:
        console.print(_blame_table(report.blame))
    for sentence in _sentences(report):
        console.print(Text(printable(sentence)), soft_wrap=True)


def _sentences(report: Report) -> Iterator[str]:
    without_rule = without_rule_sentence(report.evaluation)
    if without_rule:
        yield without_rule
    for word, better in (("better", True), ("worse", False)):
        for change in report.changes:
            if change.better == better:
                yield f"{word}: {change_sentence(change)}"
    yield from report.last_run_notes
    if report.min_height is not None:
        yield narrowed_sentence(report.min_height)
    yield speed_sentence(report.evaluation)
    yield from report.notes
    if report.failings is not None and not report.failings:
        yield "the baseline is held"


def _tables(summary: Summary) -> Iterator[Table]:
    score = summary.score
    types = [*score.by_type.items(), ("all", score.total)]
    conditions = [(name, part.score.total) for name, part in summary.by("condition").items()]
    yield score_table("type", types)
    yield score_table("condition", conditions)
    if score.total.kept or score.total.broken:
        yield silence_table("", types + conditions)


def _blame_table(blame: Blame) -> Table:
    table = Table(title="whose mistakes they are", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column()
    for part in blame.missed:
        table.add_column(part, justify="right")
    table.add_row("missed", *map(str, blame.missed.values()))
    table.add_row("extra", *map(str, blame.extra.values()))
    return table
