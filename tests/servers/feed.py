"""Somebody who listens to the live feed, and notes when each message came."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect


class Listener:
    """`heard`: (microseconds UTC at which it came, the message)."""

    def __init__(self, connection: ClientConnection) -> None:
        self.heard: list[tuple[int, dict[str, Any]]] = []
        self._connection = connection
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def raised(self) -> dict[str, int]:
        """When each event was first told."""
        first: dict[str, int] = {}
        for at, message in self.heard:
            if message.get("change") == "raised":
                first.setdefault(message["event"]["event_id"], at)
        return first

    def close(self) -> None:
        """Go away."""
        self._connection.close()
        self._thread.join(10)

    def _listen(self) -> None:
        try:
            for text in self._connection:
                self.heard.append((time.time_ns() // 1000, json.loads(text)))
        except ConnectionClosed:
            return


@contextmanager
def listening(client: httpx.Client, since: str | None = None) -> Iterator[Listener]:
    """Listen with the session of this client."""
    address = str(client.base_url).rstrip("/")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    query = f"?since={since}" if since else ""
    headers = {"Cookie": cookies}
    url = f"{address.replace('http', 'ws', 1)}/api/v1/feed{query}"
    with connect(url, additional_headers=headers, origin=address) as connection:  # type: ignore[arg-type]
        listener = Listener(connection)
        try:
            yield listener
        finally:
            listener.close()
