"""What an evaluation comes to: its figures, and how they compare with the baseline and the last run."""

from dataclasses import dataclass

from sharp_eyes.evaluation.blame import Blame
from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.last_run import Change
from sharp_eyes.evaluation.replays import Stage

TITLES: dict[Stage, str] = {
    "tracks": "the rules, on the truth's tracks",
    "boxes": "tracker and rules, on the truth's boxes",
    "detector": "the whole pipeline",
}


@dataclass(frozen=True, slots=True)
class Report:
    """All there is to tell. `failings` is None where there was no baseline to hold.

    `notes` are on the baseline, `last_run_notes` on the last run; `min_height` is what narrowed it all.
    """

    evaluation: Evaluation
    blame: Blame | None
    changes: tuple[Change, ...]
    failings: tuple[str, ...] | None
    notes: tuple[str, ...]
    last_run_notes: tuple[str, ...] = ()
    min_height: float | None = None


def change_sentence(change: Change) -> str:
    """What changed, in one line."""
    before, after = change.before, change.after
    was = f"{before.missed} missed, {before.extra} extra"
    return f"{change.scenario} ({change.stage}): {after.missed} missed, {after.extra} extra; last time {was}"


def without_rule_sentence(evaluation: Evaluation) -> str:
    """What the truth speaks of and nobody could say; empty where there is nothing."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in evaluation.without_rule.items())
    return f"no rule yet, so not judged: {kinds}" if kinds else ""


def speed_sentence(evaluation: Evaluation) -> str:
    """How much was replayed, and how fast."""
    clips = f"{len(evaluation.scenarios)} scenarios, {len(evaluation.judgements)} replays"
    return f"{clips} in {evaluation.wall_seconds:.1f} s, {evaluation.frames_per_second:.0f} frames/s"
