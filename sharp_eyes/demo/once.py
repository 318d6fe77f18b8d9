"""The sample clip once, as fast as it goes: replayed, told and scored."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.config.reading import load_cameras
from sharp_eyes.errors import ConfigError, Problem, SharpEyesError, StoreError, printable
from sharp_eyes.program import command, exit_code


def play_once(
    cameras: Path, truth: Path | None, folder: Path, model: str | None, *, keep: bool, console: Console
) -> None:
    """Replay every camera that has a file, print what happens, and score it where the truth is known."""
    events = _play(cameras, folder, model, console)
    _finish(events, truth, folder, keep=keep)


def _play(cameras: Path, folder: Path, model: str | None, console: Console) -> Path:
    """Replay every camera that has a file; events are shown as they come and kept in the folder."""
    files = [
        (camera.id, camera.source.file)
        for camera in load_cameras(cameras)
        if camera.source and camera.source.file
    ]
    if not files:
        raise ConfigError(
            [
                Problem(
                    str(cameras),
                    "camera",
                    "no camera has a video file",
                    'give one: source = { file = "clip.mp4" }',
                )
            ]
        )
    out = folder / "events.jsonl"
    with _opened(out) as kept:
        for camera_id, file in files:
            options = [f"--cameras={cameras}", f"--camera={camera_id}", f"--clips={folder / 'evidence'}"]
            options += [f"--model={model}"] if model is not None else []
            console.print(Text(printable(f"watching {Path(file).name} as camera {camera_id}")))
            for line in _lines(["replay", *options, "--", file]):
                kept.write(line)
                kept.flush()
                click.echo(_sentence(line))
    return out


def _opened(file: Path) -> TextIO:
    try:
        return file.open("w", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error


def _sentence(line: str) -> str:
    """A line of the replay as one for people. Raises SharpEyesError where it is no event."""
    try:
        return printable(_worded(json.loads(line)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SharpEyesError(f"the replay printed what is no event: {line.rstrip()[:80]}") from error


def _worded(event: dict[str, object]) -> str:
    offset, rule = event["offset_seconds"], event["rule"]
    towards = f" to the {event['direction']}" if "direction" in event else ""
    ending = "" if event["record"] == "raised" else f" over ({event['because']})"
    return f"{offset:>8} s  {event['type']:<10} {rule}: {event['label']} {event['track']}{towards}{ending}"


def _finish(events: Path, truth: Path | None, folder: Path, *, keep: bool) -> None:
    clips = sorted((folder / "evidence").glob("*.mp4"))
    table = Table(show_header=False, box=None)
    table.add_row("clips cut", str(len(clips)))
    if keep:
        table.add_row("kept in", Text(printable(str(folder)), overflow="fold"))
    Console().print(table)
    if truth is not None:
        sys.stdout.flush()
        judged = subprocess.run(command("score", "--", str(events), str(truth)), check=False)
        if judged.returncode != 0:
            raise click.exceptions.Exit(exit_code(judged.returncode))  # the child has said why


def _lines(arguments: list[str]) -> Iterator[str]:
    """The output of one of our verbs, line by line, as it comes."""
    with subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as child:
        if child.stdout is None:
            raise SharpEyesError("the replay has no output")
        yield from child.stdout
    if child.returncode != 0:
        raise click.exceptions.Exit(exit_code(child.returncode))
