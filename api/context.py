"""What an API process holds, and where its routes find it."""

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends
from starlette.requests import HTTPConnection

from api.directory import CameraDirectory
from api.feed import Feed
from api.login_limits import LoginLimits
from api.node_watch import NodeWatch
from api.stores import Stores
from api.timeline import Timeline
from sharp_eyes.clock import Clock


@dataclass(frozen=True, slots=True)
class Context:
    """The stores, the clock, and what this process keeps in memory."""

    stores: Stores
    events: Timeline
    clock: Clock
    directory: CameraDirectory
    nodes: NodeWatch
    feed: Feed
    logins: LoginLimits
    media_threads: CapacityLimiter


def context_of(connection: HTTPConnection) -> Context:
    """The context of the application that this request came to."""
    context: Context = connection.app.state.context
    return context


async def _context(connection: HTTPConnection) -> Context:  # async: no thread is needed for this
    return context_of(connection)


Here = Annotated[Context, Depends(_context)]
