"""Reads camera files: every error of a file at once, each with its path and what would be right."""

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from sharp_eyes.cameras import Camera
from sharp_eyes.config.complaints import explain
from sharp_eyes.config.entries import CameraEntry, DivisionEntry, ProfileEntry
from sharp_eyes.config.resolve import repeated_names, resolve
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.labels import closest

Table = Mapping[str, object]
EntryType = TypeVar("EntryType", bound=BaseModel)
_ENDLESS = re.compile("0[xob][0-9a-fA-F_]{3000,}")
_TABLES = ("profile", "camera", "division")
_IN_LIST = re.compile(r"(zone|line|rule|mask|ignore)\[(\d+)\](.*)")


@dataclass(slots=True)
class Reading:
    """What a file held: its cameras, and every problem found on the way.

    `entries` are the cameras as written, the profile merged in: one for each of `cameras`, in order.
    """

    cameras: list[Camera] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    entries: list[CameraEntry] = field(default_factory=list)
    divisions: list[DivisionEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of a file: each one's own table, None for one that is wrong; and what is wrong."""

    tables: Mapping[str, Table | None] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: what is read is kept, and searching it costs a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_cameras(file: Path) -> list[Camera]:
    """The cameras of a file. Raises ConfigError with every problem in it."""
    reading = read_cameras(file)
    if reading.problems:
        raise ConfigError(reading.problems)
    return reading.cameras


@_uncollected()
def read_cameras(file: Path) -> Reading:
    """Read a file as far as it can be read; never raises for what is written in it."""
    reading = Reading()
    document = _parse(file, reading)
    if document is None:
        return reading
    _note_unknown(document, file, reading)
    profiles = _profiles(document, file, reading)
    _read_divisions(document, file, reading)
    first_use: dict[str, int] = {}
    for index, table in _tables(document, "camera", file, reading):
        path = f"camera[{index}]"
        entry, camera, problems = read_camera(table, profiles, file.parent)
        reading.problems += [_placed(problem, file, path, table) for problem in problems]
        if entry is None or camera is None:
            continue
        if camera.id in first_use:
            message = f'camera[{first_use[camera.id]}] has the id "{camera.id}" too'
            reading.problems.append(Problem(str(file), f"{path}.id", message, "an id belongs to one camera"))
        first_use.setdefault(camera.id, index)
        reading.cameras.append(camera)
        reading.entries.append(entry)
    if not (reading.cameras or reading.divisions or reading.problems):
        reading.problems.append(
            Problem(str(file), "", "no camera in it", "begin one with a [[camera]] table")
        )
    return reading


def read_profiles(file: Path) -> Profiles:
    """The profiles of a file, for cameras that stand elsewhere; never raises for what is written in it."""
    reading = Reading()
    document = _parse(file, reading)
    if document is None:
        return Profiles(problems=tuple(reading.problems))
    _note_unknown(document, file, reading)
    return Profiles(_profiles(document, file, reading), tuple(reading.problems))


def _note_unknown(document: Table, file: Path, reading: Reading) -> None:
    for key in document:
        if key not in _TABLES:
            reading.problems.append(Problem(str(file), key, f'unknown table "{key}"', closest(key, _TABLES)))


def _parse(file: Path, reading: Reading) -> Table | None:
    try:
        return _toml(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        reading.problems.append(
            Problem(str(file), "", f"cannot be read: {reason}", "give the path of a camera file")
        )
    except UnicodeDecodeError as error:
        reading.problems.append(
            Problem(str(file), f"byte {error.start}", "not UTF-8 text", "save it as UTF-8")
        )
    except tomli.TOMLDecodeError as error:
        reading.problems.append(
            Problem(str(file), "", f"not TOML: {error}", "see https://toml.io for the syntax")
        )
    except RecursionError:
        reading.problems.append(
            Problem(
                str(file),
                "",
                "nested too deep: brackets within brackets, or a name of many parts",
                "a list is at most four deep",
            )
        )
    except ValueError:  # Python's limit: it is TOML, but nobody means such a number
        reading.problems.append(
            Problem(str(file), "", "a whole number of thousands of digits is in it", "mend that number")
        )
    return None


def _toml(text: str) -> Table:
    if _ENDLESS.search(text):
        raise ValueError("a number that Python reads but does not write out again")
    return tomli.loads(text)


def _tables(document: Table, key: str, file: Path, reading: Reading) -> Iterator[tuple[int, Table]]:
    tables = document.get(key, [])
    if not isinstance(tables, list):
        hint = f"write [[{key}]] with two brackets: a file may hold many"
        reading.problems.append(Problem(str(file), key, f"a single [{key}] table", hint))
        return
    for index, table in enumerate(tables):
        if isinstance(table, dict):
            yield index, table
        else:
            reading.problems.append(
                Problem(str(file), f"{key}[{index}]", "not a table", f"begin it with [[{key}]]")
            )


def _profiles(document: Table, file: Path, reading: Reading) -> dict[str, Table | None]:
    """Each profile's own table; None for one that is wrong, so that its cameras stay silent."""
    profiles: dict[str, Table | None] = {}
    for index, table in _tables(document, "profile", file, reading):
        path = f"profile[{index}]"
        entry, problems = _validate(ProfileEntry, table)
        problems += repeated_names(entry) if entry else []
        reading.problems += [
            replace(problem, file=str(file), path=_joined(path, problem.path)) for problem in problems
        ]
        name = table.get("name")
        if not isinstance(name, str):
            continue
        if name in profiles:
            reading.problems.append(Problem(str(file), f"{path}.name", f'there is another profile "{name}"'))
        profiles[name] = None if problems else table
    return profiles


def _read_divisions(document: Table, file: Path, reading: Reading) -> None:
    seen: set[str] = set()
    for index, table in _tables(document, "division", file, reading):
        entry, problems = _validate(DivisionEntry, table)
        if entry is not None and entry.code in seen:
            problems = [Problem("", "code", f'there is another division "{entry.code}"')]
        path = f"division[{index}]"
        reading.problems += [replace(one, file=str(file), path=_joined(path, one.path)) for one in problems]
        if entry is not None:
            seen.add(entry.code)
            reading.divisions.append(entry)


def read_camera(
    table: Table, profiles: Mapping[str, Table | None], folder: Path
) -> tuple[CameraEntry | None, Camera | None, list[Problem]]:
    """A camera's table over its profile: as written and as meant, or None and what is wrong with it.

    `folder` is where relative file sources begin. Paths in problems are relative to the table.
    """
    name = table.get("profile")
    merged = table
    if isinstance(name, str):
        if name not in profiles:
            missing = Problem("", "profile", f'there is no profile "{name}"', closest(name, profiles))
            return None, None, [missing, *_validate(CameraEntry, table)[1]]
        profile = profiles[name]
        if profile is None:
            return None, None, _validate(CameraEntry, table)[1]
        merged = merge(profile, table)
    entry, problems = _validate(CameraEntry, merged)
    camera: Camera | None = None
    if entry is not None:
        camera, problems = resolve(entry, folder)
    return entry, camera, [_in_own_words(problem, table, merged) for problem in problems]


def _in_own_words(problem: Problem, own: Table, merged: Table) -> Problem:
    """The problem of a merged camera, led back to the table that it comes from."""
    place = _IN_LIST.fullmatch(problem.path)
    if place is None:
        return problem
    key, index, rest = place[1], int(place[2]), place[3]
    written, together = own.get(key, []), merged[key]
    if not isinstance(written, list) or not isinstance(together, list):
        return problem
    inherited = len(together) - len(written)
    if index >= inherited:
        return replace(problem, path=f"{key}[{index - inherited}]{rest}")
    name = together[index].get("name")
    return replace(problem, path="profile", message=f'{key} "{name}" of the profile: {problem.message}')


def merge(profile: Table, camera: Table) -> dict[str, object]:
    """A camera over its profile: keys override, named tables override by name, masks add up."""
    merged = {key: value for key, value in profile.items() if key != "name"}
    for key, value in camera.items():
        inherited = merged.get(key)
        if key in {"zone", "line", "rule"} and isinstance(inherited, list) and isinstance(value, list):
            own = [table.get("name") for table in value if isinstance(table, dict)]
            merged[key] = [table for table in inherited if table.get("name") not in own] + value
        elif key in {"mask", "ignore"} and isinstance(inherited, list) and isinstance(value, list):
            merged[key] = inherited + value
        else:
            merged[key] = value
    return merged


def _validate(kind: type[EntryType], table: Table) -> tuple[EntryType | None, list[Problem]]:
    try:
        return kind.model_validate(table), []
    except ValidationError as error:
        return None, explain(error, kind)


def _placed(problem: Problem, file: Path, path: str, table: Table) -> Problem:
    camera_id = table.get("id")
    who = f' (camera "{camera_id}")' if isinstance(camera_id, str) else ""
    return replace(problem, file=str(file), path=_joined(path, problem.path) + who)


def _joined(path: str, rest: str) -> str:
    return f"{path}.{rest}" if rest else path
