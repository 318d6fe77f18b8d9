"""How much of the asked cameras' time was watched: the second half of every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.context import Context
from api.directory import ListedCamera
from api.principal import Principal
from api.schemas.coverage import CameraCoverage, CoverageSummary, SpanAnswer
from sharp_eyes.clock import SECOND
from sharp_eyes.store.index.queries import CoverageQuery, Span

MOST_CAMERAS = 200  # for whom coverage is added up along with another answer
LONGEST = 31 * 86_400 * SECOND

_TOO_MANY = f"more than {MOST_CAMERAS} cameras: ask /api/v1/coverage for those that matter"
_TOO_LONG = "more than 31 days: ask /api/v1/coverage in parts"


@dataclass(frozen=True, slots=True)
class Place:
    """Which cameras a question is about: those under a division, or some of them by id."""

    principal: Principal
    division: str = ""
    cameras: tuple[str, ...] | None = None

    def holds(self, camera: ListedCamera) -> bool:
        """Whether the question is about this camera, and the asker may see it."""
        asked = self.cameras is None or camera.id in self.cameras
        return asked and camera.division.startswith(self.division) and self.principal.sees(camera.division)


def summary(context: Context, place: Place, from_at: int, to_at: int) -> CoverageSummary:
    """The share of time that was analysed, over the enabled cameras of the place.

    Up to what is complete: the last seconds are on their way everywhere.
    """
    complete = context.nodes.complete_until()
    end = max(min(to_at, complete if complete is not None else to_at, context.clock.now()), from_at)
    cameras = [one.id for one in _of(context, place) if one.enabled and place.holds(one)]
    because = None
    if len(cameras) > MOST_CAMERAS:
        because = _TOO_MANY
    elif end - from_at > LONGEST:
        because = _TOO_LONG
    share = None if because else _share(context, cameras, from_at, end)
    if share is None and because is None:
        because = "no camera, or no time"
    return CoverageSummary(share=share, cameras=len(cameras), from_at=from_at, to_at=end, because=because)


def _of(context: Context, place: Place) -> Sequence[ListedCamera]:
    if place.cameras is None:
        return list(context.directory.all())
    found = [context.directory.find(one) for one in dict.fromkeys(place.cameras)]
    return [one for one in found if one is not None]


def _share(context: Context, cameras: Sequence[str], from_at: int, to_at: int) -> float | None:
    if not cameras or from_at >= to_at:
        return None
    spans = context.stores.index.coverage(CoverageQuery(from_at, to_at, tuple(cameras)))
    analysed = sum(
        span.to_at - span.from_at
        for of_camera in spans.values()
        for span in clipped(of_camera, from_at, to_at)
        if span.watching == "analysed"
    )
    return round(analysed / (len(cameras) * (to_at - from_at)), 6)


def clipped(spans: Sequence[Span], from_at: int, to_at: int) -> list[Span]:
    """The parts of these that lie within, in order."""
    parts = (Span(max(one.from_at, from_at), min(one.to_at, to_at), one.watching) for one in sorted(spans))
    return [part for part in parts if part.from_at < part.to_at]


def coverage_of(spans: Mapping[str, Sequence[Span]], camera: str, from_at: int, to_at: int) -> CameraCoverage:
    """One camera's coverage: its stretches, and the rest of the time as lost."""
    within = clipped(spans.get(camera, ()), from_at, to_at)
    seconds = {"analysed": 0, "shed": 0}
    for span in within:
        seconds[span.watching] += span.to_at - span.from_at
    return CameraCoverage(
        camera=camera,
        analysed_seconds=seconds["analysed"] / SECOND,
        shed_seconds=seconds["shed"] / SECOND,
        lost_seconds=(to_at - from_at - sum(seconds.values())) / SECOND,
        spans=[SpanAnswer(from_at=one.from_at, to_at=one.to_at, watching=one.watching) for one in within],
    )
