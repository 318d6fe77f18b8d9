"""An evaluation: the judgements of a suite's scenarios at each stage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sharp_eyes.evaluation.judging import Judgement
from sharp_eyes.evaluation.replays import STAGES, Stage
from sharp_eyes.evaluation.scenario import Scenario
from sharp_eyes.scoring.summary import Summary


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was judged, in the order of names and stages.

    `suite` and `suite_sha256` say of what; `models` are those that the stage `detector` saw with, by
    title; `wall_seconds` is how long it took, rendering included.
    """

    suite: str
    suite_sha256: str
    models: Mapping[str, str]
    judgements: tuple[Judgement, ...]
    wall_seconds: float

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Those that were judged."""
        there = {judgement.stage for judgement in self.judgements}
        return tuple(stage for stage in STAGES if stage in there)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Each once, by name."""
        by_name = {judgement.scenario.name: judgement.scenario for judgement in self.judgements}
        return tuple(by_name.values())

    @property
    def frames_per_second(self) -> float:
        """Frames replayed in a second of all cores together."""
        return sum(judgement.scenario.frames for judgement in self.judgements) / max(self.wall_seconds, 1e-6)

    @property
    def summary(self) -> Summary:
        """Every scenario at every stage: to be shown one by one, not to be added up."""
        return Summary(tuple(judgement.judged for judgement in self.judgements))

    def at(self, stage: Stage) -> Summary:
        """Every scenario at a stage."""
        return self.summary.only("stage", stage)

    def of(self, name: str) -> dict[Stage, Judgement]:
        """The judgements of a scenario."""
        return {one.stage: one for one in self.judgements if one.scenario.name == name}

    @property
    def without_rule(self) -> dict[str, int]:
        """How many events are due for which no rule is built yet, by type."""
        waiting = self.at(self.stages[0]).score.no_rule_yet if self.stages else {}
        return {kind: one.due for kind, one in waiting.items() if one.due}


def evaluation_of(
    judgements: Iterable[Judgement],
    *,
    suite: str,
    suite_sha256: str,
    models: Mapping[str, str],
    wall_seconds: float,
) -> Evaluation:
    """The judgements in order, in whatever order they came."""
    ordered = sorted(judgements, key=lambda one: (one.scenario.name, STAGES.index(one.stage)))
    return Evaluation(suite, suite_sha256, models, tuple(ordered), wall_seconds)
