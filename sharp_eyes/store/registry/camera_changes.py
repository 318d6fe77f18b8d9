"""Writes changes of cameras: the row as it is now, the revision for the history, its rules' revisions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count

from sqlalchemy import Connection, insert

from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.plain import as_plain
from sharp_eyes.rules.spec import RuleSpec
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.registered import CameraRevision, RegisteredCamera, Through
from sharp_eyes.store.registry.revisions import new_numbers, rise
from sharp_eyes.store.registry.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class CameraChange:
    """What a camera is to become. `number` is None for one that the registry never had."""

    id: str
    number: int | None
    entry: str
    division: str
    rules: tuple[RuleSpec, ...] = ()
    removed: bool = False
    enabled: bool = True


def removal(camera: RegisteredCamera) -> CameraChange:
    """The camera as it is, but removed."""
    return CameraChange(camera.id, camera.number, camera.entry, camera.division, removed=True)


def write_changes(
    connection: Connection, changes: Sequence[CameraChange], *, author: str, at: int, through: Through
) -> list[RegisteredCamera]:
    """Make each change a revision of its own, in this order; gives the cameras as they are then."""
    if not changes:
        return []
    revisions = count(rise(connection, len(changes)))
    fresh = iter(new_numbers(connection, sum(change.number is None for change in changes)))
    cameras = [
        RegisteredCamera(
            id=change.id,
            number=next(fresh) if change.number is None else change.number,
            entry=change.entry,
            revision=next(revisions),
            division=change.division,
            edited_by=author,
            edited_at=at,
            removed=change.removed,
            enabled=change.enabled,
            through=through,
        )
        for change in changes
    ]
    upsert(connection, schema.camera, [asdict(camera) for camera in cameras])
    connection.execute(insert(schema.camera_revision), [asdict(_history(camera)) for camera in cameras])
    insert_new(connection, schema.rule_revision, _rule_revisions(changes, at))
    return cameras


def _history(camera: RegisteredCamera) -> CameraRevision:
    return CameraRevision(
        revision=camera.revision,
        camera=camera.id,
        entry=camera.entry,
        author=camera.edited_by,
        at=camera.edited_at,
        through=camera.through,
        removed=camera.removed,
        enabled=camera.enabled,
    )


def _rule_revisions(changes: Iterable[CameraChange], at: int) -> list[Mapping[str, object]]:
    """Each different rule once: most cameras of a city have the rules of a few profiles."""
    first: dict[RuleSpec, str] = {}
    for change in changes:
        for spec in change.rules:
            first.setdefault(spec, change.id)
    hashed = HashRegistry()
    return [
        {
            "revision": hashed.rule_revision(spec),
            "camera": camera,
            "spec": json.dumps(as_plain(spec), ensure_ascii=False),
            "first_seen_at": at,
        }
        for spec, camera in first.items()
    ]
