"""The page of a score: figures, tables, and per camera a timeline with what was right and wrong."""

from collections.abc import Sequence
from pathlib import Path

from sharp_eyes.scoring.page.clips import clip_sections, controls
from sharp_eyes.scoring.page.markup import element
from sharp_eyes.scoring.page.overview import overview, tables
from sharp_eyes.scoring.page.whole_page import whole_page
from sharp_eyes.scoring.summary import Summary


def score_page(
    summary: Summary, title: str, *, alpha: float = 1.0, tags: Sequence[str] = (), beside: Path | None = None
) -> str:
    """The whole page; `tags` get a table each, by their values; it will lie in the folder `beside`."""
    return whole_page(
        title,
        element("header", element("h1", title), *overview(summary, alpha)),
        *tables(summary, tags, alpha),
        controls(summary.score.total),
        *clip_sections(summary, beside),
    )
