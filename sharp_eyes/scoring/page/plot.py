"""A camera's timeline as SVG, with its marks over it as links that tell their facts.

Across, everything stands at shares of the width, so that a page of any width shows all of it; down,
at pixels.
"""

from collections.abc import Iterator, Sequence

from sharp_eyes.scoring.matching import allowed_seconds
from sharp_eyes.scoring.page.facts import Shown
from sharp_eyes.scoring.page.markup import Markup, element, together
from sharp_eyes.scoring.page.moments import step_between, tick, ticks
from sharp_eyes.scoring.page.timeline import Timeline

TITLE, LANE, GAP, AXIS = 26, 30, 12, 26  # heights in pixels
BAND = TITLE + 2 * LANE + GAP
MARGIN = 0.02  # left and right, as a share of the width: a mark at the very end is whole
MARKS_PER_ROW = 60


def plot(timeline: Timeline, shown: Sequence[Shown]) -> Markup:
    """The timeline, in rows where it holds too much for one; `shown` are its verdicts."""
    return together(*(_row(row, shown) for row in timeline.rows(MARKS_PER_ROW)))


def _row(timeline: Timeline, shown: Sequence[Shown]) -> Markup:
    height = BAND * len(timeline.bands) + AXIS
    tops = {kind: BAND * number for number, (kind, _) in enumerate(timeline.bands)}
    drawing = element(
        "svg",
        *_axis(timeline, height),
        *(_lanes(top) for top in tops.values()),
        *(_spans(timeline, one, tops[one.item.type]) for one in shown),
        class_="lanes",
        height=str(height),
        aria_hidden="true",
    )
    titles = [element("h4", kind, class_="band", style=f"top:{top}px") for kind, top in tops.items()]
    marks = (mark for one in shown for mark in _marks(timeline, one, tops[one.item.type]))
    return element("div", drawing, *titles, *marks, class_="plot")


def _axis(timeline: Timeline, height: int) -> Iterator[Markup]:
    step = step_between(timeline.start, timeline.end)
    for seconds in ticks(timeline.start, timeline.end, step):
        x = _across(timeline, seconds)
        label = tick(seconds, step, absolute=timeline.absolute)
        yield element(
            "g",
            element("line", x1=x, x2=x, y1="0", y2=str(height - AXIS + 4)),
            element("text", label, x=x, y=str(height - 6)),
            class_="tick",
        )


def _lanes(top: int) -> Markup:
    """The truth's lane, and below it that of the events."""
    return together(
        *(
            element(
                "rect", x="0", y=str(top + TITLE + lane * LANE), width="100%", height=str(LANE - 2), rx="4"
            )
            for lane in (0, 1)
        )
    )


def _spans(timeline: Timeline, shown: Shown, top: int) -> Markup:
    """How far an entry reaches: its tolerance, its length, and the way to its event."""
    item, entry = shown.item, shown.item.entry
    if entry is None or item.silent:
        return Markup()
    due, middle = entry.starts_at, _truth_lane(top)
    allowed = allowed_seconds(entry, shown.tolerance)
    window = f"window {item.verdict}"
    pieces = [_line(timeline, (due - allowed, due + allowed), (middle, middle), window)]
    if entry.end is not None:
        pieces.append(_line(timeline, (due, entry.ends_at), (middle, middle), f"length {item.verdict}"))
    if item.event is not None:
        came = item.event.seconds(absolute=timeline.absolute)
        pieces.append(_line(timeline, (due, came), (middle, _event_lane(top)), "join"))
    return together(*pieces)


def _line(timeline: Timeline, seconds: tuple[float, float], y: tuple[int, int], kind: str) -> Markup:
    """A line from one moment to another; nothing where this row shows neither nor what is between."""
    if max(seconds) < timeline.start or min(seconds) > timeline.end:
        return Markup()
    x1, x2 = (_across(timeline, one) for one in seconds)
    return element("line", x1=x1, x2=x2, y1=str(y[0]), y2=str(y[1]), class_=kind)


def _marks(timeline: Timeline, shown: Shown, top: int) -> Iterator[Markup]:
    item, entry, event = shown.item, shown.item.entry, shown.item.event
    if entry is not None and item.silent:
        if entry.starts_at <= timeline.end and entry.ends_at >= timeline.start:
            yield _stretch(timeline, shown, entry.starts_at, entry.ends_at, top + TITLE)
    elif entry is not None and timeline.reaches(entry.starts_at):
        yield _mark(timeline, shown, "truth", entry.starts_at, _truth_lane(top))
    if event is not None and timeline.reaches(seconds := event.seconds(absolute=timeline.absolute)):
        yield _mark(timeline, shown, "event", seconds, _event_lane(top))


def _mark(timeline: Timeline, shown: Shown, lane: str, seconds: float, y: int) -> Markup:
    return element(
        "a",
        shown.popover(),
        class_=f"mark {lane} {shown.item.verdict}{_side(timeline, seconds)}",
        style=f"left:{_across(timeline, seconds)};top:{y}px",
        href=f"#{shown.anchor}" if shown.listed else None,
        tabindex="0",
        aria_label=f"{lane}, {shown.title}",
    )


def _stretch(timeline: Timeline, shown: Shown, start: float, end: float, top: int) -> Markup:
    width = (timeline.share(end) - timeline.share(start)) * (1 - 2 * MARGIN)
    return element(
        "a",
        shown.popover(),
        class_=f"stretch {shown.item.verdict}{_side(timeline, start)}",
        style=f"left:{_across(timeline, start)};width:{width:.3%};top:{top}px;height:{LANE - 2}px",
        href=f"#{shown.anchor}" if shown.listed else None,
        tabindex="0",
        aria_label=f"truth, {shown.title}",
    )


def _side(timeline: Timeline, seconds: float) -> str:
    """On which side of a mark its facts have room."""
    return " west" if timeline.share(seconds) > 0.55 else ""


def _across(timeline: Timeline, seconds: float) -> str:
    return f"{MARGIN + timeline.share(seconds) * (1 - 2 * MARGIN):.3%}"


def _truth_lane(top: int) -> int:
    return top + TITLE + LANE // 2 - 1


def _event_lane(top: int) -> int:
    return _truth_lane(top) + LANE
