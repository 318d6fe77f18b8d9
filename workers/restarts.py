"""How often each worker had to begin again under its name: counted in its node's folder."""

import contextlib
from pathlib import Path

FOLDER = "restarts"


def count_restart(node: Path, worker: str) -> int:
    """Note that this worker begins; gives how often it did before, since the farm of this node started."""
    file = node / FOLDER / worker
    before = _read(file)
    with contextlib.suppress(OSError):  # a figure for people: no worker stays away for it
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(before + 1), encoding="ascii")
    return before


def forget_restarts(node: Path) -> None:
    """The farm of this node starts: all counts begin at 0."""
    with contextlib.suppress(OSError):
        for file in (node / FOLDER).iterdir():
            file.unlink()


def _read(file: Path) -> int:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
