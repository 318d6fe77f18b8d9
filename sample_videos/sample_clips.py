"""The sample clips that come with the package, so that a fresh machine has something to watch."""

from pathlib import Path


def folder() -> Path:
    """Where the clips lie, each in a folder of its own, as the studio renders them."""
    return Path(__file__).parent / "clips"
