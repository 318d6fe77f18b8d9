"""How tall those that a truth is about appear in the picture."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from sample_videos.studio.camera import HEIGHT
from sample_videos.studio.scenario import Incident, NearMiss
from sample_videos.studio.truth.trail import RATE, Trail

_Said = TypeVar("_Said", Incident, NearMiss)


def sized(said: Sequence[_Said], trails: Sequence[Trail]) -> list[_Said]:
    """The same, each with the height of the least tall of its objects."""
    by_identity = {trail.identity: trail for trail in trails}
    return [
        replace(one, height=_height([by_identity[identity] for identity in one.objects], one.start, one.end))
        for one in said
    ]


def _height(trails: Sequence[Trail], start: float, end: float) -> float | None:
    """The least of the trails' median heights from `start` to `end`, as a share of the picture's height."""
    medians = []
    for trail in trails:
        near = trail.in_picture & (trail.seconds >= start - 0.5 / RATE) & (trail.seconds <= end + 0.5 / RATE)
        if near.any():
            medians.append(float(np.median(trail.heights[near])))
    return round(min(medians) / HEIGHT, 4) if medians else None
