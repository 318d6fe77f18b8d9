"""Counts changes: one rising number for the whole registry, handed out to one writer at a time."""

from sqlalchemy import Connection, Engine, select, update

from sharp_eyes.errors import StoreError
from sharp_eyes.store.registry.schema import state
from sharp_eyes.store.sql import reading

LAST_NUMBER = 2**24 - 1  # a camera's number has 24 bits in event ids; none is ever given again


def current_revision(engine: Engine) -> int:
    """The revision of the last change; 0 where there was none. One row is read."""
    with reading(engine) as connection:
        return present_revision(connection)


def present_revision(connection: Connection) -> int:
    """The same within a transaction."""
    revision: int = connection.execute(select(state.c.revision)).scalar_one()
    return revision


def hold(connection: Connection) -> int:
    """Let no other writer in until this transaction ends; gives the present revision.

    Whoever reads before it changes anything calls this first, so that revisions become visible in
    their order: a reader that asks for what came after one it has seen misses nothing. (A writing
    transaction of SQLite is alone already.)
    """
    revision: int = connection.execute(select(state.c.revision).with_for_update()).scalar_one()
    return revision


def rise(connection: Connection, count: int = 1) -> int:
    """Take `count` revisions at once; gives the first of them. Other writers wait from here on."""
    changed = update(state).values(revision=state.c.revision + count).returning(state.c.revision)
    last: int = connection.execute(changed).scalar_one()
    return last - count + 1


def new_numbers(connection: Connection, count: int) -> range:
    """Camera numbers that no camera ever had. Raises StoreError where all 24 bits are used up."""
    changed = update(state).values(last_number=state.c.last_number + count).returning(state.c.last_number)
    last = connection.execute(changed).scalar_one()
    if last > LAST_NUMBER:
        raise StoreError(f"the registry has given out all its {LAST_NUMBER} camera numbers")
    return range(last - count + 1, last + 1)
