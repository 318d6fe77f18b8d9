"""`sharp-eyes bench studio`: how fast one core renders, with every effect, truth and encoding included."""

import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from sample_videos.studio.picture.renderer import Renderer
    from sample_videos.studio.scenario import Scenario

_SCENES = (("intrusion", "street"), ("line", "car_park"), ("loitering", "yard"), ("intrusion", "hall"))


@dataclass(frozen=True, slots=True)
class Timing:
    """One clip: its pictures, the CPU seconds before the first one, and those of all the others."""

    condition: str
    layout: str
    pictures: int
    before_seconds: float
    seconds: float

    @property
    def rate(self) -> float:
        """Pictures per CPU second, once it runs."""
        return (self.pictures - 1) / self.seconds


@click.command(
    epilog="""\b
Examples:
  sharp-eyes bench studio
  sharp-eyes bench studio --seconds 20 --difficulty hard --json"""
)
@click.option("--seconds", type=click.FloatRange(10, 60), default=10.0, show_default=True, help="Of a clip.")
@click.option("--fps", type=click.IntRange(1, 60), default=25, show_default=True)
@click.option(
    "--difficulty", type=click.Choice(("easy", "medium", "hard")), default="medium", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def studio(seconds: float, fps: int, difficulty: str, as_json: bool) -> None:
    """Render a clip in every light and time it: 640×360, on one core, as it goes into a file."""
    os.environ["LP_NUM_THREADS"] = "0"  # Mesa draws in the calling thread: CPU time is then one core's
    timings = _timings(seconds, fps, difficulty)
    if as_json:
        rows = [asdict(timing) | {"pictures_per_second": round(timing.rate, 2)} for timing in timings]
        click.echo(json.dumps({"clips": rows, "pictures_per_second": round(_overall(timings), 2)}))
        return
    table = Table("light", "site", "pictures", "before the first, s", "pictures/s")
    for one in timings:
        cells = (one.condition, one.layout, str(one.pictures), f"{one.before_seconds:.2f}", f"{one.rate:.1f}")
        table.add_row(*cells)
    table.add_section()
    table.add_row("all", "", str(sum(one.pictures for one in timings)), "", f"{_overall(timings):.1f}")
    Console().print(table)


def _overall(timings: list[Timing]) -> float:
    return sum(one.pictures - 1 for one in timings) / sum(one.seconds for one in timings)


def _timings(seconds: float, fps: int, difficulty: str) -> list[Timing]:
    import cv2

    from sample_videos.studio.picture.renderer import Renderer
    from sample_videos.studio.picture.weather import CONDITIONS
    from sample_videos.studio.scenarios.composition import compose

    cv2.setNumThreads(1)
    renderer = Renderer()
    timings = []
    for number, condition in enumerate(CONDITIONS):
        kind, layout = _SCENES[number % len(_SCENES)]
        timings.append(_timed(renderer, compose(kind, layout, condition, 1, seconds, fps, difficulty)))
    return timings


def _timed(renderer: "Renderer", scenario: "Scenario") -> Timing:
    from sample_videos.studio.film import encode, frames

    begun = time.process_time()
    shown = (picture for picture, _ in frames(renderer, scenario))
    first = next(shown)
    ready = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        encode(chain((first,), shown), Path(folder) / "clip.mp4", scenario.fps)
    pictures = round(scenario.seconds * scenario.fps)
    return Timing(scenario.condition, scenario.layout, pictures, ready - begun, time.process_time() - ready)
