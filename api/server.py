"""Uvicorn in this process: on a socket of our own, until a signal asks it to end."""

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from sharp_eyes.errors import ConfigError, Problem

GRACE_SECONDS = 5  # for answers under way; feeds are closed at once
LARGEST_MESSAGE = 4_096  # bytes that a listener of the feed may say at once: it has nothing to say


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there; port 0 takes a free one. Raises ConfigError where it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError([Problem("--host", host, "no address of this machine", str(error))]) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            message = f"{host} port {port} cannot be taken: {error.strerror}"
            raise ConfigError(
                [Problem("--port", "", message, "stop what listens there, or choose another")]
            ) from error
        yield listener


class _Announcing(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def run(app: FastAPI, listener: socket.socket, *, proxy: str | None, ready: Callable[[], None]) -> None:
    """Answer until SIGTERM or Ctrl-C; then end what is under way.

    `proxy` is the address of a proxy whose X-Forwarded-* headers are believed; None believes nobody.
    """
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
    )
    with _signals_end_quietly():
        _Announcing(config, ready).run([listener])


@contextlib.contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """Uvicorn raises the signal that ended it once more afterwards: here it then means nothing."""

    def nothing(_: int, __: object) -> None:
        return

    before = {number: signal.signal(number, nothing) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
