"""`sharp-eyes …`: finds its verbs by entry points, so that the kernel imports no other folder."""

import contextlib
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from sharp_eyes import settings, standard_streams
from sharp_eyes.errors import ConfigError, SharpEyesError, StoreError, printable
from sharp_eyes.standard_streams import READER_GONE, ReaderGoneError, broken_pipes_told

GROUP = "sharp_eyes.verbs"

# What each extra of the package brings, by the names that are imported.
_EXTRAS = {
    "worker": {"av", "cv2", "onnxruntime", "ray", "supervision", "trackers"},
    "yolo": {"lap", "onnx", "torch", "ultralytics"},
    "api": {"fastapi", "uvicorn"},
}

EPILOG = """\b
Examples:
  sharp-eyes demo --once                             the whole way on a sample clip
  sharp-eyes check cameras.toml                      what is wrong in a camera file
  sharp-eyes replay clip.mp4 --cameras cameras.toml  events of a clip as JSON lines
  sharp-eyes models list                             the models that are there

\b
Exit codes: 0 fine, 1 judged and found wanting, 2 configuration or usage,
            3 video, 4 model, 5 store or output, 130 interrupted,
            141 the reader of the output went away."""


class Verbs(click.Group):
    """The verbs that are installed; each is imported only when it is used or described."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the interface of click
        """Their names, in alphabetical order."""
        return sorted(self._points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb, or None where there is none of that name."""
        point = self._points().get(cmd_name)
        if point is None:
            return None
        try:
            command = point.load()
        except ModuleNotFoundError as error:
            return _unavailable(cmd_name, error)
        if not isinstance(command, click.Command):
            raise TypeError(f"the entry point {point.value} of the verb {cmd_name} is no click command")
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # the interface of click
    ) -> click.Context:
        """Read the arguments; the help is printed here."""
        with broken_pipes_told():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb."""
        with broken_pipes_told():
            return super().invoke(ctx)

    @staticmethod
    def _points() -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=GROUP)}


def _unavailable(name: str, error: ModuleNotFoundError) -> click.Command:
    """Stands in for a verb whose parts are not installed on this host, and says which."""
    needs = _needs(error)

    @click.command(
        name,
        help=f"(not installed here: {needs})",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )
    def stand_in() -> None:
        raise click.UsageError(f"`{name}` {needs}")

    return stand_in


def _needs(error: ModuleNotFoundError) -> str:
    """Which extra brings the missing module; one of no extra is a bug and goes on as it is."""
    module = (error.name or "").split(".", 1)[0]
    for extra, modules in _EXTRAS.items():
        if module in modules:
            return f"needs {module}: pip install 'sharp-eyes[{extra}]'"
    raise error


@click.group(cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sharp-eyes")
@click.pass_context
def program(context: click.Context) -> None:
    """Watch a city's cameras: video in, incidents and their evidence out."""
    context.obj = settings.load()


def main() -> None:
    """Run the command line; a foreseen error is a message and its exit code, never a traceback."""
    standard_streams.open_closed()
    code = _told(_run)
    if code == READER_GONE:
        standard_streams.abandon()
        sys.exit(code)
    unwritten = _told(_flushed)
    if unwritten:
        standard_streams.abandon()
    sys.exit(unwritten or code)


def _run() -> int:
    try:
        ending = program(prog_name="sharp-eyes", standalone_mode=False)
    except ModuleNotFoundError as error:
        return _say([f"error: this {printable(_needs(error))}"], ConfigError.exit_code)
    return ending if isinstance(ending, int) else 0  # click gives back the code of an Exit


def _flushed() -> int:
    standard_streams.flush()
    return 0


def _told(work: Callable[[], int]) -> int:
    """The exit code of this work; what went wrong is told, in one line where it is not of many files."""
    try:
        return work()
    except SharpEyesError as error:
        wrong = error.problems if isinstance(error, ConfigError) else (error,)
        return _say([f"error: {printable(str(one))}" for one in wrong], error.exit_code)
    except click.ClickException as error:
        vars(error)["message"] = printable(error.message)
        with contextlib.suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(["interrupted"], 130)
    except ReaderGoneError:
        return READER_GONE  # nothing to say, and nobody to say it to
    except OSError as error:
        reason = error.strerror or str(error)
        where = "the output cannot be written" if error.filename is None else str(error.filename)
        return _say([f"error: {printable(where)}: {printable(reason)}"], StoreError.exit_code)


def _say(lines: list[str], code: int) -> int:
    """Print these lines on stderr, if it still takes any; gives the code back."""
    with contextlib.suppress(OSError):
        for line in lines:
            click.echo(line, err=True)
    return code
