"""`sharp-eyes score`: events against truth, tracks against ground truth."""

import json
from importlib.metadata import entry_points
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sharp_eyes.errors import SharpEyesError, printable, printable_json
from sharp_eyes.scoring.card import CARD, LONGEST_SECONDS, ScenarioCard, read_card
from sharp_eyes.scoring.document import score_document
from sharp_eyes.scoring.height import narrowed_sentence
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.matching import EventLine, Outcome, Score
from sharp_eyes.scoring.page.score_page import score_page
from sharp_eyes.scoring.page.whole_page import write_page
from sharp_eyes.scoring.summary import Clip, summarise
from sharp_eyes.scoring.table import per_day, score_table
from sharp_eyes.scoring.truth import TruthEntry
from sharp_eyes.verbs.finite import Finite

SHOWN = 20  # missed and extra events that the table lists; --json has them all


@click.command(
    epilog="""\b
Examples:
  sharp-eyes score events.jsonl truth.jsonl
  sharp-eyes score events.jsonl truth.jsonl --tolerance 1 --min-f1 0.9
  sharp-eyes score events.jsonl truth.jsonl --alpha 0.65 --observed 86400
  sharp-eyes score events.jsonl truth.jsonl --html score.html --snapshots evidence/
  sharp-eyes score --tracks tracks.txt gt.txt --every 2

\b
EVENTS are lines of `sharp-eyes replay`; TRUTH has a JSON object per line with camera, type, rule,
start, end, tolerance_seconds, direction, label, objects, height, must_be_silent. A `scenario.json`
beside TRUTH says how long was observed, and in which condition."""
)
@click.argument("events", type=click.Path(path_type=Path))
@click.argument("truth", type=click.Path(path_type=Path))
@click.option("--tolerance", type=Finite(min=0), help="Seconds, instead of the truth's own (10 by default).")
@click.option(
    "--alpha",
    type=Finite(0, 1000),
    default=1.0,
    show_default=True,
    help="Recall bias of F1: below 1 precision weighs more, above 1 recall.",
)
@click.option(
    "--observed",
    type=Finite(1, LONGEST_SECONDS),
    metavar="SECONDS",
    help="How long each camera was observed: adds false events per camera and day, with their 95 % bound.  "
    "[default: what `scenario.json` beside TRUTH says]",
)
@click.option(
    "--min-f1", type=Finite(0, 1), help="Exit with 1 when the total F1 is below, or nothing was judged."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page here with a timeline per camera; it works without network or scripts.",
)
@click.option(
    "--snapshots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --html: show the pictures that `replay --clips` left in this folder.",
)
@click.option(
    "--min-height",
    type=Finite(0, 1),
    metavar="SHARE",
    help="Judge only by what is as tall as this share of the picture.",
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
    alpha: float,
    observed: float | None,
    min_f1: float | None,
    html: Path | None,
    snapshots: Path | None,
    min_height: float | None,
    tracks: bool,
    every: int,
    as_json: bool,
) -> None:
    """Judge EVENTS by TRUTH: an event counts within its tolerance of the time it was due."""
    _refuse_contradictions(html, snapshots, [events, truth, truth.parent / CARD], tracks=tracks)
    if tracks:
        if min_height is not None:
            raise click.UsageError("--min-height narrows the judgement of events; --tracks has none")
        _print_tracks(_evaluate_tracks(truth, events, every), as_json=as_json)
        return
    card = _card_beside(truth)
    clip = Clip(
        f"{events.name} by {truth.name}",
        read_lines(events, EventLine),
        read_lines(truth, TruthEntry),
        observed if observed is not None or card is None else card.seconds,
        card.tags if card is not None else {},
        evidence=snapshots,
    )
    summary = summarise([clip], tolerance, min_height)
    result = summary.score
    if html is not None:
        narrowed = "" if min_height is None else f", {narrowed_sentence(min_height)}"
        page = score_page(summary, f"Score of {events.name}{narrowed}", alpha=alpha, beside=html.parent)
        write_page(html, page)
    if as_json:
        document = score_document(result, alpha) | {"min_height": min_height}
        click.echo(printable_json(json.dumps(document, ensure_ascii=False)))
    else:
        _print(result, alpha)
        if min_height is not None:
            click.echo(narrowed_sentence(min_height))
    if min_f1 is not None:
        _hold_to(min_f1, result.total, alpha)


def _refuse_contradictions(
    html: Path | None, snapshots: Path | None, read: list[Path], *, tracks: bool
) -> None:
    if html is not None and tracks:
        raise click.UsageError("--html shows events; --tracks has none")
    if snapshots is not None and html is None:
        raise click.UsageError("--snapshots are shown on the page: give --html FILE, too")
    if html is not None and html.resolve() in {file.resolve() for file in read}:
        raise click.UsageError(f"--html would overwrite {html}, which is read")


def _card_beside(truth: Path) -> ScenarioCard | None:
    """The card of the scenario that this truth belongs to, where it belongs to one."""
    file = truth.parent / CARD
    return read_card(file) if file.is_file() else None


def _hold_to(least: float, total: Outcome, alpha: float) -> None:
    """Exit with 1 where the score falls short, or where there is none: nothing judged proves nothing."""
    if not (total.matched or total.missed or total.extra):
        click.echo("nothing was judged: no event was due, and none came that the truth speaks of", err=True)
        raise click.exceptions.Exit(1)
    if total.f1_at(alpha) < least:
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


def _print(result: Score, alpha: float) -> None:
    total = result.total
    rows = list(result.by_type.items())
    if len(rows) != 1:
        rows.append(("all", total))
    Console().print(score_table("type", rows, alpha))
    if rate := total.false_rate:
        click.echo(
            f"false events: {per_day(rate.per_camera_day)} per camera and day, at most "
            f"{per_day(rate.upper_bound)} (95 %); {rate.camera_days:.3g} camera-days observed"
        )
    for entry in total.missed[:SHOWN]:
        click.echo(printable(f"missed: {entry.type} on {entry.camera}, due {_moment(entry.start)}"))
    for event in total.extra[:SHOWN]:
        moment = event.at if event.offset_seconds is None else event.offset_seconds
        click.echo(printable(f"extra:  {event.type} on {event.camera} at {_moment(moment)}"))
    if total.silence_broken:
        click.echo(f"{total.silence_broken} of the extra events broke a silence")
    for kind, waiting in result.no_rule_yet.items():
        click.echo(f"no rule yet for {kind}: {waiting.due} due, not judged")
    if result.unjudged:
        click.echo(f"{result.unjudged} events of kinds that the truth does not speak of were not judged")


def _moment(moment: float | str) -> str:
    return moment if isinstance(moment, str) else f"{moment:.1f} s"
