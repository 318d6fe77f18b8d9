"""The sample world as a command: it is imported by nobody, and leaves files behind."""

import subprocess
import sys
from pathlib import Path

import click

from sharp_eyes.program import exit_code

_STUDIO = "sample_videos.sketch"


def render(folder: Path, *arguments: str) -> None:
    """Render a clip with its cameras.toml and truth.jsonl into this folder."""
    ended = subprocess.run([sys.executable, "-P", "-m", _STUDIO, str(folder), *arguments], check=False)
    if ended.returncode != 0:
        raise click.exceptions.Exit(exit_code(ended.returncode))  # the child has said why
