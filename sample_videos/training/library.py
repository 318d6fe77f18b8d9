"""The pictures that there are to learn from: reads shards as they appear, and deals them out."""

import sys
from pathlib import Path

import numpy as np

from sample_videos.training.shard import TRAIN, UNREADABLE, Labelled, read_shard


class Library:
    """All pictures of a folder's training shards, as JPEG in memory: about 60 kB each.

    They are dealt like cards: none comes again before all were had. Those that arrive meanwhile are
    shuffled into what is left of the round.
    """

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        self.drawn = 0
        self.pictures: list[Labelled] = []
        self._folder = folder
        self._rng = rng
        self._known: set[Path] = set()
        self._round: list[int] = []

    def refresh(self) -> int:
        """Read the shards that are new, and say how many pictures came. A damaged one is left aside."""
        before = len(self.pictures)
        for path in sorted(self._folder.glob(f"{TRAIN}-*.npz")):
            if path in self._known:
                continue
            self._known.add(path)
            try:
                self.pictures += read_shard(path)
            except UNREADABLE as error:
                sys.stderr.write(f"{path}: left aside, it cannot be read: {error}\n")
        fresh = range(before, len(self.pictures))
        if fresh:
            self._round += fresh
            self._rng.shuffle(self._round)
        return len(fresh)

    def draw(self) -> Labelled:
        """The next picture. Raises IndexError where there is none at all."""
        if not self._round:
            self._round = self._rng.permutation(len(self.pictures)).tolist()
        self.drawn += 1
        return self.pictures[self._round.pop()]

    @property
    def times_seen(self) -> float:
        """How often a picture was dealt, on average."""
        return self.drawn / max(1, len(self.pictures))
