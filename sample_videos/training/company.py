"""A company of figures that take part in many scenes: making one costs as much as drawing it."""

from collections.abc import Callable

import numpy as np

from sample_videos.studio.actor import Figure
from sample_videos.studio.figures.bag import bag
from sample_videos.studio.figures.fleet import vehicle
from sample_videos.studio.figures.person import Person, Posture
from sample_videos.studio.figures.wardrobe import look


class Company:
    """Hands out figures by role; each role is kept by up to `size` figures, replaced now and then."""

    def __init__(self, rng: np.random.Generator, size: int = 50, fresh_share: float = 0.04) -> None:
        self._rng = rng
        self._size = size
        self._fresh_share = fresh_share
        self._kept: dict[str, list[Figure]] = {}

    def person(self, posture: Posture = Posture.WALKING) -> Figure:
        """Somebody in this posture."""
        return self._one(posture.name, lambda: Person(look(self._rng), posture))

    def vehicle(self, label: str) -> Figure:
        """A vehicle with this label."""
        return self._one(label, lambda: vehicle(label, self._rng))

    def bag(self) -> Figure:
        """A bag."""
        return self._one("bag", lambda: bag(self._rng))

    def _one(self, role: str, make: Callable[[], Figure]) -> Figure:
        kept = self._kept.setdefault(role, [])
        if len(kept) < self._size and (self._rng.random() < 1 - len(kept) / self._size or not kept):
            kept.append(make())
            return kept[-1]
        place = int(self._rng.integers(len(kept)))
        if self._rng.random() < self._fresh_share:
            kept[place] = make()
        return kept[place]
