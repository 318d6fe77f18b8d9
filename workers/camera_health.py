"""Event records of what ails a camera: what its source notices becomes events like any other."""

from ingest.live_source import HealthChange
from sharp_eyes import event_id
from sharp_eyes.domain import Ended, EventRecord, Raised

RULE = "camera-health"
REVISION = "1"
SEVERITY = 3


class HealthAuthor:
    """Writes the records of one camera in one run. State: the faults that are not over."""

    def __init__(self, camera: str, number: int, division: str, run: str) -> None:
        self._camera, self._number, self._division, self._run = camera, number, division, run
        self._open: dict[str, Raised] = {}

    def step(self, change: HealthChange) -> list[EventRecord]:
        """What follows from a change: a fault that began, ended, or was only a moment."""
        before = self._open.get(change.type)
        if change.state == "over":
            return [] if before is None else [self._ended(self._open.pop(change.type), change.at, "over")]
        if before is not None and change.state == "begun":
            return []
        raised = self._raised(change)
        if change.state == "begun":
            self._open[change.type] = raised
        return [raised]

    def finish(self, at: int) -> list[EventRecord]:
        """The run is over: nobody watches these faults any more."""
        ended: list[EventRecord] = [self._ended(raised, at, "run_ended") for raised in self._open.values()]
        self._open.clear()
        return ended

    def _raised(self, change: HealthChange) -> Raised:
        minted = event_id.mint(
            change.at, self._number, rule_revision=REVISION, run=self._run, track=0, zone=change.type
        )
        return Raised(
            event_id=minted,
            camera=self._camera,
            division=self._division,
            rule=RULE,
            rule_revision=REVISION,
            type=change.type,
            at=change.at,
            severity=SEVERITY,
            run=self._run,
            notes=change.notes,
        )

    def _ended(self, raised: Raised, at: int, because: str) -> Ended:
        return Ended(
            event_id=raised.event_id,
            camera=raised.camera,
            division=raised.division,
            rule=raised.rule,
            rule_revision=raised.rule_revision,
            type=raised.type,
            at=max(at, raised.at),
            severity=raised.severity,
            run=raised.run,
            because="over" if because == "over" else "run_ended",
        )
