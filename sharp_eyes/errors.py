"""The one tree of errors, and what each asks of whom.

    SharpEyesError                 exit code
    ├── ConfigError      2   the operator: mend the file; carries every problem found, not the first
    ├── SourceError      3   a video or camera: retry, or replace the file
    ├── ModelError       4   a model: replace it
    └── StoreError       5   a store: buffer and retry

Foreign errors are translated once, at the adapter that meets them (`raise … from`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file.

    `path` leads to it inside the file (`camera[3].rule[0].zone`), `message` says what is wrong and
    `hint` what would be right (empty where the message says it all).
    """

    file: str
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.message}" + (f" — {self.hint}" if self.hint else "")


class SharpEyesError(Exception):
    """Anything that went wrong in a way the farm foresees; `exit_code` is the command line's."""

    exit_code = 1


class ConfigError(SharpEyesError):
    """What an operator wrote cannot be used; `problems` lists everything that is wrong."""

    exit_code = 2

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class SourceError(SharpEyesError):
    """A video or a camera gives no usable pictures."""

    exit_code = 3


class ModelError(SharpEyesError):
    """A model cannot be used."""

    exit_code = 4


class StoreError(SharpEyesError):
    """A store did not take or give what it was asked for."""

    exit_code = 5
