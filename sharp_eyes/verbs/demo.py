"""`sharp-eyes demo`: the whole way on a sample clip, from pictures to scored events."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.config.reading import load_cameras
from sharp_eyes.errors import ConfigError, Problem, SharpEyesError, StoreError, printable

# The sample world is imported by nobody: it runs as a command and leaves these files behind.
STUDIO = "sample_videos.sketch"


@click.command(
    epilog="""\b
Examples:
  sharp-eyes demo                                     plays like a camera until Ctrl-C
  sharp-eyes demo --once                              plays once, prints events and score
  sharp-eyes demo --once --cameras my.toml --model yolo11n --truth truth.jsonl"""
)
@click.option("--once", is_flag=True, help="Play once, as fast as it goes, and print the score.")
@click.option("--cameras", type=click.Path(path_type=Path), help="Your cameras instead of the sample's.")
@click.option("--model", help="Another model or channel than the cameras' own.")
@click.option(
    "--truth", type=click.Path(path_type=Path), help="The truth about your cameras, to score against."
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep clips, events and evidence in this folder."
)
def demo(
    once: bool,
    cameras: Path | None,
    model: str | None,
    truth: Path | None,
    keep: Path | None,
) -> None:
    """Render a sample clip, watch it with the bundled detector, print what happens and how good it was.

    The bundled detector knows the sample's sketched world; for real cameras add a real model
    (`sharp-eyes models add yolo11n.pt`) and give it with --model.
    """
    for part in ("av", "cv2", "onnxruntime"):
        if find_spec(part) is None:
            raise ModuleNotFoundError(name=part)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = (keep or Path(scratch)).absolute()  # a name that begins with "-" is no option then
        _make(folder)
        if cameras is None:
            with console.status("rendering the sample clip"):
                _child([sys.executable, "-P", "-m", STUDIO, str(folder)])
            cameras, truth = folder / "cameras.toml", truth or folder / "truth.jsonl"
        while True:
            events = _play(cameras, folder, model, paced=not once, console=console)
            if once:
                break
        _finish(events, truth, folder, keep=keep is not None)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made: {error.strerror}") from error


def _play(cameras: Path, folder: Path, model: str | None, *, paced: bool, console: Console) -> Path:
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
            options += ["--paced"] if paced else []
            watching = f"{'playing' if paced else 'watching'} {Path(file).name} as camera {camera_id}"
            console.print(Text(printable(watching)))
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
        _child([*_program(), "score", "--", str(events), str(truth)])


def _program() -> list[str]:
    """This program as a command: it starts its other verbs as children, and imports none of them."""
    return [sys.executable, "-P", "-c", "from sharp_eyes.cli import main; main()"]


def _child(command: list[str]) -> None:
    ended = subprocess.run(command, check=False)
    if ended.returncode != 0:
        raise click.exceptions.Exit(_exit_code(ended.returncode))  # the child has said why


def _exit_code(returned: int) -> int:
    """As a shell has it: a child that a signal ended counts from 128."""
    return returned if returned >= 0 else 128 - returned


def _lines(arguments: list[str]) -> Iterator[str]:
    """The output of one of our verbs, line by line, as it comes."""
    with subprocess.Popen(
        [*_program(), *arguments], stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as child:
        if child.stdout is None:
            raise SharpEyesError("the replay has no output")
        yield from child.stdout
    if child.returncode != 0:
        raise click.exceptions.Exit(_exit_code(child.returncode))
