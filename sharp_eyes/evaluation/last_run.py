"""The run before this one: which scenarios went better since, and which worse."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sharp_eyes.errors import StoreError
from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.replays import Stage

Count = Annotated[int, Field(ge=0)]


class Mistakes(BaseModel):
    """What was wrong in a scenario at a stage.

    `models` are those that its evaluation saw with, title → SHA-256; none where it was fed with boxes.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    missed: Count
    extra: Count
    models: dict[str, str] = {}

    @property
    def all(self) -> int:
        """Both together."""
        return self.missed + self.extra


class LastRun(BaseModel):
    """What was wrong when each scenario was last judged, by name and stage."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    scenarios: dict[str, dict[Stage, Mistakes]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A scenario at a stage that has more or fewer mistakes than last time."""

    scenario: str
    stage: Stage
    before: Mistakes
    after: Mistakes

    @property
    def better(self) -> bool:
        """Fewer mistakes than before."""
        return self.after.all < self.before.all


def file_of_last_run(suite: Path, out: Path | None, cache: Path) -> Path:
    """Where the last run of a suite is kept: with what it left in `out`, else in the folder `cache`."""
    if out is not None:
        return out / "last-run.json"
    path = suite.absolute()
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return cache / f"{path.stem}-{digest}.json"


def read_last_run(file: Path) -> LastRun:
    """What was kept; nothing where there is no such file, or none that can be read: it begins anew."""
    try:
        return LastRun.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return LastRun()


def keep_run(file: Path, last: LastRun, evaluation: Evaluation) -> None:
    """Write down this run for the next; of scenarios that it left out, what was known. Raises StoreError."""
    known = {name: dict(stages) for name, stages in last.scenarios.items()}
    for name, stages in _mistakes(evaluation).items():
        known[name] = known.get(name, {}) | dict(stages)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LastRun(scenarios=known).model_dump_json(), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error


def changes(last: LastRun, evaluation: Evaluation) -> list[Change]:
    """The scenarios that went better or worse than last time; those that are new are neither."""
    return [
        Change(name, stage, last.scenarios[name][stage], after)
        for name, stages in _mistakes(evaluation).items()
        for stage, after in stages.items()
        if stage in last.scenarios.get(name, {}) and last.scenarios[name][stage].all != after.all
    ]


def notes(last: LastRun, evaluation: Evaluation) -> list[str]:
    """That scenarios were last judged with other models, where they were: better and worse are theirs."""
    before = [
        stages["detector"].models
        for scenario in evaluation.scenarios
        if "detector" in (stages := last.scenarios.get(scenario.name, {}))
    ]
    others = sorted({_titles(models) for models in before if models and models != evaluation.models})
    if "detector" not in evaluation.stages or not others:
        return []
    return [f"last time it saw with {'; '.join(others)}, this time with {_titles(evaluation.models)}"]


def _titles(models: Mapping[str, str]) -> str:
    return ", ".join(f"{title} ({sha256[:8]})" for title, sha256 in sorted(models.items()))


def _mistakes(evaluation: Evaluation) -> Mapping[str, Mapping[Stage, Mistakes]]:
    return {
        scenario.name: {
            stage: Mistakes(
                missed=len(judgement.total.missed),
                extra=len(judgement.total.extra),
                models=dict(evaluation.models) if stage == "detector" else {},
            )
            for stage, judgement in evaluation.of(scenario.name).items()
        }
        for scenario in evaluation.scenarios
    }
