"""What applying camera files would do to the registry: computed alone, so that it can be shown first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharp_eyes.config.stored import Declared, canonical
from sharp_eyes.store.registry.registered import RegisteredCamera

# Lists of a camera whose tables have names: a change is told by the name.
_NAMED = ("line", "rule", "zone")


@dataclass(frozen=True, slots=True)
class Changed:
    """A camera that says something else now, and where: `analyse_fps`, `rule "yard"`."""

    id: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A camera that somebody edited in the console, or removed there: files leave it alone."""

    id: str
    edited_by: str
    edited_at: int
    revision: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What files say against what is registered, by camera ids.

    `removed` are gone from the files and to be removed; `kept` are gone from the files too, but stay,
    as nobody asked to prune. `divisions` are the codes whose names are new. `revision` is that of the
    registry: after the change, or now where it is only a question.
    """

    added: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: int = 0
    divisions: tuple[str, ...] = ()
    revision: int = 0


def compare(
    known: Mapping[str, RegisteredCamera],
    declared: Sequence[Declared],
    *,
    prune: bool = False,
    take: bool = False,
) -> Difference:
    """Declared cameras against the registered ones, whose removed ones are there too.

    What was last edited in the console is refused, unless `take`, or unless it is the same already.
    """
    added: list[str] = []
    changed: list[Changed] = []
    refused: list[Refused] = []
    for one in declared:
        camera = known.get(one.camera.id)
        keys = changed_keys(camera.entry, one.entry) if camera and not camera.removed else ()
        if camera and not camera.removed and not keys:
            continue
        if camera and camera.through == "console" and not take:
            refused.append(_refused(camera))
        elif camera and not camera.removed:
            changed.append(Changed(camera.id, keys))
        else:
            added.append(one.camera.id)
    absent = _absent(known, declared)
    doomed = absent if prune else []
    safe = [camera for camera in doomed if camera.through == "console" and not take]
    return Difference(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(camera.id for camera in doomed if camera not in safe),
        refused=(*refused, *map(_refused, safe)),
        kept=() if prune else tuple(camera.id for camera in absent),
        unchanged=len(declared) - len(added) - len(changed) - len(refused),
    )


def changed_keys(old: str, new: str) -> tuple[str, ...]:
    """Where two stored texts differ; nowhere, if an older version merely wrote the same otherwise."""
    if old == new:
        return ()
    before, after = json.loads(canonical(old)), json.loads(new)
    return tuple(_differing(before, after))


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        names = _differing_names(old, new) if key in _NAMED else []
        yield from (f'{key} "{name}"' for name in names)
        if not names:  # no table changed by itself: their order did
            yield key


def _differing_names(old: object, new: object) -> list[str]:
    before, after = _by_name(old), _by_name(new)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _by_name(tables: object) -> dict[str, object]:
    return {table["name"]: table for table in tables} if isinstance(tables, list) else {}


def _absent(known: Mapping[str, RegisteredCamera], declared: Sequence[Declared]) -> list[RegisteredCamera]:
    ids = {one.camera.id for one in declared}
    return [camera for camera in known.values() if not camera.removed and camera.id not in ids]


def _refused(camera: RegisteredCamera) -> Refused:
    return Refused(camera.id, camera.edited_by, camera.edited_at, camera.revision)
