"""Opens the index, in either database, with its tables in their newest form."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url

from sharp_eyes.errors import StoreError
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


def open_existing_index(url: str) -> Index:
    """The same for whoever only asks: raises StoreError where no SQLite index is, instead of making one."""
    parsed = make_url(url) if url.startswith("sqlite:") else None
    if parsed is not None and parsed.database and not Path(parsed.database).exists():
        raise StoreError(
            f"{parsed.database}: there is no index; see that SHARP_EYES_INDEX names the right one"
        )
    return open_index(url)


def _prepare_postgres(connection: Any, _: Any) -> None:  # the interface of SQLAlchemy
    """Plan each question by itself: a plan for all would read every partition; and compile none of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_custom_plan")
        cursor.execute("SET jit = off")
    connection.commit()
