"""`/feed`: events as they become visible, over a WebSocket."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from api.context import Context, Here
from api.feed import Message, Resync, Subscriber
from api.principal import Principal, still_known
from api.schemas.events import event_answer
from api.schemas.feed import Heartbeat, Missed, News
from api.scopes import EventReader
from sharp_eyes.errors import StoreError

router = APIRouter(tags=["feed"])

PULSE_SECONDS = 3.0  # between heartbeats; as long does a revoked session still hear
REVOKED = 4401  # the close code of a feed whose session or token no longer holds
TRY_AGAIN = 1013  # … of one whose stores are away (RFC 6455's registry of close codes)


class FeedFilters(BaseModel):
    """Where to go on."""

    since: Annotated[
        str | None, Field(max_length=200, description="`position` of the last message that was heard")
    ] = None


@router.websocket("/feed")
async def listen(
    socket: WebSocket, principal: EventReader, context: Here, filters: Annotated[FeedFilters, Query()]
) -> None:
    """Tell what becomes visible, from `since` on where it is given."""
    async with context.feed.subscribed(principal.divisions) as subscriber:
        await socket.accept()
        speaking = asyncio.create_task(_speak(socket, context, principal, subscriber, filters.since))
        hearing = asyncio.create_task(_until_gone(socket))
        _, left = await asyncio.wait({speaking, hearing}, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    if speaking.done() and not speaking.cancelled():
        speaking.result()  # what nobody foresaw goes to the log


async def _until_gone(socket: WebSocket) -> None:
    """Hear the listener out; what it says means nothing here."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _speak(
    socket: WebSocket, context: Context, principal: Principal, subscriber: Subscriber, since: str | None
) -> None:
    """What was missed, then what is new; a heartbeat in between, for as long as one may listen."""
    try:
        # With `since` the next position comes with what was missed: until then the old one holds.
        await _pulse(socket, context, await context.feed.position() if since is None else None)
        if since is not None:
            for message in await context.feed.missed(since, principal.divisions):
                await _tell(socket, context, message)
        await _go_on(socket, context, principal, subscriber)
    except StoreError:
        await socket.close(TRY_AGAIN, "a store does not answer")
    except WebSocketDisconnect:
        return  # it went away while we spoke


async def _go_on(socket: WebSocket, context: Context, principal: Principal, subscriber: Subscriber) -> None:
    clock = asyncio.get_running_loop().time
    pulse_at = clock() + PULSE_SECONDS
    while True:
        try:
            async with asyncio.timeout_at(pulse_at):
                message = await subscriber.queue.get()
        except TimeoutError:
            if not await run_in_threadpool(still_known, context, principal):
                await socket.close(REVOKED, "the session or token no longer holds")
                return
            await _pulse(socket, context)
            pulse_at = clock() + PULSE_SECONDS
        else:
            await _tell(socket, context, message)


async def _pulse(socket: WebSocket, context: Context, position: str | None = None) -> None:
    complete_until = await run_in_threadpool(context.nodes.complete_until)
    said = Heartbeat(at=context.clock.now(), complete_until=complete_until, position=position)
    await socket.send_text(said.model_dump_json())


async def _tell(socket: WebSocket, context: Context, message: Message) -> None:
    if isinstance(message, Resync):
        said: BaseModel = Missed(position=message.position)
    else:
        event = event_answer(message.event, context.directory)
        said = News(position=message.position, event=event, change=message.change)
    await socket.send_text(said.model_dump_json())
