"""`sharp-eyes bench pipeline`: what each stage costs here, measured side by side in one run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import find_card, installed_cards

if TYPE_CHECKING:
    from workers.benchmark import Candidate


@click.command(
    epilog="""\b
Examples:
  sharp-eyes bench pipeline clip.mp4 --model yolo11n
  sharp-eyes bench pipeline clip.mp4 --model yolo11n --peer yolo11n.pt --rounds 3

\b
Figures are CPU milliseconds of this process. Machines are shared: trust the ratios,
which come from rounds played in turn."""
)
@click.argument("video", type=click.Path(path_type=Path))
@click.option(
    "--cameras", "file", type=click.Path(path_type=Path), help="A camera file; else one rule of each kind."
)
@click.option("--camera", "camera_id", help="Which camera of the file.")
@click.option("--model", default="default", show_default=True, help="Model or channel.")
@click.option(
    "--fps",
    type=click.FloatRange(min=0.1, max=60),
    default=5.0,
    show_default=True,
    help="Analysed frames per second, without --cameras.",
)
@click.option(
    "--side",
    type=click.IntRange(32, 4096),
    default=640,
    show_default=True,
    help="Side of the square input that is compared.",
)
@click.option("--peer", type=click.Path(path_type=Path), help="The same network as an ultralytics .pt file.")
@click.option(
    "--rounds",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    help="How often each is played, in turn.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def pipeline(
    settings: Settings,
    video: Path,
    file: Path | None,
    camera_id: str | None,
    model: str,
    fps: float,
    side: int,
    peer: Path | None,
    rounds: int,
    as_json: bool,
) -> None:
    """Stage by stage, what one camera costs on VIDEO; beside it ultralytics' own way."""
    from workers.benchmark import candidates, plain_camera
    from workers.choosing import choose_camera
    from workers.verbs.replay import progress

    if file is not None:
        camera, card, _ = choose_camera(settings, file, camera_id, model)
    else:
        camera, card = plain_camera(fps), find_card(installed_cards(settings.models), model)
    field = candidates(video, camera, card, side, peer)
    with progress(f"{rounds} rounds of {len(field)}") as advance:
        for number in range(rounds):
            for place, candidate in enumerate(field):
                candidate.play()
                advance(number * len(field) + place + 1, rounds * len(field))
    if as_json:
        click.echo(json.dumps({"candidates": _facts(field)}))
    else:
        _print(field)


def _print(field: list["Candidate"]) -> None:
    from workers.benchmark import STAGES

    table = Table("", *(candidate.name for candidate in field), title="CPU ms per frame of the source")
    for stage in STAGES:
        table.add_row(
            stage, *(f"{candidate.per_frame(stage):.3f}" for candidate in field), end_section=stage == "other"
        )
    facts = _facts(field)
    for title, key in (
        ("analysed frames per CPU second", "frames_per_cpu_second"),
        ("all but decode and network, ms per analysed frame", "own_ms_per_analysed_frame"),
        ("boxes per look", "boxes_per_look"),
        ("share of analysed frames looked at", "passes"),
        ("… by motion", "passes_by_motion"),
        ("events", "events"),
        ("events as with the gate off", "events_as_first"),
        ("boxes as with the gate off", "boxes_as_first"),
        ("times the peer", "times_the_peer"),
    ):
        table.add_row(title, *("" if facts[c.name][key] is None else str(facts[c.name][key]) for c in field))
    Console().print(table)


def _facts(field: list["Candidate"]) -> dict[str, dict[str, object]]:
    from workers.benchmark import PEER, STAGES, same_boxes, same_events

    first = field[0]
    peer = next((candidate for candidate in field if candidate.name == PEER), None)

    def facts(candidate: "Candidate") -> dict[str, object]:
        return {
            "stages_ms_per_source_frame": {stage: round(candidate.per_frame(stage), 4) for stage in STAGES},
            "frames_per_cpu_second": round(candidate.frames_per_cpu_second, 2),
            "own_ms_per_analysed_frame": round(candidate.own_per_analysed, 3),
            "boxes_per_look": round(candidate.boxes_per_look, 2),
            "passes": round(candidate.share_looked_at, 3),
            "passes_by_motion": round(candidate.share_moving, 3),
            "events": len(candidate.events),
            "events_as_first": same_events(first, candidate),
            "boxes_as_first": round(same_boxes(first, candidate), 4),
            "times_the_peer": round(candidate.frames_per_cpu_second / peer.frames_per_cpu_second, 2)
            if peer
            else None,
        }

    return {candidate.name: facts(candidate) for candidate in field}
