"""Whose miss it is: the first part of the pipeline at which the truth was lost.

missed by the whole pipeline, and already …
  … by the rules on the truth's own tracks    the rules'
  … by the tracker on the truth's own boxes   the tracker's
  … not before                                the detector's
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sharp_eyes.evaluation.evaluation import Evaluation
from sharp_eyes.evaluation.judging import Judgement
from sharp_eyes.evaluation.replays import STAGES, Stage

# The part of the pipeline that a stage adds to the one before.
PARTS: dict[Stage, str] = {"tracks": "rules", "boxes": "tracker", "detector": "detector"}


@dataclass(frozen=True, slots=True)
class Blame:
    """How many of the pipeline's misses and of its extra events are each part's, in the order of STAGES."""

    missed: dict[str, int]
    extra: dict[str, int]


def blame_of(evaluation: Evaluation) -> Blame | None:
    """The shares of all parts; None where not every stage was judged."""
    if evaluation.stages != STAGES:
        return None
    missed: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    for scenario in evaluation.scenarios:
        judged = [evaluation.of(scenario.name)[stage] for stage in STAGES]
        missed += _missed(judged)
        extra += _extra(judged)
    return Blame(_in_order(missed), _in_order(extra))


def _missed(judged: list[Judgement]) -> Counter[str]:
    """Truth by truth: who lost it first."""
    return Counter(
        next(PARTS[judgement.stage] for judgement in judged if place in judgement.missed)
        for place in judged[-1].missed
    )


def _extra(judged: list[Judgement]) -> Counter[str]:
    """By numbers, since an extra event has no identity that lasts from stage to stage.

    Of each type, within silences and outside, as many are a part's as come with it and did not
    without it.
    """
    blamed: Counter[str] = Counter()
    for sort, last in judged[-1].extra_by_sort.items():
        explained = 0
        for judgement in judged:
            now = max(explained, min(last, judgement.extra_by_sort[sort]))
            blamed[PARTS[judgement.stage]] += now - explained
            explained = now
    return blamed


def _in_order(counts: Counter[str]) -> dict[str, int]:
    parts: Iterable[str] = PARTS.values()
    return {part: counts[part] for part in parts}
