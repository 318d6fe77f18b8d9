"""Suites: which scenarios are judged together, rendered as they are needed or taken from a folder."""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Protocol

import tomli
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sharp_eyes.children import Children
from sharp_eyes.errors import ConfigError, Problem, SharpEyesError
from sharp_eyes.evaluation.scenario import FILES, Scenario, card_of, read_scenario

_STUDIO = "sample_videos.studio"
_ASKED = ("scenario.json", "truth.jsonl", "cameras.toml")  # what a scenario asks, whoever rendered it
_USUAL_FPS = 5


class Suite(Protocol):
    """Scenarios that are judged together; with another `sha256` figures cannot be compared."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, in alphabetical order."""
        ...

    @property
    def sha256(self) -> str:
        """Stands for what all of its scenarios ask."""
        ...

    def scenarios(self, children: Children, jobs: int) -> Iterator[Scenario]:
        """Each scenario of `names` as soon as it is there. Raises ConfigError for one that is wrong."""
        ...


def open_suite(path: Path, cache: Path, only: str | None = None) -> Suite:
    """The suite in a TOML file, or in a folder of scenarios' folders; of it what matches `only`.

    What is rendered is kept in `cache`. Raises ConfigError where there is none, or nothing in it.
    """
    suite = FolderSuite.read(path, only) if path.is_dir() else RenderedSuite.read(path, only, cache)
    if not suite.names:
        what = "no scenario in it" if only is None else f'no scenario is called like "{only}"'
        hint = "begin one with [[scenario]], or give a folder of scenarios' folders" if only is None else ""
        raise ConfigError([Problem(str(path), "", what, hint)])
    return suite


def _wanted(names: Sequence[str], only: str | None) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if only is None or fnmatchcase(name, only)))


@dataclass(frozen=True, slots=True)
class FolderSuite:
    """Scenarios that are rendered already, each in a folder of its own. `folders` is by name."""

    path: Path
    folders: Mapping[str, Path]
    sha256: str

    @classmethod
    def read(cls, path: Path, only: str | None) -> "FolderSuite":
        """What lies in the folder; a folder in it without any file of a scenario is none.

        Raises ConfigError for one that is incomplete, and where two hold scenarios of one name.
        """
        folders = [one for one in sorted(path.iterdir()) if any((one / name).exists() for name in FILES)]
        named = [(card_of(folder).name, folder) for folder in folders]
        _refuse_repeated(path, [name for name, _ in named])
        by_name = dict(named)
        wanted = {name: by_name[name] for name in _wanted(list(by_name), only)}
        return cls(path, wanted, _digest({name: _asked(folder) for name, folder in named}))

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, in alphabetical order."""
        return tuple(self.folders)

    def scenarios(self, children: Children, jobs: int) -> Iterator[Scenario]:  # noqa: ARG002 - the port's interface
        """All of them, at once."""
        for folder in self.folders.values():
            yield read_scenario(folder)


def _refuse_repeated(path: Path, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError([Problem(str(path), "", f"the scenario {name} is there twice") for name in twice])


def _asked(folder: Path) -> str:
    return _digest([(folder / name).read_text(encoding="utf-8", errors="replace") for name in _ASKED])


class _ScenarioEntry(BaseModel):
    """What names a scenario; the studio, which renders it, checks the rest."""

    model_config = ConfigDict(strict=True)

    kind: str
    layout: str
    condition: str
    seed: int
    fps: int | float = _USUAL_FPS
    difficulty: str = "easy"

    @property
    def name(self) -> str:
        """As the studio calls it."""
        usual = f"{self.kind}-{self.layout}-{self.condition}-{self.difficulty}-{self.seed}"
        return usual if self.fps == _USUAL_FPS else f"{usual}-{self.fps}fps"


class _SuiteFile(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    scenario: list[_ScenarioEntry] = []


class _Ready(BaseModel):
    """What the studio says of a scenario that is there."""

    model_config = ConfigDict(strict=True)

    name: str
    folder: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class RenderedSuite:
    """Scenarios that the studio renders, as far as it has not kept them in `cache` from earlier."""

    path: Path
    names: tuple[str, ...]
    sha256: str
    whole: bool
    cache: Path

    @classmethod
    def read(cls, path: Path, only: str | None, cache: Path) -> "RenderedSuite":
        """The suite that a TOML file describes. Raises ConfigError with all that is wrong in it."""
        table = _table(path)
        try:
            names = [entry.name for entry in _SuiteFile.model_validate(table).scenario]
        except ValidationError as error:
            problems = [
                Problem(str(path), ".".join(map(str, wrong["loc"])), wrong["msg"]) for wrong in error.errors()
            ]
            raise ConfigError(problems) from error
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigError(
                [Problem(str(path), "", f"the scenario {name} is there twice") for name in twice]
            )
        wanted = _wanted(names, only)
        return cls(path, wanted, _digest(table), len(wanted) == len(names), cache)

    def scenarios(self, children: Children, jobs: int) -> Iterator[Scenario]:
        """Each as soon as the studio has it; its complaints go to our error output."""
        only = [] if self.whole else ["--only", *self.names]
        command = [sys.executable, "-P", "-m", _STUDIO, "suite", str(self.path.absolute())]
        missing = set(self.names)
        command += ["--jobs", str(jobs), "--cache", str(self.cache.absolute()), *only]
        for line in children.lines(command):
            ready = _parsed(line)
            missing.discard(ready.name)
            yield _called(ready.name, read_scenario(Path(ready.folder)))
        if missing:
            raise SharpEyesError(f"{self.path}: the studio did not render {', '.join(sorted(missing))}")


def _parsed(line: str) -> _Ready:
    try:
        return _Ready.model_validate_json(line)
    except ValidationError as error:
        raise SharpEyesError(f"the studio printed what is no scenario: {line.rstrip()[:80]}") from error


def _called(name: str, scenario: Scenario) -> Scenario:
    if scenario.name != name:
        file = scenario.folder / "scenario.json"
        raise ConfigError([Problem(str(file), "name", f'is "{scenario.name}"', f'should be "{name}"')])
    return scenario


def _table(path: Path) -> dict[str, object]:
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        hint = "give a suite's TOML file, or a folder of scenarios' folders"
        raise ConfigError([Problem(str(path), "", f"cannot be read: {error.strerror}", hint)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), f"byte {error.start}", "not UTF-8 text")]) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError([Problem(str(path), "", f"not TOML: {error}")]) from error


def _digest(content: Mapping[str, object] | list[str]) -> str:
    """SHA-256 of what is said, not of how it is written: comments and order of keys do not count."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
