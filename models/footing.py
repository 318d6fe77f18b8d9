"""Where somebody stands whose legs are hidden: by how much his feet are below his box.

A detector's box ends where something hides what is below it, and the reference point of every rule, the
box's bottom, jumps up while its top stays. Somebody who walks away from the camera is different: his top
rises with his feet, by (m - 1.7) / m of their way under a mast of m metres and a level look, a quarter
from 2.3 m on.

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

_SUDDEN = 0.8  # of the least shrinking: so much of it happens within `_AT_ONCE`
_AT_ONCE = SECOND // 5


@dataclass(frozen=True, slots=True)
class FootingSettings:
    """When a box is believed to have lost its lower end.

    Its height has to fall below the share `shrunk_below` of what it was, within a fifth of a second or
    from one look to the next where looks are rarer, while its top moved by no more than the share `still`
    of its bottom's rise. What it was is the median of the boxes of the last `memory_seconds`, or of the
    `least` newest of the last `longest_memory_seconds`: somebody of whom there are fewer is taken as he
    is. The end is there again from the share `whole_from` on; after `longest_seconds` the box is taken as
    it is: somebody sits, or two boxes had been one.
    """

    shrunk_below: float = 0.8
    whole_from: float = 0.85
    still: float = 0.25
    least: int = 3
    memory_seconds: float = 1.2
    longest_memory_seconds: float = 3.0
    longest_seconds: float = 2.0


@dataclass(slots=True)
class _Figure:
    """One object: its newest whole boxes with their times, and its height since its feet are hidden."""

    whole: deque[tuple[int, Xyxy]] = field(default_factory=deque)
    height: float = 0.0
    hidden_at: int | None = None


@dataclass(slots=True)
class Footing:
    """Follows the heights of one camera's objects. State: one figure per track that is remembered."""

    settings: FootingSettings = field(default_factory=FootingSettings)
    _figures: dict[int, _Figure] = field(default_factory=dict)

    def hidden(self, track: int, box: Xyxy, at: int) -> float:
        """By how much of the picture's height the feet are below this box, seen at `at` (microseconds)."""
        figure = self._figures.setdefault(track, _Figure())
        top, bottom = box[1], box[3]
        if top < EDGE or bottom > 1 - EDGE:  # the picture's edge cuts it, and its height says nothing
            figure.whole.clear()
            figure.hidden_at = None
            return 0.0
        if figure.hidden_at is None:
            self._notice(figure, box, at)
        elif self._over(figure, bottom - top, at - figure.hidden_at):
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
        self._forget(figure.whole, at)
        before = next((whole for then, whole in reversed(figure.whole) if at - then >= _AT_ONCE), None)
        if before is None or len(figure.whole) < self.settings.least:
            return
        rise, moved = before[3] - box[3], abs(box[1] - before[1])
        if rise <= 0 or moved >= self.settings.still * rise:
            return
        height = median(whole[3] - whole[1] for _, whole in figure.whole)
        shrunk = box[3] - box[1] < self.settings.shrunk_below * height
        at_once = rise > _SUDDEN * (1 - self.settings.shrunk_below) * height
        if shrunk and at_once:
            figure.height, figure.hidden_at = height, at

    def _forget(self, whole: deque[tuple[int, Xyxy]], at: int) -> None:
        """Drop the boxes that say nothing any more about how tall somebody is at `at`."""
        recent = at - microseconds(self.settings.memory_seconds)
        oldest = at - microseconds(self.settings.longest_memory_seconds)
        while whole and (whole[0][0] < oldest or (whole[0][0] < recent and len(whole) > self.settings.least)):
            whole.popleft()

    def _over(self, figure: _Figure, height: float, since: int) -> bool:
        """Whether what was hidden is not any more, or not believed to be after so long (microseconds)."""
        too_long = since > microseconds(self.settings.longest_seconds)
        return too_long or height >= self.settings.whole_from * figure.height
