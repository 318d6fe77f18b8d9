"""The cameras of the registry: asking for them, and changing one by hand."""

from sqlalchemy import Connection, Engine, select

from sharp_eyes.config.stored import Declared
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.camera_changes import CameraChange, removal, write_changes
from sharp_eyes.store.registry.registered import (
    CameraRevision,
    RegisteredCamera,
    RuleRevision,
    StaleRevisionError,
    UnknownCameraError,
)
from sharp_eyes.store.registry.revisions import hold, present_revision
from sharp_eyes.store.sql import reading, writing


def cameras_after(engine: Engine, revision: int = -1) -> list[RegisteredCamera]:
    """What changed after this revision, in the order of the changes; removed cameras too."""
    table = schema.camera
    asked = select(table).where(table.c.revision > revision).order_by(table.c.revision)
    with reading(engine) as connection:
        if present_revision(connection) <= revision:
            return []  # the usual answer: one row is read, whatever the database makes of the other query
        return [RegisteredCamera(**row) for row in connection.execute(asked).mappings()]


def all_cameras(connection: Connection) -> dict[str, RegisteredCamera]:
    """Every camera by its id, removed ones too."""
    rows = connection.execute(select(schema.camera)).mappings()
    return {row["id"]: RegisteredCamera(**row) for row in rows}


def find_camera(engine: Engine, camera_id: str) -> RegisteredCamera | None:
    """The camera of this id, also if it is removed; None where there never was one."""
    with reading(engine) as connection:
        return _find(connection, camera_id)


def edit_camera(
    engine: Engine, declared: Declared, *, author: str, at: int, expected: int | None = None
) -> RegisteredCamera:
    """Make or change a camera by hand.

    `expected` is the revision that the editor saw; 0 for a camera that must not be there yet. Raises
    StaleRevisionError where it is another one by now. What says nothing new is no change.
    """
    with writing(engine) as connection:
        known = _held(connection, declared.camera.id, expected)
        if known and not known.removed and known.entry == declared.entry:
            return known
        change = CameraChange(
            id=declared.camera.id,
            number=known.number if known else None,
            entry=declared.entry,
            division=declared.camera.division,
            rules=declared.camera.rules,
            enabled=known.enabled if known and not known.removed else True,
        )
        return _write(connection, change, author, at)


def remove_camera(
    engine: Engine, camera_id: str, *, author: str, at: int, expected: int | None = None
) -> RegisteredCamera:
    """Remove a camera by hand; its row and its number stay.

    Raises UnknownCameraError where there is none, StaleRevisionError as `edit_camera`.
    """
    with writing(engine) as connection:
        return _write(connection, removal(_present(connection, camera_id, expected)), author, at)


def switch_camera(
    engine: Engine, camera_id: str, *, enabled: bool, author: str, at: int, expected: int | None = None
) -> RegisteredCamera:
    """Watch a camera, or stop watching it for a time; files do not say this, so applying one keeps it.

    Raises UnknownCameraError where there is none, StaleRevisionError as `edit_camera`.
    """
    with writing(engine) as connection:
        known = _present(connection, camera_id, expected)
        if known.enabled == enabled:
            return known
        change = CameraChange(known.id, known.number, known.entry, known.division, enabled=enabled)
        (switched,) = write_changes(connection, [change], author=author, at=at, through=known.through)
        return switched


def camera_history(engine: Engine, camera_id: str) -> list[CameraRevision]:
    """Everything that the camera ever was, newest first."""
    table = schema.camera_revision
    asked = select(table).where(table.c.camera == camera_id).order_by(table.c.revision.desc())
    with reading(engine) as connection:
        return [CameraRevision(**row) for row in connection.execute(asked).mappings()]


def find_rule_revision(engine: Engine, revision: str) -> RuleRevision | None:
    """What this revision of a rule says; None for one that the registry never had."""
    table = schema.rule_revision
    with reading(engine) as connection:
        row = connection.execute(select(table).where(table.c.revision == revision)).mappings().one_or_none()
    return RuleRevision(**row) if row else None


def _find(connection: Connection, camera_id: str) -> RegisteredCamera | None:
    asked = select(schema.camera).where(schema.camera.c.id == camera_id)
    row = connection.execute(asked).mappings().one_or_none()
    return RegisteredCamera(**row) if row else None


def _held(connection: Connection, camera_id: str, expected: int | None) -> RegisteredCamera | None:
    """The camera, while no other writer can change it. Raises StaleRevisionError."""
    hold(connection)
    known = _find(connection, camera_id)
    found = known.revision if known and not known.removed else 0
    if expected is not None and found != expected:
        who = f"{known.edited_by} changed it in the meantime" if known else "it is not there"
        raise StaleRevisionError(f'camera "{camera_id}" has the revision {found}, not {expected}: {who}')
    return known


def _present(connection: Connection, camera_id: str, expected: int | None) -> RegisteredCamera:
    known = _held(connection, camera_id, expected)
    if known is None or known.removed:
        raise UnknownCameraError(f'there is no camera "{camera_id}" in the registry')
    return known


def _write(connection: Connection, change: CameraChange, author: str, at: int) -> RegisteredCamera:
    (camera,) = write_changes(connection, [change], author=author, at=at, through="console")
    return camera
