"""The three stores that an API process reads: opened once, closed at the end."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Where events, cameras and bodies are."""

    index: Index
    registry: RegistryStore
    blobs: Blobs


@contextlib.contextmanager
def opened_stores(settings: Settings) -> Iterator[Stores]:
    """The stores that the settings name. Raises StoreError where one does not answer."""
    with (
        contextlib.closing(open_index(settings.index)) as index,
        contextlib.closing(open_registry(settings.index)) as registry,
    ):
        yield Stores(index, registry, open_blobs(settings))
