"""The stores that an API process reads: opened once, closed at the end."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from api.late_history import LateHistory
from api.timeline import Events
from sharp_eyes.clock import Clock
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Where events, cameras and bodies are; `history` is that of events which left the index."""

    index: Index
    registry: RegistryStore
    blobs: Blobs
    history: Events


@contextlib.contextmanager
def opened_stores(settings: Settings, clock: Clock) -> Iterator[Stores]:
    """The stores that the settings name. Raises StoreError where one does not answer.

    Nothing is asked of the history before the first question about it.
    """
    with (
        contextlib.closing(open_index(settings.index)) as index,
        contextlib.closing(open_registry(settings.index)) as registry,
        contextlib.closing(LateHistory(settings, clock)) as history,
    ):
        yield Stores(index, registry, open_blobs(settings), history)
