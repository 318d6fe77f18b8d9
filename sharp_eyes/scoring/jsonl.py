"""JSON lines, strictly: every malformed line is refused with its number and what would be right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sharp_eyes.errors import ConfigError, Problem

Line = TypeVar("Line", bound=BaseModel)
MOST_DIGITS = 300  # a whole number that is longer is no float either


def read_lines(file: Path, kind: type[Line]) -> list[Line]:
    """All lines of a file as entries of a kind. Raises ConfigError with every wrong line."""
    entries: list[Line] = []
    problems: list[Problem] = []
    for number, text in _numbered(file):
        try:
            entries.append(kind.model_validate(_parsed(text)))
        except json.JSONDecodeError as error:
            what = f"not JSON: {error.msg} at column {error.colno}"
            problems.append(Problem(str(file), f"line {number}", what, "one JSON object per line"))
        except RecursionError:
            problems.append(Problem(str(file), f"line {number}", "brackets within brackets, too deep"))
        except ValidationError as error:
            problems += [_problem(file, number, detail["loc"], detail["msg"]) for detail in error.errors()]
        except ValueError as error:
            problems.append(Problem(str(file), f"line {number}", f"not JSON: {error}"))
    if problems:
        raise ConfigError(problems)
    return entries


def _parsed(text: str) -> object:
    """What the text says. Raises ValueError or RecursionError where no number or character is meant."""
    parsed: object = json.loads(text, parse_constant=_refuse, parse_int=_whole)
    if "\\ud" in text.lower():  # half a character, which only an escape can bring in
        try:
            json.dumps(parsed, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("half a character: a surrogate without its other half") from error
    return parsed


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


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
