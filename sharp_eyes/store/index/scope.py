"""Divisions by their prefix: what somebody may see and what was asked for, as one list of prefixes."""

from collections.abc import Iterable

from sharp_eyes.store.index.queries import WrongQueryError

TOWNSHIP = 9  # digits of a division's code down to the township


def common_prefixes(allowed: Iterable[str], asked: str) -> tuple[str, ...]:
    """The prefixes of exactly the divisions that begin with one of `allowed` and with `asked`.

    None of them begins with another; none at all means that nothing may be seen.
    Raises WrongQueryError for a prefix that is not of digits.
    """
    allowed = tuple(allowed)
    for prefix in (*allowed, asked):
        _check(prefix)
    met = {max(one, asked, key=len) for one in allowed if one.startswith(asked) or asked.startswith(one)}
    return tuple(
        sorted(one for one in met if not any(one != other and one.startswith(other) for other in met))
    )


def after_prefix(prefix: str) -> str:
    """What sorts right after all text that begins with this prefix of digits, compared byte by byte."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def is_within(division: str, prefixes: tuple[str, ...]) -> bool:
    """Whether the division begins with one of these prefixes."""
    return division.startswith(prefixes)


def _check(prefix: str) -> None:
    if prefix and not (prefix.isascii() and prefix.isdigit()):
        hint = "write the beginning of a division's code, for example 3308"
        raise WrongQueryError("division", f"{prefix[:30]!r} is not of digits", hint)
