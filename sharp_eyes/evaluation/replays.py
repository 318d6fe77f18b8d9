"""Replays of scenarios at the stages of the pipeline, over many cores.

stage      sees                              misses there are
tracks     the truth's boxes and identities  the rules'
boxes      the truth's boxes                 the tracker's
detector   the pictures                      the detector's
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, get_args

from sharp_eyes.children import ChildError, Children
from sharp_eyes.evaluation.scenario import Scenario
from sharp_eyes.program import command

Stage = Literal["tracks", "boxes", "detector"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A scenario that was replayed at a stage, the file of its events, and the folder of their evidence."""

    scenario: Scenario
    stage: Stage
    events: Path
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class Replayer:
    """Replays by our own verb as a child.

    The events of each go into a file of `folder`, and their evidence, where it is wanted, into a folder
    of `evidence`.
    """

    children: Children
    folder: Path
    model: str | None = None
    evidence: Path | None = None

    def play(self, scenario: Scenario, stage: Stage) -> Replayed:
        """Replay to the end. Raises ChildError where that fails."""
        out = self.folder / stage / f"{scenario.name}.jsonl"
        clip = scenario.folder.absolute()
        options = ["--cameras", str(clip / "cameras.toml"), "--out", str(out.absolute())]
        options += self._sight(stage, clip)
        evidence = self.evidence and self.evidence / stage / scenario.name
        options += ["--clips", str(evidence.absolute())] if evidence else []
        ended = self.children.run(command("replay", *options, "--", str(clip / "clip.mp4")))
        if ended.code != 0:
            said = ended.error.strip() or f"exit code {ended.code}"
            raise ChildError(f"{scenario.name} at the stage {stage}: {said}", ended.code)
        return Replayed(scenario, stage, out, evidence)

    def _sight(self, stage: Stage, clip: Path) -> list[str]:
        if stage == "detector":
            return [] if self.model is None else ["--model", self.model]
        boxes = ["--boxes", str(clip / "boxes.jsonl")]
        return [*boxes, "--tracked"] if stage == "tracks" else boxes


def replay_all(
    scenarios: Iterable[Scenario],
    stages: Sequence[Stage],
    play: Callable[[Scenario, Stage], Replayed],
    heard: Callable[[Replayed], None],
    jobs: int,
) -> None:
    """Play every scenario at every stage, `jobs` at a time, each as soon as it comes.

    `heard` is called in this thread, in the order in which they end. The first that fails ends it
    all; what runs then must be ended from outside.
    """
    done: SimpleQueue[Future[Replayed] | Future[int]] = SimpleQueue()
    pool, feeding = ThreadPoolExecutor(jobs), ThreadPoolExecutor(1)

    def feed() -> int:
        """Hand over all scenarios; gives the number of replays that they make."""
        count = 0
        for scenario in scenarios:
            for stage in stages:
                pool.submit(play, scenario, stage).add_done_callback(done.put)
                count += 1
        return count

    feeding.submit(feed).add_done_callback(done.put)
    expected: int | None = None
    played = 0
    try:
        while expected is None or played < expected:
            result = done.get().result()
            if isinstance(result, int):
                expected = result
            else:
                played += 1
                heard(result)
    finally:
        feeding.shutdown(wait=False, cancel_futures=True)
        pool.shutdown(wait=False, cancel_futures=True)
