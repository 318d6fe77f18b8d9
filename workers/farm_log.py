"""Our lines among Ray's: actors mark what they log, so that the supervisor can tell it from the rest."""

import logging
import sys

from sharp_eyes.errors import printable

MARK = "sharp-eyes| "


class _OneLine(logging.Formatter):
    """A mark, the speaker, and the message on one line; a traceback's lines are marked too."""

    def __init__(self, speaker: str) -> None:
        super().__init__()
        self._speaker = speaker

    def format(self, record: logging.LogRecord) -> str:
        lines = [f"{self._speaker}: {printable(record.getMessage())}"]
        if record.exc_info:
            lines += self.formatException(record.exc_info).splitlines()
        return "\n".join(MARK + line for line in lines)


def log_as(speaker: str) -> None:
    """Send this process's log to its standard error, line by line, with the mark."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(speaker))
    ours = logging.getLogger("sharp_eyes")
    ours.handlers[:] = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


def ours(line: str) -> str | None:
    """The text of a line that one of our processes logged; None for any other."""
    return line.removeprefix(MARK).rstrip("\n") if line.startswith(MARK) else None
