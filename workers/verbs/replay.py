"""`sharp-eyes replay`: what the farm would say to a video file."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sharp_eyes.clock import REPLAY_EPOCH, SECOND, SystemClock, from_iso
from sharp_eyes.errors import SourceError, StoreError
from sharp_eyes.settings import Settings

if TYPE_CHECKING:
    from workers.truth_sight import Sight


def parse_start(_: click.Context, __: click.Parameter, text: str | None) -> int:
    """The option --start: ISO 8601 with a zone."""
    if text is None:
        return REPLAY_EPOCH
    try:
        at = from_iso(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write for example 2026-01-01T08:00:00+08:00") from error
    if at < 0:
        raise click.BadParameter(f"{text} lies before 1970; events have no ids there")
    return at


@click.command(
    epilog="""\b
Examples:
  sharp-eyes replay clip.mp4 --cameras cameras.toml
  sharp-eyes replay clip.mp4 --cameras city.toml --camera gate --model yolo11n --out events.jsonl
  sharp-eyes replay clip.mp4 --cameras cameras.toml --clips evidence/ --tracks tracks.txt
  sharp-eyes replay clip.mp4 --cameras cameras.toml --start 2026-05-01T08:00:00+08:00
  sharp-eyes replay clip.mp4 --cameras cameras.toml --as-live 1f3a5c7e9b2d4f60
  sharp-eyes replay clip.mp4 --cameras cameras.toml --boxes boxes.jsonl --tracked

\b
Each line is a JSON object: `record` is "raised" or "ended", `at` microseconds UTC,
`offset_seconds` counts from the clip's first frame, `xyxy` is in fractions of the picture."""
)
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--cameras", "file", required=True, type=click.Path(path_type=Path), help="The camera file.")
@click.option("--camera", "camera_id", help="Which camera of the file; needed where it holds several.")
@click.option("--model", help="A model or channel instead of the camera's own.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the events here instead of to standard output."
)
@click.option("--tracks", type=click.Path(path_type=Path), help="Write the tracks here, as MOT text.")
@click.option(
    "--clips",
    type=click.Path(path_type=Path),
    help="Write clips, snapshots, boxes and reasons into this folder.",
)
@click.option(
    "--start", callback=parse_start, help="The time of the first frame.  [default: 2026-01-01T00:00:00Z]"
)
@click.option(
    "--as-live",
    metavar="RUN",
    help="Feed exactly the frames that this run of the farm analysed (its log is kept for 24 hours).",
)
@click.option("--paced", is_flag=True, help="Play no faster than the video was recorded.")
@click.option(
    "--boxes",
    type=click.Path(path_type=Path),
    help="See the truth's boxes in this file instead of a model's.",
)
@click.option("--tracked", is_flag=True, help="With --boxes: take the truth's identities, and follow nobody.")
@click.pass_obj
def replay(
    settings: Settings,
    video: Path,
    file: Path,
    camera_id: str | None,
    model: str | None,
    out: Path | None,
    tracks: Path | None,
    clips: Path | None,
    start: int,
    as_live: str | None,
    paced: bool,
    boxes: Path | None,
    tracked: bool,
) -> None:
    """Run one camera's pipeline on VIDEO and print its events as JSON lines.

    The same input, machine and model give the same bytes.
    """
    from ingest.file_source import FileSource
    from sharp_eyes.records import record_line
    from workers.as_live import AsLive
    from workers.output import Output, refuse_same
    from workers.replay import Listeners, Replay
    from workers.run_log import read_run
    from workers.tracks import MotWriter

    _refuse_contradictions(
        single_frames=as_live is not None,
        whole_video=clips is not None or paced,
        boxes=boxes is not None,
        model=model is not None,
        tracked=tracked,
    )
    refuse_same([out, tracks], [video, file, *([boxes] if boxes else [])])
    if boxes is not None:
        sight = _by_boxes(file, camera_id, boxes, start, tracked=tracked)
    else:
        sight = _by_model(settings, file, camera_id, model)
    with FileSource(video):
        pass  # what cannot be played must not cost anybody an earlier result
    with ExitStack() as stack:
        lines = stack.enter_context(Output(out))
        listeners = Listeners(on_record=lambda record: lines.line(record_line(record, start)))
        if tracks:
            listeners.on_scene = MotWriter(stack.enter_context(Output(tracks))).add
        listeners.on_progress = stack.enter_context(progress(video.name))
        play: Replay | AsLive
        if as_live is not None:
            recorded = read_run(settings.node / "runs", as_live)
            play = AsLive(video, sight.camera, sight.detector, recorded, listeners)
        else:
            play = Replay(
                video,
                sight.camera,
                sight.detector,
                start_at=start,
                clock=SystemClock() if paced else None,
                clips=clips,
                tracker=sight.tracker,
                model=sight.model,
                listeners=listeners,
            )
        with stopping_at_ctrl_c(play.stop):
            summary = play.run()
    if isinstance(play, AsLive) and play.missed:
        click.echo(f"warning: {play.missed} frames of the run are not in {video}", err=True)
    if Console(stderr=True).is_terminal:
        click.echo(
            f"{summary.frames} frames, {summary.analysed} analysed, {summary.looks} looked at: "
            f"{summary.by_motion} by motion, {summary.by_due} due",
            err=True,
        )
    if summary.unwritten:
        raise StoreError(
            f"{clips}: {len(summary.unwritten)} files of evidence could not be written, first "
            f"{summary.unwritten[0]}; the events are complete, what is missing is recorded as lost"
        )
    if play.stopped:
        raise click.Abort
    if summary.damage.count:
        damage = summary.damage
        raise SourceError(
            f"{video}: damaged in {damage.count} places, first at {(damage.first_at or 0) / SECOND:.1f} s"
            f" ({damage.text}); what could be seen was analysed and its events are written"
        )


def _refuse_contradictions(
    *, single_frames: bool, whole_video: bool, boxes: bool, model: bool, tracked: bool
) -> None:
    """Raise UsageError where the options given exclude each other."""
    if single_frames and whole_video:
        raise click.UsageError("--as-live feeds single frames: it cuts no --clips and is not --paced")
    if boxes and (model or single_frames):
        raise click.UsageError("--boxes takes the place of a --model, and belongs to a clip, not to a run")
    if tracked and not boxes:
        raise click.UsageError("--tracked takes identities from --boxes: give that file too")


def _by_model(settings: Settings, file: Path, camera_id: str | None, model: str | None) -> "Sight":
    from workers.choosing import choose_camera, detector_for  # the heavy libraries come with the first frame
    from workers.truth_sight import Sight

    camera, card, warnings = choose_camera(settings, file, camera_id, model)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    return Sight(camera, detector_for(card), card.title)


def _by_boxes(file: Path, camera_id: str | None, boxes: Path, start_at: int, *, tracked: bool) -> "Sight":
    from sharp_eyes.scoring.truth_boxes import TruthBoxes
    from workers.choosing import only_camera
    from workers.truth_sight import sight_by_boxes

    return sight_by_boxes(only_camera(file, camera_id), TruthBoxes(boxes), start_at, tracked=tracked)


@contextlib.contextmanager
def stopping_at_ctrl_c(stop: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C asks for an end in good order, between two frames; the second ends at once."""
    before = signal.getsignal(signal.SIGINT)

    def asked(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        stop()

    signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on the terminal's error output; silence where that is a pipe or a file."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _, __: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
