"""Opaque cursors: where a list goes on, bound to the question that it belongs to."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from api.problems import ProblemError, wrong_parameter

LONGEST = 1_024
_HINT = "take `next` of an answer as it is, with the same other parameters; or begin without a cursor"


def fingerprint(question: object) -> str:
    """A few letters that stand for a question; equal questions have equal ones."""
    return hashlib.sha256(repr(question).encode()).hexdigest()[:12]


def cursor_of(parts: Sequence[str | int]) -> str:
    """The cursor that holds these parts."""
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def parts_of(cursor: str, kinds: Sequence[type[str] | type[int]]) -> list[str | int]:
    """What a cursor holds: parts of these kinds. Raises ProblemError for one that we never gave."""
    try:
        padded = cursor[:LONGEST] + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise wrong_cursor("this is no cursor") from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise wrong_cursor("this is no cursor of this list")
    return parts


def wrong_cursor(message: str) -> ProblemError:
    """The problem of a cursor that does not fit."""
    return wrong_parameter("cursor", message, _HINT)
