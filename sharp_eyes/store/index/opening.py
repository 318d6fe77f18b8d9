"""Opens the index, in either database, with its tables in their newest form."""

from typing import Any

from sqlalchemy import event

from sharp_eyes.store.index.index import Index
from sharp_eyes.store.migrate import migrate
from sharp_eyes.store.sql import open_engine

SCRIPTS = "sharp_eyes.store.index.migrations"


def open_index(url: str, *, pool_size: int = 5) -> Index:
    """The index at `sqlite:///FILE` or `postgresql://user@host/database`; its tables are made or renewed.

    Any number of processes may open it at once. Raises ConfigError for another kind of address,
    StoreError where the database does not answer.
    """
    engine = open_engine(url, pool_size=pool_size)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgres)
    try:
        migrate(engine, SCRIPTS)
        return Index(engine)
    except BaseException:
        engine.dispose()
        raise


def _prepare_postgres(connection: Any, _: Any) -> None:  # the interface of SQLAlchemy
    """Plan each question by itself: a plan for all would read every partition; and compile none of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_custom_plan")
        cursor.execute("SET jit = off")
    connection.commit()
