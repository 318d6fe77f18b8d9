"""Shows what applying camera files changes: as a table for people, as JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.clock import to_iso
from sharp_eyes.errors import printable
from sharp_eyes.store.registry.difference import Changed, Difference, Refused

SHOWN = 40  # cameras of each sort that the table lists; --json has them all


def difference_document(difference: Difference, *, dry_run: bool) -> dict[str, object]:
    """The whole difference; times are ISO 8601."""
    document = asdict(difference) | {"dry_run": dry_run}
    document["refused"] = [_refused_row(one) for one in difference.refused]
    return document


def _refused_row(one: Refused) -> dict[str, object]:
    return asdict(one) | {"edited_at": to_iso(one.edited_at)}


def print_difference(difference: Difference, *, dry_run: bool) -> None:
    """Each camera that changes, up to forty of a sort, and how many there are of each."""
    table = Table(title="what would change" if dry_run else "what changed")
    for heading in ("", "camera", "what"):
        table.add_column(heading, overflow="fold")
    _add(table, "added", difference.added)
    _add(table, "changed", [one.id for one in difference.changed], list(map(_keys, difference.changed)))
    _add(table, "removed", difference.removed)
    _add(table, "refused", [one.id for one in difference.refused], list(map(_whose, difference.refused)))
    _add(table, "division", difference.divisions)
    if table.row_count:
        Console().print(table)
    click.echo(_summary(difference))
    if difference.kept:
        click.echo(f"{len(difference.kept)} more in the registry, not in these files: --prune removes them")
    if difference.refused:
        click.echo("the refused were last edited in the console: --take overrules that", err=True)


def _add(table: Table, word: str, ids: Sequence[str], details: Sequence[str] = ()) -> None:
    for index, camera_id in enumerate(ids[:SHOWN]):
        cells = (word, camera_id, details[index] if details else "")
        table.add_row(*(Text(printable(cell)) for cell in cells))
    if len(ids) > SHOWN:
        table.add_row(word, f"… and {len(ids) - SHOWN} more", "--json lists them")


def _keys(changed: Changed) -> str:
    return ", ".join(changed.keys)


def _whose(refused: Refused) -> str:
    return f"edited by {refused.edited_by} at {to_iso(refused.edited_at)}"


def _summary(difference: Difference) -> str:
    counts = {
        "added": len(difference.added),
        "changed": len(difference.changed),
        "removed": len(difference.removed),
        "unchanged": difference.unchanged,
        "refused": len(difference.refused),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"{told}; the registry is at revision {difference.revision}"
