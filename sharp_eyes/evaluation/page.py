"""An evaluation as one page: figures per stage, and every scenario's truth above its events."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from sharp_eyes.evaluation.blame import Blame
from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.replays import Stage
from sharp_eyes.evaluation.report import (
    TITLES,
    Report,
    change_sentence,
    speed_sentence,
    without_rule_sentence,
)
from sharp_eyes.scoring.height import narrowed_sentence
from sharp_eyes.scoring.page.clips import clip_sections, controls
from sharp_eyes.scoring.page.markup import Markup, element
from sharp_eyes.scoring.page.overview import overview, tables
from sharp_eyes.scoring.page.whole_page import whole_page

_TAGS = ("kind", "condition")  # by which scenarios are summed up


def page(report: Report, beside: Path | None = None) -> str:
    """The whole page; it will lie in the folder `beside`."""
    evaluation = report.evaluation
    title = f"Evaluation of {evaluation.suite}"
    summary = evaluation.summary
    return whole_page(
        title,
        element("header", element("h1", title), *(element("p", line) for line in _about(report))),
        *_baseline(report),
        *_since_last_run(report),
        *([] if report.blame is None else _blame(report.blame)),
        *chain.from_iterable(_stage(evaluation, stage) for stage in evaluation.stages),
        controls(summary.score.total),
        *clip_sections(summary, beside),
    )


def _about(report: Report) -> Iterator[str]:
    evaluation = report.evaluation
    yield speed_sentence(evaluation)
    if report.min_height is not None:
        yield narrowed_sentence(report.min_height)
    if evaluation.models:
        yield f"model: {', '.join(sorted(evaluation.models))}"
    without_rule = without_rule_sentence(evaluation)
    if without_rule:
        yield without_rule


def _stage(evaluation: Evaluation, stage: Stage) -> Iterator[Markup]:
    summary = evaluation.at(stage)
    yield element("h2", TITLES[stage].capitalize())
    yield from overview(summary)
    yield from tables(summary, _TAGS)


def _baseline(report: Report) -> Iterator[Markup]:
    if report.failings is None:
        return
    yield element("h2", "Baseline")
    if not report.failings:
        yield element("p", "It is held.", class_="found")
    yield _sentences(report.failings, "missed")
    yield _sentences(report.notes)


def _since_last_run(report: Report) -> Iterator[Markup]:
    if not report.changes and not report.last_run_notes:
        return
    yield element("h2", "Since the last run")
    yield _sentences(report.last_run_notes)
    yield _sentences([change_sentence(change) for change in report.changes if change.better], "found")
    yield _sentences([change_sentence(change) for change in report.changes if not change.better], "missed")


def _blame(blame: Blame) -> Iterator[Markup]:
    rows = (("missed", blame.missed), ("extra", blame.extra))
    head = element("tr", element("th", ""), *(element("th", part) for part in blame.missed))
    body = (
        element("tr", element("th", name), *(element("td", str(count)) for count in counts.values()))
        for name, counts in rows
    )
    yield element("h2", "Whose mistakes they are")
    yield element("div", element("table", element("thead", head), element("tbody", *body)), class_="table")


def _sentences(lines: Iterable[str], verdict: str | None = None) -> Markup:
    """A list of them; nothing where there are none. `verdict` gives the colour."""
    items = [element("li", line, class_=verdict) for line in lines]
    return element("ul", *items, class_="sentences") if items else Markup()
