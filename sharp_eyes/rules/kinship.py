"""Which newcomer goes on as somebody who was just lost: a tracker that changes a number changes no person.

lost ▯ ← last seen here, not at the picture's edge
│ no farther than the wider of both boxes is wide, within `lost_seconds`
newcomer ▯ ← first seen here, of the same sort, not at the edge either
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sharp_eyes.domain import Observation
from sharp_eyes.geometry import at_edge
from sharp_eyes.labels import sort_of


@dataclass(slots=True)
class Kinship:
    """Knows who was where. State: the last observation of each track, and when each was last seen.

    `lost` is for how long somebody unseen is waited for, `remember` for how long a number is known; both
    in microseconds.
    """

    lost: int
    remember: int
    _last: dict[int, Observation] = field(default_factory=dict)
    _seen_at: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many numbers are remembered."""
        return len(self._seen_at)

    def meet(self, judged: Iterable[Observation], present: Iterable[int], at: int) -> dict[int, int]:
        """Take in a scene; gives for each newcomer who continues somebody whom he continues, by track.

        `judged` are the observations that the rule is about, `present` the tracks of everybody.
        """
        there = set(present)
        observations = list(judged)
        heirs: dict[int, int] = {}
        for newcomer in observations:
            if newcomer.track not in self._seen_at:
                forebear = self._forebear(newcomer, there)
                if forebear is not None:
                    heirs[newcomer.track] = forebear
                    del self._last[forebear]
        self._last.update({one.track: one for one in observations})
        self._seen_at.update(dict.fromkeys(there, at))
        return heirs

    def forget(self, at: int) -> None:
        """Forget who is lost for good, and numbers that nobody will bring back."""
        self._last = {track: one for track, one in self._last.items() if at - one.at <= self.lost}
        self._seen_at = {track: seen for track, seen in self._seen_at.items() if at - seen <= self.remember}

    def clear(self) -> None:
        """Forget everybody."""
        self._last.clear()
        self._seen_at.clear()

    def _forebear(self, newcomer: Observation, present: set[int]) -> int | None:
        """The nearest of those who are lost and near enough; None where there is nobody."""
        if at_edge(newcomer.xyxy):
            return None
        near = [
            (distance, track)
            for track, lost in self._last.items()
            if track not in present
            and not at_edge(lost.xyxy)
            and sort_of(lost.label) == sort_of(newcomer.label)
            and newcomer.at - lost.at <= self.lost
            and (distance := _distance(lost, newcomer)) <= max(_width(lost), _width(newcomer))
        ]
        return min(near)[1] if near else None


def _distance(lost: Observation, newcomer: Observation) -> float:
    """How far apart two observations are, sideways or up and down, in fractions of the picture.

    Heads count like feet: what hides somebody at last often hides his legs first.
    """
    (x, y), (then_x, then_y) = newcomer.foot, lost.foot
    vertical = min(abs(y - then_y), abs(newcomer.xyxy[1] - lost.xyxy[1]))
    return max(abs(x - then_x), vertical)


def _width(seen: Observation) -> float:
    return seen.xyxy[2] - seen.xyxy[0]
