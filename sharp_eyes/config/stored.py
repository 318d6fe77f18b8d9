"""Cameras as the registry keeps them: one canonical JSON text each, read back by the same strict parser.

Every value is written out, defaults too: the text says exactly what a camera was told, whatever a
later version takes for a default.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sharp_eyes.cameras import Camera
from sharp_eyes.config.complaints import explain
from sharp_eyes.config.entries import CameraEntry
from sharp_eyes.config.reading import Reading
from sharp_eyes.config.resolve import resolve
from sharp_eyes.errors import ConfigError, Problem

# Where relative file sources of a stored entry begin: they are absolute already.
_ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Declared:
    """A camera that somebody declared: the text that is kept of it, and what that means."""

    entry: str
    camera: Camera


def entry_text(entry: CameraEntry, folder: Path) -> str:
    """The canonical JSON of an entry whose profile is merged in: equal meaning, equal text.

    File sources become absolute; relative ones begin in `folder`.
    """
    table = entry.model_dump(by_alias=True, exclude_none=True)
    for key in ("source", "evidence"):
        source = table.get(key)
        if source and "file" in source:
            source["file"] = str((folder / source["file"]).absolute())
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def camera_of(text: str) -> Camera:
    """The camera that this text describes. Raises ConfigError with every problem in it."""
    return declared_of(text).camera


def declared_of(text: str, origin: str = "registry") -> Declared:
    """What somebody wrote as JSON, in its canonical form and as a camera.

    `origin` says in complaints where the text comes from. Raises ConfigError with every problem in it.
    """
    try:
        entry = CameraEntry.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(_at(origin, explain(error, CameraEntry))) from error
    camera, problems = resolve(entry, _ROOT)
    if camera is None:
        raise ConfigError(_at(f'{origin}: camera "{entry.id}"', problems))
    return Declared(entry_text(entry, _ROOT), camera)


def declared_in(reading: Reading, folder: Path) -> list[Declared]:
    """The cameras of a file in `folder`, in its order."""
    pairs = zip(reading.entries, reading.cameras, strict=True)
    return [Declared(entry_text(entry, folder), camera) for entry, camera in pairs]


def canonical(text: str) -> str:
    """The text as this version writes it; a text that this version cannot read stays as it is."""
    try:
        return entry_text(CameraEntry.model_validate_json(text), _ROOT)
    except ValidationError:
        return text


def _at(origin: str, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(origin, problem.path, problem.message, problem.hint) for problem in problems]
