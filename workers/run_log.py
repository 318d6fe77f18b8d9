"""Which frames a run analysed, so that a replay can be fed exactly the same.

{folder}/{run}.jsonl    {"run": …, "camera": …, "number": …, "revision": …, "model": …}
                        [1767225600000000, 2774389012]      when shown, CRC-32 of its brightness
"""

import contextlib
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from ingest.frame import Frame
from sharp_eyes.clock import SECOND
from sharp_eyes.errors import SourceError

KEPT_SECONDS = 24 * 3600
_FLUSHED_EVERY = 2 * SECOND  # of frame time: what a killed worker's log may lack


@dataclass(frozen=True, slots=True)
class RunHeader:
    """Who ran: enough to give a replay's events the same ids."""

    run: str
    camera: str
    number: int
    revision: int
    model: str


def fingerprint(frame: Frame) -> int:
    """CRC-32 of the frame's brightness as it was decoded; take it before a mask is painted."""
    return zlib.crc32(np.ascontiguousarray(frame.luma()).data)


class RunLog:
    """Writes one run's log; a disk that refuses it costs the log, never the run."""

    def __init__(self, folder: Path, header: RunHeader) -> None:
        self._file: TextIO | None = None
        self._flushed_at = 0
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / f"{header.run}.jsonl").open("w", encoding="utf-8")
            self._file.write(json.dumps(asdict(header)) + "\n")

    def add(self, at: int, digest: int) -> None:
        """This frame was analysed."""
        if self._file is None:
            return
        try:
            self._file.write(f"[{at}, {digest}]\n")
            if at - self._flushed_at >= _FLUSHED_EVERY:
                self._file.flush()
                self._flushed_at = at
        except OSError:
            self.close()

    def close(self) -> None:
        """The run is over."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A log that was read back: (at, fingerprint) of each analysed frame, in order."""

    header: RunHeader
    frames: tuple[tuple[int, int], ...]


def read_run(folder: Path, run: str) -> RecordedRun:
    """The log of a run. Raises SourceError where there is none, or its beginning is damaged."""
    file = folder / f"{run}.jsonl"
    try:
        lines = iter(file.read_text(encoding="utf-8").splitlines())
        header = RunHeader(**json.loads(next(lines)))
        frames = tuple(_frames(lines))
    except OSError as error:
        raise SourceError(
            f"{file}: no log of the run {run}: {error.strerror}; logs are kept for 24 hours"
        ) from error
    except (ValueError, TypeError, StopIteration) as error:
        raise SourceError(f"{file}: not the log of a run") from error
    return RecordedRun(header, frames)


def _frames(lines: Iterator[str]) -> Iterator[tuple[int, int]]:
    """The frames up to the first line that is not whole: its worker may have been killed there."""
    for line in lines:
        try:
            at, digest = json.loads(line)
        except ValueError:
            return
        yield int(at), int(digest)


def remove_old(folder: Path) -> None:
    """Remove the logs that nobody wrote to for a day."""
    oldest = time.time() - KEPT_SECONDS
    for file in folder.glob("*.jsonl"):
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
