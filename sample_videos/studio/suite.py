"""Suites: lists of scenarios in TOML, read strictly; an error names the entry, its key and what is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomli

from sample_videos.studio.picture.weather import CONDITIONS
from sample_videos.studio.scenario import DIFFICULTIES, LAYOUTS, Scenario, ScenarioError, name_of
from sample_videos.studio.scenarios.cast import Cast
from sample_videos.studio.scenarios.composition import LONGEST, SHORTEST, compose
from sample_videos.studio.scenarios.plays import PLAYS

SEEDS = 1_000_000  # of suites; from there on they are of what detectors learn from


class SuiteError(Exception):
    """A suite that cannot be read: the text has the file, the place in it, and what would be right."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario as a suite asks for it."""

    kind: str
    layout: str
    condition: str
    seed: int
    seconds: float = 15.0
    fps: int = 5
    difficulty: str = "easy"

    @property
    def name(self) -> str:
        """The scenario's name, unique in a suite."""
        return name_of(self.kind, self.layout, self.condition, self.difficulty, self.seed, self.fps)

    def compose(self, cast: Cast | None = None) -> Scenario:
        """The scenario. Raises ScenarioError, which names the entry."""
        try:
            return compose(
                self.kind,
                self.layout,
                self.condition,
                self.seed,
                self.seconds,
                self.fps,
                self.difficulty,
                cast,
            )
        except ScenarioError as error:
            raise ScenarioError(f"{self.name}: {error}") from error


_WORDS: dict[str, tuple[str, ...]] = {
    "kind": tuple(PLAYS),
    "layout": LAYOUTS,
    "condition": CONDITIONS,
    "difficulty": DIFFICULTIES,
}
_NUMBERS: dict[str, tuple[float, float]] = {
    "seed": (0, SEEDS - 1),
    "seconds": (SHORTEST, LONGEST),
    "fps": (1, 60),
}
_NEEDED = ("kind", "layout", "condition", "seed")


def read_suite(file: Path) -> tuple[Entry, ...]:
    """The scenarios of a suite in the file's order. Raises SuiteError for the first thing that is wrong."""
    try:
        document = tomli.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"{file}: not TOML: {error}") from error
    tables = document.pop("scenario", [])
    if document:
        raise SuiteError(f'{file}: unknown "{next(iter(document))}"; a suite holds only [[scenario]] tables')
    if not isinstance(tables, list) or not tables:
        raise SuiteError(f"{file}: no scenario in it; begin one with [[scenario]]")
    entries: dict[str, int] = {}
    read = []
    for index, table in enumerate(tables):
        path = f"{file}: scenario[{index}]"
        entry = _entry(table, path)
        if entry.name in entries:
            raise SuiteError(
                f"{path}: scenario[{entries[entry.name]}] is {entry.name} too; give it another seed"
            )
        entries[entry.name] = index
        read.append(entry)
    return tuple(read)


def _entry(table: object, path: str) -> Entry:
    if not isinstance(table, Mapping):
        raise SuiteError(f"{path}: not a table; begin it with [[scenario]]")
    for key in table:
        if key not in _WORDS and key not in _NUMBERS:
            known = ", ".join((*_WORDS, *_NUMBERS))
            raise SuiteError(f"{path}.{key}: unknown key; there are {known}")
    for key in _NEEDED:
        if key not in table:
            raise SuiteError(f"{path}.{key}: is missing")
    entry = Entry(
        kind=_word(table, "kind", path),
        layout=_word(table, "layout", path),
        condition=_word(table, "condition", path),
        difficulty=_word(table, "difficulty", path, "easy"),
        seed=_whole(table, "seed", path, 0),
        fps=_whole(table, "fps", path, 5),
        seconds=_number(table, "seconds", path, 15.0),
    )
    if misfit := PLAYS[entry.kind].misfit(entry.layout, entry.condition):
        key, why = misfit
        raise SuiteError(f"{path}.{key}: {entry.kind} {why}")
    return entry


def _word(table: Mapping[str, object], key: str, path: str, default: str = "") -> str:
    value, known = table.get(key, default), _WORDS[key]
    if not isinstance(value, str) or value not in known:
        raise SuiteError(f"{path}.{key}: {value!r} is none of {', '.join(known)}")
    return value


def _number(table: Mapping[str, object], key: str, path: str, default: float) -> float:
    value, (least, most) = table.get(key, default), _NUMBERS[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise SuiteError(f"{path}.{key}: {value!r} is no number from {least:g} to {most:g}")
    return float(value)


def _whole(table: Mapping[str, object], key: str, path: str, default: int) -> int:
    value = table.get(key, default)
    if not isinstance(value, int):
        raise SuiteError(f"{path}.{key}: {value!r} is no whole number")
    return int(_number(table, key, path, default))
