"""User names and passwords of cameras, by name, from one TOML file; never part of any text.

north-gate = { user = "viewer", password = "…" }
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomli
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from sharp_eyes.errors import ConfigError, Problem, SourceError


@dataclass(frozen=True, slots=True)
class Credential:
    """What a camera asks for. `password` shows as asterisks; ask it for its value only to answer."""

    user: str
    password: SecretStr


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    user: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials by name."""

    named: Mapping[str, Credential] = field(default_factory=dict, repr=False)

    def of(self, name: str | None) -> Credential | None:
        """The credential of this name; None where none is named.

        Raises SourceError where it is not in the file.
        """
        if name is None:
            return None
        if name not in self.named:
            raise SourceError(f'there is no credential "{name}"; write it into the file of credentials')
        return self.named[name]


def load_credentials(file: Path | None) -> Credentials:
    """The credentials of a file; none without a file. Raises ConfigError with every problem in it.

    No error repeats a value: not even one that stands where a name should be.
    """
    if file is None:
        return Credentials()
    named: dict[str, Credential] = {}
    problems: list[Problem] = []
    for name, table in _parse(file).items():
        try:
            entry = _Entry.model_validate(table)
        except ValidationError as error:
            problems += [Problem(str(file), name, text, _SHAPE) for text in _texts(error)]
        else:
            named[name] = Credential(entry.user, entry.password)
    if problems:
        raise ConfigError(problems)
    return Credentials(named)


_SHAPE = 'write NAME = { user = "…", password = "…" }'


def _parse(file: Path) -> dict[str, object]:
    try:
        return tomli.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = Problem(str(file), "", f"cannot be read: {error.strerror or error}")
        raise ConfigError([problem]) from error
    except (ValueError, RecursionError) as error:  # its text may quote the line, and with it a password
        raise ConfigError([Problem(str(file), "", "not TOML in UTF-8", _SHAPE)]) from error.with_traceback(
            None
        )


def _texts(error: ValidationError) -> list[str]:
    details = error.errors(include_input=False, include_url=False)
    return [f"{'.'.join(map(str, detail['loc'])) or 'entry'}: {detail['msg']}" for detail in details]
