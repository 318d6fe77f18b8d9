"""Which stretches of time one camera was watched in, from its analysed and dropped frames.

analysed  ▏ ▏ ▏ ▏ ▏ ▏ ▏          ▏ ▏ ▏ ▏ ▏ ▏
          └── analysed ──┘  lost  └─ analysed ─┘      lost is what is left over
"""

from sharp_eyes.clock import SECOND
from sharp_eyes.domain import CoverageSpan, Watching

DAY = 86_400 * SECOND
LONGEST = 60 * SECOND  # a span is said after this long, so that little is unsaid when a worker dies
GAP_PERIODS = 3  # more missing periods than this are a gap …
SHORTEST_GAP = 2 * SECOND  # … but nothing shorter than this
WINDOW = 10 * SECOND
LEAST_SHARE = 0.5  # of the wanted frames; below, the camera is shed


class CoverageKeeper:
    """Turns the times of analysed frames into spans; reads no clock.

    `fps` is the wanted rate. Over windows of ten seconds in which fewer than half of the wanted
    frames were analysed, because others were dropped, the camera counts as shed.
    """

    def __init__(self, camera: str, division: str, run: str, fps: float) -> None:
        self._camera, self._division, self._run = camera, division, run
        self._gap = max(round(GAP_PERIODS * SECOND / fps), SHORTEST_GAP)
        self._window_from: int | None = None
        self._window_until = 0
        self._analysed = 0
        self._dropped = 0
        self._open: CoverageSpan | None = None

    def analysed(self, at: int) -> list[CoverageSpan]:
        """A frame of this time (microseconds UTC, rising) was judged; the spans that are complete."""
        spans: list[CoverageSpan] = []
        if self._window_from is not None and not 0 <= at - self._window_until <= self._gap:
            spans += self.close()
        elif self._window_from is not None and (at - self._window_from >= WINDOW or self._new_day(at)):
            spans += self._next_window(self._boundary(at))
        if self._window_from is None:
            self._window_from = self._window_until = at
        self._window_until = at
        self._analysed += 1
        return spans

    def dropped(self) -> None:
        """A frame whose turn it was had to give way to a newer one."""
        self._dropped += 1

    def close(self) -> list[CoverageSpan]:
        """Everything up to the last analysed frame; the camera stops, or a gap begins."""
        spans = [] if self._window_from is None else self._next_window(self._window_until)
        self._window_from = None
        if self._open is not None:
            spans.append(self._open)
            self._open = None
        return spans

    def _new_day(self, at: int) -> bool:
        return at // DAY != (self._window_from or 0) // DAY

    def _boundary(self, at: int) -> int:
        """Where the window ends: at this frame, or at midnight between."""
        return at // DAY * DAY if self._new_day(at) else at

    def _next_window(self, until: int) -> list[CoverageSpan]:
        """Judge the window, which ends here, and add it to the open span of its kind."""
        begins = self._window_from or 0
        wanted = self._analysed + self._dropped
        shed = self._analysed < LEAST_SHARE * wanted
        self._window_from, self._analysed, self._dropped = until, 0, 0
        if until <= begins:
            return []
        return self._said(begins, until, "shed" if shed else "analysed")

    def _said(self, begins: int, until: int, watching: Watching) -> list[CoverageSpan]:
        before, self._open = self._open, self._span(begins, until, watching)
        if before is None:
            return []
        joins = before.watching == watching and before.to_at == begins and begins % DAY != 0
        if joins and until - before.from_at <= LONGEST:
            self._open = self._span(before.from_at, until, watching)
            return []
        return [before]

    def _span(self, begins: int, until: int, watching: Watching) -> CoverageSpan:
        return CoverageSpan(
            camera=self._camera,
            division=self._division,
            run=self._run,
            from_at=begins,
            to_at=until,
            watching=watching,
        )
