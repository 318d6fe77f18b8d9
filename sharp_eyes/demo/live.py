"""The whole farm on this machine, watching sample clips as if they were cameras.

clips ─► apply ─► registry ◄─ farm (node process, Ray, workers) ─► events ◄─ serve (API, page, clerk)
"""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from sharp_eyes.program import command, exit_code

_PATIENCE_SECONDS = 20.0


class DemoFarm:
    """Starts everything as children of this process, and ends it again at Ctrl-C.

    All that is stored lies in `folder`; `cameras` are the camera files that are applied.
    """

    def __init__(self, folder: Path, cameras: Sequence[Path], port: int, console: Console) -> None:
        self._folder = folder
        self._cameras = cameras
        self._port = port
        self._console = console
        self._children: list[subprocess.Popen[bytes]] = []
        self._asked = threading.Event()

    def run(self) -> None:
        """Until Ctrl-C, or until one of the children ends by itself."""
        with _ending_at_signals(self._asked):
            try:
                self._begin()
                self._wait()
            finally:
                self._end()

    def _begin(self) -> None:
        self._apply()
        self._start("serve", "--port", str(self._port))
        self._start("farm")

    def _apply(self) -> None:
        words = command("apply", "--", *map(str, self._cameras))
        applied = subprocess.run(words, env=self._environment(), check=False)
        if applied.returncode != 0:
            raise click.exceptions.Exit(exit_code(applied.returncode))  # the child has said why

    def _start(self, *arguments: str) -> None:
        # In sessions of their own: Ctrl-C reaches this process, which ends them in order.
        child = subprocess.Popen(command(*arguments), env=self._environment(), start_new_session=True)
        self._children.append(child)

    def _wait(self) -> None:
        while not self._asked.wait(0.5):
            for child in self._children:
                if child.poll() is not None:
                    raise click.exceptions.Exit(exit_code(child.returncode) or 1)

    def _end(self) -> None:
        """The watchers first, so that what they still say is stored and seen."""
        self._console.print("ending the demo")
        for child in reversed(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            self._wait_for(child)

    def _wait_for(self, child: subprocess.Popen[bytes]) -> None:
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _environment(self) -> Mapping[str, str]:
        """Every store in the demo's folder, whatever this machine is set up for; its models stay."""
        kept = {name: value for name, value in os.environ.items() if name != "SHARP_EYES_CREDENTIALS"}
        return kept | {
            "SHARP_EYES_BLOBS": f"file:{self._folder / 'blobs'}",
            "SHARP_EYES_INDEX": f"sqlite:///{self._folder / 'index.sqlite'}",
            "SHARP_EYES_NODE": str(self._folder / "node"),
        }


@contextmanager
def _ending_at_signals(asked: threading.Event) -> Iterator[None]:
    def ask(*_: object) -> None:
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
