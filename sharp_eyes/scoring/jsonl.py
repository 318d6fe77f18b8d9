"""JSON lines, strictly: every malformed line is refused with its number and what would be right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sharp_eyes.errors import ConfigError, Problem

Line = TypeVar("Line", bound=BaseModel)


def read_lines(file: Path, kind: type[Line]) -> list[Line]:
    """All lines of a file as entries of a kind. Raises ConfigError with every wrong line."""
    entries: list[Line] = []
    problems: list[Problem] = []
    for number, text in _numbered(file):
        try:
            entries.append(kind.model_validate(json.loads(text)))
        except json.JSONDecodeError as error:
            what = f"not JSON: {error.msg} at column {error.colno}"
            problems.append(Problem(str(file), f"line {number}", what, "one JSON object per line"))
        except ValidationError as error:
            problems += [_problem(file, number, detail["loc"], detail["msg"]) for detail in error.errors()]
    if problems:
        raise ConfigError(problems)
    return entries


def _numbered(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            [Problem(str(file), "", f"cannot be read: {error.strerror}", "give a file of JSON lines")]
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            [Problem(str(file), f"byte {error.start}", "not UTF-8 text", "save it as UTF-8")]
        ) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _problem(file: Path, number: int, location: tuple[int | str, ...], message: str) -> Problem:
    key = ".".join(str(part) for part in location)
    text = message.removeprefix("Value error, ").replace("Input should", "should")
    return Problem(str(file), f"line {number}" + (f", {key}" if key else ""), text)
