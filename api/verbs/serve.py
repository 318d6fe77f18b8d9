"""`sharp-eyes serve`: the HTTP interface with the operators' page, and the clerk beside it."""

import contextlib

import click

from sharp_eyes.clock import SystemClock
from sharp_eyes.private_files import keep_files_private
from sharp_eyes.settings import Settings


@click.command(
    epilog="""\b
Examples:
  sharp-eyes serve                                      http://127.0.0.1:8600 on this machine
  sharp-eyes serve --host 0.0.0.0 --name farm.example   for others, who ask for that name
  sharp-eyes serve --proxy 127.0.0.1 --name farm.example --no-clerk
                                                        one of several behind a proxy with TLS"""
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8600, show_default=True, type=click.IntRange(0, 65_535), help="0 takes a free one."
)
@click.option("--name", "names", multiple=True, help="A host name by which browsers ask for it; repeatable.")
@click.option("--proxy", help="Address of the proxy in front; its X-Forwarded headers are believed.")
@click.option("--clerk/--no-clerk", default=True, show_default=True, help="Run the clerk as a child.")
@click.pass_obj
def serve(
    settings: Settings, host: str, port: int, names: tuple[str, ...], proxy: str | None, *, clerk: bool
) -> None:
    """Answer queries and show the page until Ctrl-C or SIGTERM.

    Where nobody can sign in yet, the user `admin` is made, and its password printed once.
    """
    keep_files_private()
    from api import server
    from api.allocator import give_back_freed_memory
    from api.app import LOCAL_NAMES, create_app
    from api.clerk_child import ClerkChild
    from api.first_start import ADMIN, first_user
    from api.stores import opened_stores

    give_back_freed_memory()
    clock = SystemClock()
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(server.listening(host, port))
        stores = stack.enter_context(opened_stores(settings, clock))
        app = create_app(stores, clock=clock, host_names=(*LOCAL_NAMES, host, *names))
        password = first_user(stores.registry, clock.now())
        if password is not None:
            click.echo(f"user {ADMIN}, one-time password {password} — shown once; change it after signing in")
        if clerk:
            stack.enter_context(ClerkChild(lambda said: click.echo(said, err=True), clock.monotonic))
        address = f"http://{_written(host)}:{listener.getsockname()[1]}"
        server.run(app, listener, proxy=proxy, ready=lambda: click.echo(f"serving {address}"))


def _written(host: str) -> str:
    """The host as an address of the web has it."""
    return f"[{host}]" if ":" in host else host
