"""Time as ranges of event ids: ids sort by their moment, so that one index serves both."""

import uuid

from sharp_eyes import event_id as event_ids
from sharp_eyes.store.index.queries import WrongCursorError

_LAST = (1 << 48) * 1000 - 1  # the last microsecond that an id can tell


def first_id(at: int) -> str:
    """What sorts before every event id of this moment (microseconds UTC) and after all of earlier ones.

    It is no event id itself. Moments that no id can tell are moved to the nearest that one can.
    """
    milliseconds, rest = divmod(min(max(at, 0), _LAST), 1000)
    return str(uuid.UUID(int=milliseconds << 80 | 8 << 76 | rest << 66))


def moment_of(event_id: str) -> int:
    """The moment that an id or a `first_id` tells, in microseconds UTC."""
    value = uuid.UUID(event_id).int
    return (value >> 80) * 1000 + (value >> 66 & 0x3FF)


def cursor_id(cursor: str) -> str:
    """The event id that a cursor is. Raises WrongCursorError."""
    try:
        event_ids.parse(cursor)
    except ValueError as error:
        raise WrongCursorError(cursor) from error
    return str(uuid.UUID(cursor))


def is_event_id(text: str) -> bool:
    """Whether this is an event id, written as we write them."""
    try:
        event_ids.parse(text)
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
