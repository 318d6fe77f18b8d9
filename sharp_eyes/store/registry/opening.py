"""Opens the registry that belongs to an index."""

from pathlib import PurePath

from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.store.migrate import migrate
from sharp_eyes.store.registry.registry_store import RegistryStore
from sharp_eyes.store.registry.schema import SCHEMA
from sharp_eyes.store.sql import open_engine

FILE = "registry.sqlite"
_SCRIPTS = "sharp_eyes.store.registry.migrations"
_SQLITE = "sqlite:///"


def open_registry(index_url: str) -> RegistryStore:
    """The registry beside this index, its tables in their newest form.

    Of `sqlite:///folder/index.sqlite` it is the file `registry.sqlite` in the same folder; in
    PostgreSQL the schema `registry` of the same database. A rebuild of the index never touches it.
    Raises ConfigError for another kind of address, StoreError where the database refuses.
    """
    engine = open_engine(registry_url(index_url))
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(schema_translate_map={None: SCHEMA})
    try:
        migrate(engine, _SCRIPTS, SCHEMA)
    except BaseException:
        engine.dispose()
        raise
    return RegistryStore(engine)


def registry_url(index_url: str) -> str:
    """The address of the registry's database. Raises ConfigError where it would be the index's file."""
    file = PurePath(index_url.removeprefix(_SQLITE))
    if not index_url.startswith(_SQLITE) or not file.name:
        return index_url
    if file.name == FILE:
        hint = "call it for example index.sqlite"
        message = f"the index cannot be called {FILE}: the registry lies beside it under that name"
        raise ConfigError([Problem("SHARP_EYES_INDEX", "", message, hint)])
    return _SQLITE + str(file.with_name(FILE))
