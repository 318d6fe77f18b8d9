"""People who may use the farm. Passwords come here as argon2 hashes, made and verified elsewhere."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, delete, insert, select, update

from sharp_eyes.errors import StoreError
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.grants import grant_columns, read_divisions, read_scopes
from sharp_eyes.store.sql import reading, writing


class UserExistsError(StoreError):
    """There is a user of this name already."""


class UnknownUserError(StoreError):
    """There is no user of this name."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a name and a password. `divisions` are prefixes; `created_at` is microseconds UTC."""

    name: str
    password_hash: str
    scopes: frozenset[str]
    divisions: tuple[str, ...]
    created_at: int
    disabled: bool = False


def find_user(engine: Engine, name: str) -> User | None:
    """The user of this name, also if disabled; None where there is none."""
    with reading(engine) as connection:
        row = connection.execute(select(schema.account).where(schema.account.c.name == name))
        found = row.mappings().one_or_none()
    return user_in(found) if found else None


def users(engine: Engine) -> list[User]:
    """Everybody, by name."""
    with reading(engine) as connection:
        rows = connection.execute(select(schema.account).order_by(schema.account.c.name)).mappings()
        return [user_in(row) for row in rows]


def add_user(engine: Engine, user: User) -> None:
    """Take up somebody new. Raises UserExistsError, and ConfigError for a division that is none."""
    row = _row(user)
    with writing(engine) as connection:
        if connection.execute(select(schema.account.c.name).where(_is(user.name))).one_or_none():
            raise UserExistsError(f'there is a user "{user.name}" already')
        connection.execute(insert(schema.account), [row])


def change_user(engine: Engine, user: User) -> None:
    """Make the user of this name this one; who is disabled, or has another password, is logged out.

    Raises UnknownUserError, and ConfigError for a division that is none.
    """
    row = _row(user)
    with writing(engine) as connection:
        before = present(connection, user.name)
        connection.execute(update(schema.account).where(_is(user.name)).values(row))
        if user.disabled or user.password_hash != before.password_hash:
            end_sessions(connection, user.name)


def present(connection: Connection, name: str) -> User:
    """The user of this name. Raises UnknownUserError."""
    row = connection.execute(select(schema.account).where(_is(name))).mappings().one_or_none()
    if row is None:
        raise UnknownUserError(f'there is no user "{name}"')
    return user_in(row)


def end_sessions(connection: Connection, name: str) -> None:
    """Log this user out everywhere."""
    connection.execute(delete(schema.login_session).where(schema.login_session.c.account == name))


def user_in(row: RowMapping) -> User:
    """The user in this row of the table."""
    return User(
        name=row["name"],
        password_hash=row["password_hash"],
        scopes=read_scopes(row),
        divisions=read_divisions(row),
        created_at=row["created_at"],
        disabled=row["disabled"],
    )


def _is(name: str) -> ColumnElement[bool]:
    return schema.account.c.name == name


def _row(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "password_hash": user.password_hash,
        "created_at": user.created_at,
        "disabled": user.disabled,
        **grant_columns(user.scopes, user.divisions),
    }
