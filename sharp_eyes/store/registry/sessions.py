"""Who is logged in: opaque tokens, of which only the SHA-256 is kept."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.users import User, end_sessions, present, user_in
from sharp_eyes.store.sql import reading, writing


@dataclass(frozen=True, slots=True)
class Session:
    """A login. `csrf` goes with every request that changes something; times are microseconds UTC."""

    user: User
    csrf: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class NewSession:
    """A login that just began: the only time that its `token` is to be seen."""

    token: str
    csrf: str
    expires_at: int


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long: it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(engine: Engine, user: str, *, at: int, lifetime: int) -> NewSession:
    """Log this user in for `lifetime` microseconds; sessions that are over are swept away.

    Raises UnknownUserError.
    """
    token, csrf, expires_at = secrets.token_urlsafe(32), secrets.token_urlsafe(32), at + lifetime
    table = schema.login_session
    row = {
        "sha256": token_hash(token),
        "account": user,
        "csrf": csrf,
        "created_at": at,
        "expires_at": expires_at,
    }
    with writing(engine) as connection:
        connection.execute(delete(table).where(table.c.expires_at <= at))
        present(connection, user)
        connection.execute(insert(table), [row])
    return NewSession(token, csrf, expires_at)


def find_session(engine: Engine, token: str, *, at: int) -> Session | None:
    """The login of this token; None where it is unknown, over, revoked, or its user disabled."""
    table, account = schema.login_session, schema.account
    asked = (
        select(account, table.c.csrf, table.c.created_at.label("begun_at"), table.c.expires_at)
        .join_from(table, account)
        .where(table.c.sha256 == token_hash(token), table.c.expires_at > at, ~account.c.disabled)
    )
    with reading(engine) as connection:
        row = connection.execute(asked).mappings().one_or_none()
    return Session(user_in(row), row["csrf"], row["begun_at"], row["expires_at"]) if row else None


def revoke_session(engine: Engine, token: str) -> None:
    """Log this session out."""
    with writing(engine) as connection:
        table = schema.login_session
        connection.execute(delete(table).where(table.c.sha256 == token_hash(token)))


def revoke_sessions(engine: Engine, user: str) -> None:
    """Log this user out everywhere."""
    with writing(engine) as connection:
        end_sessions(connection, user)
