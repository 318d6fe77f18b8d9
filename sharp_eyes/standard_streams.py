"""The program's own stdout and stderr: closed, full, or with nobody left to read them."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

READER_GONE = 141  # as a shell names the end by SIGPIPE: 128 + 13


class ReaderGoneError(Exception):
    """Whoever read our output went away.

    No OSError and no SystemExit: click and rich both turn a broken pipe into exit code 1, which says
    "judged and found wanting" here.
    """


@contextlib.contextmanager
def broken_pipes_told() -> Iterator[None]:
    """Raises ReaderGoneError where a pipe breaks, also where rich has made an exit of it already."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):
            raise ReaderGoneError from error
        raise


def open_closed() -> None:
    """Give a stream that was closed before we began (`>&-`) to nobody, so that writing does no harm."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open until the end
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def flush() -> None:
    """Write what waits, while a failure can still be told."""
    with broken_pipes_told():
        sys.stdout.flush()


def abandon() -> None:
    """Give stdout to nobody: what still waits in it cannot be written, and no second try may complain."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nobody, sys.stdout.fileno())
    os.close(nobody)
