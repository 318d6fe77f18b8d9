"""Bearer tokens for programs that ask the farm; only the SHA-256 of each is kept."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, RowMapping, delete, insert, select

from sharp_eyes.errors import StoreError
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.grants import grant_columns, read_divisions, read_scopes
from sharp_eyes.store.registry.sessions import token_hash
from sharp_eyes.store.sql import reading, writing


class TokenExistsError(StoreError):
    """There is a token of this name already."""


@dataclass(frozen=True, slots=True)
class MachineToken:
    """A program's right to ask. `expires_at` (microseconds UTC) is None where it holds until revoked."""

    name: str
    scopes: frozenset[str]
    divisions: tuple[str, ...]
    created_by: str
    created_at: int
    expires_at: int | None


def add_token(
    engine: Engine,
    name: str,
    *,
    scopes: Collection[str],
    divisions: Sequence[str],
    author: str,
    at: int,
    expires_at: int | None = None,
) -> str:
    """Make a token; gives its text, the only time that it is to be seen.

    Raises TokenExistsError, and ConfigError for a division that is none.
    """
    token, table = secrets.token_urlsafe(32), schema.machine_token
    row = {
        "name": name,
        "sha256": token_hash(token),
        "created_by": author,
        "created_at": at,
        "expires_at": expires_at,
        **grant_columns(scopes, divisions),
    }
    with writing(engine) as connection:
        if connection.execute(select(table.c.name).where(table.c.name == name)).one_or_none():
            raise TokenExistsError(f'there is a token "{name}" already')
        connection.execute(insert(table), [row])
    return token


def find_token(engine: Engine, token: str, *, at: int) -> MachineToken | None:
    """What this token stands for; None where it is unknown, over or revoked."""
    table = schema.machine_token
    in_time = table.c.expires_at.is_(None) | (table.c.expires_at > at)
    with reading(engine) as connection:
        asked = select(table).where(table.c.sha256 == token_hash(token), in_time)
        row = connection.execute(asked).mappings().one_or_none()
    return _token(row) if row else None


def tokens(engine: Engine) -> list[MachineToken]:
    """Every token that was not revoked, by name; those that are over too."""
    with reading(engine) as connection:
        rows = connection.execute(select(schema.machine_token).order_by(schema.machine_token.c.name))
        return [_token(row) for row in rows.mappings()]


def revoke_token(engine: Engine, name: str) -> bool:
    """The token holds no longer; whether there was one of this name."""
    table = schema.machine_token
    with writing(engine) as connection:
        return connection.execute(delete(table).where(table.c.name == name)).rowcount > 0


def _token(row: RowMapping) -> MachineToken:
    return MachineToken(
        name=row["name"],
        scopes=read_scopes(row),
        divisions=read_divisions(row),
        created_by=row["created_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
