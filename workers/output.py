"""Lines of text for people and programs: to a file or to standard output, and what can go wrong there."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self, TextIO

from sharp_eyes.errors import ConfigError, Problem, StoreError


def refuse_same(outputs: Sequence[Path | None], inputs: Sequence[Path]) -> None:
    """Raise ConfigError where an output would overwrite an input, or two outputs each other."""
    taken = {path.resolve(): f"the input {path}" for path in inputs}
    for output in outputs:
        if output is None:
            continue
        if output.resolve() in taken:
            raise ConfigError(
                [Problem(str(output), "", f"is {taken[output.resolve()]} too", "name another file")]
            )
        taken[output.resolve()] = "another output"


class Output:
    """A text file that is written line by line, each at once; None is standard output.

    Raises StoreError where it cannot be opened or written.
    """

    def __init__(self, path: Path | None) -> None:
        self._name = str(path) if path else "standard output"
        self._file: TextIO | None = None if path else sys.stdout
        self._owned = path is not None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8")
        except OSError as error:
            raise self._failed(error) from error

    def line(self, text: str) -> None:
        """Write one line, so that it is there whatever happens next."""
        if self._file is None:
            raise StoreError(f"{self._name} is closed")
        try:
            self._file.write(text + "\n")
            self._file.flush()
        except BrokenPipeError:
            raise  # the reader went away: no fault of a store
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> StoreError:
        return StoreError(f"{self._name}: cannot be written: {error.strerror}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._owned or self._file is None:
            return
        try:
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error
