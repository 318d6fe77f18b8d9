"""What somebody may do and where, as it is written into a row: scopes and division prefixes."""

import json
import re
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping

from sharp_eyes.errors import ConfigError, Problem

_PREFIX = re.compile("[0-9]{0,20}")


def grant_columns(scopes: Collection[str], divisions: Sequence[str]) -> dict[str, str]:
    """Both as columns. A division is a prefix of codes: `""` is everywhere, no prefix at all nowhere.

    Raises ConfigError for a prefix that is not digits: it would go into a pattern of SQL.
    """
    problems = [
        Problem("divisions", "", f'"{prefix}" begins no code of a division', "write at most 20 digits")
        for prefix in divisions
        if not _PREFIX.fullmatch(prefix)
    ]
    if problems:
        raise ConfigError(problems)
    return {"scopes": json.dumps(sorted(scopes)), "divisions": json.dumps(list(divisions))}


def read_scopes(row: RowMapping) -> frozenset[str]:
    """The scopes in such columns."""
    return frozenset(json.loads(row["scopes"]))


def read_divisions(row: RowMapping) -> tuple[str, ...]:
    """The division prefixes in such columns."""
    return tuple(json.loads(row["divisions"]))
