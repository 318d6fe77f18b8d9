"""Precision and recall as one number, with a say in which of them matters more."""


def f_score(precision: float, recall: float, alpha: float = 1.0) -> float:
    """F1 with recall bias α ≥ 0: (α + 1)·R·P / (R + α·P), and 0 where nothing was right.

    The measure of i-LIDS (Imagery Library for Intelligent Detection Systems, UK Home Office, user guide).
    α = 1 is the harmonic mean, α < 1 leans to precision (0 is precision alone) and α > 1 to recall. i-LIDS
    sets it per scenario and role: below 1, as 0.65, for an operational alert, where false alarms cost an
    operator's trust; far above, as 60, for the recording of events, where only what was missed is lost.
    """
    weight = recall + alpha * precision
    return (alpha + 1) * recall * precision / weight if weight else 0.0
