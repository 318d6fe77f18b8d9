"""A judgement narrowed to what is tall enough in the picture: what is smaller is neither asked nor blamed.

Heights are fractions of the picture's height, as in a rule's `min_height`.
"""

import math
from collections.abc import Iterable
from dataclasses import replace

from sharp_eyes.scoring.matching import EventLine, NoRuleYet, Outcome, Score, falls_within
from sharp_eyes.scoring.truth import TruthEntry


def tallest_first(truth: Iterable[TruthEntry]) -> list[TruthEntry]:
    """In the order in which entries are matched: none that is left out later may take an event from another.

    What is matched stays matched when others come to be; what nobody knows the height of comes first.
    """
    return sorted(truth, key=lambda entry: -math.inf if entry.height is None else -entry.height)


def narrowed_sentence(least: float) -> str:
    """What was left out."""
    return f"judged only by what is at least {least:g} of the picture tall"


def tall_enough(score: Score, least: float) -> Score:
    """The score without the truth whose objects, and the extra events whose boxes, are lower than `least`.

    What nobody knows the height of stays. So does an extra event of any height that falls into a
    stretch of silence which stays: it has broken it.
    """
    return replace(
        score,
        by_type={kind: _outcome(outcome, least) for kind, outcome in score.by_type.items()},
        no_rule_yet={kind: _waiting(waiting, least) for kind, waiting in score.no_rule_yet.items()},
    )


def _outcome(outcome: Outcome, least: float) -> Outcome:
    broken = _tall(outcome.broken, least)
    extra = [
        event
        for event in outcome.extra
        if _event_tall(event, least) or any(falls_within(entry, event) for entry in broken)
    ]
    return replace(
        outcome,
        matched=[pair for pair in outcome.matched if _entry_tall(pair[1], least)],
        missed=_tall(outcome.missed, least),
        extra=extra,
        kept=_tall(outcome.kept, least),
        broken=broken,
        silence_broken=sum(any(falls_within(entry, event) for entry in broken) for event in extra),
    )


def _waiting(waiting: NoRuleYet, least: float) -> NoRuleYet:
    events = [event for event in waiting.events if _event_tall(event, least)]
    return NoRuleYet(_tall(waiting.truth, least), events)


def _tall(entries: list[TruthEntry], least: float) -> list[TruthEntry]:
    return [entry for entry in entries if _entry_tall(entry, least)]


def _entry_tall(entry: TruthEntry, least: float) -> bool:
    return entry.height is None or entry.height >= least


def _event_tall(event: EventLine, least: float) -> bool:
    return event.xyxy is None or event.xyxy[3] - event.xyxy[1] >= least
