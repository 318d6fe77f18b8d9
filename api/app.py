"""The application: stores in, HTTP out. Nothing is built unless every route declares who may ask it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import openapi, problems
from api.body_cap import BodyCap
from api.context import Context
from api.directory import CameraDirectory
from api.feed import Feed
from api.login_limits import LoginLimits
from api.media_ranges import READERS
from api.node_watch import NodeWatch
from api.problems import ProblemError, problem_response
from api.routes import (
    cameras,
    capabilities,
    counts,
    coverage,
    description,
    divisions,
    events,
    farm,
    feed,
    health,
    media,
    page,
    session,
)
from api.scopes import check_declared
from api.security_headers import SecurityHeaders, TrustedHosts
from api.stores import Stores
from api.timeline import Timeline
from sharp_eyes.clock import Clock, SystemClock
from sharp_eyes.store.lake.hot_window import hot_from

PREFIX: Final = "/api/v1"
THREADS = 10  # as many as the index's pool has connections: nobody waits for one

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

# `counts` before `events`: /events/counts is no event.
ROUTERS: Final[tuple[APIRouter, ...]] = (
    counts.router,
    events.router,
    media.router,
    feed.router,
    cameras.router,
    divisions.router,
    coverage.router,
    farm.router,
    session.router,
    capabilities.router,
    description.router,
    health.router,
)


def create_app(
    stores: Stores, *, clock: Clock | None = None, host_names: Collection[str] = LOCAL_NAMES
) -> FastAPI:
    """The application over these stores; it answers to these host names and no others.

    Raises ValueError where a route declares no scope.
    """
    check_declared((*ROUTERS, page.router))
    app = FastAPI(title="Sharp Eyes", lifespan=_lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.context = _context(stores, clock or SystemClock())
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(page.router)
    problems.install(app)
    _describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(BodyCap)
    refused = problem_response(ProblemError("wrong-host", "ask by a name that this server was told to be"))
    app.add_middleware(TrustedHosts, names=host_names, refused=refused)
    app.add_middleware(SecurityHeaders)
    return app


def _context(stores: Stores, clock: Clock) -> Context:
    return Context(
        stores=stores,
        events=Timeline(stores.index, stores.history, lambda: hot_from(stores.index), clock),
        clock=clock,
        directory=CameraDirectory(stores.registry, clock),
        nodes=NodeWatch(stores.registry, clock),
        feed=Feed(stores.index),
        logins=LoginLimits(clock),
        media_threads=CapacityLimiter(READERS),
    )


def _describe(app: FastAPI) -> None:
    built: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not built:
            built.update(openapi.document(app, ROUTERS, PREFIX))
        return built

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way of replacing it


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The feed polls for as long as the application lives."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    context: Context = app.state.context
    polling = asyncio.create_task(context.feed.run())
    try:
        yield
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
