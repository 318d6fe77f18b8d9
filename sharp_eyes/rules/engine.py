"""Runs the rules of one camera: scenes in, event records out."""

from collections.abc import Callable

from sharp_eyes.cameras import Camera
from sharp_eyes.domain import EventRecord, Scene
from sharp_eyes.registry import Registry
from sharp_eyes.rules.line import LineRule
from sharp_eyes.rules.rule import Author, Rule
from sharp_eyes.rules.spec import LineSettings, RuleSpec
from sharp_eyes.rules.stay import StayRule


def build(author: Author) -> Rule:
    """The stateful rule for a specification."""
    settings = author.spec.settings
    if isinstance(settings, LineSettings):
        return LineRule(author, settings)
    return StayRule(author, settings)


class Duty:
    """A rule and its hours: off schedule it forgets what it saw, and ends what is open."""

    def __init__(self, spec: RuleSpec, rule: Rule) -> None:
        self._active: Callable[[int], bool] = spec.schedule.active if spec.schedule else lambda _: True
        self._rule = rule
        self._was_active = False

    def step(self, scene: Scene) -> list[EventRecord]:
        """Pass the scene on while the rule is on duty."""
        if self._active(scene.at):
            self._was_active = True
            return self._rule.step(scene)
        if self._was_active:
            self._was_active = False
            return self._rule.finish("off_schedule")
        return []

    def finish(self) -> list[EventRecord]:
        """The run is over."""
        return self._rule.finish("run_ended")


class RuleEngine:
    """All enabled rules of one camera in one run."""

    def __init__(self, camera: Camera, run: str, registry: Registry, model: str = "") -> None:
        self._duties = [
            Duty(
                spec,
                build(
                    Author(
                        camera=camera.id,
                        camera_number=registry.camera_number(camera.id),
                        division=camera.division,
                        run=run,
                        spec=spec,
                        revision=registry.rule_revision(spec),
                        model=model,
                    )
                ),
            )
            for spec in camera.rules
            if spec.enabled
        ]

    def step(self, scene: Scene) -> list[EventRecord]:
        """What all rules say to the next scene, in the order of their declaration."""
        return [record for duty in self._duties for record in duty.step(scene)]

    def finish(self) -> list[EventRecord]:
        """End every open event: nothing more will be seen in this run."""
        return [record for duty in self._duties for record in duty.finish()]
