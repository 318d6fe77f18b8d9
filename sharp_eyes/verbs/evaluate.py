"""`sharp-eyes evaluate`: how good the pipeline is on a suite of scenarios, and whose mistakes remain."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sharp_eyes.errors import ConfigError, Problem, StoreError, printable, printable_json
from sharp_eyes.settings import Settings
from sharp_eyes.verbs.finite import Finite

if TYPE_CHECKING:
    from sharp_eyes.evaluation.evaluation import Evaluation
    from sharp_eyes.evaluation.judging import Judgement
    from sharp_eyes.evaluation.replays import Replayed, Stage
    from sharp_eyes.evaluation.suite import Suite

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    epilog="""\b
Examples:
  sharp-eyes evaluate sample_videos/suites/ci.toml
  sharp-eyes evaluate suite.toml --stage all --baseline suite.baseline.json
  sharp-eyes evaluate suite.toml --stage all --record-baseline suite.baseline.json
  sharp-eyes evaluate suite.toml --only 'intrusion-*-night-*' --model yolo11n --html night.html
  sharp-eyes evaluate suite.toml --only '*-day-*' --stage all --min-height 0.133
  sharp-eyes evaluate rendered/ --out results/ --json

\b
SUITE is a TOML file of [[scenario]] tables, rendered as needed, or a folder of scenarios' folders.
Stages: `tracks` judges the rules alone (on the truth's tracks), `boxes` the tracker with them,
`detector` the whole pipeline; `all` tells whose each miss is."""
)
@click.argument("path", metavar="SUITE", type=click.Path(path_type=Path))
@click.option("--only", metavar="PATTERN", help="Only scenarios whose names match, as file names do (*, ?).")
@click.option(
    "--stage",
    "stage_name",
    type=click.Choice(["detector", "boxes", "tracks", "all"]),
    default="detector",
    show_default=True,
    help="How much of the pipeline is judged.",
)
@click.option("--model", help="A model or channel instead of the cameras' own.")
@click.option(
    "--min-height",
    type=Finite(0, 1),
    metavar="SHARE",
    help="Judge only by what is as tall as this share of the picture.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Replays at a time.  [default: one per core]")
@click.option("--baseline", type=_FILE, help="Exit with 1 when this is not held.")
@click.option("--record-baseline", type=_FILE, help="Write the figures as a baseline.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Keep the events in this folder."
)
@click.option("--html", type=_FILE, help="Write the report as a page with timelines and evidence.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with every scenario.")
@click.pass_obj
def evaluate(
    settings: Settings,
    path: Path,
    only: str | None,
    stage_name: str,
    model: str | None,
    min_height: float | None,
    jobs: int | None,
    baseline: Path | None,
    record_baseline: Path | None,
    out: Path | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Replay the scenarios of SUITE and judge every event by their truth."""
    from sharp_eyes.evaluation import baseline as baselines
    from sharp_eyes.evaluation import last_run
    from sharp_eyes.evaluation.blame import blame_of
    from sharp_eyes.evaluation.document import document
    from sharp_eyes.evaluation.page import page
    from sharp_eyes.evaluation.replays import STAGES
    from sharp_eyes.evaluation.report import Report
    from sharp_eyes.evaluation.suite import open_suite
    from sharp_eyes.evaluation.tables import print_report
    from sharp_eyes.scoring.page.whole_page import write_page

    partial = only is not None or min_height is not None
    _refuse_contradictions(stage_name, model, baseline, record_baseline, partial=partial)
    _refuse_to_overwrite(path, baseline, [record_baseline, html])
    stages = tuple(stage for stage in STAGES if stage_name in {stage, "all"})
    cache = _cache(settings)
    suite = open_suite(path, cache / "studio", only)
    recorded = baselines.read_baseline(baseline, suite, stages) if baseline is not None else None
    evidence = _evidence(html, out) if html is not None else None
    jobs = jobs or len(os.sched_getaffinity(0))
    evaluation = _evaluated(settings, suite, stages, model, min_height, jobs, out, evidence)

    kept = last_run.file_of_last_run(path, out, cache / "evaluate")
    last = last_run.read_last_run(kept) if min_height is None else last_run.LastRun()
    report = Report(
        evaluation,
        blame_of(evaluation),
        tuple(last_run.changes(last, evaluation)),
        tuple(baselines.failings(recorded, evaluation)) if recorded is not None else None,
        tuple(baselines.notes(recorded, evaluation)) if recorded is not None else (),
        tuple(last_run.notes(last, evaluation)),
        min_height,
    )
    if as_json:
        click.echo(printable_json(json.dumps(document(report), ensure_ascii=False)))
    else:
        print_report(report, Console())
    if html is not None:
        write_page(html, page(report, html.parent))
    if record_baseline is not None:
        baselines.record_baseline(record_baseline, evaluation)
    if min_height is None:  # else the next run would be compared with a part of what was judged
        _keep(lambda: last_run.keep_run(kept, last, evaluation))
    if report.failings:
        for failing in report.failings:
            click.echo(printable(f"the baseline is not held: {failing}"), err=True)
        raise click.exceptions.Exit(1)


def _refuse_contradictions(
    stage: str, model: str | None, baseline: Path | None, record_baseline: Path | None, *, partial: bool
) -> None:
    """Raise UsageError where the options given exclude each other; `partial`: not all is judged."""
    if partial and (baseline is not None or record_baseline is not None):
        raise click.UsageError("a baseline is of the whole suite: leave out --only and --min-height")
    if baseline is not None and record_baseline is not None:
        raise click.UsageError("hold to --baseline, or record one anew: not both at once")
    if model is not None and stage in {"tracks", "boxes"}:
        raise click.UsageError(f"no --model sees anything at the stage {stage}")


def _refuse_to_overwrite(suite: Path, baseline: Path | None, outputs: list[Path | None]) -> None:
    """Raise ConfigError where an output is an input, or two outputs are one."""
    taken = {path.resolve() for path in (suite, baseline) if path is not None}
    for output in outputs:
        if output is None:
            continue
        if output.resolve() in taken:
            text = "is read here, or written to twice"
            raise ConfigError([Problem(str(output), "", text, "name another file")])
        taken.add(output.resolve())


def _cache(settings: Settings) -> Path:
    """The folder of what can be made again."""
    try:
        return settings.cache.expanduser()
    except RuntimeError as error:  # an account without a home
        text = f"{settings.cache} is in nobody's home"
        hint = "set it to a folder of yours"
        raise ConfigError([Problem("environment", "SHARP_EYES_CACHE", text, hint)]) from error


def _evidence(html: Path, out: Path | None) -> Path:
    """Where the page finds its clips: with the events that are kept, else beside it as browsers keep them."""
    return html.with_name(f"{html.stem}_files") if out is None else out / "evidence"


def _keep(write: Callable[[], None]) -> None:
    """What is only for the next run fails without failing this one."""
    try:
        write()
    except StoreError as error:
        click.echo(f"warning: {printable(str(error))}; the next run has nothing to compare with", err=True)


def _evaluated(
    settings: Settings,
    suite: "Suite",
    stages: tuple["Stage", ...],
    model: str | None,
    min_height: float | None,
    jobs: int,
    out: Path | None,
    evidence: Path | None,
) -> "Evaluation":
    """Render what is missing, replay it all, and judge each as it ends."""
    from sharp_eyes.children import Children, interrupted_by_sigterm
    from sharp_eyes.evaluation.evaluation import evaluation_of
    from sharp_eyes.evaluation.judging import judge
    from sharp_eyes.evaluation.replays import Replayer, replay_all

    began = time.monotonic()
    judgements: list[Judgement] = []
    with (
        tempfile.TemporaryDirectory(prefix="sharp-eyes-") as scratch,
        _progress(str(suite.path), len(suite.names) * len(stages)) as advance,
        interrupted_by_sigterm(),
        Children() as children,
    ):

        def heard(replayed: "Replayed") -> None:
            judgements.append(judge(replayed, min_height))
            advance(f"{replayed.scenario.name}, {replayed.stage}")

        replayer = Replayer(children, out or Path(scratch), model, evidence)
        replay_all(suite.scenarios(children, jobs), stages, replayer.play, heard, jobs)
    seen_with = {
        model or judgement.scenario.model for judgement in judgements if judgement.stage == "detector"
    }
    return evaluation_of(
        judgements,
        suite=str(suite.path),
        suite_sha256=suite.sha256,
        models=_hashes(settings, seen_with),
        wall_seconds=time.monotonic() - began,
    )


def _hashes(settings: Settings, models: set[str]) -> dict[str, str]:
    """What these models and channels stand for here: title → SHA-256."""
    from sharp_eyes.store.model_cards import find_card, installed_cards

    cards = installed_cards(settings.models)
    found = [find_card(cards, model) for model in models]
    return {card.title: card.sha256 for card in sorted(found, key=lambda card: card.title)}


@contextlib.contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on the terminal's error output; silence where that is a pipe or a file."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    words = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), words)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(printable(title), total=total)
        yield lambda name: bar.update(task, advance=1, description=printable(name))
