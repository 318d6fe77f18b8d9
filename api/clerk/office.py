"""Opens what the clerk works on, and lists its duties."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from sqlalchemy import Engine, make_url

from api.clerk import keeping
from api.clerk.checkpoint import Checkpoint
from api.clerk.clerk import Clerk, Duty
from api.clerk.flush import Flush
from api.clerk.leadership import CLIENTS_PATIENCE, FileLeadership, Leadership, Mandate, PostgresLeadership
from api.clerk.retention import DropHot, ExpireEvidence
from api.clerk.seal import Seal, Tidy
from sharp_eyes.clock import Clock
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import Blobs
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.lake.lake import Lake, open_lake
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.sql import open_engine

DUTIES = 6  # each needs a connection of its own while it works


@contextmanager
def opened_clerk(
    settings: Settings, clock: Clock, stopping: Event, flush_every: int = keeping.FLUSH_EVERY
) -> Iterator[Clerk]:
    """The clerk of these settings, until `stopping` is set.

    Raises ConfigError, or StoreError where a database does not answer.
    """
    lake, blobs = open_lake(settings), open_blobs(settings)
    with (
        closing(open_index(settings.index, pool_size=DUTIES)) as index,
        open_registry(settings.index) as registry,
        _mandate(settings.index, stopping) as mandate,
    ):
        duties = duties_of(index, registry.engine, lake, blobs, clock, mandate, flush_every)
        yield Clerk(mandate, duties, clock)


def duties_of(
    index: Index,
    registry: Engine,
    lake: Lake,
    blobs: Blobs,
    clock: Clock,
    mandate: Mandate,
    flush_every: int = keeping.FLUSH_EVERY,
) -> list[Duty]:
    """Every duty of the clerk, in the order in which one round does them."""
    still = mandate.still
    return [
        Duty("flush", flush_every, Flush(index, lake, clock, still)),
        Duty("seal", keeping.SEAL_EVERY, Seal(lake, clock, still)),
        Duty("checkpoint", keeping.CHECKPOINT_EVERY, Checkpoint((index.engine, registry), still)),
        Duty("hot window", keeping.RETENTION_EVERY, DropHot(index, lake, clock, still)),
        Duty("evidence", keeping.RETENTION_EVERY, ExpireEvidence(blobs, clock, still)),
        Duty("tidy", keeping.TIDY_EVERY, Tidy(lake, still)),
    ]


@contextmanager
def _mandate(index_url: str, stopping: Event) -> Iterator[Mandate]:
    with _leadership(index_url) as leadership:
        mandate = Mandate(leadership, stopping)
        try:
            yield mandate
        finally:
            mandate.end()


@contextmanager
def _leadership(index_url: str) -> Iterator[Leadership]:
    url = make_url(index_url)
    if url.get_backend_name() == "sqlite":
        yield FileLeadership(Path(f"{url.database}.clerk"))
        return
    patient = url.update_query_dict(CLIENTS_PATIENCE).render_as_string(hide_password=False)
    engine = open_engine(patient, pool_size=1)
    try:
        yield PostgresLeadership(engine)
    finally:
        engine.dispose()
