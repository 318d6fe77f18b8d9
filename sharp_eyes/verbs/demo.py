"""`sharp-eyes demo`: all of it on this machine, or once on sample clips with their score."""

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from sharp_eyes.children import interrupted_by_sigterm
from sharp_eyes.demo.live import DemoFarm
from sharp_eyes.demo.once import play_once
from sharp_eyes.demo.samples import SampleClip, assorted, installed_clips
from sharp_eyes.errors import StoreError
from sharp_eyes.private_files import keep_files_private

_FARM = ("alembic", "av", "cv2", "fastapi", "onnxruntime", "ray", "sqlalchemy", "uvicorn")
_ONCE = ("av", "cv2", "onnxruntime")
_CAMERAS_OF_A_CORE = 5  # at 25 fps, five a second of them analysed, beside the rest of a farm


@click.command(
    epilog="""\b
Examples:
  sharp-eyes demo                                     the whole farm, its page in the browser, until Ctrl-C
  sharp-eyes demo --keep here --port 8700             the same; what it stored stays in this folder
  sharp-eyes demo --once                              plays every clip once, prints events and score
  sharp-eyes demo --once --cameras my.toml --model yolo11n --truth truth.jsonl"""
)
@click.option("--once", is_flag=True, help="Play each clip once, as fast as it goes; print the score.")
@click.option("--cameras", type=click.Path(path_type=Path), help="Your cameras instead of the samples'.")
@click.option("--model", help="With --once: another model or channel than the cameras' own.")
@click.option("--truth", type=click.Path(path_type=Path), help="With --once: the truth about your cameras.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep everything in this folder.")
@click.option("--port", type=click.IntRange(1, 65535), default=8600, show_default=True, help="Of the page.")
def demo(
    once: bool,
    cameras: Path | None,
    model: str | None,
    truth: Path | None,
    keep: Path | None,
    port: int,
) -> None:
    """Watch sample clips as live cameras: Ray, workers, stores and the page, all on this machine.

    The bundled detector knows the sample clips' rendered world; for real cameras add a real model
    (`sharp-eyes models add yolo11n.pt`) and name it in your camera file.
    """
    keep_files_private()
    for part in _ONCE if once else _FARM:
        if find_spec(part) is None:
            raise ModuleNotFoundError(name=part)
    if not once and (model is not None or truth is not None):
        raise click.UsageError(
            "--model and --truth belong to --once; a farm takes the model from the camera file"
        )
    console = Console(stderr=True)
    with interrupted_by_sigterm(), tempfile.TemporaryDirectory(prefix="sharp-eyes-") as scratch:
        folder = (keep or Path(scratch)).absolute()  # a name that begins with "-" is no option then
        _make(folder)
        if not once:
            files = [cameras] if cameras is not None else _carried(console)
            DemoFarm(folder, files, port, console).run()
            return
        if cameras is not None:
            files, truths = [cameras], [truth] if truth is not None else []
        else:
            clips = _clips()
            files = [clip.cameras for clip in clips]
            truths = [truth] if truth is not None else [clip.truth for clip in clips]
        play_once(files, truths, folder, model, keep=keep is not None, console=console)


def _clips() -> list[SampleClip]:
    clips = installed_clips()
    if not clips:
        raise click.UsageError("no sample clips are installed here; give --cameras FILE")
    return clips


def _carried(console: Console) -> list[Path]:
    """The camera files of the sample clips that this machine can play all at once."""
    clips, cores = _clips(), len(os.sched_getaffinity(0))
    chosen = assorted(clips, cores * _CAMERAS_OF_A_CORE)
    if len(chosen) < len(clips):
        console.print(
            f"{len(chosen)} of {len(clips)} sample clips play as cameras: {cores} cores carry no more"
        )
    return [clip.cameras for clip in chosen]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made: {error.strerror}") from error
