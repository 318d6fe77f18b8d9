"""The application asked in this process: one event loop, kept for as long as the tests ask."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from api.app import create_app
from api.stores import Stores
from api.timeline import Events
from servers.city import City
from sharp_eyes.clock import FakeClock
from sharp_eyes.store.index.memory import MemoryIndex


@dataclass
class AskedApp:
    """An application over a city's stores, and a clock that stands still."""

    app: FastAPI
    clock: FakeClock
    city: City
    _runner: asyncio.Runner

    def ask(self, method: str, path: str, *, host: str = "localhost", **options: Any) -> httpx.Response:
        """One request; never follows anything."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("10.0.0.9", 1))
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                return await client.request(method, path, **options)

        return self._runner.run(asked())

    def get(self, path: str, token: str = "", **options: Any) -> httpx.Response:
        """A GET with this bearer token."""
        headers = dict(options.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.ask("GET", f"/api/v1{path}", headers=headers, **options)

    def token(self, name: str, scopes: set[str], divisions: tuple[str, ...] = ("",)) -> str:
        """A machine's token with these rights."""
        return self.city.registry.add_token(
            name, scopes=scopes, divisions=divisions, author="test", at=self.clock.now()
        )


@contextmanager
def asked_app(city: City, at: int, history: Events | None = None) -> Iterator[AskedApp]:
    """The application over this city, at this moment; without a history, nothing lies in it."""
    clock = FakeClock(at)
    app = create_app(Stores(city.index, city.registry, city.blobs, history or MemoryIndex()), clock=clock)
    with asyncio.Runner() as runner:
        yield AskedApp(app, clock, city, runner)
