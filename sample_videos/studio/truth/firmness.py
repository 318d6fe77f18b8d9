"""Whether a truth hangs on a hair: it must be the same for boxes and stays that are a little off.

A truth that a tenth of a box's height would change judges the dice of the scene, not the programs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sample_videos.studio.scenario import Incident, RuleWish
from sample_videos.studio.truth.groups import group_incidents
from sample_videos.studio.truth.incidents import Finding, Place, findings
from sample_videos.studio.truth.trail import Trail

_DATED_WITHIN = 0.9  # seconds by which a due time may move
_TIMES = ("dwell_seconds", "stopped_seconds", "held_seconds")
_SHORTER, _LONGER = 1.0, 0.6  # seconds: nearly long enough, and only just


def firm_findings(rule: RuleWish, place: Place, trail: Trail, off: float) -> list[Finding] | None:
    """What the rule has to say of the trail; None if boxes that are `off` change it.

    `off` is a share of a box's height.
    """
    said = findings(rule, place, trail)
    others = [findings(rule, place, other) for other in _astray(trail, off)]
    others += [findings(other, place, trail) for other in _stricter_and_laxer(rule)]
    return said if all(_alike(said, other) for other in others) else None


def firm_group(
    rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float, off: float
) -> list[Incident] | None:
    """The same for a rule about several objects: all their boxes are off alike."""
    said = group_incidents(rule, place, trails, seconds)
    astray = [list(_astray(one, off)) for one in trails]
    others = [group_incidents(rule, place, list(together), seconds) for together in zip(*astray, strict=True)]
    others += [group_incidents(other, place, trails, seconds) for other in _stricter_and_laxer(rule)]
    return said if all(_as_many_at_once(said, other) for other in others) else None


def _as_many_at_once(said: Sequence[Incident], other: Sequence[Incident]) -> bool:
    return len(said) == len(other) and all(
        len(a.objects) == len(b.objects) and abs(a.start - b.start) <= _DATED_WITHIN + _SHORTER
        for a, b in zip(said, other, strict=True)
    )


def _astray(trail: Trail, off: float) -> Iterator[Trail]:
    yield trail.cut()
    for right, down in ((off, 0.0), (-off, 0.0), (0.0, off), (0.0, -off)):
        yield trail.shifted(right, down)


def _stricter_and_laxer(rule: RuleWish) -> Iterator[RuleWish]:
    """The rule with a dwell that is longer and shorter by what nobody could argue about."""
    for name, value in rule.thresholds:
        if name in _TIMES:
            shorter = max(value - _SHORTER, 0.5 * value)
            yield _with(rule, name, shorter)
            yield _with(rule, name, value + min(_LONGER, 0.5 * value))
        if name == "metres_per_second":
            yield _with(rule, name, 0.88 * value)
            yield _with(rule, name, 1.1 * value)
        if name == "settle_seconds":
            yield _with(rule, name, 2 * value)


def _with(rule: RuleWish, name: str, value: float) -> RuleWish:
    changed = tuple((key, value if key == name else old) for key, old in rule.thresholds)
    return replace(rule, thresholds=changed)


def _alike(said: list[Finding], other: list[Finding]) -> bool:
    """As many, to the same sides, and due at about the same time but for a dwell that differs."""
    return len(said) == len(other) and all(
        a.direction == b.direction and abs(a.start - b.start) <= _DATED_WITHIN + _SHORTER
        for a, b in zip(said, other, strict=True)
    )
