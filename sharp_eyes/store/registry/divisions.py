"""The places of the administrative tree: named where a file names them, else known by their cameras."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from sharp_eyes.config.entries import DivisionEntry
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.revisions import rise
from sharp_eyes.store.registry.upsert import upsert
from sharp_eyes.store.sql import reading


@dataclass(frozen=True, slots=True)
class Division:
    """One place. `name` is (language, text) in the order of the languages; empty where nobody named it."""

    code: str
    name: tuple[tuple[str, str], ...] = ()


def divisions(engine: Engine) -> list[Division]:
    """Every division that is named or has a camera, in the order of their codes."""
    with reading(engine) as connection:
        named = _named(connection)
        table = schema.camera
        asked = select(table.c.division).where(~table.c.removed).distinct()
        codes = {*named, *connection.execute(asked).scalars()}
    return [Division(code, tuple(sorted(named.get(code, {}).items()))) for code in sorted(codes)]


def new_names(connection: Connection, entries: Sequence[DivisionEntry]) -> list[DivisionEntry]:
    """Those entries that say something new."""
    named = _named(connection) if entries else {}
    return [entry for entry in entries if named.get(entry.code) != entry.name]


def write_names(connection: Connection, entries: Sequence[DivisionEntry], *, author: str, at: int) -> None:
    """Name these divisions, each a revision."""
    if not entries:
        return
    first = rise(connection, len(entries))
    rows = [
        {
            "code": entry.code,
            "name": json.dumps(entry.name, ensure_ascii=False, sort_keys=True),
            "revision": first + index,
            "edited_by": author,
            "edited_at": at,
        }
        for index, entry in enumerate(entries)
    ]
    upsert(connection, schema.division, rows)


def _named(connection: Connection) -> dict[str, dict[str, str]]:
    rows = connection.execute(select(schema.division.c.code, schema.division.c.name))
    return {code: json.loads(name) for code, name in rows}
