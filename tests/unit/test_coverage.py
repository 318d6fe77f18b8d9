"""What was watched: spans that join, break at gaps and midnight, and tell shed from analysed."""

import itertools

from sharp_eyes.clock import SECOND
from sharp_eyes.domain import CoverageSpan
from workers.coverage import DAY, CoverageKeeper

START = 20_000 * DAY


def keeper(fps: float = 5.0) -> CoverageKeeper:
    return CoverageKeeper("gate", "3308", "run", fps)


def play(judge: CoverageKeeper, begins: float, seconds: float, fps: float = 5.0) -> list[CoverageSpan]:
    first = START + round(begins * SECOND)
    return [
        span
        for i in range(round(seconds * fps) + 1)
        for span in judge.analysed(first + round(i * SECOND / fps))
    ]


def times(spans: list[CoverageSpan]) -> list[tuple[float, float, str]]:
    return [((s.from_at - START) / SECOND, (s.to_at - START) / SECOND, s.watching) for s in spans]


def total(spans: list[CoverageSpan]) -> int:
    return sum(span.to_at - span.from_at for span in spans)


def test_a_camera_that_is_watched_all_the_time_is_said_once_a_minute_without_a_hole() -> None:
    judge = keeper()
    spans = play(judge, 0, 300) + judge.close()
    assert times(spans)[0] == (0.0, 60.0, "analysed")
    assert len(spans) == 5
    assert all(a.to_at == b.from_at for a, b in itertools.pairwise(spans))
    assert total(spans) == 300 * SECOND


def test_a_gap_is_nobodys() -> None:
    judge = keeper()
    spans = play(judge, 0, 20) + play(judge, 50, 10) + judge.close()
    assert times(spans) == [(0.0, 20.0, "analysed"), (50.0, 60.0, "analysed")]


def test_jitter_is_no_gap() -> None:
    judge = keeper()
    spans = play(judge, 0, 10) + play(judge, 11.5, 10) + judge.close()
    assert times(spans) == [(0.0, 21.5, "analysed")]


def test_time_that_turns_back_begins_a_span_of_its_own() -> None:
    judge = keeper()
    spans = play(judge, 100, 10) + play(judge, 0, 10) + judge.close()
    assert times(spans) == [(100.0, 110.0, "analysed"), (0.0, 10.0, "analysed")]


def test_midnight_parts_a_span() -> None:
    judge = keeper()
    spans = play(judge, DAY / SECOND - 5, 10) + judge.close()
    assert [(s.from_at // DAY, (s.to_at - 1) // DAY) for s in spans] == [(20_000, 20_000), (20_001, 20_001)]
    assert total(spans) == 10 * SECOND


def test_a_camera_that_loses_most_of_its_frames_is_shed_in_these_seconds() -> None:
    judge = keeper()
    spans = play(judge, 0, 20)
    for second in range(20, 40):
        spans += judge.analysed(START + second * SECOND)
        for _ in range(4):
            judge.dropped()
    spans += play(judge, 40, 20) + judge.close()
    assert {watching for *_, watching in times(spans)} == {"analysed", "shed"}
    shed = [span for span in spans if span.watching == "shed"]
    assert abs(total(shed) - 20 * SECOND) <= 10 * SECOND
    assert total(spans) == 60 * SECOND


def test_a_slow_rate_has_longer_periods() -> None:
    judge = keeper(0.2)
    spans = play(judge, 0, 60, fps=0.2) + judge.close()
    assert total(spans) == 60 * SECOND


def test_one_frame_alone_is_no_stretch_of_time() -> None:
    judge = keeper()
    assert judge.analysed(START) + judge.close() == []
