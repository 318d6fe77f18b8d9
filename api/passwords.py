"""Passwords: hashed with argon2id, checked in the same time whether the user exists or not."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Password Storage Cheat Sheet (2025): argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Each hash holds 19 MiB for its 20 ms: at most two at once, whoever knocks.
_ROOM = threading.BoundedSemaphore(2)

SHORTEST, LONGEST = 12, 256

# Letters and digits that nobody mistakes for each other on a terminal.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# Marks the hash of a password that was printed at the first start and not changed since.
_ONE_TIME = "one-time "

_NOBODY = _HASHER.hash(secrets.token_urlsafe())


def hashed(password: str) -> str:
    """The password as it may be stored: argon2id with its salt and parameters."""
    with _ROOM:
        return _HASHER.hash(password)


def hashed_one_time(password: str) -> str:
    """The same for a password that its owner did not choose and is asked to change."""
    return _ONE_TIME + hashed(password)


def is_one_time(stored: str) -> bool:
    """Whether this is the hash of such a password."""
    return stored.startswith(_ONE_TIME)


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; `None` stands for a user that does not exist, and costs the same."""
    try:
        with _ROOM:
            _HASHER.verify((stored or _NOBODY).removeprefix(_ONE_TIME), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def one_time() -> str:
    """A password that is shown once: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
