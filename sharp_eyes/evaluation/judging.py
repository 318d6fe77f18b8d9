"""One replay against the truth of its scenario."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sharp_eyes.evaluation.attribution import attributed
from sharp_eyes.evaluation.replays import Replayed, Stage
from sharp_eyes.evaluation.scenario import BOXES, Scenario
from sharp_eyes.scoring import summary
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.matching import EventLine, Outcome, Score
from sharp_eyes.scoring.summary import Clip, JudgedClip
from sharp_eyes.scoring.truth_boxes import TruthBoxes


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was right and wrong in one scenario at one stage."""

    scenario: Scenario
    stage: Stage
    judged: JudgedClip

    @property
    def score(self) -> Score:
        """The score, by type of event."""
        return self.judged.score

    @property
    def total(self) -> Outcome:
        """All types together."""
        return self.score.total

    @property
    def missed(self) -> tuple[int, ...]:
        """The places in the scenario's truth of what was missed."""
        missed = {id(entry) for entry in self.total.missed}
        return tuple(place for place, entry in enumerate(self.scenario.truth) if id(entry) in missed)

    @property
    def extra_by_sort(self) -> Counter[tuple[str, bool]]:
        """How many extra events there are of each type, in a silence (True) and outside."""
        counts: Counter[tuple[str, bool]] = Counter()
        for kind, outcome in self.score.by_type.items():
            counts[kind, True] += outcome.silence_broken
            counts[kind, False] += len(outcome.extra) - outcome.silence_broken
        return +counts


def judge(replayed: Replayed, min_height: float | None = None) -> Judgement:
    """Judge the events of a replay, as `judge_events` does, by whose they are.

    Raises ConfigError for a malformed file.
    """
    boxes = TruthBoxes(replayed.scenario.folder / BOXES)
    events = attributed(read_lines(replayed.events, EventLine), boxes)
    return judge_events(replayed.scenario, replayed.stage, events, replayed.evidence, min_height)


def judge_events(
    scenario: Scenario,
    stage: Stage,
    events: Sequence[EventLine],
    evidence: Path | None = None,
    min_height: float | None = None,
) -> Judgement:
    """Judge these events. The truth of a scenario is complete: what it does not speak of is extra.

    With `min_height`, a fraction of the picture's, only by what is as tall as that.
    """
    clip = Clip(
        scenario.name,
        events,
        scenario.truth,
        scenario.card.seconds,
        {"stage": stage} | scenario.card.tags,
        evidence,
        scenario.watched,
    )
    return Judgement(scenario, stage, summary.judge(clip, min_height=min_height))
