"""The whole truth of a rule: its incidents and its near misses, from the exact boxes of everybody."""

from collections.abc import Mapping, Sequence

from sample_videos.studio.scenario import Incident, NearMiss, RuleWish
from sample_videos.studio.truth.firmness import firm_findings, firm_group
from sample_videos.studio.truth.groups import group_near_misses
from sample_videos.studio.truth.incidents import Place, appearances, passages, single
from sample_videos.studio.truth.trail import Trail

NEAR_M = 1.1  # a passage as near as this to a zone or a line is one at which a rule may err
_OFF = 0.08  # share of a box's height by which boxes may be off
_AFTERWARDS = 1.0  # seconds after a passage during which a rule that erred would still speak


class DoubtError(Exception):
    """What is true hangs on a hair."""


def truth_of(
    rule: RuleWish, place: Place, trails: Sequence[Trail], reasons: Mapping[int, str], seconds: float
) -> tuple[list[Incident], list[NearMiss]]:
    """What a rule must say of a clip, by due time, and the passages of which it must say nothing.

    `reasons` say, by identity, why somebody might see an incident where there is none. Raises
    DoubtError where boxes that are a little off would change it.
    """
    if single(rule.kind):
        incidents = _incidents(rule, place, trails)
        return incidents, _near_misses(rule, place, trails, incidents, reasons, seconds)
    group = firm_group(rule, place, trails, seconds, _OFF)
    if group is None:
        raise DoubtError(f"{rule.name} is in doubt")
    return group, [
        *group_near_misses(rule, place, trails, seconds),
        *_near_misses(rule, None, trails, group, reasons, seconds),
    ]


def _incidents(rule: RuleWish, place: Place, trails: Sequence[Trail]) -> list[Incident]:
    """The label binds only where the rule is about one: telling a van from a truck is no rule's business."""
    label = rule.labels[0] if len(rule.labels) == 1 else None
    found = []
    for trail in trails:
        said = firm_findings(rule, place, trail, _OFF)
        if said is None:
            raise DoubtError(f"{rule.name} is in doubt about object {trail.identity}")
        for one in said:
            start, end = round(one.start, 3), round(one.end, 3)
            objects = (trail.identity,)
            found.append(Incident(rule.kind, rule.name, start, end, objects, label, one.direction))
    return sorted(found, key=lambda incident: (incident.start, incident.objects))


def _near_misses(
    rule: RuleWish,
    place: Place,
    trails: Sequence[Trail],
    incidents: Sequence[Incident],
    reasons: Mapping[int, str],
    seconds: float,
) -> list[NearMiss]:
    """The passages near the place of all who have no part in any of the incidents.

    Without a place they are the whole appearances of those who have a reason.
    """
    involved = {identity for incident in incidents for identity in incident.objects}
    found = []
    for trail in trails:
        meant = trail.identity in reasons and trail.label in rule.labels
        if trail.identity in involved or (place is None and not meant):
            continue
        reason = reasons.get(trail.identity, "passes by")
        if trail.label not in rule.labels and trail.identity not in reasons:
            reason = f"a {trail.label}, where it does not count"
        for start, end in appearances(trail) if place is None else passages(place, trail, NEAR_M):
            until = min(seconds, end + _AFTERWARDS)
            found.append(
                NearMiss(rule.kind, rule.name, round(start, 3), round(until, 3), (trail.identity,), reason)
            )
    return sorted(found, key=lambda miss: (miss.start, miss.objects))
