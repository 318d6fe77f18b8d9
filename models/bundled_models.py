"""The models that come with the package, so that a fresh machine can detect something."""

from pathlib import Path


def folder() -> Path:
    """Where the bundled models and their cards lie."""
    return Path(__file__).parent / "bundled"
