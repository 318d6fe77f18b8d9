"""Rules about staying: `intrusion` and `loitering` fire when an object was in a zone long enough.

enters        dwell reached          leaves      grace over
──┼────────────────┼────────────────────┼─────────────┼──► frame time
  entered_at       raised               last inside   ended (dated at the last inside)
"""

from dataclasses import dataclass, field, replace

from sharp_eyes.clock import microseconds
from sharp_eyes.domain import Ending, EventRecord, Observation, Raised, Reason, Scene
from sharp_eyes.rules.kinship import Kinship
from sharp_eyes.rules.rule import Author, observe
from sharp_eyes.rules.spec import StaySettings


@dataclass(slots=True)
class Stay:
    """One object in the zone: when it came, what was seen of it until the event, and the event.

    `own` is how it was before it went on under another number.
    """

    entered_at: int
    last_seen: Observation
    last_inside: Observation
    observations: list[Observation] = field(default_factory=list)
    raised: Raised | None = None
    own: "Stay | None" = None

    def take_in(self, observation: Observation, *, inside: bool) -> None:
        """Go on with this observation. Once the event is raised its reason is complete."""
        self.last_seen = observation
        if inside:
            self.last_inside = observation
        if self.raised is None:
            self.observations.append(observation)


class StayRule:
    """Fires once an object has been in the zone for the dwell. State: one `Stay` per track."""

    def __init__(self, author: Author, settings: StaySettings) -> None:
        self._author = author
        self._settings = settings
        self._dwell = microseconds(settings.dwell_seconds)
        self._grace = microseconds(settings.exit_grace_seconds)
        self._lost = microseconds(settings.lost_seconds)
        self._cooldown = microseconds(author.spec.cooldown_seconds)
        self._stays: dict[int, Stay] = {}
        self._quiet_until: dict[int, int] = {}
        self._kinship = Kinship(self._lost, max(self._lost, self._cooldown))

    def step(self, scene: Scene) -> list[EventRecord]:
        """Judge one scene; without a look only the deadlines of earlier ones pass."""
        records = self._close_overdue(scene.at)
        self._forget(scene.at)
        if scene.looked:
            judged = [observe(seen, scene.at) for seen in scene.objects if self._author.wants(seen)]
            family = self._kinship.meet(judged, (seen.track for seen in scene.objects), scene.at)
            for heir, forebear in family.heirs.items():
                self._bequeath(forebear, heir)
            for returned, stranger in family.strangers.items():
                self._give_back(stranger, returned)
            for seen in judged:
                records += self._judge(seen)
        records += self._close_overdue(scene.at)
        return records

    def finish(self, because: Ending) -> list[EventRecord]:
        """End every open event and forget all stays."""
        records = [record for track in list(self._stays) for record in self._close(track, because)]
        self._kinship.clear()
        self._quiet_until.clear()
        return records

    def _judge(self, seen: Observation) -> list[EventRecord]:
        inside = self._inside(seen)
        stay = self._stays.get(seen.track)
        if inside and (stay is None or self._too_early(stay, seen.track)):
            stay = self._enter(seen)
        if stay is None:
            return []
        stay.take_in(seen, inside=inside)
        if not inside or stay.raised is not None or seen.at - stay.entered_at < self._dwell:
            return []
        if self._too_early(stay, seen.track):
            return []
        stay.raised = self._author.raised(seen, self._reason(stay))
        return [stay.raised]

    def _too_early(self, stay: Stay, track: int) -> bool:
        """Whether the dwell is reached within the cool-down.

        Such a stay begins anew with each observation: the event that is raised when the cool-down
        is over has a reason that raises it by itself.
        """
        return stay.raised is None and stay.entered_at + self._dwell < self._quiet_until.get(track, 0)

    def _enter(self, seen: Observation) -> Stay | None:
        """Begin a stay, or begin it anew, where the observation is confident enough."""
        if seen.confidence >= self._author.spec.min_confidence:
            self._stays[seen.track] = Stay(entered_at=seen.at, last_seen=seen, last_inside=seen)
        return self._stays.get(seen.track)

    def _bequeath(self, forebear: int, heir: int) -> None:
        """What is known of a lost track goes on under another number: its stay and its cool-down."""
        if forebear in self._stays:
            stay = self._stays.pop(forebear)
            own = replace(stay, observations=list(stay.observations), own=None)
            self._stays[heir] = replace(stay, own=own)
        if forebear in self._quiet_until:
            until = max(self._quiet_until[forebear], self._quiet_until.get(heir, 0))
            self._quiet_until[heir] = until

    def _give_back(self, stranger: int, returned: int) -> None:
        """Who was taken for somebody else begins anew, and that one goes on as he was.

        What was raised in between stays with whom it was raised on.
        """
        if self._quiet_until.get(stranger) == self._quiet_until.get(returned):
            self._quiet_until.pop(stranger, None)
        stay = self._stays.get(stranger)
        if stay is not None and stay.own is not None and stay.raised is stay.own.raised:
            self._stays[returned] = stay.own
            del self._stays[stranger]

    def _inside(self, seen: Observation) -> bool:
        return self._settings.zone.polygon.contains(seen.foot)

    def _close_overdue(self, at: int) -> list[EventRecord]:
        records: list[EventRecord] = []
        for track, stay in list(self._stays.items()):
            if at - stay.last_seen.at > self._lost:
                records += self._close(track, "lost")
            elif stay.last_seen.at > stay.last_inside.at and at - stay.last_inside.at >= self._grace:
                records += self._close(track, "left")
        return records

    def _close(self, track: int, because: Ending) -> list[EventRecord]:
        stay = self._stays.pop(track)
        if stay.raised is None:
            return []
        self._quiet_until[track] = stay.last_inside.at + self._cooldown
        return [self._author.ended(stay.raised, stay.last_inside, because)]

    def _forget(self, at: int) -> None:
        for track, until in list(self._quiet_until.items()):
            if until <= at and track not in self._stays:
                del self._quiet_until[track]
        self._kinship.forget(at)

    def _reason(self, stay: Stay) -> Reason:
        spec = self._author.spec
        thresholds = (
            ("dwell_seconds", self._settings.dwell_seconds),
            ("exit_grace_seconds", self._settings.exit_grace_seconds),
            ("lost_seconds", self._settings.lost_seconds),
            ("min_confidence", spec.min_confidence),
            ("min_height", spec.min_height),
            ("entered_at", stay.entered_at),
        )
        return Reason(thresholds, tuple(stay.observations))
