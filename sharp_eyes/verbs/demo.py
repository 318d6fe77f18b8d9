"""`sharp-eyes demo`: all of it on this machine, or once on a clip with its score."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from sharp_eyes.demo.live import DemoFarm
from sharp_eyes.demo.once import play_once
from sharp_eyes.demo.studio import render
from sharp_eyes.errors import StoreError
from sharp_eyes.private_files import keep_files_private

_FARM = ("alembic", "av", "cv2", "fastapi", "onnxruntime", "ray", "sqlalchemy", "uvicorn")
_ONCE = ("av", "cv2", "onnxruntime")


@click.command(
    epilog="""\b
Examples:
  sharp-eyes demo                                     the whole farm, its page in the browser, until Ctrl-C
  sharp-eyes demo --keep here --port 8700             the same; what it stored stays in this folder
  sharp-eyes demo --once                              plays once, prints events and score
  sharp-eyes demo --once --cameras my.toml --model yolo11n --truth truth.jsonl"""
)
@click.option("--once", is_flag=True, help="Play once, as fast as it goes, and print the score.")
@click.option("--cameras", type=click.Path(path_type=Path), help="Your cameras instead of the sample's.")
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

    The bundled detector knows the sample's sketched world; for real cameras add a real model
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
    with tempfile.TemporaryDirectory(prefix="sharp-eyes-") as scratch:
        folder = (keep or Path(scratch)).absolute()  # a name that begins with "-" is no option then
        _make(folder)
        if not once:
            DemoFarm(folder, cameras, port, console).run()
            return
        if cameras is None:
            with console.status("rendering the sample clip"):
                render(folder)
            cameras, truth = folder / "cameras.toml", truth or folder / "truth.jsonl"
        play_once(cameras, truth, folder, model, keep=keep is not None, console=console)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made: {error.strerror}") from error
