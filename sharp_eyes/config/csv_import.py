"""Reads cameras from a table as spreadsheets save it (CSV), through the same strict parser as TOML.

    id,name,name_zh,division,url,credential,profile,lon,lat
    33080200001310000001,North gate,北门,330802001,rtsp://10.0.0.5/stream2,north-gate,street,118.87,28.94

An empty cell says nothing: the profile's value or the default holds. Zones, lines and rules come from
the profiles, which stand in a TOML file. Text is only text, also where a spreadsheet would compute it.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from sharp_eyes.config.reading import Profiles, Reading, Table, read_camera
from sharp_eyes.errors import Problem
from sharp_eyes.labels import closest

# What a spreadsheet makes of a long code that it takes for a number.
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
_LARGEST_CELL = 10_000  # characters; csv's own limit is a megabit


def _text(cell: str) -> str:
    return cell


def _whole(cell: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", cell):
        raise ValueError("no whole number; write for example 2")
    return int(cell)


def _number(cell: str) -> float:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,20})?", cell):
        raise ValueError("no number; write for example 118.87, with a point")
    return float(cell)


def _yes_or_no(cell: str) -> bool:
    if cell.lower() not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return cell.lower() == "true"


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a cell goes in the camera's table, and how it is read."""

    path: tuple[str, ...]
    read: Callable[[str], str | int | float | bool] = _text


COLUMNS: Mapping[str, _Column] = {
    "id": _Column(("id",)),
    "name": _Column(("name", "en")),
    "name_zh": _Column(("name", "zh")),
    "division": _Column(("division",)),
    "url": _Column(("source", "url")),
    "file": _Column(("source", "file")),
    "credential": _Column(("source", "credential")),
    "evidence_url": _Column(("evidence", "url")),
    "evidence_file": _Column(("evidence", "file")),
    "evidence_credential": _Column(("evidence", "credential")),
    "profile": _Column(("profile",)),
    "lon": _Column(("location", "lon"), _number),
    "lat": _Column(("location", "lat"), _number),
    "tier": _Column(("tier",), _whole),
    "model": _Column(("model",)),
    "analyse_fps": _Column(("analyse_fps",), _number),
    "gate": _Column(("gate",), _yes_or_no),
    "pre_roll_seconds": _Column(("pre_roll_seconds",), _number),
    "post_roll_seconds": _Column(("post_roll_seconds",), _number),
}


def read_csv(file: Path, profiles: Profiles | None = None) -> Reading:
    """Read a table as far as it can be read; never raises for what is written in it."""
    sheet = _Sheet(file, profiles or Profiles())
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            sheet.read(text)
    except OSError as error:
        sheet.complain(f"cannot be read: {error.strerror or error}", "give the path of a CSV file")
    except UnicodeDecodeError:
        sheet.complain("not UTF-8 text", 'save it as "CSV UTF-8"')
    return sheet.reading


