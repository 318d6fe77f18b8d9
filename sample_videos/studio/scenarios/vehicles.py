"""Wrong way, stopped, speeding: what vehicles do on a stretch of a lane, and what is nearly that."""

from collections.abc import Callable

import numpy as np

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.path import Way
from sample_videos.studio.scenario import RuleWish
from sample_videos.studio.scenarios.background import passers_by
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import NoRoomError
from sample_videos.studio.scenarios.lanes import (
    FOUR_WHEELS,
    driving,
    label_on_four_wheels,
    neighbours,
    stopping,
    stretch,
)
from sample_videos.studio.sites.site import Place

_STOP_SECONDS = 6.0


def wrong_way(draft: Draft) -> None:
    """One drives against a lane; others drive along it."""
    rng = draft.rng
    piece = stretch(draft, 8.0, 24.0)
    draft.zone("zone", piece.outline(draft.site))
    rule = RuleWish(
        name="against-the-lane",
        kind="wrong_way",
        place="zone",
        labels=FOUR_WHEELS,
        severity=2,
        thresholds=(("box_widths", 1.0), ("share", 0.6), ("exit_grace_seconds", 1.0)),
        arrow=_arrow(draft, piece.place(0.7), piece.place(0.3)),
    )
    draft.rule(rule)
    speed = piece.lane.speed
    against = draft.moments(1, 2.5, draft.seconds - 3.0)[0]
    draft.act(
        [draft.cast.vehicle("car", rng)],
        lambda: driving(piece, against + _shake(rng), speed * float(rng.uniform(0.5, 0.8)), against=True),
        {rule.name: 1},
    )
    ways = neighbours(draft, piece)
    _others(
        draft,
        2 + draft.level,
        "drives the right way",
        lambda at: driving(ways[int(rng.integers(len(ways)))], at, speed * _little(rng)),
    )
    passers_by(draft)


def stopped(draft: Draft) -> None:
    """One stands in the zone for long; others stop briefly or drive through."""
    rng = draft.rng
    piece = stretch(draft, 6.0, 12.0)
    draft.zone("zone", piece.outline(draft.site))
    rule = RuleWish(
        name="nobody-stops-here",
        kind="stopped",
        place="zone",
        labels=FOUR_WHEELS,
        severity=3,
        thresholds=(("stopped_seconds", _STOP_SECONDS),),
    )
    draft.rule(rule)
    speed = piece.lane.speed
    late = rng.random() < 0.5
    first, last = (draft.seconds - 9.0, draft.seconds - 7.2) if late else (0.5, draft.seconds - 8.5)
    at = float(rng.uniform(first, max(first, last)))
    draft.act(
        [draft.cast.vehicle(label_on_four_wheels(rng), rng)],
        lambda: stopping(
            piece,
            float(rng.uniform(0.35, 0.7)),
            at + _shake(rng),
            float(rng.uniform(6.9, 9.0)),
            speed * _little(rng),
        ),
        {rule.name: 1},
    )
    ways = {
        "stops briefly": lambda then: stopping(
            piece, float(rng.uniform(0.3, 0.7)), then, float(rng.uniform(1.0, 4.0)), speed * _little(rng)
        ),
        "drives through": lambda then: driving(piece, then, speed * _little(rng)),
    }
    gone = 0
    for _ in range(2 + draft.level):
        for reason in rng.permutation(list(ways)):
            gone += _one_more(draft, str(reason), ways[str(reason)])
    passers_by(draft)
    _at_least_one(gone)


def speeding(draft: Draft) -> None:
    """One drives much faster than allowed, others nearly as fast as allowed."""
    rng = draft.rng
    piece = stretch(draft, 9.0, 20.0)
    draft.zone("zone", piece.outline(draft.site))
    limit = round(1.2 * piece.lane.speed, 1)
    rule = RuleWish(
        name="not-so-fast",
        kind="speeding",
        place="zone",
        labels=FOUR_WHEELS,
        severity=3,
        thresholds=(("metres_per_second", limit), ("held_seconds", 0.3)),
    )
    draft.rule(rule)
    at = draft.moments(1, 2.0, draft.seconds - 2.0)[0]
    draft.act(
        [draft.cast.vehicle("car", rng)],
        lambda: driving(piece, at + _shake(rng), limit * float(rng.uniform(1.25, 1.5))),
        {rule.name: 1},
    )
    _others(
        draft,
        2 + draft.level,
        "keeps to the limit",
        lambda then: driving(piece, then, limit * float(rng.uniform(0.6, 0.8))),
    )
    passers_by(draft)


def _others(draft: Draft, count: int, reason: str, drive: Callable[[float], Way]) -> None:
    _at_least_one(sum(_one_more(draft, reason, drive) for _ in range(count)))


def _one_more(draft: Draft, reason: str, drive: Callable[[float], Way]) -> bool:
    """Let one more vehicle drive, if there is room for it at any time."""
    rng = draft.rng
    figure = draft.cast.vehicle(label_on_four_wheels(rng), rng)
    try:
        draft.act([figure], lambda: drive(float(rng.uniform(0.8, draft.seconds - 0.8))), reason=reason)
    except NoRoomError:
        return False
    return True


def _at_least_one(gone: int) -> None:
    if gone == 0:
        raise NoRoomError("no near miss has room")


def _arrow(draft: Draft, start: Place, end: Place) -> tuple[Place, Place]:
    pixels, _ = draft.site.camera.project(np.array([(*start, 0.0), (*end, 0.0)]))
    first, last = (pixels / (WIDTH, HEIGHT)).tolist()
    return (round(first[0], 4), round(first[1], 4)), (round(last[0], 4), round(last[1], 4))


def _shake(rng: np.random.Generator) -> float:
    return float(rng.uniform(-0.6, 0.6))


def _little(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.8, 1.1))
