"""Clips once, as fast as they go, several at a time: replayed, told and scored together."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.cameras import Camera
from sharp_eyes.children import ChildError, Children
from sharp_eyes.config.reading import load_cameras
from sharp_eyes.errors import ConfigError, Problem, SharpEyesError, StoreError, printable
from sharp_eyes.program import command, exit_code
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.truth import TruthEntry


def play_once(
    cameras: Sequence[Path],
    truths: Sequence[Path],
    folder: Path,
    model: str | None,
    *,
    keep: bool,
    console: Console,
) -> None:
    """Replay every camera that has a file, print what happens, and score it where the truth is known.

    All events come into `events.jsonl` of the folder, and all of `truths` into its `truth.jsonl`.
    """
    for truth in truths:
        read_lines(truth, TruthEntry)  # what is wrong in it is said before anything is played
    events = folder / "events.jsonl"
    evidence = folder / "evidence"
    replays = [replay for file in cameras for replay in _replays(file, evidence, model)]
    if not replays:
        problem = "no camera has a video file", 'give one: source = { file = "clip.mp4" }'
        raise ConfigError([Problem(", ".join(map(str, cameras)), "camera", *problem)])
    _play(replays, events, console)
    _finish(_clips(evidence, events), folder if keep else None)
    if truths:
        _score(events, truths, folder / "truth.jsonl")


@dataclass(frozen=True, slots=True)
class _Replay:
    """One camera's video, to be replayed by a child; its lines wait here until it is their turn."""

    title: str
    words: Sequence[str]
    lines: SimpleQueue[str | None] = field(default_factory=SimpleQueue)

    def run(self, children: Children) -> None:
        """Replay to the end. Raises ChildError where that fails."""
        try:
            for line in children.lines(command(*self.words)):
                self.lines.put(line)
        finally:
            self.lines.put(None)

    def told(self) -> Iterator[str]:
        """The lines as they come, until its end."""
        yield from iter(self.lines.get, None)


def _replays(file: Path, evidence: Path, model: str | None) -> Iterator[_Replay]:
    for camera in load_cameras(file):
        if camera.source and (video := camera.source.file):
            options = [f"--cameras={file}", f"--camera={camera.id}", f"--clips={evidence}"]
            options += [f"--model={model}"] if model is not None else []
            yield _Replay(
                f"{_name(camera)}: {Path(video).name} as camera {camera.id}",
                ["replay", *options, "--", video],
            )


def _name(camera: Camera) -> str:
    names = dict(camera.name)
    return names.get("en") or next(iter(names.values()))


def _play(replays: Sequence[_Replay], out: Path, console: Console) -> None:
    """Replay as many at a time as there are cores; their events are shown one replay after the other."""
    with (
        _opened(out) as kept,
        ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool,
        Children() as children,  # ended before the pool waits for them
    ):
        running = [pool.submit(replay.run, children) for replay in replays]
        for replay, ended in zip(replays, running, strict=True):
            console.print(Text(printable(replay.title)))
            for line in replay.told():
                kept.write(line)
                kept.flush()
                click.echo(_sentence(line))
            _demand(ended)


def _demand(ended: Future[None]) -> None:
    try:
        ended.result()
    except ChildError as error:  # the child has said why
        raise click.exceptions.Exit(error.exit_code) from error


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


def _clips(evidence: Path, events: Path) -> int:
    """How many of these events have a clip; the folder may hold those of earlier runs too."""
    with events.open(encoding="utf-8") as file:
        raised = {json.loads(line)["event_id"] for line in file}
    return sum((evidence / f"{event_id}.mp4").exists() for event_id in raised)


def _finish(clips: int, kept_in: Path | None) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("clips cut", str(clips))
    if kept_in is not None:
        table.add_row("kept in", Text(printable(str(kept_in)), overflow="fold"))
    Console().print(table)


def _score(events: Path, truths: Sequence[Path], together: Path) -> None:
    """One score over all: cameras are told apart by their ids."""
    texts = [_text(truth).rstrip("\n") + "\n" for truth in truths]  # one of them may be that very file
    with _opened(together) as file:
        file.writelines(texts)
    sys.stdout.flush()
    judged = subprocess.run(command("score", "--", str(events), str(together)), check=False)
    if judged.returncode != 0:
        raise click.exceptions.Exit(exit_code(judged.returncode))  # the child has said why


def _text(truth: Path) -> str:
    try:
        return truth.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        hint = "give a file of JSON lines, in UTF-8"
        raise ConfigError([Problem(str(truth), "", f"cannot be read: {error}", hint)]) from error