class _Sheet:
    """One file on its way: what is read of it so far, and on which line each id was first used."""

    def __init__(self, file: Path, profiles: Profiles) -> None:
        self.reading = Reading()
        self._file = file
        self._profiles = profiles
        self._columns: list[str] = []
        self._first_use: dict[str, int] = {}

    def complain(self, message: str, hint: str = "", path: str = "") -> None:
        """Something is wrong with the file as a whole, or at `path`."""
        self.reading.problems.append(Problem(str(self._file), path, message, hint))

    def read(self, text: TextIO) -> None:
        """Take up every row. Raises UnicodeDecodeError and OSError."""
        lines = self._lines(text)
        _, header = next(lines, (1, []))
        self._columns = [cell.strip() for cell in header]
        if self.reading.problems or not self._header_is_right():
            return
        rows = 0
        for line, cells in lines:
            if any(cell.strip() for cell in cells):
                rows += 1
                for problem in self._read_row(line, cells):
                    self.complain(problem.message, problem.hint, _place(line, problem.path))
        if not rows and not self.reading.problems:
            self.complain("no camera in it", "below the header stands one line for each")

    def _lines(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of the line it begins on; what is no CSV ends the file."""
        rows = csv.reader(text, strict=True)
        line = 1
        try:
            for cells in rows:
                yield line, cells
                line = rows.line_num + 1
        except csv.Error as error:
            hint = 'a cell that holds " or a line break stands in quotes, its own quotes doubled'
            self.complain(f"not CSV: {error}", hint, f"line {line}")

    def _header_is_right(self) -> bool:
        columns = self._columns
        if "id" not in columns:
            hint = f"the first line names the columns, of these: {', '.join(COLUMNS)}"
            if len(columns) == 1 and ";" in columns[0]:
                hint = "commas stand between columns, not semicolons"
            self.complain('there is no column "id"', hint, "line 1")
            return False
        for column, count in Counter(columns).items():
            if column not in COLUMNS:
                self.complain(f'unknown column "{column}"', closest(column, COLUMNS), "line 1")
            elif count > 1:
                self.complain(f'the column "{column}" is there twice', path="line 1")
        return not self.reading.problems

    def _read_row(self, line: int, cells: list[str]) -> list[Problem]:
        """Take up the camera of one row; gives what is wrong, with its column as the path."""
        if len(cells) != len(self._columns):
            message = f"{len(cells)} cells below {len(self._columns)} columns"
            return [Problem("", "", message, "an empty cell has its comma too")]
        stripped = zip(self._columns, map(str.strip, cells), strict=True)
        filled = {column: cell for column, cell in stripped if cell}
        table, problems = _table(filled)
        entry, camera, wrong = read_camera(table, self._profiles.tables, self._file.parent)
        unread = {one.path for one in problems}
        problems += [one for one in (_in_columns(p, filled) for p in wrong) if one.path not in unread]
        if entry is None or camera is None or problems:
            return problems
        first = self._first_use.setdefault(camera.id, line)
        if first != line:
            message = f'line {first} has the id "{camera.id}" too'
            return [Problem("", "id", message, "an id belongs to one camera")]
        self.reading.cameras.append(camera)
        self.reading.entries.append(entry)
        return []


def _table(filled: Mapping[str, str]) -> tuple[Table, list[Problem]]:
    """The row as the table that a TOML file would hold, and the cells that cannot be read."""
    table: dict[str, object] = {}
    problems = []
    for column, cell in filled.items():
        try:
            _put(table, COLUMNS[column].path, _value(column, cell))
        except ValueError as error:
            problems.append(Problem("", column, f'"{cell[:60]}" does not do', str(error)))
    name = table.get("name")
    if isinstance(name, dict) and set(name) == {"en"}:
        table["name"] = name["en"]
    return table, problems


def _value(column: str, cell: str) -> str | int | float | bool:
    if len(cell) > _LARGEST_CELL:
        raise ValueError(f"a cell has at most {_LARGEST_CELL} characters")
    if column in {"id", "division"} and _ROUNDED.fullmatch(cell):
        raise ValueError("the spreadsheet made a rounded number of the code: format the column as text")
    return COLUMNS[column].read(cell)


def _put(table: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Set the value at this path, of one key or two."""
    if len(path) == 1:
        table[path[0]] = value
        return
    inner = table.setdefault(path[0], {})
    if isinstance(inner, dict):  # always: no column is the beginning of another
        inner[path[1]] = value


def _in_columns(problem: Problem, filled: Mapping[str, str]) -> Problem:
    """The problem of a camera's table, led back to the column that it comes from."""
    for column, target in COLUMNS.items():
        if ".".join(target.path) == problem.path:
            return replace(problem, path=column)
    for column in filled:
        if COLUMNS[column].path[0] == problem.path.split(".")[0]:
            return replace(problem, path=column)
    return problem


def _place(line: int, path: str) -> str:
    if not path:
        return f"line {line}"
    word = f'column "{path}"' if path in COLUMNS else path
    return f"line {line}, {word}"
