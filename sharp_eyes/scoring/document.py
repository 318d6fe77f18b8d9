"""A score as a JSON document: every figure, and every event and truth behind it."""

from sharp_eyes.scoring.matching import NoRuleYet, Outcome, Score, delay_seconds


def score_document(score: Score, alpha: float = 1.0) -> dict[str, object]:
    """The whole score; each `f1` in it has the recall bias `alpha`."""
    return {
        "alpha": alpha,
        "total": outcome_document(score.total, alpha),
        "types": {name: outcome_document(outcome, alpha) for name, outcome in score.by_type.items()},
        "no_rule_yet": {name: _waiting(waiting) for name, waiting in score.no_rule_yet.items()},
        "unjudged": score.unjudged,
    }


def outcome_document(outcome: Outcome, alpha: float = 1.0) -> dict[str, object]:
    """One outcome: its figures, and every event and truth behind them."""
    return figures_document(outcome, alpha) | {
        "matched": [
            {"event_id": event.event_id, "start": entry.start, "delay_seconds": delay_seconds(event, entry)}
            for event, entry in outcome.matched
        ],
        "missed": [entry.model_dump() for entry in outcome.missed],
        "extra": [event.model_dump() for event in outcome.extra],
    }


def figures_document(outcome: Outcome, alpha: float = 1.0) -> dict[str, object]:
    """The figures of one outcome; what nobody knows is null."""
    delay, rate = outcome.delay, outcome.false_rate
    return {
        "counts": {
            "truth": outcome.due,
            "found": len(outcome.matched),
            "missed": len(outcome.missed),
            "extra": len(outcome.extra),
        },
        "precision": round(outcome.precision, 4),
        "recall": round(outcome.recall, 4),
        "f1": round(outcome.f1_at(alpha), 4),
        "delay_seconds": delay and {"p50": round(delay.p50_seconds, 6), "p95": round(delay.p95_seconds, 6)},
        "false_events": rate
        and {
            "camera_days": rate.camera_days,
            "per_camera_day": rate.per_camera_day,
            "upper_bound_95": rate.upper_bound,
        },
        "silences": {"kept": len(outcome.kept), "broken": len(outcome.broken)},
        "silence_broken": outcome.silence_broken,
    }


def _waiting(waiting: NoRuleYet) -> dict[str, int]:
    silences = len(waiting.truth) - waiting.due
    return {"due": waiting.due, "silences": silences, "events": len(waiting.events)}
