"""The truth of rules about several objects at once: crowds, gatherings, counts, and things without owners."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.scenario import Incident, NearMiss, RuleWish, Zone
from sample_videos.studio.truth.incidents import Flags, Place, inside, runs
from sample_videos.studio.truth.trail import RATE, Samples, Trail

_BODY_M = 1.7
_BAG = "bag"
_MOVED_M = 0.3


def group_incidents(rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float) -> list[Incident]:
    """What a rule about several objects has to say of all trails of a clip, by its due time."""
    return _JUDGES[rule.kind](rule, place, trails, seconds)


def group_near_misses(
    rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float
) -> list[NearMiss]:
    """The stretches in which a crowd or a gathering lacks one or two people, or has not lasted yet."""
    if rule.kind not in {"crowd", "gathering"}:
        return []
    people, counts = _counts(rule, place, trails, seconds)
    enough = rule.threshold("people")
    due = group_incidents(rule, place, trails, seconds)
    clock = np.arange(counts.shape[1]) / RATE
    some = counts.max(axis=0, initial=0) >= enough - 2
    for incident in due:
        hold = rule.threshold("held_seconds")
        some &= (clock < incident.start - hold) | (clock > incident.end + 1.0)
    found = []
    for first, last in runs(clock, some):
        if clock[last] - clock[first] < 1.0:
            continue
        there = tuple(
            one.identity for one, count in zip(people, counts, strict=True) if count[first:last].any()
        )
        start, end = round(float(clock[first]), 3), round(float(clock[last]), 3)
        found.append(NearMiss(rule.kind, rule.name, start, end, there, "too few, or not for long enough"))
    return found


def _crowds(rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float) -> list[Incident]:
    """Crowd and gathering: as many as `people` together for `held_seconds` without a break."""
    people, counts = _counts(rule, place, trails, seconds)
    if not people:
        return []
    clock = np.arange(counts.shape[1]) / RATE
    hold = rule.threshold("held_seconds")
    found = []
    for first, last in runs(clock, counts.max(axis=0) >= rule.threshold("people")):
        if clock[last] - clock[first] >= hold:
            due = first + round(hold * RATE)
            there = tuple(one.identity for one, count in zip(people, counts, strict=True) if count[due])
            found.append(
                Incident(
                    rule.kind,
                    rule.name,
                    round(float(clock[due]), 3),
                    round(float(clock[last]), 3),
                    there,
                    "person",
                )
            )
    return found


def _counts(
    rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float
) -> tuple[list[Trail], NDArray[np.int64]]:
    """People, and at each moment how many are together with each of them, (people, moments); 0: not there.

    Together are all in the zone, or where there is none those within `body_heights` of one another.
    """
    people = [one for one in trails if one.label in rule.labels and len(one.seconds)]
    moments = int(seconds * RATE) + 1
    there = np.zeros((len(people), moments), np.bool_)
    floor = np.full((len(people), moments, 2), np.nan)
    for row, one in enumerate(people):
        ticks = np.rint(one.seconds * RATE).astype(np.int64)
        there[row, ticks] = inside(place, one) if isinstance(place, Zone) else one.in_picture
        floor[row, ticks] = one.floor
    if isinstance(place, Zone):
        return people, np.asarray(there.sum(axis=0) * there)
    reach = rule.threshold("body_heights") * _BODY_M
    apart = np.hypot(*np.moveaxis(floor[:, None] - floor[None], 3, 0))
    with np.errstate(invalid="ignore"):
        near = (apart <= reach) & there[:, None] & there[None]
    return people, np.asarray(near.sum(axis=1) * there)


def _readings(rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float) -> list[Incident]:
    """Occupancy: a reading at the end of every interval, whose objects are those inside."""
    found = []
    every = rule.threshold("every_seconds")
    for number in range(1, int((seconds - 0.2) / every) + 1):
        at = number * every
        there = []
        for one in trails:
            now = np.flatnonzero(np.abs(one.seconds - at) < 0.5 / RATE)
            if (
                one.label in rule.labels
                and len(now)
                and isinstance(place, Zone)
                and inside(place, one)[now[0]]
            ):
                there.append(one.identity)
        found.append(Incident(rule.kind, rule.name, round(at, 3), round(at, 3), tuple(there)))
    return found


def _abandoned(rule: RuleWish, place: Place, trails: Sequence[Trail], _: float) -> list[Incident]:
    """A bag that rests in the zone while its owner is away for `held_seconds`.

    Its owner is who stood nearest as it was put down.
    """
    people = [one for one in trails if one.label == "person" and len(one.seconds)]
    found = []
    for bag in (one for one in trails if one.label == _BAG and len(one.seconds)):
        rests = _last_rest(bag)
        if rests is None or not people or not isinstance(place, Zone) or not inside(place, bag)[rests]:
            continue
        owner = min(people, key=lambda one: _apart(one, bag, rests)[0])
        away = _apart_always(owner, bag) > rule.threshold("away_metres")
        away &= bag.seconds >= bag.seconds[rests]
        hold = rule.threshold("held_seconds")
        for first, last in runs(bag.seconds, away):
            if bag.seconds[last] - bag.seconds[first] >= hold:
                due = round(float(bag.seconds[first]) + hold, 3)
                end = round(float(bag.seconds[last]), 3)
                objects = (bag.identity, owner.identity)
                found.append(Incident(rule.kind, rule.name, due, end, objects))
    return found


def _removed(rule: RuleWish, place: Place, trails: Sequence[Trail], seconds: float) -> list[Incident]:
    """A thing that lay in the zone from the beginning is away from its place for `held_seconds`."""
    found = []
    hold = rule.threshold("held_seconds")
    for bag in (one for one in trails if one.label == _BAG and len(one.seconds)):
        if bag.seconds[0] > 0 or not isinstance(place, Zone) or not inside(place, bag)[0]:
            continue
        gone = np.flatnonzero(np.hypot(*(bag.floor - bag.floor[0]).T) > _MOVED_M)
        if len(gone) and bag.seconds[gone[0]] + hold <= seconds:
            due = round(float(bag.seconds[gone[0]]) + hold, 3)
            found.append(Incident(rule.kind, rule.name, due, round(seconds, 3), (bag.identity,)))
    return found


def _last_rest(bag: Trail) -> int | None:
    """From which moment on the bag lies where it lies at the end; None if it never rests."""
    moved: Flags = np.hypot(*(bag.floor - bag.floor[-1]).T) > 0.02
    last = np.flatnonzero(moved)
    first = int(last[-1]) + 1 if len(last) else 0
    return first if first < len(bag.seconds) - 1 else None


def _apart(one: Trail, bag: Trail, index: int) -> tuple[float, int]:
    """How far somebody stands from the bag at one of its moments, in metres; and who."""
    return float(_apart_always(one, bag)[index]), one.identity


def _apart_always(one: Trail, bag: Trail) -> Samples:
    """How far somebody is from the bag at each of its moments, (n,) metres; endless where not there."""
    ticks = {int(tick): row for row, tick in enumerate(np.rint(one.seconds * RATE))}
    rows = np.array([ticks.get(int(tick), -1) for tick in np.rint(bag.seconds * RATE)])
    apart = np.hypot(*(one.floor[rows] - bag.floor).T)
    return np.where(rows >= 0, apart, np.inf)


_JUDGES: dict[str, Callable[[RuleWish, Place, Sequence[Trail], float], list[Incident]]] = {
    "crowd": _crowds,
    "gathering": _crowds,
    "occupancy": _readings,
    "abandoned": _abandoned,
    "removed": _removed,
}
