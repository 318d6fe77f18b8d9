"""The baseline: what the pipeline could do when it was recorded, and may not unlearn unnoticed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sharp_eyes.errors import ConfigError, Problem, StoreError
from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.replays import Stage
from sharp_eyes.evaluation.suite import Suite
from sharp_eyes.scoring.matching import Outcome

F1_MAY_FALL = 0.02
_ROUNDING = 1e-9
_ANEW = "record it anew with --record-baseline"

Count = Annotated[int, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Counts(_Strict):
    """What was counted of one type of event at one stage; `broken` of the silences were not kept."""

    found: Count
    missed: Count
    extra: Count
    silences: Count
    broken: Count

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """What an outcome holds."""
        return cls(
            found=len(outcome.matched),
            missed=len(outcome.missed),
            extra=len(outcome.extra),
            silences=len(outcome.kept) + len(outcome.broken),
            broken=len(outcome.broken),
        )

    @property
    def due(self) -> int:
        """How many events were due."""
        return self.found + self.missed

    @property
    def f1(self) -> float:
        """F1 as an outcome has it; 1 where nothing was due and nothing was said."""
        twice = 2 * self.found + self.missed + self.extra
        return 2 * self.found / twice if twice else 1.0


class Baseline(_Strict):
    """A recorded evaluation; `models` maps the titles of models to their SHA-256."""

    suite_sha256: str
    models: dict[str, str]
    scenarios: list[str]
    stages: dict[Stage, dict[str, Counts]]


def baseline_of(evaluation: Evaluation) -> Baseline:
    """What an evaluation would be recorded as."""
    return Baseline(
        suite_sha256=evaluation.suite_sha256,
        models=dict(evaluation.models),
        scenarios=[scenario.name for scenario in evaluation.scenarios],
        stages={stage: _counts(evaluation, stage) for stage in evaluation.stages},
    )


def _counts(evaluation: Evaluation, stage: Stage) -> dict[str, Counts]:
    """By type of event."""
    return {kind: Counts.of(outcome) for kind, outcome in evaluation.at(stage).score.by_type.items()}


def record_baseline(file: Path, evaluation: Evaluation) -> None:
    """Write the baseline, so that two of them differ in the lines that differ. Raises StoreError."""
    text = json.dumps(baseline_of(evaluation).model_dump(), indent=2) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error


def read_baseline(file: Path, suite: Suite, stages: Sequence[Stage]) -> Baseline:
    """The recorded baseline. Raises ConfigError where it is of something else than this suite and stages."""
    baseline = _parsed(file)
    complaint = _unlike(baseline, suite, stages)
    if complaint:
        raise ConfigError([Problem(str(file), "", complaint, _ANEW)])
    return baseline


def _parsed(file: Path) -> Baseline:
    try:
        return Baseline.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ConfigError([Problem(str(file), "", f"cannot be read: {error.strerror}", _ANEW)]) from error
    except ValidationError as error:
        problems = [
            Problem(str(file), ".".join(map(str, wrong["loc"])), wrong["msg"], _ANEW)
            for wrong in error.errors()
        ]
        raise ConfigError(problems) from error


def _unlike(baseline: Baseline, suite: Suite, stages: Sequence[Stage]) -> str:
    missing = sorted(set(suite.names) ^ set(baseline.scenarios))
    unrecorded = [stage for stage in stages if stage not in baseline.stages]
    if missing:
        return f"the suite and the baseline do not both have the scenario {missing[0]}"
    if baseline.suite_sha256 != suite.sha256:
        return "was recorded of another suite, or of this one before it was changed"
    return f"does not hold the stage {unrecorded[0]}" if unrecorded else ""


def failings(baseline: Baseline, evaluation: Evaluation) -> list[str]:
    """In which ways the evaluation falls short of the baseline, a sentence each; none: it is held."""
    found: list[str] = []
    for stage in evaluation.stages:
        now = _counts(evaluation, stage)
        found += [f"{stage}, {kind}: {what}" for kind, what in _failings(baseline.stages[stage], now)]
    return found


def _failings(recorded: Mapping[str, Counts], now: Mapping[str, Counts]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for kind, before in recorded.items():
        after = now.get(kind)
        if after is None:
            found.append((kind, "is not judged any more"))
            continue
        if after.due != before.due:  # the same suite, rendered by another studio
            found.append((kind, f"{after.due} events are due, {before.due} were; {_ANEW}"))
            continue
        if after.silences != before.silences:
            found.append((kind, f"{after.silences} silences are due, {before.silences} were; {_ANEW}"))
            continue
        if after.f1 < before.f1 - F1_MAY_FALL - _ROUNDING:
            found.append((kind, f"F1 fell from {before.f1:.3f} to {after.f1:.3f}"))
        if after.broken > before.broken:
            found.append((kind, f"{after.broken} silences are broken, {before.broken} were"))
    return found


def notes(baseline: Baseline, evaluation: Evaluation) -> list[str]:
    """What else is worth knowing beside the comparison: other models, kinds that are new."""
    found: list[str] = []
    if "detector" in evaluation.stages and dict(evaluation.models) != baseline.models:
        was, now = ", ".join(sorted(baseline.models)) or "none", ", ".join(sorted(evaluation.models))
        found.append(f"the baseline was recorded with the model {was}, this is {now}")
    new = {
        kind
        for stage in evaluation.stages
        for kind in _counts(evaluation, stage).keys() - baseline.stages[stage]
    }
    found += [f"the baseline does not hold {kind} yet: {_ANEW}" for kind in sorted(new)]
    return found
