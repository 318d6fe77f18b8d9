"""Applies camera files to the registry: all that they change in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine

from sharp_eyes.config.entries import DivisionEntry
from sharp_eyes.config.stored import Declared
from sharp_eyes.store.registry.camera_changes import CameraChange, removal, write_changes
from sharp_eyes.store.registry.cameras import all_cameras
from sharp_eyes.store.registry.difference import Difference, compare
from sharp_eyes.store.registry.divisions import new_names, write_names
from sharp_eyes.store.registry.registered import RegisteredCamera
from sharp_eyes.store.registry.revisions import hold, present_revision
from sharp_eyes.store.sql import reading, writing


@dataclass(frozen=True, slots=True)
class Wanted:
    """What files declare, each id and code once, and how far they may go.

    `prune` removes the cameras that they do not name; `take` overrules the console.
    """

    cameras: Sequence[Declared]
    divisions: Sequence[DivisionEntry] = ()
    prune: bool = False
    take: bool = False


def preview(engine: Engine, wanted: Wanted) -> Difference:
    """What `apply` would do now."""
    with reading(engine) as connection:
        return _difference(connection, wanted, all_cameras(connection), present_revision(connection))


def apply(engine: Engine, wanted: Wanted, *, author: str, at: int) -> Difference:
    """Make the registry say what the files say, by `author` at `at`; gives what that changed."""
    with writing(engine) as connection:
        before = hold(connection)
        known = all_cameras(connection)
        difference = _difference(connection, wanted, known, before)
        changes = _changes(difference, wanted, known)
        write_changes(connection, changes, author=author, at=at, through="apply")
        names = [entry for entry in wanted.divisions if entry.code in difference.divisions]
        write_names(connection, names, author=author, at=at)
        return replace(difference, revision=before + len(changes) + len(names))


def _difference(
    connection: Connection, wanted: Wanted, known: Mapping[str, RegisteredCamera], revision: int
) -> Difference:
    difference = compare(known, wanted.cameras, prune=wanted.prune, take=wanted.take)
    divisions = tuple(entry.code for entry in new_names(connection, wanted.divisions))
    return replace(difference, divisions=divisions, revision=revision)


def _changes(
    difference: Difference, wanted: Wanted, known: Mapping[str, RegisteredCamera]
) -> list[CameraChange]:
    touched = {*difference.added, *(change.id for change in difference.changed)}
    written = [_change(one, known.get(one.camera.id)) for one in wanted.cameras if one.camera.id in touched]
    return written + [removal(known[camera_id]) for camera_id in difference.removed]


def _change(declared: Declared, known: RegisteredCamera | None) -> CameraChange:
    camera = declared.camera
    return CameraChange(
        id=camera.id,
        number=known.number if known else None,
        entry=declared.entry,
        division=camera.division,
        rules=camera.rules,
        enabled=known.enabled if known and not known.removed else True,
    )
