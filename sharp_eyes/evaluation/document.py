"""An evaluation as one JSON document: every figure, and every scenario with what was wrong in it."""

from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.replays import Stage
from sharp_eyes.evaluation.report import Report
from sharp_eyes.evaluation.scenario import Scenario
from sharp_eyes.scoring.document import figures_document, score_document

Document = dict[str, object]


def document(report: Report) -> Document:
    """The whole report. Figures are those of `score --json`."""
    evaluation = report.evaluation
    return {
        "suite": evaluation.suite,
        "suite_sha256": evaluation.suite_sha256,
        "models": dict(evaluation.models),
        "wall_seconds": round(evaluation.wall_seconds, 3),
        "frames_per_second": round(evaluation.frames_per_second, 1),
        "min_height": report.min_height,
        "stages": {stage: _stage(evaluation, stage) for stage in evaluation.stages},
        "blame": None
        if report.blame is None
        else {"missed": report.blame.missed, "extra": report.blame.extra},
        "no_rule_yet": evaluation.without_rule,
        "baseline": None
        if report.failings is None
        else {"held": not report.failings, "failings": list(report.failings), "notes": list(report.notes)},
        "since_last_run": [
            {
                "scenario": change.scenario,
                "stage": change.stage,
                "better": change.better,
                "before": change.before.model_dump(),
                "after": change.after.model_dump(),
            }
            for change in report.changes
        ],
        "last_run_notes": list(report.last_run_notes),
        "scenarios": [_scenario(evaluation, scenario) for scenario in evaluation.scenarios],
    }


def _stage(evaluation: Evaluation, stage: Stage) -> Document:
    summary = evaluation.at(stage)
    score = summary.score
    return {
        "total": figures_document(score.total),
        "types": {kind: figures_document(outcome) for kind, outcome in score.by_type.items()},
        "conditions": {
            condition: figures_document(part.score.total)
            for condition, part in summary.by("condition").items()
        },
    }


def _scenario(evaluation: Evaluation, scenario: Scenario) -> Document:
    stages = {
        stage: score_document(judgement.score) for stage, judgement in evaluation.of(scenario.name).items()
    }
    return scenario.card.model_dump() | {"folder": str(scenario.folder), "stages": stages}
