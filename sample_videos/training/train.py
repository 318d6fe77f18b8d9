"""Trains the detector on the pictures of a folder, while more of them may be arriving.

    python -m sample_videos.training.train PICTURES --out studio.onnx --minutes 120
    python -m sample_videos.training.train PICTURES --out studio.onnx --minutes 120 --resume
    python -m sample_videos.training.train PICTURES --out studio.onnx --minutes 60 --begin-with old.onnx

The schedule goes by the clock, so two machines do not make the same file. Runs on one core.
Beside the file lie its card (.toml) and the state to go on from (.checkpoint); all are written
every --export-every minutes, so that the file can be used before training ends.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from models.onnx_detector import OnnxDetector
from sample_videos.training.appraisal import appraise, held_out, table
from sample_videos.training.batches import MOSAICS, Batcher
from sample_videos.training.card import Course, for_measuring, hash_of, write_card
from sample_videos.training.crop import INPUT
from sample_videos.training.descent import PEAK_OF_HEIRS, Learner
from sample_videos.training.inheritance import OtherShapeError, inherit, refuse_misfit
from sample_videos.training.library import Library
from sample_videos.training.network import network
from sample_videos.training.onnx_file import export

COUNT = 16  # pictures of a batch
PLAIN_FROM = 0.85  # of the schedule: the end is learned on pictures as they come, without mosaics
REFRESH_STEPS = 50
REPORT_STEPS = 100
QUICK_PICTURES = 192  # to measure an interim file with
_SHOWN_PICTURES = 64  # to a network that begins with the weights of a file
_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: how long, from which seed, how often it is written down."""

    minutes: float
    seed: int
    export_minutes: float
    area: tuple[int, int] = INPUT
    count: int = COUNT


