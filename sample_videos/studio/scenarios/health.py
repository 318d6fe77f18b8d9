"""Health: something is wrong with the camera for a while, and life goes on before it."""

from sample_videos.studio.picture.faults import FAULTS, Fault
from sample_videos.studio.scenarios.background import passers_by, someone
from sample_videos.studio.scenarios.draft import Draft

_SOUND_SECONDS = 3.0  # in which the picture can be learnt


def play(draft: Draft) -> None:
    """One fault of a kind that goes round with the seed, to the clip's end; frozen ones thaw before."""
    kind = FAULTS[draft.seed % len(FAULTS)]
    start = round(_SOUND_SECONDS + float(draft.rng.uniform(0.0, 1.0)), 1)
    end = draft.seconds - 1.0 if kind == "frozen" else draft.seconds
    draft.faults.append(Fault(kind, start, end))
    for _ in range(2):
        someone(draft)
    passers_by(draft)
