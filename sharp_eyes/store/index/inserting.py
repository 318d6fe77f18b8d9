"""Writes records and tracks, each once; what was there already is left as it is."""

from collections.abc import Sequence

from sqlalchemy import Connection

from sharp_eyes.domain import TrackPath
from sharp_eyes.store.index.entries import RecordEntry
from sharp_eyes.store.index.many_rows import insert_many
from sharp_eyes.store.index.schema import RAISED, camera_number, record, track
from sharp_eyes.store.rows import Row

Cameras = set[tuple[str, int, str]]  # id, number, division


def insert_records(
    connection: Connection, entries: Sequence[RecordEntry], visible_at: int
) -> list[RecordEntry]:
    """Insert these, in the order of their keys; gives back those that were new."""
    if not entries:
        return []
    lines = [_values(entry, visible_at) for entry in entries]
    key = record.c.event_id, record.c.part
    found = insert_many(
        connection, record, lines, lambda statement: statement.on_conflict_do_nothing().returning(*key)
    )
    new = {tuple(row) for row in found}
    return [entry for entry in {entry.key: entry for entry in reversed(entries)}.values() if entry.key in new]


def insert_tracks(connection: Connection, tracks: Sequence[tuple[Row, TrackPath]], visible_at: int) -> int:
    """Insert these, in the order of their keys; gives back how many were new."""
    if not tracks:
        return 0
    lines = [
        {
            "camera": path.camera,
            "run": path.run,
            "track": path.track,
            "division": path.division,
            "at": row.at,
            "visible_at": visible_at,
            "body": row.body,
        }
        for row, path in tracks
    ]
    found = insert_many(
        connection,
        track,
        lines,
        lambda statement: statement.on_conflict_do_nothing().returning(track.c.track),
    )
    return len(found.all())


def insert_cameras(connection: Connection, entries: Sequence[RecordEntry], known: Cameras) -> Cameras:
    """Note the numbers and divisions of cameras that are not among the known; gives back those noted."""
    raised = [entry for entry in entries if entry.part == RAISED]
    met = {(entry.row.camera, entry.camera_number, entry.row.division) for entry in raised}
    unknown = sorted(met.difference(known))
    if unknown:
        names = camera_number.columns.keys()
        lines = [dict(zip(names, one, strict=True)) for one in unknown]
        insert_many(connection, camera_number, lines, lambda statement: statement.on_conflict_do_nothing())
    return set(unknown)


def _values(entry: RecordEntry, visible_at: int) -> dict[str, object]:
    row = entry.row
    return {
        "event_id": entry.event_id,
        "part": entry.part,
        "camera_number": entry.camera_number,
        "camera": row.camera,
        "division": row.division,
        "type": entry.type,
        "label": entry.label,
        "severity": entry.severity,
        "confidence": entry.confidence,
        "at": entry.at,
        "visible_at": visible_at,
        "body": row.body,
    }