class Training:
    """A learner, its pictures, and the time that it has learned so far."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        torch.manual_seed(plan.seed)
        rng = np.random.default_rng((plan.seed, 17))
        self.plan = plan
        self.library = Library(folder, rng)
        self.learner = Learner(network())
        self._batcher = Batcher(self.library, plan.area, rng)
        self._ancestor = ""
        self._minutes_before = 0.0
        self._begun = time.monotonic()

    @property
    def minutes(self) -> float:
        """How long it has learned, earlier sittings included."""
        return self._minutes_before + (time.monotonic() - self._begun) / 60

    @property
    def progress(self) -> float:
        """The share of the schedule that is over."""
        return self.minutes / self.plan.minutes

    def begin_with(self, file: Path) -> None:
        """Learn on from a file's weights. Raises OtherShapeError where it is of another network."""
        model = network()
        inherit(model, file, self._batcher.batch(_SHOWN_PICTURES).pictures)
        self.library.drawn = 0  # nothing was learned from those
        self.learner = Learner(model, PEAK_OF_HEIRS)
        self._ancestor = hash_of(file)

    def begin(self) -> None:
        """Start the clock: what went before was waiting."""
        self._begun = time.monotonic()

    def step(self) -> float:
        """Learn one batch; returns the loss per picture."""
        if self.learner.steps % REFRESH_STEPS == 0:
            self.library.refresh()
        mosaics = MOSAICS if self.progress < PLAIN_FROM else 0.0
        return self.learner.learn(self._batcher.batch(self.plan.count, mosaics=mosaics), self.progress)

    def course(self) -> Course:
        """How it came about so far."""
        return Course(
            self.plan.seed,
            self.minutes,
            self.learner.steps,
            len(self.library.pictures),
            self.library.drawn,
            self._ancestor,
        )

    def save(self, path: Path) -> None:
        """Write the state whole."""
        state = self.learner.state() | {
            "minutes": self.minutes,
            "drawn": self.library.drawn,
            "ancestor": self._ancestor,
        }
        unfinished = path.with_suffix(".checkpoint.part")
        torch.save(state, unfinished)
        unfinished.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a state."""
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.learner.restore(state)
        self.library.drawn = int(state["drawn"])
        self._ancestor = str(state.get("ancestor", ""))
        self._minutes_before = float(state["minutes"])


def lessons(training: Training, say: Callable[[str], None]) -> Iterator[float]:
    """Learn until the time is over; yields the minutes after every step, and says how it goes."""
    losses: list[float] = []
    begun = time.monotonic()
    while training.progress < 1:
        losses.append(training.step())
        if training.learner.steps % REPORT_STEPS == 0:
            speed = len(losses) * training.plan.count / (time.monotonic() - begun)
            library = training.library
            say(
                f"{training.progress:6.1%} step {training.learner.steps} loss {np.mean(losses):.3f},"
                f" {speed:.1f} pictures/s; {len(library.pictures)} pictures, each seen"
                f" {library.times_seen:.1f} times"
            )
            losses, begun = [], time.monotonic()
        yield training.minutes


def wait_for_pictures(library: Library, least: int, say: Callable[[str], None]) -> None:
    """Wait until there are enough pictures to begin with."""
    library.refresh()
    while len(library.pictures) < least:
        say(f"{len(library.pictures)} pictures so far, waiting for {least}")
        time.sleep(_WAIT_SECONDS)
        library.refresh()


def write_down(training: Training, out: Path, measure_with: Path | None, most: int | None) -> str:
    """Write the state, the file and its card, measured on at most `most` held-out pictures; says how well."""
    training.save(out.with_suffix(".checkpoint"))
    export(training.learner.average.model, out)
    facts = training.course().facts()
    write_card(out, facts, None)
    pictures = list(islice(held_out(measure_with), most)) if measure_with else []
    if not pictures:
        return f"{out} written, not measured: there are no held-out pictures"
    appraisal = appraise(OnnxDetector(for_measuring(out)), pictures)
    write_card(out, facts, appraisal)
    if most is None:
        return table(appraisal)
    whole = appraisal.figure("all")
    return f"{out} written: mAP50 {whole.ap50 or 0:.3f} on {appraisal.pictures} held-out pictures"


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip("\n") + "\n")
    sys.stdout.flush()


def train(
    plan: Plan,
    folder: Path,
    out: Path,
    *,
    resume: bool,
    least: int,
    measure_with: Path | None,
    begin_with: Path | None = None,
) -> None:
    """Train, and write the file down now and then and at the end.

    Raises OtherShapeError at once where the file to begin with is none of this network's.
    """
    if begin_with:
        refuse_misfit(network(), begin_with)
    checkpoint = out.with_suffix(".checkpoint")
    if resume and not checkpoint.exists():
        raise SystemExit(f"{checkpoint}: there is no state to go on from; leave out --resume to begin anew")
    out.parent.mkdir(parents=True, exist_ok=True)
    training = Training(plan, folder)
    if resume:
        training.resume(checkpoint)
    wait_for_pictures(training.library, least, _say)
    if begin_with:
        training.begin_with(begin_with)
    training.begin()
    due = training.minutes + plan.export_minutes
    for minutes in lessons(training, _say):
        if minutes >= due:
            _say(write_down(training, out, measure_with, QUICK_PICTURES))
            due = minutes + plan.export_minutes
    _say(write_down(training, out, measure_with, None))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="sample_videos.training.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the shards are, or will be")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file")
    parser.add_argument("--minutes", type=float, required=True, help="of the whole schedule")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the state beside --out")
    parser.add_argument("--begin-with", type=Path, metavar="FILE", help="learn on from a file's weights")
    parser.add_argument("--export-every", type=float, default=5.0, metavar="MINUTES")
    parser.add_argument("--least", type=int, default=512, help="pictures to wait for before beginning")
    parser.add_argument(
        "--held-out", type=Path, metavar="FOLDER", help="measure on the held-out shards there"
    )
    given = parser.parse_args()
    if given.begin_with and given.resume:
        parser.error("--resume goes on from a state, --begin-with from a file: not both at once")
    if given.begin_with and given.begin_with.resolve() == given.out.resolve():
        parser.error("--begin-with is kept as it is: name another file by --out")
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    plan = Plan(given.minutes, given.seed, given.export_every)
    try:
        train(
            plan,
            given.folder,
            given.out,
            resume=given.resume,
            least=given.least,
            measure_with=given.held_out,
            begin_with=given.begin_with,
        )
    except OtherShapeError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
