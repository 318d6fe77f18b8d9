"""What `ray start` has no option for; it finds this by RAY_START_HOOK."""

from typing import Any


def without_client_server(parameters: Any, _: bool) -> None:
    """No server for Ray clients: it is another open port and 53 MB, and nobody here is such a client."""
    parameters.ray_client_server_port = None
