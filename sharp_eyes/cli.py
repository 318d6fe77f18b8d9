"""`sharp-eyes …`: finds its verbs by entry points, so that the kernel imports no other folder."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import click

from sharp_eyes import settings, standard_streams
from sharp_eyes.errors import ConfigError, SharpEyesError, StoreError, printable
from sharp_eyes.standard_streams import READER_GONE, ReaderGoneError, broken_pipes_told
from sharp_eyes.verb_group import VerbGroup, needs

GROUP = "sharp_eyes.verbs"

EPILOG = """\b
Examples:
  sharp-eyes demo                                    the whole farm on this machine, its page in the browser
  sharp-eyes demo --once                             one sample clip to scored events
  sharp-eyes check cameras.toml                      what is wrong in a camera file
  sharp-eyes replay clip.mp4 --cameras cameras.toml  events of a clip as JSON lines
  sharp-eyes apply cameras.toml                      make these the cameras that are watched
  sharp-eyes farm                                    watch them, with node process, Ray and workers
  sharp-eyes serve                                   answer queries and show the page
  sharp-eyes events --follow                         what happens, as it happens

\b
Exit codes: 0 fine, 1 judged and found wanting (or cameras left alone), 2 configuration or usage,
            3 video, 4 model, 5 store or output, 130 interrupted,
            141 the reader of the output went away."""


class Program(VerbGroup):
    """The whole command line; tells a reader of our output that went away from other errors."""

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


@click.group(
    cls=Program, points=GROUP, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
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
        return _say([f"error: this {printable(needs(error))}"], ConfigError.exit_code)
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
