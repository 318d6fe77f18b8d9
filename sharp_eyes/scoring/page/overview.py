"""What a page says of a summary before it comes to single clips: figures, remarks, tables."""

from collections.abc import Iterator, Sequence

from sharp_eyes.scoring.matching import Outcome, Score
from sharp_eyes.scoring.page.markup import Markup, element
from sharp_eyes.scoring.summary import Summary
from sharp_eyes.scoring.table import (
    SILENCE_HEADINGS,
    f1_name,
    figures,
    headings,
    per_day,
    seconds,
    silence_figures,
)


def overview(summary: Summary, alpha: float = 1.0) -> Iterator[Markup]:
    """The figures of all clips together, and what has to be known about them."""
    score = summary.score
    yield _tiles(score.total, alpha)
    yield from _remarks(score)


def tables(summary: Summary, tags: Sequence[str] = (), alpha: float = 1.0) -> Iterator[Markup]:
    """A table per type of event where there are several, and one per tag by its values."""
    total = summary.score
    if len(total.by_type) > 1 or tags:
        yield _table("type", [*total.by_type.items(), ("all", total.total)], alpha)
    for tag in tags:
        slices = [(value, part.score.total) for value, part in summary.by(tag).items()]
        if slices:
            yield _table(tag, slices, alpha)


def _table(subject: str, rows: Sequence[tuple[str, Outcome]], alpha: float) -> Markup:
    with_rate = any(outcome.false_rate for _, outcome in rows)
    names = [subject, *headings(alpha, with_rate=with_rate), *SILENCE_HEADINGS]
    head = element("tr", *(element("th", name) for name in names))
    body = (
        element(
            "tr",
            element("th", name),
            *(element("td", figure) for figure in figures(outcome, alpha, with_rate=with_rate)),
            *(element("td", figure) for figure in silence_figures(outcome)),
        )
        for name, outcome in rows
    )
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="table")


def _tiles(total: Outcome, alpha: float) -> Markup:
    delay, rate = total.delay, total.false_rate
    tiles = [
        ("found", f"{len(total.matched)} of {total.due}"),
        ("missed", str(len(total.missed))),
        ("extra", str(len(total.extra))),
        ("precision", f"{total.precision:.3f}"),
        ("recall", f"{total.recall:.3f}"),
        (f1_name(alpha), f"{total.f1_at(alpha):.3f}"),
    ]
    if delay:
        tiles.append(
            ("time to event, p50 · p95", f"{seconds(delay.p50_seconds)} · {seconds(delay.p95_seconds)} s")
        )
    if rate:
        tiles.append(
            ("false per camera and day", f"{per_day(rate.per_camera_day)} (≤ {per_day(rate.upper_bound)})")
        )
    return element(
        "dl",
        *(
            element("div", element("dt", name), element("dd", value), class_=f"tile {name.split()[0]}")
            for name, value in tiles
        ),
        class_="tiles",
    )


def _remarks(score: Score) -> Iterator[Markup]:
    total = score.total
    silences = len(total.kept) + len(total.broken)
    if silences:
        by = _counted(total.silence_broken, "event")
        yield element("p", f"{len(total.broken)} of {_counted(silences, 'silence')} broken, by {by}.")
    for kind, waiting in score.no_rule_yet.items():
        yield element("p", f"No rule yet for {kind}: {waiting.due} due, not judged.")
    if score.unjudged:
        yield element(
            "p", f"Not judged: {_counted(score.unjudged, 'event')} of kinds that the truth does not speak of."
        )
    if rate := total.false_rate:
        yield element(
            "p",
            f"Observed: {rate.camera_days:.3g} camera-days; the bound (≤) holds with a confidence of 95 %.",
        )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
