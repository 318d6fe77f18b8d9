"""What a page says about one verdict: its facts, and its card with the picture."""

from dataclasses import dataclass

from sharp_eyes.scoring.matching import EventLine, allowed_seconds, delay_seconds
from sharp_eyes.scoring.page.markup import Markup, element, together
from sharp_eyes.scoring.page.moments import moment
from sharp_eyes.scoring.page.snapshots import Snapshot
from sharp_eyes.scoring.page.timeline import Item, Verdict
from sharp_eyes.scoring.truth import TruthEntry

TITLES: dict[Verdict, str] = {
    "found": "found",
    "missed": "missed",
    "extra": "extra",
    "kept": "silence kept",
    "broken": "silence broken",
    "waiting": "no rule yet",
}
LISTED: tuple[Verdict, ...] = ("found", "missed", "extra")  # the verdicts that have cards
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict as its page shows it: under which name (`anchor`), and with what beside it."""

    item: Item
    anchor: str
    absolute: bool
    tolerance: float | None
    snapshot: Snapshot | None = None
    clip: str | None = None  # an address relative to the page

    @property
    def title(self) -> str:
        """The verdict and its moment in a few words."""
        when = moment(
            self.item.seconds(absolute=self.absolute)[-1 if self.item.event else 0], absolute=self.absolute
        )
        return f"{TITLES[self.item.verdict]}: {self.item.type} at {when}"

    @property
    def listed(self) -> bool:
        """Whether it has a card, to which its marks lead."""
        return self.item.verdict in LISTED

    def facts(self) -> Markup:
        """Everything known about it, as a list of names and values."""
        event, entry = self.item.event, self.item.entry
        rows = [
            *(self._of_entry(entry) if entry else []),
            *(self._of_event(event, entry) if event else []),
        ]
        return element("dl", *(together(element("dt", name), element("dd", value)) for name, value in rows))

    def popover(self) -> Markup:
        """The facts as they are shown at the mark."""
        return element(
            "div",
            self._heading("b"),
            self.picture(),
            self.facts(),
            class_="facts",
            aria_hidden="true",
        )

    def card(self) -> Markup:
        """The facts as they are listed below the timeline."""
        nothing = "no snapshot" if self.item.event else "no event came"
        clip = element("a", "clip", href=self.clip, class_="clip") if self.clip else ""
        return element(
            "article",
            self.picture() or element("div", nothing, class_="nothing"),
            self._heading("h4"),
            self.facts(),
            clip,
            class_=f"card {self.item.verdict}",
            id=self.anchor,
        )

    def picture(self) -> Markup:
        """The snapshot, drawn from its one definition; nothing where there is none."""
        if self.snapshot is None:
            return Markup()
        return element(
            "svg",
            element("use", href=f"#{self.anchor}-picture"),
            viewBox=f"0 0 {self.snapshot.width} {self.snapshot.height}",
            class_="picture",
            role="img",
            aria_label=f"snapshot of {self.title}",
        )

    def definition(self) -> Markup:
        """The snapshot with the object's box over it, embedded once however often it is drawn."""
        if self.snapshot is None or self.item.event is None:
            return Markup()
        width, height = str(self.snapshot.width), str(self.snapshot.height)
        return element(
            "symbol",
            element("image", href=self.snapshot.data_uri, width=width, height=height),
            _box(self.item.event.xyxy, self.snapshot),
            id=f"{self.anchor}-picture",
            viewBox=f"0 0 {width} {height}",
        )

    def _heading(self, name: str) -> Markup:
        badge = element("span", TITLES[self.item.verdict], class_=f"badge {self.item.verdict}")
        return element(name, badge, " ", self.item.type)

    def _of_entry(self, entry: TruthEntry) -> list[Fact]:
        start = moment(entry.starts_at, absolute=entry.absolute)
        end = moment(entry.ends_at, absolute=entry.absolute)
        allowed = allowed_seconds(entry, self.tolerance)
        rows = (
            [("silent", f"{start} to {end}")]
            if entry.must_be_silent
            else [("due", f"{start} ± {allowed:g} s")]
        )
        if entry.end is not None and not entry.must_be_silent:
            rows.append(("until", end))
        if entry.objects:
            rows.append(("objects", ", ".join(map(str, entry.objects))))
        if self.item.event is None:
            rows += _bound(entry.rule, entry.label, entry.direction)
        return rows

    def _of_event(self, event: EventLine, entry: TruthEntry | None) -> list[Fact]:
        return [
            ("came", moment(event.seconds(absolute=self.absolute), absolute=self.absolute)),
            *([("time to event", f"{delay_seconds(event, entry):+.1f} s")] if entry else []),
            *_bound(event.rule, event.label, event.direction),
            ("event", event.event_id),
        ]


def _bound(rule: str | None, label: str | None, direction: str | None) -> list[Fact]:
    return [
        (name, value) for name, value in (("rule", rule), ("label", label), ("direction", direction)) if value
    ]


def _box(xyxy: list[float] | None, snapshot: Snapshot) -> Markup:
    if xyxy is None:
        return Markup()
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in xyxy)
    return element(
        "rect",
        x=f"{left * snapshot.width:.1f}",
        y=f"{top * snapshot.height:.1f}",
        width=f"{max(right - left, 0.0) * snapshot.width:.1f}",
        height=f"{max(bottom - top, 0.0) * snapshot.height:.1f}",
        class_="box",
    )
