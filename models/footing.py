"""Where somebody stands whose legs are hidden: by how much his feet are below his box.

A detector's box ends where something hides what is below it, and the reference point of every rule, the
box's bottom, jumps up while its top stays. Somebody who walks away from the camera is different: his top
rises with his feet, slower, but by no less than a third of it under any mast.

            walks behind a van            walks away
   top  ───────╮  ╭───────            ───╮
               ╰──╯ stays                ╰──── rises too
   bottom ──╮    ╭────                ──╮
            ╰────╯ jumps up             ╰───── rises
"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from sharp_eyes.clock import SECOND, microseconds
from sharp_eyes.geometry import EDGE, Xyxy

_SUDDEN = 0.8  # of the least shrinking: so much of it happens from one look to the next


@dataclass(frozen=True, slots=True)
class FootingSettings:
    """When a box is believed to have lost its lower end.

    Its height has to fall below the share `hidden_below` of what it was, the median of up to `remembered`
    boxes of the last `memory_seconds` (`least` of them), while its top moved by no more than the share
    `still` of its bottom's rise. The end is there again from the share `whole_from` on; after
    `longest_seconds` the box is taken as it is: somebody sits, or two boxes had been one.
    """

    hidden_below: float = 0.8
    whole_from: float = 0.85
    still: float = 0.25
    remembered: int = 6
    least: int = 3
    memory_seconds: float = 1.2
    longest_seconds: float = 2.0


@dataclass(slots=True)
class _Figure:
    """One object: its newest whole boxes with their times, and its height since its feet are hidden."""

    whole: deque[tuple[int, Xyxy]]
    height: float = 0.0
    hidden_at: int | None = None


@dataclass(slots=True)
class Footing:
    """Follows the heights of one camera's objects. State: one figure per track that is remembered."""

    settings: FootingSettings = field(default_factory=FootingSettings)
    _figures: dict[int, _Figure] = field(default_factory=dict)

    def hidden(self, track: int, box: Xyxy, at: int) -> float:
        """By how much of the picture's height the feet are below this box, seen at `at` (microseconds)."""
        figure = self._figures.setdefault(track, _Figure(deque(maxlen=self.settings.remembered)))
        top, bottom = box[1], box[3]
        if top < EDGE or bottom > 1 - EDGE:  # the picture's edge cuts it, and its height says nothing
            figure.whole.clear()
            figure.hidden_at = None
            return 0.0
        if figure.hidden_at is None:
            self._notice(figure, box, at)
        elif self._over(figure, bottom - top, at):
            figure.hidden_at = None
            figure.whole.clear()
        if figure.hidden_at is None:
            figure.whole.append((at, box))
            return 0.0
        return round(max(0.0, min(1.0 - bottom, figure.height - (bottom - top))), 4)

    def keep(self, tracks: set[int]) -> None:
        """Forget every object but these."""
        self._figures = {track: figure for track, figure in self._figures.items() if track in tracks}

    def _notice(self, figure: _Figure, box: Xyxy, at: int) -> None:
        """Begin to believe that the feet are hidden, where this box says so."""
        oldest = at - microseconds(self.settings.memory_seconds)
        while figure.whole and figure.whole[0][0] < oldest:
            figure.whole.popleft()
        if len(figure.whole) < self.settings.least:
            return
        height = median(whole[3] - whole[1] for _, whole in figure.whole)
        _, before = figure.whole[-1]
        rise, sunk = before[3] - box[3], abs(box[1] - before[1])
        shrunk = box[3] - box[1] < self.settings.hidden_below * height
        at_once = rise > _SUDDEN * (1 - self.settings.hidden_below) * height
        if shrunk and at_once and sunk < self.settings.still * rise:
            figure.height, figure.hidden_at = height, at

    def _over(self, figure: _Figure, height: float, at: int) -> bool:
        """Whether what was hidden is not, or not believed to be, any more."""
        since = at - (at if figure.hidden_at is None else figure.hidden_at)
        too_long = since > self.settings.longest_seconds * SECOND
        return too_long or height >= self.settings.whole_from * figure.height
