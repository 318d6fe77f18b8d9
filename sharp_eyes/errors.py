"""The one tree of errors, and what each asks of whom.

    SharpEyesError                 exit code
    ├── ConfigError      2   the operator: mend the file; carries every problem found, not the first
    ├── SourceError      3   a video or camera: retry, or replace the file
    ├── ModelError       4   a model: replace it
    └── StoreError       5   a store: buffer and retry

Foreign errors are translated once, at the adapter that meets them (`raise … from`).
"""

import re
from dataclasses import dataclass

# What moves a terminal's cursor, ends a line, turns the reading direction, or is no character: C0, DEL
# and C1, the line separators, the bidirectional overrides and isolates, lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Foreign text as one harmless line: what could forge lines or colours becomes `\x1b` or `\u202e`."""
    return _UNPRINTABLE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def printable_json(text: str) -> str:
    """The same for a JSON document on one line, by JSON's own escapes: it says what it said before."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
        file, path, message, hint = map(printable, (self.file, self.path, self.message, self.hint))
        where = f"{file}: {path}" if path else file
        return f"{where}: {message}" + (f" — {hint}" if hint else "")


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
