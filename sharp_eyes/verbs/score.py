"""`sharp-eyes score`: events against truth, tracks against ground truth."""

import json
import math
from importlib.metadata import entry_points
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.errors import SharpEyesError, printable, printable_json
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.matching import EventLine, Outcome, Score
from sharp_eyes.scoring.matching import score as judge
from sharp_eyes.scoring.truth import TruthEntry

SHOWN = 20  # missed and extra events that the table lists; --json has them all


class Finite(click.FloatRange):
    """A number of a range: NaN is in none, though it compares as if it were in all."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails as click does, with a usage error."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number that can be compared", param, ctx)
        return number


@click.command(
    epilog="""\b
Examples:
  sharp-eyes score events.jsonl truth.jsonl
  sharp-eyes score events.jsonl truth.jsonl --tolerance 1 --min-f1 0.9
  sharp-eyes score --tracks tracks.txt gt.txt --every 2

\b
EVENTS are lines of `sharp-eyes replay`; TRUTH has a JSON object per line with camera, type, rule,
start, end, tolerance_seconds, direction, label, objects, must_be_silent."""
)
@click.argument("events", type=click.Path(path_type=Path))
@click.argument("truth", type=click.Path(path_type=Path))
@click.option("--tolerance", type=Finite(min=0), help="Seconds, instead of the truth's own (10 by default).")
@click.option(
    "--min-f1", type=Finite(0, 1), help="Exit with 1 when the total F1 is below, or nothing was judged."
)
@click.option("--tracks", is_flag=True, help="Both files are MOT text: print MOTA, IDF1 and their like.")
@click.option(
    "--every", type=click.IntRange(min=1), default=1, help="With --tracks: every n-th frame was analysed."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def score(
    events: Path,
    truth: Path,
    tolerance: float | None,
    min_f1: float | None,
    tracks: bool,
    every: int,
    as_json: bool,
) -> None:
    """Judge EVENTS by TRUTH: an event counts within its tolerance of the time it was due."""
    if tracks:
        _print_tracks(_evaluate_tracks(truth, events, every), as_json=as_json)
        return
    result = judge(read_lines(events, EventLine), read_lines(truth, TruthEntry), tolerance)
    if as_json:
        click.echo(printable_json(json.dumps(_document(result), ensure_ascii=False)))
    else:
        _print(result)
    if min_f1 is not None:
        _hold_to(min_f1, result.total)


def _hold_to(least: float, total: Outcome) -> None:
    """Exit with 1 where the score falls short, or where there is none: nothing judged proves nothing."""
    if not (total.matched or total.missed or total.extra):
        click.echo("nothing was judged: no event was due, and none came that the truth speaks of", err=True)
        raise click.exceptions.Exit(1)
    if total.f1 < least:
        raise click.exceptions.Exit(1)


def _evaluate_tracks(truth: Path, tracks: Path, every: int) -> dict[str, float]:
    for point in entry_points(group="sharp_eyes.track_evaluators"):
        try:
            evaluate = point.load()
        except ModuleNotFoundError as error:
            raise SharpEyesError(
                f"judging tracks needs {error.name}: pip install 'sharp-eyes[worker]'"
            ) from error
        figures: dict[str, float] = evaluate(truth, tracks, every)
        return figures
    raise SharpEyesError("no evaluator of tracks is installed")


def _print_tracks(figures: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({name: round(value, 2) for name, value in figures.items()}))
        return
    table = Table("MOTA", "IDF1", "recall", "precision", "switches")
    shares = [f"{figures[name]:.1f}" for name in ("mota", "idf1", "recall", "precision")]
    table.add_row(*shares, str(figures["switches"]))
    Console().print(table)


def _print(result: Score) -> None:
    table = Table("type", "truth", "found", "missed", "extra", "precision", "recall", "F1")
    rows = (
        [*result.by_type.items(), ("all", result.total)]
        if len(result.by_type) != 1
        else result.by_type.items()
    )
    for name, outcome in rows:
        table.add_row(Text(printable(name)), *_cells(outcome), end_section=name != "all")
    Console().print(table)
    total = result.total
    for entry in total.missed[:SHOWN]:
        click.echo(printable(f"missed: {entry.type} on {entry.camera}, due {_moment(entry.start)}"))
    for event in total.extra[:SHOWN]:
        moment = event.at if event.offset_seconds is None else event.offset_seconds
        click.echo(printable(f"extra:  {event.type} on {event.camera} at {_moment(moment)}"))
    if total.silence_broken:
        click.echo(f"{total.silence_broken} of the extra events broke a silence")
    if result.unjudged:
        click.echo(f"{result.unjudged} events of kinds that the truth does not speak of were not judged")


def _cells(outcome: Outcome) -> list[str]:
    wanted = len(outcome.matched) + len(outcome.missed)
    counts = [wanted, len(outcome.matched), len(outcome.missed), len(outcome.extra)]
    return [*map(str, counts), *(f"{share:.3f}" for share in (outcome.precision, outcome.recall, outcome.f1))]


def _moment(moment: float | str) -> str:
    return moment if isinstance(moment, str) else f"{moment:.1f} s"


def _document(result: Score) -> dict[str, object]:
    def facts(outcome: Outcome) -> dict[str, object]:
        return {
            "precision": round(outcome.precision, 4),
            "recall": round(outcome.recall, 4),
            "f1": round(outcome.f1, 4),
            "matched": [
                {"event_id": event.event_id, "start": entry.start} for event, entry in outcome.matched
            ],
            "missed": [entry.model_dump() for entry in outcome.missed],
            "extra": [event.model_dump() for event in outcome.extra],
            "silence_broken": outcome.silence_broken,
        }

    by_type = {name: facts(outcome) for name, outcome in result.by_type.items()}
    return {"total": facts(result.total), "types": by_type, "unjudged": result.unjudged}
