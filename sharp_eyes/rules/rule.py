"""The port of every kind of rule, and how its event records are written."""

from dataclasses import dataclass
from typing import Protocol

from sharp_eyes import event_id
from sharp_eyes.domain import Ended, Ending, EventRecord, Observation, Raised, Reason, Scene, TrackedObject
from sharp_eyes.geometry import Side
from sharp_eyes.rules.spec import RuleSpec


class Rule(Protocol):
    """A stateful judge of one camera's scenes."""

    def step(self, scene: Scene) -> list[EventRecord]:
        """Take in the next scene (in time order) and say what follows from it."""
        ...

    def finish(self, because: Ending) -> list[EventRecord]:
        """End what is still open and forget everything."""
        ...


@dataclass(frozen=True, slots=True)
class Author:
    """Writes the records of one rule in one run; all that they share is settled here."""

    camera: str
    camera_number: int
    division: str
    run: str
    spec: RuleSpec
    revision: str
    model: str = ""

    def wants(self, seen: TrackedObject) -> bool:
        """Whether the rule is about this object: its label and its size."""
        tall_enough = seen.xyxy[3] + seen.hidden_below - seen.xyxy[1] >= self.spec.min_height
        return seen.label in self.spec.labels and tall_enough

    def raised(self, seen: Observation, reason: Reason, direction: Side | None = None) -> Raised:
        """The rule fires on this observation."""
        spec = self.spec
        minted = event_id.mint(
            seen.at,
            self.camera_number,
            rule_revision=self.revision,
            run=self.run,
            track=seen.track,
            zone=spec.place,
        )
        return Raised(
            event_id=minted,
            camera=self.camera,
            division=self.division,
            rule=spec.name,
            rule_revision=self.revision,
            type=spec.kind,
            at=seen.at,
            label=seen.label,
            track=seen.track,
            confidence=seen.confidence,
            xyxy=seen.xyxy,
            severity=spec.severity,
            place=spec.place,
            run=self.run,
            reason=reason,
            direction=direction,
            model=self.model,
            evidence=spec.evidence,
        )

    def ended(self, raised: Raised, last: Observation, because: Ending) -> Ended:
        """What `raised` began is over; `last` is the last observation for which it held."""
        return Ended(
            event_id=raised.event_id,
            camera=raised.camera,
            division=raised.division,
            rule=raised.rule,
            rule_revision=raised.rule_revision,
            type=raised.type,
            at=last.at,
            label=raised.label,
            track=last.track,
            xyxy=last.xyxy,
            severity=raised.severity,
            run=raised.run,
            because=because,
        )


def observe(seen: TrackedObject, at: int) -> Observation:
    """The object as a rule keeps it."""
    return Observation(at, seen.track, seen.label, seen.confidence, seen.xyxy, seen.hidden_below)
