"""Outcomes as the rows of a table, for a terminal or a page: one place says how a figure is written."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from sharp_eyes.errors import printable
from sharp_eyes.scoring.matching import Outcome

UNKNOWN = "–"
SILENCE_HEADINGS = ("near misses", "broken", "by events")


def headings(alpha: float, *, with_rate: bool) -> list[str]:
    """What stands above the figures of a row."""
    rate = ["false/day", "at most"] if with_rate else []
    return ["truth", "found", "missed", "extra", "P", "R", f1_name(alpha), *rate, "p50 s", "p95 s"]


def figures(outcome: Outcome, alpha: float, *, with_rate: bool) -> list[str]:
    """The figures of a row: counts, shares, false events per camera and day with bound, time to event."""
    counts = [outcome.due, len(outcome.matched), len(outcome.missed), len(outcome.extra)]
    shares = [outcome.precision, outcome.recall, outcome.f1_at(alpha)]
    rate, delay = outcome.false_rate, outcome.delay
    rates = [per_day(rate.per_camera_day), per_day(rate.upper_bound)] if rate else [UNKNOWN] * 2
    delays = [seconds(delay.p50_seconds), seconds(delay.p95_seconds)] if delay else [UNKNOWN] * 2
    return [*map(str, counts), *(f"{share:.3f}" for share in shares), *(rates if with_rate else []), *delays]


def score_table(subject: str, rows: Iterable[tuple[str, Outcome]], alpha: float = 1.0) -> Table:
    """A table of named outcomes; the rates of false events only where one of them is known."""
    rows = list(rows)
    with_rate = any(outcome.false_rate for _, outcome in rows)
    figured = [(name, figures(outcome, alpha, with_rate=with_rate)) for name, outcome in rows]
    return _table(subject, headings(alpha, with_rate=with_rate), figured)


def silence_figures(outcome: Outcome) -> list[str]:
    """How many stretches had to be silent, how many of them were not, and how many events were in those."""
    broken = len(outcome.broken)
    return [str(len(outcome.kept) + broken), str(broken), str(outcome.silence_broken)]


def silence_table(subject: str, rows: Iterable[tuple[str, Outcome]]) -> Table:
    """A table of the near misses of named outcomes."""
    return _table(subject, SILENCE_HEADINGS, [(name, silence_figures(outcome)) for name, outcome in rows])


def f1_name(alpha: float) -> str:
    """F1, with its recall bias where it has one."""
    return "F1" if alpha == 1 else f"F1 α={alpha:g}"


def per_day(rate: float) -> str:
    """A rate to three digits: 0.0123, 7.75, 1230."""
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def seconds(duration: float) -> str:
    """A duration to a tenth of a second."""
    return f"{duration:.1f}"


def _table(subject: str, columns: Iterable[str], rows: Iterable[tuple[str, Sequence[str]]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0))
    table.add_column(subject)
    for heading in columns:
        table.add_column(heading.replace(" ", "\n"), justify="right", no_wrap=True)
    for name, cells in rows:
        table.add_row(Text(printable(name)), *cells)
    return table
