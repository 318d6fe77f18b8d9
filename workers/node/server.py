"""The node's Unix socket: hears workers, and answers each append once it is durable."""

import asyncio
import contextlib
import itertools
import threading
from concurrent.futures import Future
from pathlib import Path

from sharp_eyes.errors import ConfigError, Problem, StoreError
from workers.node import wire
from workers.node.committer import Appends
from workers.node.counted_log import CountedLog
from workers.node.roll_call import RollCall
from workers.node.wire import Answer, Append, Hello, Message, Report, Runs

LONGEST_PATH = 107  # bytes; the kernel keeps a Unix socket's name in 108

SUBJECT = "workers' socket"


class NodeServer:
    """Serves the socket from a thread of its own. A stale socket of a dead node is replaced.

    Each connection is heard one message at a time, in order: a worker's report counts what it
    appended before. Raises StoreError from `start` where the socket cannot be made.
    """

    def __init__(self, socket: Path, appends: Appends, roll: RollCall, log: CountedLog) -> None:
        self._socket = socket
        self._appends = appends
        self._roll = roll
        self._log = log
        self._links = itertools.count(1)
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._stopping = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="socket", daemon=True)

    def start(self) -> None:
        """Listen; workers may connect when this returns."""
        self._thread.start()
        self._started.result()

    def stop(self) -> None:
        """Hang up. What was not acknowledged is sent again to the next node."""
        if self._thread.ident is None:
            return
        with contextlib.suppress(StoreError):  # it could not listen
            self._started.result().call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        try:
            server = await self._listening()
        except OSError as error:
            self._started.set_exception(StoreError(f"{self._socket}: {error.strerror or error}"))
            return
        self._started.set_result(asyncio.get_running_loop())
        await self._stopping.wait()
        server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        self._socket.unlink(missing_ok=True)

    async def _listening(self) -> asyncio.Server:
        self._socket.unlink(missing_ok=True)  # of a node that died; the folder's lock says it is not alive
        server = await asyncio.start_unix_server(
            self._welcome, self._socket, limit=wire.LONGEST_LINE, start_serving=False
        )
        self._socket.chmod(0o600)
        await server.start_serving()
        return server

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # noqa: S101 - a coroutine runs in a task
        self._talks.add(talk)
        link = next(self._links)
        try:
            await self._talk(link, reader, writer)
        except (OSError, ValueError) as error:  # ValueError: a line without end
            self._log.error(SUBJECT, error)
        finally:
            self._roll.gone(link)
            self._talks.discard(talk)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, link: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            answer = await self._answer(link, line)
            if answer is not None:
                writer.write(wire.answer_line(answer))
                await writer.drain()

    async def _answer(self, link: int, line: bytes) -> Answer | None:
        try:
            message = wire.read_message(line)
        except StoreError as error:
            self._log.error(SUBJECT, error)
            n = wire.request_number(line)
            return None if n is None else Answer(n, str(error))
        if isinstance(message, Append):
            return await self._appended(message)
        self._note(link, message)
        return None

    async def _appended(self, request: Append) -> Answer:
        try:
            await asyncio.wrap_future(self._appends.append(request.rows))
        except StoreError as error:
            return Answer(request.n, str(error))
        return Answer(request.n)

    def _note(self, link: int, message: Message) -> None:
        if isinstance(message, Hello | Runs):
            self._roll.claim(link, message.runs)
        elif isinstance(message, Report):
            self._roll.hear(message.worker, message.cameras)


def checked_socket(socket: Path) -> Path:
    """The socket itself. Raises ConfigError where its path is longer than a Unix socket's may be."""
    length = len(bytes(socket))
    if length > LONGEST_PATH:
        message = f"{socket} has {length} bytes, and a socket's path at most {LONGEST_PATH}"
        raise ConfigError([Problem("SHARP_EYES_NODE", "", message, "choose a folder with a shorter path")])
    return socket
