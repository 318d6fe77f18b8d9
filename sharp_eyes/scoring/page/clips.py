"""The clips of a page: per camera a timeline, and a card for whatever was right or wrong."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sharp_eyes.scoring.matching import Outcome
from sharp_eyes.scoring.page.facts import LISTED, Shown
from sharp_eyes.scoring.page.markup import Markup, element
from sharp_eyes.scoring.page.moments import moment
from sharp_eyes.scoring.page.plot import plot
from sharp_eyes.scoring.page.snapshots import find_clip, read_snapshot
from sharp_eyes.scoring.page.timeline import Item, Timeline, timelines
from sharp_eyes.scoring.summary import JudgedClip, Summary

LEGEND = (
    (
        "truth, above",
        (
            ("truth found", "found"),
            ("truth missed", "missed"),
            ("stretch kept", "silence kept"),
            ("stretch broken", "silence broken"),
            ("truth waiting", "no rule yet"),
        ),
    ),
    ("events, below", (("event found", "found"), ("event extra", "extra"))),
)


def controls(total: Outcome) -> Markup:
    """Which cards are shown, and of which clips, by the style sheet alone; and what the signs mean."""
    counts = {"found": len(total.matched), "missed": len(total.missed), "extra": len(total.extra)}
    choices = [("all", f"all {sum(counts.values())}"), *((name, f"{name} {n}") for name, n in counts.items())]
    radios = (
        element(
            "label",
            element(
                "input", type="radio", name="show", id=f"show-{name}", checked="" if name == "all" else None
            ),
            text,
        )
        for name, text in choices
    )
    signs = (
        element(
            "ul",
            element("li", where),
            *(element("li", element("i", class_=f"sign {sign}"), meaning) for sign, meaning in of_lane),
            class_="legend",
        )
        for where, of_lane in LEGEND
    )
    return element("nav", element("fieldset", element("legend", "Show"), *radios), *signs)


def clip_sections(summary: Summary, beside: Path | None = None) -> Iterator[Markup]:
    """A section per clip with a timeline per camera.

    Snapshots from the clips' evidence folders are embedded; their videos are linked relative to the
    folder `beside`, in which the page will lie, and left out without it.
    """
    for number, judged in enumerate(summary.judged):
        yield _clip(number, judged, beside)


def _clip(number: int, judged: JudgedClip, beside: Path | None) -> Markup:
    clip = judged.clip
    tags = (element("span", value, class_="tag", title=tag) for tag, value in clip.tags.items())
    cameras = (
        _camera(f"clip-{number}-{place}", timeline, judged, beside)
        for place, timeline in enumerate(timelines(judged))
    )
    nothing = "" if judged.score.by_type or judged.score.no_rule_yet else element("p", "Nothing was judged.")
    return element("section", element("h2", clip.name, " ", *tags), nothing, *cameras, class_="judged")


def _camera(name: str, timeline: Timeline, judged: JudgedClip, beside: Path | None) -> Markup:
    shown = [
        _shown(f"{name}-{number}", item, timeline, judged, beside)
        for number, item in enumerate(timeline.items)
    ]
    verdicts = Counter(one.item.verdict for one in shown)
    counts = " · ".join(f"{verdicts[verdict]} {verdict}" for verdict in LISTED)
    start, end = (moment(one, absolute=timeline.absolute) for one in (timeline.start, timeline.end))
    cards = [one for one in shown if one.listed]
    return element(
        "section",
        element("h3", timeline.camera, " ", element("small", f"{start} to {end}: {counts}")),
        element("svg", *(one.definition() for one in shown), class_="definitions", aria_hidden="true"),
        plot(timeline, shown),
        element("div", *(one.card() for one in sorted(cards, key=_first)), class_="cards"),
        class_="camera",
    )


def _shown(anchor: str, item: Item, timeline: Timeline, judged: JudgedClip, beside: Path | None) -> Shown:
    folder, event = judged.clip.evidence, item.event
    if folder is None or event is None:
        return Shown(item, anchor, timeline.absolute, judged.tolerance)
    clip = find_clip(folder, event.event_id)
    address = quote(os.path.relpath(clip, beside)) if clip and beside else None
    snapshot = read_snapshot(folder, event.event_id)
    return Shown(item, anchor, timeline.absolute, judged.tolerance, snapshot, address)


def _first(shown: Shown) -> float:
    return shown.item.seconds(absolute=shown.absolute)[0]
