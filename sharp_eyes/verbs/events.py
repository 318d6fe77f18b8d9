"""`sharp-eyes events`: ask the index from a shell, once or for as long as somebody looks."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.catalogue import BUILT, HEALTH
from sharp_eyes.clock import SECOND, Clock, SystemClock, from_iso, to_iso
from sharp_eyes.errors import printable, printable_json
from sharp_eyes.settings import Settings
from sharp_eyes.verbs.finite import Finite

if TYPE_CHECKING:  # the index's libraries are not there on every host, and `--help` does not wait for them
    from sharp_eyes.store.index.port import EventIndex
    from sharp_eyes.store.index.queries import EventQuery, EventView

_AGO = re.compile("([0-9]{1,6})([smhd])")
_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86_400 * SECOND}
_BATCH = 500  # changes that are asked for at once
_PAUSE = SECOND  # between two looks at what is new


class Moment(click.ParamType[int]):
    """Microseconds UTC, 1970 or later: ISO 8601 with a zone, or so long ago (`30m`, `2h`, `7d`)."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The moment. Fails as click does, with a usage error."""
        text = str(value)
        ago = _AGO.fullmatch(text)
        try:
            moment = SystemClock().now() - int(ago[1]) * _UNITS[ago[2]] if ago else from_iso(text)
            return max(moment, 0)  # no event is older
        except ValueError as error:
            self.fail(f"{error}; or say how long ago: 30m, 2h, 7d", param, ctx)


@click.command(
    epilog="""\b
Examples:
  sharp-eyes events                                      the newest of the last day
  sharp-eyes events --from 2h --type intrusion --severity 1 --severity 2
  sharp-eyes events --from 2026-01-01T08:00+08:00 --division 330802 --json | jq .event_id
  sharp-eyes events --follow                             as they come, until Ctrl-C"""
)
@click.option("--from", "from_at", type=Moment(), default="24h", help="First moment; 24h (ago) by default.")
@click.option("--to", "to_at", type=Moment(), help="End, not included; now by default.")
@click.option("--camera", "cameras", multiple=True, metavar="ID", help="Only of these cameras.")
@click.option("--division", default="", metavar="CODE", help="Only of this division, and what lies in it.")
@click.option("--type", "types", multiple=True, type=click.Choice([*BUILT, *HEALTH]), help="Only these.")
@click.option("--label", "labels", multiple=True, help="Only about such objects: person, car, …")
@click.option(
    "--severity", "severities", multiple=True, type=click.IntRange(1, 4), help="Only these; 1 is most urgent."
)
@click.option("--min-confidence", type=Finite(0, 1), help="Only at least so certain.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, help="At most so many; 50 by default.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@click.option("--follow", is_flag=True, help="Go on with new events as they become visible.")
@click.pass_obj
def events(
    settings: Settings,
    from_at: int,
    to_at: int | None,
    cameras: tuple[str, ...],
    division: str,
    types: tuple[str, ...],
    labels: tuple[str, ...],
    severities: tuple[int, ...],
    min_confidence: float | None,
    limit: int,
    as_json: bool,
    follow: bool,
) -> None:
    """List what happened, newest first; with --follow oldest first, and then as it comes."""
    from sharp_eyes.store.index.opening import open_existing_index
    from sharp_eyes.store.index.queries import EventQuery

    if follow and to_at is not None:
        raise click.UsageError("--follow goes on without end: it has no --to")
    clock = SystemClock()
    query = EventQuery(
        from_at=from_at,
        to_at=clock.now() if to_at is None else to_at,
        cameras=cameras or None,
        division=division,
        types=types,
        labels=labels,
        severities=severities,
        min_confidence=min_confidence,
        limit=limit,
    )
    index = open_existing_index(settings.index)
    try:
        _run(index, query, clock, as_json=as_json, follow=follow)
    finally:
        index.close()


def _run(index: "EventIndex", query: "EventQuery", clock: Clock, *, as_json: bool, follow: bool) -> None:
    position = index.position()
    found = list(_newest(index, query))
    if follow:
        _print_lines(reversed(found), as_json=as_json)
        _follow(index, query, position, {one.event_id for one in found}, clock, as_json=as_json)
    elif as_json:
        _print_lines(found, as_json=True)
    elif found and Console().is_terminal:
        Console().print(_table(found))
    elif found:
        _print_lines(found, as_json=False)  # a line each, for the programs behind a pipe
    else:
        click.echo("no such event", err=True)


def _newest(index: "EventIndex", query: "EventQuery") -> Iterator["EventView"]:
    """Page by page, up to the query's limit."""
    from sharp_eyes.store.index.queries import LARGEST_PAGE

    left, before = query.limit, query.before
    while left > 0:
        page = index.events(replace(query, limit=min(left, LARGEST_PAGE), before=before))
        yield from page.events
        left, before = left - len(page.events), page.next_before
        if before is None:
            return


def _follow(
    index: "EventIndex", query: "EventQuery", position: str, shown: set[str], clock: Clock, *, as_json: bool
) -> None:
    """Print events that become visible after this position, until somebody interrupts.

    `shown` are those that the list held already: they became visible while it was asked for.
    """
    while True:
        changes = index.changes(position, _BATCH)
        position = changes.position
        raised = [one.event_id for one in changes.items if one.kind == "raised" and one.event_id not in shown]
        views = index.views(raised, query.divisions) if raised else []
        _print_lines((view for view in views if asked_for(view, query)), as_json=as_json)
        if not changes.items:
            shown = set()
            clock.sleep(_PAUSE)


def asked_for(view: "EventView", query: "EventQuery") -> bool:
    """Whether the query would find this event, if it had no end."""
    return (
        view.at >= query.from_at
        and (query.cameras is None or view.camera in query.cameras)
        and view.division.startswith(query.division)
        and (not query.types or view.type in query.types)
        and (not query.labels or view.label in query.labels)
        and (not query.severities or view.severity in query.severities)
        and (query.min_confidence is None or _is_sure(view, query.min_confidence))
    )


def _is_sure(view: "EventView", least: float) -> bool:
    return view.confidence is not None and view.confidence >= least


def _print_lines(views: Iterable["EventView"], *, as_json: bool) -> None:
    for view in views:
        click.echo(_json_line(view) if as_json else printable("  ".join(_cells(view))))


def _json_line(view: "EventView") -> str:
    document = asdict(view)
    for key in ("at", "ended_at", "visible_at"):
        document[key] = None if document[key] is None else to_iso(document[key])
    for evidence in document["evidence"]:
        moment = evidence["first_frame_at"]
        evidence["first_frame_at"] = None if moment is None else to_iso(moment)
        evidence["notes"] = dict(evidence["notes"])
    document["notes"] = dict(document["notes"])
    return printable_json(json.dumps(document, ensure_ascii=False))


def _table(views: Iterable["EventView"]) -> Table:
    table = Table()
    for heading in ("at (UTC)", "camera", "type", "severity", "label", "rule", "evidence"):
        table.add_column(heading, overflow="fold")
    for view in views:
        table.add_row(*(Text(printable(cell)) for cell in _cells(view)))
    return table


def _cells(view: "EventView") -> tuple[str, ...]:
    certainty = "" if view.confidence is None else f" {view.confidence:.2f}"
    towards = f" to the {view.direction}" if view.direction else ""
    evidence = ", ".join(
        one.kind if one.state == "stored" else f"{one.kind} {one.state}" for one in view.evidence
    )
    return (
        to_iso(view.at)[:-4].replace("T", " "),
        view.camera,
        view.type,
        str(view.severity),
        f"{view.label}{certainty}{towards}",
        view.rule,
        evidence,
    )
