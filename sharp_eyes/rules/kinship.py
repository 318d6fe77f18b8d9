"""Which newcomer goes on as somebody who was just lost: a tracker that changes a number changes no person.

       lost ▯ ← last seen here, not at the picture's edge
            │ no farther than a box is wide, within `lost` microseconds
   newcomer ▯ ← first seen here, of the same sort, not at the edge either

Whose own number returns was somebody else than his heir, or is nobody's heir again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sharp_eyes.domain import Observation
from sharp_eyes.geometry import at_edge
from sharp_eyes.labels import sort_of

_ALIKE = 2.0  # times as wide: boxes that differ by more are of people at different distances


@dataclass(frozen=True, slots=True)
class Family:
    """What a scene says of numbers.

    `heirs`: who goes on as whom, by track. `strangers`: who was taken for somebody that has returned
    beside him, by the track of who returned.
    """

    heirs: dict[int, int]
    strangers: dict[int, int]


@dataclass(slots=True)
class Kinship:
    """Knows who was where. State: the last observation of each track, who is whose heir, and who is known.

    `lost` is for how long somebody unseen is waited for, `remember` for how long a number is known; both
    in microseconds.
    """

    lost: int
    remember: int
    _last: dict[int, Observation] = field(default_factory=dict)
    _heir_of: dict[int, tuple[int, Observation]] = field(default_factory=dict)  # forebear → heir, last seen
    _seen_at: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many numbers are remembered."""
        return len(self._seen_at)

    def meet(self, judged: Iterable[Observation], present: Iterable[int], at: int) -> Family:
        """Take in a scene. `judged` are the observations that the rule is about, `present` all tracks."""
        there = set(present)
        observations = list(judged)
        family = Family({}, {})
        for one in observations:
            if one.track in self._heir_of:
                self._return(one, there, family)
            elif one.track not in self._seen_at and (forebear := self._forebear(one, there)) is not None:
                family.heirs[one.track] = forebear
                self._heir_of[forebear] = (one.track, self._last.pop(forebear))
        self._last.update({one.track: one for one in observations})
        self._seen_at.update(dict.fromkeys(there, at))
        return family

    def forget(self, at: int) -> None:
        """Forget who is lost for good, and numbers that nobody will bring back."""
        self._last = {track: one for track, one in self._last.items() if at - one.at <= self.lost}
        self._seen_at = {track: seen for track, seen in self._seen_at.items() if at - seen <= self.remember}
        self._heir_of = {
            forebear: (heir, last)
            for forebear, (heir, last) in self._heir_of.items()
            if at - last.at <= self.lost
        }

    def clear(self) -> None:
        """Forget everybody."""
        self._last.clear()
        self._heir_of.clear()
        self._seen_at.clear()

    def _return(self, one: Observation, present: set[int], family: Family) -> None:
        """A number that has an heir is there again; elsewhere it is only a number."""
        heir, last = self._heir_of.pop(one.track)
        if heir in present and _near(last, one):
            family.strangers[one.track] = heir
        elif heir in self._last and _near(self._last[heir], one):
            family.heirs[one.track] = heir
            del self._last[heir]

    def _forebear(self, newcomer: Observation, present: set[int]) -> int | None:
        """The nearest of those who are lost and near enough; None where there is nobody."""
        if at_edge(newcomer.xyxy):
            return None
        near = [
            (_distance(lost, newcomer), track)
            for track, lost in self._last.items()
            if track not in present
            and not at_edge(lost.xyxy)
            and sort_of(lost.label) == sort_of(newcomer.label)
            and newcomer.at - lost.at <= self.lost
            and _near(lost, newcomer)
        ]
        return min(near)[1] if near else None


def _near(lost: Observation, newcomer: Observation) -> bool:
    """Whether both are where one person may be: within the wider box's width, if both are alike wide."""
    narrow, wide = sorted((_width(lost), _width(newcomer)))
    return wide <= _ALIKE * narrow and _distance(lost, newcomer) <= wide


def _distance(lost: Observation, newcomer: Observation) -> float:
    """How far apart two observations are, sideways or up and down, in fractions of the picture.

    Heads count like feet: what hides somebody at last often hides his legs first.
    """
    (x, y), (then_x, then_y) = newcomer.foot, lost.foot
    vertical = min(abs(y - then_y), abs(newcomer.xyxy[1] - lost.xyxy[1]))
    return max(abs(x - then_x), vertical)


def _width(seen: Observation) -> float:
    return seen.xyxy[2] - seen.xyxy[0]
